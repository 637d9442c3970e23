//! What reading asks of a text: what its author means, or what `influx write` makes of it.

use crate::setting::setting_names;

/// The question that reading answers; see [`Reader::mode`](super::Reader::mode).
///
/// # Examples
/// ```
/// use lineproof::annotated_csv::{Mode, Reader};
///
/// let body = "#datatype measurement,long\nm,cores\ncpu,1.5\n";
/// assert!(Reader::new(body).points().next().unwrap().is_err());
///
/// let mut points = Reader::new(body).mode(Mode::InfluxWrite).points();
/// assert_eq!(points.next().unwrap()?.to_string(), "cpu cores=1i");
/// assert_eq!("influx-write".parse(), Ok(Mode::InfluxWrite));
/// # Ok::<(), lineproof::error::SyntaxError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// Is the text what its author means? Whatever could be lost is an error.
    #[default]
    Strict,
    /// What would `influx write` send? What it changes or drops is a warning.
    InfluxWrite,
}

setting_names!(Mode, "a mode of strict or influx-write", {
    Strict => "strict",
    InfluxWrite => "influx-write",
});
