//! Reads line protocol into points.
//!
//! [`points`] returns the points of a body, [`Lines`] reads them into one point without an
//! allocation a line, and [`Chunks`] reads a body that arrives in pieces.
//! [`Point::write_to`](crate::Point::write_to) writes a point back.
//!
//! # Grammar
//!
//! The grammar is that of InfluxDB Cloud's decoder, which refuses more malformed lines than
//! InfluxDB's other parsers. It counts in bytes; a multi-byte UTF-8 character is an ordinary character.
//!
//! ```ebnf
//! lines      = line { [CR] LF line } [CR]
//! line       = { SP } [ point | comment ]
//! comment    = "#" { any byte but a control character }
//! point      = measurement { "," tag } SP+ field { "," field } [ SP+ timestamp ] { SP }
//! tag        = key "=" key
//! field      = key "=" value
//! measurement: characters except control, SP, ","; the first is not "#"
//! key        : characters except control, SP, ",", "="  (tag key, tag value, field key)
//! value      = boolean | string | integer | unsigned | float
//! boolean    = t T true True TRUE f F false False FALSE
//! integer    = ["-"] digits "i"                         64-bit signed
//! unsigned   = digits "u"                               64-bit
//! float      = ["-"] ( digits ["." [digits]] | "." digits ) [ exponent ]
//! exponent   = ("e"|"E") ["+"|"-"] digits               the number is finite
//! string     = '"' { byte except '"' and "\" | "\" any byte } '"'
//! timestamp  = ["-"] digits                             64-bit, in the write's precision
//! ```
//!
//! A blank line, or one of spaces only, is not counted as a line. Control characters are the bytes 0x00 to 0x1f
//! (TAB too) and 0x7f; a string may hold them, LF and CR included. Measurement, keys and tag values
//! are never empty.
//!
//! A backslash in a name removes the meaning of `,`, space and (outside the measurement) `=`;
//! before any other character it stays. In a string `\"` is `"` and `\\` is `\`; every other
//! backslash stays. Names and strings are UTF-8. A tag key twice in one line is an error; a field
//! key twice is not: [`Point::fields`](crate::Point::fields) lists every occurrence.
//!
//! # Going on after an error
//!
//! A malformed line is one error: the first in its text, and for an unclosed string the opening
//! quote. Reading continues with the next line. Where a line ends depends on its quotes alone and
//! not on what is wrong with it, so the content of a string is never read as a line:
//!
//! - After its leading spaces, a line that begins with `#` ends at the next LF. Any other line ends
//!   at the first LF outside strings (or at the end of the body), whatever precedes that LF.
//! - The next space without a backslash directly before it begins the field set, which reaches to
//!   the line's end. A quote in it that directly follows an `=` opens a string, unless a backslash
//!   stands directly before that `=`.
//! - In a string a backslash takes the next byte with it, and the next quote closes the string.
//! - A string is unclosed if no quote closes it within the line limit (counted from the line's
//!   start), or if it spans an LF and neither `,` nor a space nor a line's end (LF, CR LF, or the
//!   end of the body with or without one CR) follows its closing quote. The line then ends at the
//!   first LF after the opening quote, or at the end of the body.
//! - Past the line limit no string opens.
//!
//! So one missing quote costs one line, unless the next quote in the text happens to be followed by
//! `,`, a space or a line's end. A CR that neither an LF nor the end of the body follows is no
//! line's end: after a string that spans an LF it makes the string unclosed, as in the last row
//! below.
//!
//! | text | errors | points |
//! |---|---|---|
//! | `log,app=a msg="bad \xff byte` LF `evil,role=admin f=1` LF `end" 5` LF `m f=1` | one, for three text lines, at the byte that is not UTF-8 | `m f=1` |
//! | `n v=oops,msg="text` LF `evil f=1` LF `end" 5` LF `m f=1` | one, at `oops` | `m f=1` |
//! | `n v=oops,msg="text` LF `m f=1` LF | one, at `oops` | `m f=1` |
//! | `m f="a` LF `b"` CR `x` LF `m f=1` | two, at the opening quote and at the CR | `m f=1` |
//!
//! ```
//! use lineproof::line_protocol;
//!
//! let body = b"n v=oops,msg=\"text\nevil f=1\nend\" 5\nm f=1";
//! let lines: Vec<_> = line_protocol::points(body).collect();
//! let error = lines[0].as_ref().unwrap_err();
//! assert_eq!(&body[error.span().range()], b"oops");
//! assert_eq!((error.first_line(), error.last_line()), (1, 3));
//! assert_eq!(lines[1].as_ref().unwrap().line(), 4);
//! assert_eq!(lines.len(), 2);
//! ```

mod bare_value;
mod chunks;
mod cuts;
mod field_value;
mod grammar;
mod index;
mod line_end;
mod lines;
mod scan;
pub(crate) mod series_key;
pub(crate) mod write;

pub use chunks::Chunks;
pub(crate) use chunks::Skipped;
pub use cuts::{Cut, Cuts, cuts};
pub(crate) use field_value::parse_field_value;
pub use lines::{Lines, Points, points};
