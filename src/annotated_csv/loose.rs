//! Reads cells as `influx write` reads them, where the strict reading fails.
//!
//! Only values that a server takes are read: text without a type is never copied, and a time never
//! wraps around.

use alloc::format;
use alloc::string::String;

use super::boolean::BooleanFormat;
use super::cell::ValueKind;
use super::number::{self, NumberFormat};
use crate::error::UnplacedError;
use crate::point::StoredValue;
use crate::text::number::parse_digits;
use crate::time::duration;
use crate::time::format::{CellTime, TimeFormat};
use crate::time::zone::Zone;
use crate::warning::Sent;

/// Reads the value of a cell that the strict reading refuses. Returns it, and what is sent.
#[cold]
pub(super) fn read_loosely(kind: &ValueKind, text: &str) -> Option<(StoredValue, Sent)> {
    Some(match kind {
        ValueKind::Raw | ValueKind::String => return None,
        ValueKind::Double(format) => {
            let clean = format.clean_loosely(text, false);
            let value = number::parse_plain_double(clean.as_bytes(), 0, clean.len())?;
            (StoredValue::Float(value), Sent::Float(value.to_bits()))
        }
        ValueKind::Long(format) => {
            let clean = clean_whole(format, text)?;
            let value = number::parse_plain_long(clean.as_bytes(), 0, clean.len())?;
            (StoredValue::Integer(value), Sent::Integer(value))
        }
        ValueKind::UnsignedLong(format) => {
            let clean = clean_whole(format, text)?;
            let value = parse_digits(clean.as_bytes(), 0, clean.len())?;
            (StoredValue::UnsignedInteger(value), Sent::UnsignedInteger(value))
        }
        ValueKind::Boolean(format) => {
            if !matches!(**format, BooleanFormat::Plain) {
                return None;
            }
            let value = match text.as_bytes().first()? {
                b't' | b'T' | b'y' | b'Y' | b'1' => true,
                b'f' | b'F' | b'n' | b'N' | b'0' => false,
                _ => return None,
            };
            (StoredValue::Boolean(value), Sent::Boolean(value))
        }
        ValueKind::Duration => {
            let value = duration::parse_truncated_duration(text)?;
            (StoredValue::Integer(value), Sent::Integer(value))
        }
    })
}

fn clean_whole(format: &NumberFormat, text: &str) -> Option<String> {
    let clean = format.clean_loosely(text, true);
    if format.is_strict() && clean.len() < format.clean_loosely(text, false).len() {
        return None;
    }
    Some(clean)
}

/// Reads the time of a cell that the strict reading refuses.
#[cold]
pub(super) fn read_time_loosely(
    format: &TimeFormat,
    text: &str,
    zone: &Zone<'_>,
) -> Option<CellTime> {
    let read = |text: &str, zone: &Zone<'_>| format.read_cell(text, zone).ok();
    match format {
        TimeFormat::Auto | TimeFormat::Rfc3339 => {
            let (respelled, offset) = respell_rfc3339(text)?;
            let time = read(&respelled, zone)?;
            let value = time.value.checked_sub(offset.checked_mul(1_000_000_000)?)?;
            Some(CellTime { value, ..time })
        }
        TimeFormat::Number => None,
        TimeFormat::Layout(layout) => {
            let is_ambiguous =
                |error: UnplacedError| error.kind == crate::error::SyntaxErrorKind::AmbiguousTime;
            if !format.read_cell(text, zone).is_err_and(is_ambiguous) {
                return None;
            }
            let (date_time, _) = layout.read(text).ok()?;
            let offset = zone.offset_beside(date_time.seconds())?;
            read(text, &Zone::Offset(offset))
        }
    }
}

/// Returns a time of RFC 3339 in UTC, in the one spelling that the strict reading has: an hour of two
/// digits, a point and at most nine digits of the fraction. Returns the offset of its zone in seconds
/// as well, which may have 60 minutes.
fn respell_rfc3339(text: &str) -> Option<(String, i64)> {
    let (date, time) = text.split_once('T')?;
    let (hour, rest) = time.split_once(':')?;
    let seconds_end = rest.find([',', '.', 'Z', '+', '-'])?;
    let (minutes, rest) = rest.split_at(seconds_end);
    let (fraction, zone) = match rest.strip_prefix([',', '.']) {
        Some(after) => {
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            let (fraction, zone) = after.split_at(digits);
            if fraction.is_empty() {
                return None;
            }
            (&fraction[..fraction.len().min(9)], zone)
        }
        None => ("", rest),
    };
    let point = if fraction.is_empty() { "" } else { "." };
    Some((format!("{date}T{hour:0>2}:{minutes}{point}{fraction}Z"), zone_offset(zone)?))
}

/// Returns the offset of `Z`, or of `+hh:mm` up to 24 hours and 60 minutes, in seconds.
fn zone_offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let (hours, minutes) = zone.strip_prefix(['+', '-'])?.split_once(':')?;
    let number = |digits: &str, most: i64| -> Option<i64> {
        let are_digits = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|&number| are_digits && number <= most)
    };
    let seconds = number(hours, 24)? * 3_600 + number(minutes, 60)? * 60;
    Some(if zone.starts_with('-') { -seconds } else { seconds })
}
