//! Line protocol to points, and back.
//!
//! # Grammar
//!
//! In bytes; multi-byte UTF-8 is an ordinary character. It is the grammar of InfluxDB Cloud's decoder, the strictest of
//! InfluxDB's own in what matters.
//!
//! ```ebnf
//! lines      = line { [CR] LF line } [CR]               a blank line, or one of spaces only, is no line
//! line       = { SP } [ point | comment ]
//! comment    = "#" { any byte but a control character } control characters: 0x00-0x1f (TAB too) and 0x7f
//! point      = measurement { "," tag } SP+ field { "," field } [ SP+ timestamp ] { SP }
//! tag        = key "=" key                              measurement, keys and tag values are never empty
//! field      = key "=" value
//! measurement: characters except control, SP, ","; the first is not "#"
//! key        : characters except control, SP, ",", "="  (tag key, tag value, field key)
//! value      = boolean | string | integer | unsigned | float
//! boolean    = t T true True TRUE f F false False FALSE
//! integer    = ["-"] digits "i"                         64-bit signed
//! unsigned   = digits "u"                               64-bit
//! float      = ["-"] ( digits ["." [digits]] | "." digits ) [ ("e"|"E") ["+"|"-"] digits ]     finite
//! string     = '"' { byte except '"' and "\" | "\" any byte } '"'    may hold LF, CR, control characters
//! timestamp  = ["-"] digits                             64-bit, in the precision of the write
//! ```
//!
//! A backslash in a name removes the meaning of `,`, space and (outside the measurement) `=`; in front of any other
//! character it stays. In a string `\"` is `"` and `\\` is `\`; every other backslash stays. Names and strings are UTF-8.
//! A tag key twice in one line is an error; a field key twice is not: [`Point::fields`](crate::Point::fields) lists
//! every occurrence.
//!
//! # Going on after an error
//!
//! A line's verdict depends on that line alone. After an error reading goes on behind the next LF. A string that never
//! closes, or that spans an LF and whose closing quote is followed by nothing that may follow a value, is an unclosed
//! quote: the error points at the opening quote, and reading goes on behind the first LF after it, so that one missing
//! quote costs one line.

mod chunks;
pub(crate) mod escape;
mod grammar;
mod index;
mod lines;
mod scan;
pub(crate) mod spelling;
pub(crate) mod write;

pub use chunks::Chunks;
pub use lines::{Lines, Points};

use crate::error::SyntaxErrorKind;
use crate::number;
use crate::point::Value;

/// Reads `text`, which is not empty, as a field value that stands alone; of a string only that it is one.
#[inline]
pub(crate) fn lone_value(text: &str) -> Result<Value, SyntaxErrorKind> {
    match number::bare_value(text.as_bytes(), 0, text.len(), &mut false) {
        Some(value) => Ok(value),
        None => grammar::lone_value(text.as_bytes()),
    }
}

/// The points of `body`, line by line; after an error the iterator goes on with the next line.
///
/// To look a bucket's schema up over the network, read the batch's measurements with this first, fetch what is known of
/// them, then validate with the answers.
///
/// [`Lines::read`] does the same into one point that is used again and again, which is faster.
///
/// ```
/// use lineproof::line_protocol;
///
/// let body = b"cpu usage=1\ncpu usage=oops\nmem free=3i";
/// let measurements: Vec<_> = line_protocol::points(body)
///     .filter_map(Result::ok)
///     .map(|point| point.measurement().to_owned())
///     .collect();
/// assert_eq!(measurements, ["cpu", "mem"]);
/// ```
pub fn points(body: &[u8]) -> Points<'_> {
    Points::new(body)
}
