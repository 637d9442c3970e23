//! Dates where the timestamp should be.

use alloc::string::String;
use core::str;

use super::cause::Cause;
use super::diagnosis::{Diagnosis, Hint};
use super::line::{Malformed, TEXT_BYTES, groups, is_digits};
use crate::text::span::Span;
use crate::time::format::TimeFormat;
use crate::time::zone::Zone;

/// At most so many words make a date, a time, an offset and a zone.
const WORDS: usize = 4;

/// A date, of which `text` is all or the first part.
pub(super) fn date(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    if text.len() > TEXT_BYTES {
        return None;
    }
    let words = words(malformed, text);
    if let Some((time, is_certain)) = words.as_deref().and_then(read) {
        // Go writes this where no time was set.
        if words.is_some_and(|words| words[0].starts_with("0001-01-01")) {
            return Some(malformed.diagnosis(Cause::NoTimestamp));
        }
        let end = malformed.line.trim_ascii_end().len().max(malformed.end);
        let span = Span::new(malformed.at, end);
        return Some(match time {
            Some(nanoseconds) => {
                let hint = Hint::Time { nanoseconds, span, is_certain };
                malformed.diagnosis(Cause::Date).with_hint(hint)
            }
            None => malformed.diagnosis(Cause::Date),
        });
    }
    is_date(text).then(|| malformed.diagnosis(Cause::Date))
}

/// The rest of a date whose day was read as the timestamp, such as `1 Jan 2023`.
pub(super) fn after_day(malformed: &Malformed<'_>, text: &str) -> Option<Diagnosis> {
    let before = malformed.line[..malformed.at].trim_ascii_end();
    let day = &before[malformed.start_of_token(before.len())..];
    (is_digits(day, 1) && day.len() <= 2 && is_month(text))
        .then(|| Diagnosis::new(Cause::Date, Span::new(before.len() - day.len(), malformed.end)))
}

/// Returns the words of the date, up to the end of the line, without quotes around them.
fn words<'l>(malformed: &Malformed<'l>, text: &'l str) -> Option<alloc::vec::Vec<&'l str>> {
    let after = str::from_utf8(malformed.after()).ok()?;
    let quotes = ['"', '\'', '`'];
    let mut words = alloc::vec![text];
    words.extend(
        groups(after.as_bytes())
            .take(WORDS)
            .filter_map(|word| str::from_utf8(word).ok().map(|word| word.trim_end_matches(quotes))),
    );
    let is_all = words.len() <= WORDS && words.iter().all(|word| word.len() <= TEXT_BYTES);
    is_all.then_some(words)
}

/// Reads a date, a time and a zone, as standards and programming languages write them. Returns the
/// time in nanoseconds, if it can be stored, and whether its zone is written.
fn read(words: &[&str]) -> Option<(Option<i64>, bool)> {
    let (date, rest) = words.split_first()?;
    let day = date.get(..10).filter(|_| date.is_char_boundary(10));
    let (day, mut time) = match day {
        Some(day) => (String::from(day), String::from(&date[10..])),
        None => return None,
    };
    let is_day = {
        let bytes = day.as_bytes();
        is_digits(&bytes[..4], 4)
            && is_digits(&bytes[5..7], 2)
            && is_digits(&bytes[8..], 2)
            && matches!((bytes[4], bytes[7]), (b'-', b'-') | (b'/', b'/'))
    };
    if !is_day {
        return None;
    }
    for word in rest {
        let is_name_of_zone = matches!(*word, "Z" | "UTC" | "GMT");
        match (time.is_empty(), *word) {
            (true, word) => {
                time.push('T');
                time.push_str(word);
            }
            // Go writes both, the offset and the name of the zone.
            (false, _) if is_name_of_zone && zone_start(&time).is_none() => time.push('Z'),
            (false, _) if is_name_of_zone && (time.ends_with("+0000") || time.ends_with('Z')) => {}
            (false, word) if zone_start(&time).is_none() && word.starts_with(['+', '-']) => {
                time.push_str(word);
            }
            _ => return Some((None, false)),
        }
    }
    let is_dated_only = time.is_empty();
    if is_dated_only {
        time.push_str("T00:00:00");
    }
    let zone = zone_start(&time);
    let (clock, zone) = time.split_at(zone.unwrap_or(time.len()));
    let clock = clock.to_ascii_uppercase();
    let seconds = if clock.len() == 6 { ":00" } else { "" };
    let zone = zone.to_ascii_uppercase();
    // The offset with its colon and its minutes.
    let zone = match (zone.len(), zone.as_str()) {
        (0, _) => String::from("Z"),
        (3, zone) => alloc::format!("{zone}:00"),
        (5, zone) if !zone.contains(':') => alloc::format!("{}:{}", &zone[..3], &zone[3..]),
        (_, zone) => String::from(zone),
    };
    let whole = alloc::format!("{}{clock}{seconds}{zone}", day.replace('/', "-"));
    let is_certain = zone_start(&time).is_some();
    Some((TimeFormat::Rfc3339.read(&whole, &Zone::UTC).ok(), is_certain))
}

/// Returns where the zone begins in a clock time after its `T`.
fn zone_start(time: &str) -> Option<usize> {
    time.find(['Z', 'z', '+', '-'])
}

/// Returns whether `text` begins with three numbers, as a date does, with the name of a day or a
/// month, or is a clock time.
fn is_date(text: &str) -> bool {
    is_day_name(text)
        || is_month(text)
        || is_clock(text)
        || is_compact(text)
        || has_three_numbers(text)
}

fn is_day_name(text: &str) -> bool {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    days.iter().any(|day| is_name_or_short(text, day))
}

fn is_month(text: &str) -> bool {
    let months = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    months.iter().any(|month| is_name_or_short(text, month))
}

/// Returns whether `text` is `name` or its first letters.
fn is_name_or_short(text: &str, name: &str) -> bool {
    let word = text.trim_end_matches([',', '.']);
    let is_short = matches!(word.len(), 3 | 4) && word.len() < text.len();
    word.eq_ignore_ascii_case(name)
        || ((is_short || word.len() == 3)
            && name.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))
}

fn is_clock(text: &str) -> bool {
    let whole = text.split('.').next().unwrap_or(text);
    whole.split(':').count() > 1
        && whole.split(':').all(|part| is_digits(part.as_bytes(), 1) && part.len() == 2)
}

/// `20230101T000000Z`, or a date by its week.
fn is_compact(text: &str) -> bool {
    match text.as_bytes() {
        [day @ .., b'T', _, _, _, _, _, _] | [day @ .., b'T', _, _, _, _, _, _, b'Z'] => {
            day.len() == 8 && is_digits(day, 8)
        }
        [year @ .., b'-', b'W', _, _] | [year @ .., b'-', b'W', _, _, b'-', _] => {
            year.len() == 4 && is_digits(year, 4)
        }
        _ => false,
    }
}

fn has_three_numbers(text: &str) -> bool {
    ['-', '/', '.'].iter().any(|&separator| {
        let mut parts = text.splitn(3, separator);
        let is_number = |part: Option<&str>, digits| {
            part.is_some_and(|part| is_digits(part.as_bytes(), 1) && part.len() <= digits)
        };
        let (first, second) = (parts.next(), parts.next());
        let third = parts
            .next()
            .map(|rest| rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count()))
            .filter(|(_, after)| !after.starts_with(separator))
            .map(|(digits, _)| digits);
        is_number(first, 4) && is_number(second, 2) && is_number(third, 4)
    })
}
