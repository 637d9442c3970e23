//! One line of line protocol, read by the book: the truth about what is accepted, and the explainer
//! of what is not.
//!
//! This is the only file that knows nom. Each function states its production, takes it from the
//! front of the text and commits: what does not fit is a [`nom::Err::Failure`] that carries the
//! exact place, so no alternative can replace the first thing that went wrong by a later guess.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use core::str;

use memchr::memchr;
use nom::branch::alt;
use nom::bytes::complete::{take, take_till, take_while, take_while1};
use nom::character::complete::{char, digit0, digit1, one_of};
use nom::combinator::{all_consuming, opt, peek, recognize, verify};
use nom::error::{ErrorKind, ParseError};
use nom::multi::many0_count;
use nom::sequence::{pair, preceded, terminated};
use nom::{IResult, Parser};

use super::bare_value::boolean;
use crate::error::{Part, SyntaxErrorKind as Kind, UnplacedError};
use crate::point::{FieldData, PointData, SpellingFlags, StoredValue, TagData, TextRange, TextRef};
use crate::text::escape::{Escapes, unescape};
use crate::text::line_break::at_line_end;
use crate::text::span::Span;
use crate::text::utf8::{character_at, first_character};
use crate::time::Timestamp;

/// What one call of [`read`] took from the text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GrammarLine {
    /// A blank line or a comment.
    Nothing(usize),
    /// A point.
    Point(usize),
}

/// Reads the line at the beginning of `all` into `data`, without its end. Further lines are looked
/// at only where a string spans several. Of a line with several errors the first one in the text is
/// returned.
pub(super) fn read(
    all: &[u8],
    limit: usize,
    data: &mut PointData,
) -> Result<GrammarLine, UnplacedError> {
    data.clear();
    // A line of exactly `limit` bytes and its CR LF still fit; whatever needs more is too long.
    let text = &all[..all.len().min(limit + 2)];
    let reach = |end: usize| {
        if end <= limit {
            return Ok(());
        }
        let found = character_at(all, limit);
        Err(UnplacedError {
            kind: Kind::LineTooLong,
            part: Part::Line,
            expected: "the end of the line within the limit",
            span: Span::new(found.start, found.end),
        })
    };
    match (GrammarReader { text, limit, data }).line(text) {
        Ok((rest, is_point)) => {
            let len = text.len() - rest.len();
            reach(len)?;
            Ok(if is_point { GrammarLine::Point(len) } else { GrammarLine::Nothing(len) })
        }
        Err(nom::Err::Failure(miss) | nom::Err::Error(miss)) => {
            let start = text.len() - miss.rest.len();
            let end = if miss.kind == Kind::UnclosedQuote {
                // The string may well close past the limit. What is certain is that a line without
                // an LF up to there is too long.
                let len = memchr(b'\n', miss.rest).map_or(text.len(), |lf| start + lf);
                len - usize::from(text[..len].ends_with(b"\r"))
            } else {
                start + miss.len
            };
            reach(end)?;
            Err(UnplacedError {
                kind: miss.kind,
                part: miss.part,
                expected: miss.expected,
                span: Span::new(start, start + miss.len),
            })
        }
        // Only nom's streaming parsers answer so, and none is used here.
        Err(nom::Err::Incomplete(_)) => reach(usize::MAX).map(|()| GrammarLine::Nothing(0)),
    }
}

/// Reads `text` as a field value that stands alone. A string's token is not to be used.
pub(super) fn parse_field_value(text: &[u8]) -> Result<StoredValue, Kind> {
    let data = &mut PointData::default();
    match (GrammarReader { text, limit: usize::MAX, data }).value(text) {
        Ok(([], value)) => Ok(value),
        Err(nom::Err::Failure(miss) | nom::Err::Error(miss))
            if miss.kind == Kind::NumberOutOfRange =>
        {
            Err(miss.kind)
        }
        Ok(_) | Err(_) => Err(Kind::InvalidValue),
    }
}

type Parsed<'a, T> = IResult<&'a [u8], T, GrammarError<'a>>;

/// What went wrong, with its place told by the text that was left.
#[derive(Debug)]
struct GrammarError<'a> {
    /// From the offending byte on.
    rest: &'a [u8],
    /// How many bytes of it offend; none at the end of the line.
    len: usize,
    kind: Kind,
    part: Part,
    expected: &'static str,
}

impl<'a> GrammarError<'a> {
    fn at(
        rest: &'a [u8],
        len: usize,
        kind: Kind,
        part: Part,
        expected: &'static str,
    ) -> nom::Err<Self> {
        nom::Err::Failure(Self { rest, len, kind, part, expected })
    }

    /// The first character of `rest` offends: a control character as such, any other, or the line's
    /// end, as `kind`.
    fn here(rest: &'a [u8], kind: Kind, part: Part, expected: &'static str) -> nom::Err<Self> {
        let len = found_len(rest);
        let control = len == 1 && is_control(rest[0]);
        let kind = if control { Kind::ControlCharacter } else { kind };
        Self::at(rest, len, kind, part, expected)
    }
}

/// nom asks for this where one of its own parsers does not match. Each such miss is replaced by one
/// of ours before it leaves this file, so only the place matters.
impl<'a> ParseError<&'a [u8]> for GrammarError<'a> {
    fn from_error_kind(rest: &'a [u8], _: ErrorKind) -> Self {
        GrammarError {
            rest,
            len: found_len(rest),
            kind: Kind::UnexpectedCharacter,
            part: Part::Measurement,
            expected: "line protocol",
        }
    }

    fn append(_: &'a [u8], _: ErrorKind, first: Self) -> Self {
        first
    }
}

const fn is_control(byte: u8) -> bool {
    byte.is_ascii_control()
}

/// Length of the character at the front of `rest`; none at the line's end, one byte where it is not
/// UTF-8.
fn found_len(rest: &[u8]) -> usize {
    if at_line_end(rest) {
        return 0;
    }
    first_character(rest).unwrap_or(1)
}

/// The text of `raw`, which stands at the front of `input`, if it is UTF-8.
fn text_of<'a>(
    raw: &'a [u8],
    input: &'a [u8],
    part: Part,
) -> Result<&'a str, nom::Err<GrammarError<'a>>> {
    str::from_utf8(raw).map_err(|error| {
        let start = error.valid_up_to();
        let len = error.error_len().unwrap_or(raw.len() - start);
        GrammarError::at(&input[start..], len, Kind::InvalidUtf8, part, "UTF-8")
    })
}

struct GrammarReader<'a, 'd> {
    text: &'a [u8],
    /// Strings close within so many bytes of the text.
    limit: usize,
    data: &'d mut PointData,
}

impl<'a> GrammarReader<'a, '_> {
    /// ```ebnf
    /// line = { SP } [ point | comment ]
    /// ```
    ///
    /// Whether the line holds a point.
    fn line(&mut self, input: &'a [u8]) -> Parsed<'a, bool> {
        let (input, _) = spaces(input)?;
        match input.first() {
            _ if at_line_end(input) => Ok((input, false)),
            Some(b'#') => comment(input).map(|(input, ())| (input, false)),
            _ => {
                self.data.spelling_flags.add(SpellingFlags::SPACE);
                self.point(input).map(|(input, ())| (input, true))
            }
        }
    }

    /// ```ebnf
    /// point = measurement { "," tag } SP+ field { "," field } [ SP+ timestamp ] { SP }
    /// ```
    fn point(&mut self, input: &'a [u8]) -> Parsed<'a, ()> {
        let (mut input, measurement) = name(Part::Measurement)(input)?;
        self.data.measurement = self.token(measurement, input, Escapes::Measurement);

        let mut keys = BTreeSet::new();
        while let (next, Some(_)) = opt(char(',')).parse(input)? {
            (input, ()) = self.tag(next, &mut keys)?;
        }

        let before_fields = input;
        (input, _) = spaces(input)?;
        if at_line_end(input) {
            let expected = "a space and at least one field";
            return Err(GrammarError::here(input, Kind::MissingFields, Part::FieldKey, expected));
        }
        if input.len() == before_fields.len() {
            let part = if self.data.tags.is_empty() { Part::Measurement } else { Part::TagValue };
            return Err(GrammarError::here(
                input,
                Kind::UnexpectedCharacter,
                part,
                expected_behind(part),
            ));
        }

        (input, ()) = self.field(input)?;
        while let (next, Some(_)) = opt(char(',')).parse(input)? {
            (input, ()) = self.field(next)?;
        }

        (input, _) = spaces(input)?;
        if !at_line_end(input) {
            (input, ()) = self.timestamp(input)?;
            (input, _) = spaces(input)?;
        }
        if !at_line_end(input) {
            let len = take_bare(input)?.1.len().max(found_len(input));
            let expected = "the end of the line after the timestamp";
            let kind = if is_control(input[0]) {
                Kind::ControlCharacter
            } else {
                Kind::UnexpectedCharacter
            };
            return Err(GrammarError::at(input, len, kind, Part::Timestamp, expected));
        }
        Ok((input, ()))
    }

    /// ```ebnf
    /// tag = key "=" key
    /// ```
    fn tag(&mut self, input: &'a [u8], keys: &mut BTreeSet<Cow<'a, str>>) -> Parsed<'a, ()> {
        let (rest, key) = name(Part::TagKey)(input)?;
        if !keys.insert(unescaped(key, Escapes::Key)) {
            let expected = "a tag key that the line does not have yet";
            return Err(GrammarError::at(
                input,
                key.len(),
                Kind::DuplicateTag,
                Part::TagKey,
                expected,
            ));
        }
        let key = self.token(key, rest, Escapes::Key);
        let (rest, ()) = equals(Part::TagKey)(rest)?;
        let (rest, value) = name(Part::TagValue)(rest)?;
        let value = self.token(value, rest, Escapes::Key);
        self.data.tags.push(TagData { key, value });
        Ok((rest, ()))
    }

    /// ```ebnf
    /// field = key "=" value
    /// ```
    fn field(&mut self, input: &'a [u8]) -> Parsed<'a, ()> {
        let (rest, key) = name(Part::FieldKey)(input)?;
        let key = self.token(key, rest, Escapes::Key);
        let (start, ()) = equals(Part::FieldKey)(rest)?;
        let (rest, value) = self.value(start)?;
        let raw = TextRange::new(self.at(start), self.at(rest));
        self.data.fields.push(FieldData { key, value, raw });
        Ok((rest, ()))
    }

    /// ```ebnf
    /// value = boolean | string | integer | unsigned | float
    /// ```
    ///
    /// The first byte tells which one is meant.
    fn value(&mut self, input: &'a [u8]) -> Parsed<'a, StoredValue> {
        if input.first() == Some(&b'"') {
            return self.string(input);
        }
        let (rest, bare) = take_bare(input)?;
        let invalid = |expected| {
            GrammarError::at(input, bare.len(), Kind::InvalidValue, Part::FieldValue, expected)
        };
        let value = match bare {
            [] => {
                let expected = "a field value";
                return Err(GrammarError::here(
                    input,
                    Kind::MissingValue,
                    Part::FieldValue,
                    expected,
                ));
            }
            [b't' | b'T' | b'f' | b'F', ..] => StoredValue::Boolean(
                boolean(bare).ok_or_else(|| invalid("a boolean such as true or f"))?,
            ),
            [b'-' | b'.' | b'0'..=b'9', ..] => {
                self.data.spelling_flags.add(SpellingFlags::FLOAT);
                number(bare, input)?
            }
            _ => return Err(invalid("a boolean, a number or a string in double quotes")),
        };
        after_value(rest, "',' or a space after the field value")?;
        Ok((rest, value))
    }

    /// ```ebnf
    /// string = '"' { byte except '"' and "\" | "\" any byte } '"'
    /// ```
    fn string(&mut self, input: &'a [u8]) -> Parsed<'a, StoredValue> {
        let plain = take_while1(|byte| byte != b'"' && byte != b'\\');
        let escape = preceded(char('\\'), take(1usize));
        let mut content = recognize(many0_count(alt((plain, escape))));

        let unclosed = || {
            GrammarError::at(
                input,
                1,
                Kind::UnclosedQuote,
                Part::FieldValue,
                "a string that ends in a quote",
            )
        };
        let open = &input[1..];
        let (close, raw) = content.parse(open)?;
        // What is left may also be a lone backslash, the last byte of the text.
        let [b'"', rest @ ..] = close else {
            return Err(unclosed());
        };
        let ends_well = at_line_end(rest) || matches!(rest[0], b',' | b' ');
        if self.at(rest) > self.limit || (!ends_well && raw.contains(&b'\n')) {
            return Err(unclosed());
        }
        let raw = text_of(raw, open, Part::FieldValue)?;
        after_value(rest, "',' or a space after the closing quote")?;
        let token = self.token(raw, close, Escapes::String);
        Ok((rest, StoredValue::String(token)))
    }

    /// ```ebnf
    /// timestamp = ["-"] digits
    /// ```
    fn timestamp(&mut self, input: &'a [u8]) -> Parsed<'a, ()> {
        let (rest, bare) = take_bare(input)?;
        let digits = |bare: &'a [u8]| -> Parsed<'a, _> {
            all_consuming((opt(char('-')), digit1)).parse(bare)
        };
        if digits(bare).is_err() {
            let expected = "a timestamp, a whole number";
            return Err(if bare.is_empty() {
                GrammarError::here(input, Kind::InvalidTimestamp, Part::Timestamp, expected)
            } else {
                GrammarError::at(
                    input,
                    bare.len(),
                    Kind::InvalidTimestamp,
                    Part::Timestamp,
                    expected,
                )
            });
        }
        let Some(value) = parsed(bare) else {
            let expected = "a timestamp that fits 64 bits";
            return Err(GrammarError::at(
                input,
                bare.len(),
                Kind::TimestampOverflow,
                Part::Timestamp,
                expected,
            ));
        };
        self.data.set_timestamp(Timestamp::Declared(value));
        self.data.timestamp_span = TextRange::new(self.at(input), self.at(rest));
        Ok((rest, ()))
    }

    /// Where in the line `rest`, which runs to the end of the text, begins.
    fn at(&self, rest: &[u8]) -> usize {
        self.text.len() - rest.len()
    }

    /// The token of `raw`, which stands directly before `rest`.
    fn token(&mut self, raw: &str, rest: &[u8], escapes: Escapes) -> TextRef {
        let end = self.at(rest);
        let start = end - raw.len();
        if raw.contains('\\') {
            self.data.spelling_flags.add(match escapes {
                Escapes::String => SpellingFlags::STRING,
                Escapes::Measurement | Escapes::Key => SpellingFlags::NAME,
            });
            self.data.copied(TextRange::new(start, end), |out| unescape(raw, escapes, out))
        } else {
            TextRef::borrowed(start, end)
        }
    }
}

/// ```ebnf
/// SP+ or { SP }, as the caller checks
/// ```
fn spaces(input: &[u8]) -> Parsed<'_, &[u8]> {
    take_while(|byte| byte == b' ').parse(input)
}

/// A value or timestamp without quotes reaches up to the next `,`, space or control character.
fn take_bare(input: &[u8]) -> Parsed<'_, &[u8]> {
    take_till(|byte| matches!(byte, b',' | b' ') || is_control(byte)).parse(input)
}

/// ```ebnf
/// comment = "#" { any byte but a control character }
/// ```
fn comment(input: &[u8]) -> Parsed<'_, ()> {
    let (rest, _) = take_till(is_control).parse(input)?;
    if at_line_end(rest) {
        Ok((rest, ()))
    } else {
        let expected = "a comment without control characters";
        Err(GrammarError::here(rest, Kind::ControlCharacter, Part::Comment, expected))
    }
}

/// ```ebnf
/// measurement = { characters except control, SP, "," }        escapable: "," SP
/// key         = { characters except control, SP, ",", "=" }   escapable: "," SP "="
/// ```
///
/// A backslash takes away the meaning of an escapable character after it. Before any other it is a
/// character like all others, unless that is a control character or the line's end.
fn name<'a>(part: Part) -> impl Fn(&'a [u8]) -> Parsed<'a, &'a str> {
    move |input| {
        let is_measurement = part == Part::Measurement;
        let plain = take_while1(|byte| match byte {
            b' ' | b',' | b'\\' => false,
            b'=' => is_measurement,
            _ => !is_control(byte),
        });
        let escape = recognize(pair(char('\\'), one_of(if is_measurement { ", " } else { ", =" })));
        let backslash = recognize(terminated(
            char('\\'),
            peek(verify(take(1usize), |next: &[u8]| !is_control(next[0]))),
        ));
        let (rest, raw) = recognize(many0_count(alt((plain, escape, backslash)))).parse(input)?;
        let raw = text_of(raw, input, part)?;
        match rest.first() {
            Some(b'\\') => {
                let expected = "no backslash before a control character or the line's end";
                Err(GrammarError::at(rest, 1, Kind::DanglingBackslash, part, expected))
            }
            _ if raw.is_empty() => {
                Err(GrammarError::here(rest, Kind::EmptyName, part, expected_name(part)))
            }
            Some(&byte) if is_control(byte) && !at_line_end(rest) => {
                Err(GrammarError::here(rest, Kind::ControlCharacter, part, expected_behind(part)))
            }
            _ => Ok((rest, raw)),
        }
    }
}

const fn expected_name(part: Part) -> &'static str {
    match part {
        Part::TagKey => "a tag key",
        Part::TagValue => "a tag value",
        Part::FieldKey => "a field key",
        _ => "a measurement",
    }
}

const fn expected_behind(part: Part) -> &'static str {
    match part {
        Part::TagKey => "'=' after the tag key",
        Part::TagValue => "',' or a space after the tag value",
        Part::FieldKey => "'=' after the field key",
        _ => "',' or a space after the measurement",
    }
}

fn unescaped(raw: &str, escapes: Escapes) -> Cow<'_, str> {
    if raw.contains('\\') {
        let mut text = alloc::string::String::new();
        unescape(raw, escapes, &mut text);
        Cow::Owned(text)
    } else {
        Cow::Borrowed(raw)
    }
}

fn equals<'a>(part: Part) -> impl Fn(&'a [u8]) -> Parsed<'a, ()> {
    move |input| match opt(char('=')).parse(input)? {
        (rest, Some(_)) => Ok((rest, ())),
        (rest, None) => {
            Err(GrammarError::here(rest, Kind::MissingEquals, part, expected_behind(part)))
        }
    }
}

/// Only `,`, a space or the line's end may follow a field value.
fn after_value<'a>(
    rest: &'a [u8],
    expected: &'static str,
) -> Result<(), nom::Err<GrammarError<'a>>> {
    if at_line_end(rest) || matches!(rest[0], b',' | b' ') {
        Ok(())
    } else {
        Err(GrammarError::here(rest, Kind::UnexpectedCharacter, Part::FieldValue, expected))
    }
}

/// ```ebnf
/// integer  = ["-"] digits "i"
/// unsigned = digits "u"
/// float    = ["-"] ( digits ["." [digits]] | "." digits ) [ ("e"|"E") ["+"|"-"] digits ]
/// ```
///
/// The last byte tells which one is meant. `bare` stands at the front of `input`.
fn number<'a>(bare: &'a [u8], input: &'a [u8]) -> Result<StoredValue, nom::Err<GrammarError<'a>>> {
    let miss =
        |kind, expected| GrammarError::at(input, bare.len(), kind, Part::FieldValue, expected);
    let invalid = |expected| move |_| miss(Kind::InvalidValue, expected);
    let overflow = |expected| move || miss(Kind::NumberOutOfRange, expected);
    match bare {
        [digits @ .., b'i'] => {
            integer(digits).map_err(invalid("a whole number before the i"))?;
            let value =
                parsed(digits).ok_or_else(overflow("an integer that fits 64 bits with a sign"))?;
            Ok(StoredValue::Integer(value))
        }
        [digits @ .., b'u'] => {
            unsigned(digits).map_err(invalid("digits only before the u"))?;
            let value =
                parsed(digits).ok_or_else(overflow("an unsigned integer that fits 64 bits"))?;
            Ok(StoredValue::UnsignedInteger(value))
        }
        _ => {
            float(bare).map_err(invalid("a number"))?;
            let value = parsed(bare).filter(|value: &f64| value.is_finite());
            Ok(StoredValue::Float(value.ok_or_else(overflow("a float that fits 64 bits"))?))
        }
    }
}

fn integer(text: &[u8]) -> Parsed<'_, &[u8]> {
    all_consuming(recognize(pair(opt(char('-')), digit1))).parse(text)
}

fn unsigned(text: &[u8]) -> Parsed<'_, &[u8]> {
    all_consuming(digit1).parse(text)
}

fn float(text: &[u8]) -> Parsed<'_, &[u8]> {
    let whole = recognize((digit1, opt(pair(char('.'), digit0))));
    let fraction = recognize(pair(char('.'), digit1));
    let exponent = (one_of("eE"), opt(one_of("+-")), digit1);
    all_consuming(recognize((opt(char('-')), alt((whole, fraction)), opt(exponent)))).parse(text)
}

/// The number that `digits`, already known to be well formed, stand for, if its type can hold it.
fn parsed<T: str::FromStr>(digits: &[u8]) -> Option<T> {
    str::from_utf8(digits).ok()?.parse().ok()
}
