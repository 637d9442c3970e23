//! Laws that hold for every input. A function panics where its law is broken, so that the same code
//! serves generated inputs, the corpus and the fuzz targets.

pub(crate) mod annotated_csv;
pub(crate) mod csv_rows;
pub(crate) mod line_ends;
pub(crate) mod line_protocol;
pub(crate) mod pieces;
pub(crate) mod places;
pub(crate) mod reading;
pub(crate) mod round_trip;
pub(crate) mod servers;
pub(crate) mod setup;
pub(crate) mod validation;
pub(crate) mod warnings;
