//! Reads one line of line protocol by its grammar: the reference for what is accepted, and the
//! source of every error.
//!
//! This is the only file that uses nom. Each function states its production, reads it from the
//! beginning of the text and commits: a mismatch is a [`nom::Err::Failure`] with the exact place,
//! so no alternative can replace the first error of a line by a later one.
//!
//! The [scanner](super::scan) reads most lines without this file, several times faster. Both accept
//! the same values; a line that the scanner declines is read here, and the result is final.
//!
//! Facts that must not differ between the two are shared, and each is stated once: line ends
//! ([`at_line_end`]), booleans ([`parse_boolean`]), escapable characters ([`Escapes`]) and the
//! shape of decimal numbers ([`is_decimal`]). Everything else is independent on purpose, so that
//! comparing both in tests can find a mistake in either one: how names, strings and values are
//! delimited, how numbers are converted, and how a tag key that occurs twice is found.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use core::str;

use memchr::memchr;
use nom::branch::alt;
use nom::bytes::complete::{take, take_till, take_while, take_while1};
use nom::character::complete::char;
use nom::combinator::{opt, peek, recognize, verify};
use nom::error::{ErrorKind, ParseError};
use nom::multi::many0_count;
use nom::sequence::{pair, preceded, terminated};
use nom::{IResult, Parser};

use super::bare_value::parse_boolean;
use crate::error::{Part, SyntaxErrorKind as Kind, UnplacedError};
use crate::point::{FieldData, PointData, SpellingFlags, StoredValue, TagData, TextRange, TextRef};
use crate::text::escape::{Escapes, unescape};
use crate::text::line_break::at_line_end;
use crate::text::number::is_decimal;
use crate::text::span::Span;
use crate::text::utf8::{character_at, first_character_len};
use crate::time::Timestamp;

/// A line that was accepted, with its length in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GrammarLine {
    /// A blank line or a comment.
    Nothing(usize),
    /// A point.
    Point(usize),
}

/// Reads the line at the beginning of `all` into `data`. Only a string that contains line feeds
/// makes it longer than one physical line. Of several errors the first one in the text is returned.
pub(super) fn read_line(
    all: &[u8],
    limit: usize,
    data: &mut PointData,
) -> Result<GrammarLine, UnplacedError> {
    data.clear();
    // A line of exactly `limit` bytes and its CR LF still fit; a line that needs more is too long.
    let text = &all[..all.len().min(limit + 2)];
    let check_limit = |end: usize| {
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
    match (GrammarReader { text, limit, data }).parse_line(text) {
        Ok((rest, is_point)) => {
            let len = text.len() - rest.len();
            check_limit(len)?;
            Ok(if is_point { GrammarLine::Point(len) } else { GrammarLine::Nothing(len) })
        }
        Err(error) => {
            let error = GrammarError::of(error, text);
            let start = text.len() - error.rest.len();
            let end = if error.kind == Kind::UnclosedQuote {
                // The string may close past the limit, but without an LF before the limit the line
                // is too long in any case.
                let len = memchr(b'\n', error.rest).map_or(text.len(), |lf| start + lf);
                len - usize::from(text[..len].ends_with(b"\r"))
            } else {
                start + error.len
            };
            check_limit(end)?;
            Err(UnplacedError {
                kind: error.kind,
                part: error.part,
                expected: error.expected,
                span: Span::new(start, start + error.len),
            })
        }
    }
}

/// Parses `text` as a field value outside a line. The text of a string is not available, since it
/// may be stored in data that is dropped here.
pub(super) fn parse_field_value(text: &[u8]) -> Result<StoredValue, Kind> {
    let data = &mut PointData::default();
    match (GrammarReader { text, limit: usize::MAX, data }).parse_value(text) {
        Ok(([], value)) => Ok(value),
        Ok(_) => Err(Kind::InvalidValue),
        Err(error) => Err(match GrammarError::of(error, text).kind {
            Kind::NumberOutOfRange => Kind::NumberOutOfRange,
            _ => Kind::InvalidValue,
        }),
    }
}

type Parsed<'a, T> = IResult<&'a [u8], T, GrammarError<'a>>;

/// An error, with its place as the text from there on.
#[derive(Debug)]
struct GrammarError<'a> {
    /// The text from the first offending byte on.
    rest: &'a [u8],
    /// The number of offending bytes; zero at the end of the line.
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

    /// Creates the error for the first character of `rest`: of the kind `ControlCharacter` for a
    /// control character, and of `kind` for any other and for the line's end.
    fn here(rest: &'a [u8], kind: Kind, part: Part, expected: &'static str) -> nom::Err<Self> {
        let len = character_len(rest);
        let control = len == 1 && is_control(rest[0]);
        let kind = if control { Kind::ControlCharacter } else { kind };
        Self::at(rest, len, kind, part, expected)
    }

    /// Takes the error out of nom's wrapper.
    fn of(error: nom::Err<Self>, text: &'a [u8]) -> Self {
        match error {
            nom::Err::Failure(error) | nom::Err::Error(error) => error,
            // Only nom's streaming parsers return this, and none is used here.
            nom::Err::Incomplete(_) => Self::from_error_kind(text, ErrorKind::Complete),
        }
    }
}

/// The errors of nom's own parsers. Each is replaced by one of ours before it leaves this file, so
/// only the place matters.
impl<'a> ParseError<&'a [u8]> for GrammarError<'a> {
    fn from_error_kind(rest: &'a [u8], _: ErrorKind) -> Self {
        GrammarError {
            rest,
            len: character_len(rest),
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

/// Returns the length of the character at the beginning of `rest`: zero at the line's end, and one
/// for a byte that is not UTF-8.
fn character_len(rest: &[u8]) -> usize {
    if at_line_end(rest) {
        return 0;
    }
    first_character_len(rest).unwrap_or(1)
}

/// Returns `raw`, the beginning of `input`, as text, or an error if it is not UTF-8.
fn check_utf8<'a>(
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
    /// The number of bytes within which a string has to close, from the line's beginning.
    limit: usize,
    data: &'d mut PointData,
}

impl<'a> GrammarReader<'a, '_> {
    /// ```ebnf
    /// line = { SP } [ point | comment ]
    /// ```
    ///
    /// Returns whether the line contains a point.
    fn parse_line(&mut self, input: &'a [u8]) -> Parsed<'a, bool> {
        let (input, _) = take_spaces(input)?;
        match input.first() {
            _ if at_line_end(input) => Ok((input, false)),
            Some(b'#') => parse_comment(input).map(|(input, ())| (input, false)),
            _ => {
                self.data.spelling_flags.add(SpellingFlags::SPACE);
                self.parse_point(input).map(|(input, ())| (input, true))
            }
        }
    }

    /// ```ebnf
    /// point = measurement { "," tag } SP+ field { "," field } [ SP+ timestamp ] { SP }
    /// ```
    fn parse_point(&mut self, input: &'a [u8]) -> Parsed<'a, ()> {
        let (mut input, measurement) = parse_name(Part::Measurement)(input)?;
        self.data.measurement = self.text_ref(measurement, input, Escapes::Measurement);

        let mut keys = BTreeSet::new();
        while let (next, Some(_)) = opt(char(',')).parse(input)? {
            (input, ()) = self.parse_tag(next, &mut keys)?;
        }

        let before_fields = input;
        (input, _) = take_spaces(input)?;
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
                expected_after(part),
            ));
        }

        (input, ()) = self.parse_field(input)?;
        while let (next, Some(_)) = opt(char(',')).parse(input)? {
            (input, ()) = self.parse_field(next)?;
        }

        (input, _) = take_spaces(input)?;
        if !at_line_end(input) {
            (input, ()) = self.parse_timestamp(input)?;
            (input, _) = take_spaces(input)?;
        }
        if !at_line_end(input) {
            let len = take_bare(input)?.1.len().max(character_len(input));
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
    fn parse_tag(&mut self, input: &'a [u8], keys: &mut BTreeSet<Cow<'a, str>>) -> Parsed<'a, ()> {
        let (rest, key) = parse_name(Part::TagKey)(input)?;
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
        let key = self.text_ref(key, rest, Escapes::Key);
        let (rest, ()) = parse_equals(Part::TagKey)(rest)?;
        let (rest, value) = parse_name(Part::TagValue)(rest)?;
        let value = self.text_ref(value, rest, Escapes::Key);
        self.data.tags.push(TagData { key, value });
        Ok((rest, ()))
    }

    /// ```ebnf
    /// field = key "=" value
    /// ```
    fn parse_field(&mut self, input: &'a [u8]) -> Parsed<'a, ()> {
        let (rest, key) = parse_name(Part::FieldKey)(input)?;
        let key = self.text_ref(key, rest, Escapes::Key);
        let (start, ()) = parse_equals(Part::FieldKey)(rest)?;
        let (rest, value) = self.parse_value(start)?;
        let raw = TextRange::new(self.offset_of(start), self.offset_of(rest));
        self.data.fields.push(FieldData { key, value, raw });
        Ok((rest, ()))
    }

    /// ```ebnf
    /// value = boolean | string | integer | unsigned | float
    /// ```
    ///
    /// The first byte decides which one is expected.
    fn parse_value(&mut self, input: &'a [u8]) -> Parsed<'a, StoredValue> {
        if input.first() == Some(&b'"') {
            return self.parse_string(input);
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
                parse_boolean(bare).ok_or_else(|| invalid("a boolean such as true or f"))?,
            ),
            [b'-' | b'.' | b'0'..=b'9', ..] => {
                self.data.spelling_flags.add(SpellingFlags::FLOAT);
                parse_number(bare, input)?
            }
            _ => return Err(invalid("a boolean, a number or a string in double quotes")),
        };
        check_after_value(rest, "',' or a space after the field value")?;
        Ok((rest, value))
    }

    /// ```ebnf
    /// string = '"' { byte except '"' and "\" | "\" any byte } '"'
    /// ```
    fn parse_string(&mut self, input: &'a [u8]) -> Parsed<'a, StoredValue> {
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
        // The rest may also be a single backslash, the last byte of the text.
        let [b'"', rest @ ..] = close else {
            return Err(unclosed());
        };
        let ends_well = at_line_end(rest) || matches!(rest[0], b',' | b' ');
        if self.offset_of(rest) > self.limit || (!ends_well && raw.contains(&b'\n')) {
            return Err(unclosed());
        }
        let raw = check_utf8(raw, open, Part::FieldValue)?;
        check_after_value(rest, "',' or a space after the closing quote")?;
        let text_ref = self.text_ref(raw, close, Escapes::String);
        Ok((rest, StoredValue::String(text_ref)))
    }

    /// ```ebnf
    /// timestamp = ["-"] digits
    /// ```
    fn parse_timestamp(&mut self, input: &'a [u8]) -> Parsed<'a, ()> {
        let (rest, bare) = take_bare(input)?;
        if !is_whole(bare) {
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
        let Some(value) = convert(bare) else {
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
        self.data.timestamp_span = TextRange::new(self.offset_of(input), self.offset_of(rest));
        Ok((rest, ()))
    }

    /// Returns the offset in the line of `rest`, which extends to the end of the text.
    fn offset_of(&self, rest: &[u8]) -> usize {
        self.text.len() - rest.len()
    }

    /// Returns a reference to `raw`, which is directly before `rest`, without its escapes.
    fn text_ref(&mut self, raw: &str, rest: &[u8], escapes: Escapes) -> TextRef {
        let end = self.offset_of(rest);
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

/// Reads any number of spaces; the caller checks whether one is required.
fn take_spaces(input: &[u8]) -> Parsed<'_, &[u8]> {
    take_while(|byte| byte == b' ').parse(input)
}

/// Reads a value or timestamp without quotes, which extends to the next `,`, space or control
/// character.
fn take_bare(input: &[u8]) -> Parsed<'_, &[u8]> {
    take_till(|byte| matches!(byte, b',' | b' ') || is_control(byte)).parse(input)
}

/// ```ebnf
/// comment = "#" { any byte but a control character }
/// ```
fn parse_comment(input: &[u8]) -> Parsed<'_, ()> {
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
/// A backslash removes the meaning of an escapable character after it. Before any other it is an
/// ordinary character, unless that is a control character or the line's end, where it is an error.
fn parse_name<'a>(part: Part) -> impl Fn(&'a [u8]) -> Parsed<'a, &'a str> {
    move |input| {
        let is_measurement = part == Part::Measurement;
        let escapes = if is_measurement { Escapes::Measurement } else { Escapes::Key };
        let plain = take_while1(|byte| match byte {
            b' ' | b',' | b'\\' => false,
            b'=' => is_measurement,
            _ => !is_control(byte),
        });
        let escape = recognize(pair(
            char('\\'),
            verify(take(1usize), |next: &[u8]| escapes.is_escapable(next[0])),
        ));
        let backslash = recognize(terminated(
            char('\\'),
            peek(verify(take(1usize), |next: &[u8]| !is_control(next[0]))),
        ));
        let (rest, raw) = recognize(many0_count(alt((plain, escape, backslash)))).parse(input)?;
        let raw = check_utf8(raw, input, part)?;
        match rest.first() {
            Some(b'\\') => {
                let expected = "no backslash before a control character or the line's end";
                Err(GrammarError::at(rest, 1, Kind::DanglingBackslash, part, expected))
            }
            _ if raw.is_empty() => {
                Err(GrammarError::here(rest, Kind::EmptyName, part, expected_name(part)))
            }
            Some(&byte) if is_control(byte) && !at_line_end(rest) => {
                Err(GrammarError::here(rest, Kind::ControlCharacter, part, expected_after(part)))
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

const fn expected_after(part: Part) -> &'static str {
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

fn parse_equals<'a>(part: Part) -> impl Fn(&'a [u8]) -> Parsed<'a, ()> {
    move |input| match opt(char('=')).parse(input)? {
        (rest, Some(_)) => Ok((rest, ())),
        (rest, None) => {
            Err(GrammarError::here(rest, Kind::MissingEquals, part, expected_after(part)))
        }
    }
}

/// Checks that `,`, a space or the line's end follows a field value.
fn check_after_value<'a>(
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
/// The last byte decides which one is expected. `bare` is the beginning of `input`.
fn parse_number<'a>(
    bare: &'a [u8],
    input: &'a [u8],
) -> Result<StoredValue, nom::Err<GrammarError<'a>>> {
    let error =
        |kind, expected| GrammarError::at(input, bare.len(), kind, Part::FieldValue, expected);
    let invalid = |expected| error(Kind::InvalidValue, expected);
    let overflow = |expected| move || error(Kind::NumberOutOfRange, expected);
    match bare {
        [digits @ .., b'i'] => {
            if !is_whole(digits) {
                return Err(invalid("a whole number before the i"));
            }
            let value =
                convert(digits).ok_or_else(overflow("an integer that fits 64 bits with a sign"))?;
            Ok(StoredValue::Integer(value))
        }
        [digits @ .., b'u'] => {
            if !is_digits(digits) {
                return Err(invalid("digits only before the u"));
            }
            let value =
                convert(digits).ok_or_else(overflow("an unsigned integer that fits 64 bits"))?;
            Ok(StoredValue::UnsignedInteger(value))
        }
        _ => {
            if !is_decimal(bare.strip_prefix(b"-").unwrap_or(bare)) {
                return Err(invalid("a number"));
            }
            let value = convert(bare).filter(|value: &f64| value.is_finite());
            Ok(StoredValue::Float(value.ok_or_else(overflow("a float that fits 64 bits"))?))
        }
    }
}

/// Returns whether `text` is `["-"] digits`.
fn is_whole(text: &[u8]) -> bool {
    is_digits(text.strip_prefix(b"-").unwrap_or(text))
}

/// Returns whether `text` is `digits`.
fn is_digits(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// Converts a number whose shape has been checked. Returns `None` if it is out of range.
fn convert<T: str::FromStr>(digits: &[u8]) -> Option<T> {
    str::from_utf8(digits).ok()?.parse().ok()
}
