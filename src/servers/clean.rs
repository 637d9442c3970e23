//! Reads the lines that every server reads alike, with the library's own reader.
//!
//! A line is clean if it follows the grammar without any of the spellings that servers read
//! differently. Reading stops at the first line that is not, and the server's own reader continues
//! there: up to that place all servers cut the body at the same line ends.

use memchr::memchr3;

use super::reading::{LONG_STRING, ReadLine, Reading};
use crate::Point;
use crate::line_protocol::Lines;
use crate::point::Timestamp;
use crate::warning::spelling::is_clean_with_floats;

/// Adds the clean lines at the start of `body` to `reading`, up to the first for which `accepts`
/// returns `false`. Returns the offset at which the server's own reader continues.
pub(super) fn read_clean<E>(
    body: &[u8],
    reading: &mut Reading<E>,
    accepts: impl Fn(&Point<'_>) -> bool,
) -> usize {
    let mut lines = Lines::new(body);
    let mut point = Point::default();
    loop {
        let (start, _) = lines.place();
        let Some(Ok(())) = lines.read(&mut point) else {
            return start;
        };
        let span = point.span();
        let (leading, raw) = (&body[start..span.start()], &body[span.start()..]);
        if memchr3(b'"', b'\\', b'\r', leading).is_some()
            || !is_clean_with_floats(raw, &point)
            || span.len() > LONG_STRING
            || !accepts(&point)
        {
            return start;
        }
        let read = Ok(reading.number_of_clean(&point));
        let timestamp = point.timestamp().map(Timestamp::value);
        reading.lines.push(ReadLine { start: span.start(), end: span.end(), timestamp, read });
    }
}
