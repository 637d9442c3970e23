//! Reads annotated CSV into typed points and tables.
//!
//! Two forms of it are read: what `influx write` takes ("extended annotated CSV"), and the result
//! of a query. Both become [points]; the result of a query also becomes [tables]. A row is a point,
//! so what the rest of this crate says of lines holds for rows as well: places, limits,
//! diagnostics.
//!
//! # Form
//!
//! ```ebnf
//! text       = [BOM] [ "sep=" char line-end ] { table }   "," separates unless char is named
//! table      = { annotation | comment | blank } header { row | comment | blank }
//! annotation = name ( " " value | sep value ) { sep value }
//! name       = "#datatype" | "#group" | "#default" | "#constant" | "#concat" | "#timezone"
//! comment    = "# " { any }
//! header     = label { sep label }                          text, or "label|type|default"
//! row        = cell { sep cell }
//! cell       = { char } | '"' { char | '""' | line-end } '"'     blanks belong to the cell
//! line-end   = [CR] LF                                      at the end of the text also [CR]
//! ```
//!
//! The name of an annotation, in upper or lower case, stands before its first value
//! (`#datatype a,b`) or in a cell of its own (`#datatype,a,b`). Where names have a cell of their own,
//! the first cell of header and rows is empty. Both forms can be mixed if one of the annotations has a
//! value for the first column, which then has a label.
//!
//! | annotation | meaning |
//! |---|---|
//! | `#datatype` | the [type](#types) of each column, `type[:format][\|default]` |
//! | `#group` | `true` or `false`, in any case: the column is a tag, unless its type says otherwise |
//! | `#default` | the values of empty and missing cells |
//! | `#constant type,label,value` | a column with the same value in each row |
//! | `#concat type,label,template` | such a column, with `${label}` in the template replaced by the row's cell |
//! | `#timezone` | the zone of times without one: `+0130`, `-01:00`, `UTC`, or a name that [`ZoneLookup`] knows |
//!
//! A constant takes the place of the column for the measurement or the time, and of a tag column
//! with its label. Fields have unique labels: a constant with the label of a field column is
//! refused.
//!
//! A table ends where the next one's annotations begin. After a blank line constants belong to the
//! next table too. A blank line before a row without annotations ends nothing.
//!
//! # What a column is for
//!
//! A column is used for what its label says: `_measurement`, `_time`, and `_field` with `_value` (a
//! field's key and its value). Any other column is used for what its type says (`measurement`,
//! `dateTime`, `tag`, `field`, `ignored`); without such a type it is a tag if it belongs to the
//! group key, and a field if not. `result` and `table`, with which a query's result begins,
//! `_start` and `_stop` are no fields and never the timestamp.
//!
//! Two columns for one thing, `_field` without `_value`, and a column beside these two that would
//! be dropped are errors. So is whatever else would make each row an error: it is reported once, at
//! the header. All errors of a header are reported, up to 256 of them, each at its column; the second
//! of two columns names the [place of the first](crate::error::SyntaxError::earlier_position).
//!
//! # Types
//!
//! | type | cells |
//! |---|---|
//! | `string` | any text |
//! | `double[:separators]` | a decimal number; the first separator is the fraction mark, the others are left out: `double:,.` reads `1.234,5` |
//! | `long`, `unsignedLong` (`[:separators]`, `:strict`) | a whole number; a fraction is an error, never cut off, unless it is zero and the format is not `strict` |
//! | `boolean[:true,…:false,…]` | `true t T True TRUE`, `false f F False FALSE`, or what the lists hold |
//! | `duration` | `1h30m`, `1.5s`, … as an integer in nanoseconds |
//! | `dateTime[:format]`, `time` | a number or RFC 3339; `RFC3339`, `RFC3339Nano`, `number`, or a layout such as `2006-01-02 15:04:05` |
//! | none, `field` | a value as in line protocol: `1.5`, `1i`, `1u`, `t`, `"text"` |
//! | `base64Binary` | in [tables] only: no field can hold it |
//!
//! A number of a time column is in the precision that the write declares, nanoseconds by default; a
//! date has none. A cell without a value and without a default leaves out its tag, field or timestamp; a row without a measurement or without
//! any field is an error.
//!
//! # Going on after an error
//!
//! An error of a row costs that row; an error of an annotation or the header costs the table up to
//! the next one; each is reported once. A [validation](crate::Validator) counts each row of such a
//! table as a lost line and a lost point, and a table without rows as one. A row that begins with `#` and is no comment, and whose
//! quotes, bytes or length are at fault, is an annotation in error, whatever its name. An
//! annotation that can be read but is not known ends the table before it where it stands after a
//! blank line or beside another annotation; alone among rows it costs itself. A byte order mark
//! that begins a later line begins another file, whose rows belong to no table above.
//!
//! Where a row ends depends on its quotes alone: at the first line end outside quoted cells,
//! whatever its errors, so that the content of a quoted cell is never read as a row. Only the first
//! byte of a cell opens quotes. A quoted cell over several lines with text after its closing quote
//! does not close, like one without a closing quote within the limit: its row ends at the first
//! line end after the opening quote.
//!
//! What a body can ask for is bounded, by bounds of our own: 262144 columns; 16 KiB of labels,
//! defaults, constants and templates together for a table; 100 placeholders in its templates;
//! layouts of 100 parts; and 1000 defaults for cells that a short row lacks. So what its table adds
//! to a row is at most 128 KiB of line protocol, however short the row; a placeholder adds its
//! cell.
//!
//! A few bytes of a row can thus make a measurement, a field or a series whose name has 16 KiB: a
//! template of a measurement or of `_field` with a placeholder, or a long default of one tag beside
//! another tag. [Validation](crate::Validator) keeps each distinct name, up to six times over, so a
//! body of a few megabytes can take gigabytes of memory. Where the sender is not trusted,
//! [`Limits::key_bytes`](crate::validate::Limits::key_bytes) bounds the bytes of each name, and
//! [`measurements`](crate::validate::Limits::measurements),
//! [`series`](crate::validate::Limits::series) and
//! [`fields_of_batch`](crate::validate::Limits::fields_of_batch) bound how many there are; nothing
//! is kept of a row that exceeds one of them.
//!
//! # Modes
//!
//! A text can be read with two questions, by the [`Mode`] of the [`Reader`].
//!
//! [`Mode::Strict`], the default, asks whether the text is what its author means. `influx write`
//! silently loses some things: it cuts fractions off whole numbers, wraps times beyond 64 bits
//! around, reads a boolean by its first letter, takes `_stop` for the timestamp, lets the last of
//! two equal columns win, drops rows whose first cell begins with `#`, and copies cells without a
//! type into its output unread. Here each of these is an error at its cell. On the other hand a byte
//! order mark is skipped, defaults of tags and of the time apply to short rows as well, and a short
//! `#default` or `#group` is filled up.
//!
//! [`Mode::InfluxWrite`] asks what `influx write` would send, and what it loses on the way. It reads
//! what `influx write` reads, gives the same points, and has one [warning](Reader::warnings) for
//! each thing that is changed or dropped:
//!
//! | read | warning |
//! |---|---|
//! | fractions of whole numbers, booleans by their first letter, blanks and `_` in numbers, parts of a nanosecond, times that are almost RFC 3339 | [`ChangedValue`] |
//! | rows that begin with `#`, constants without a value, a cell under the annotations' names | [`DroppedValue`] |
//! | columns beside `_field`, a column for what an earlier one is for, `_field` or `_value` alone | [`DroppedColumn`] |
//! | `_stop` as the timestamp, `result` and `table` as fields, types that contradict the label | [`MistakenColumn`] |
//! | repeated annotations, constants among the rows of a table, `#group` that is neither true nor false, more than one character after `sep=` | [`LooseAnnotation`] |
//! | a header or annotation of another width | [`HeaderWidth`] |
//! | a `#timezone` that is not known, or of the table before | [`MistakenTimeZone`] |
//!
//! `influx write` refuses rows, not headers: an error of a header is reported at its first row.
//!
//! Some things are errors in both modes: what a server refuses (text without a type, line feeds in
//! names, backslashes at their end, base64), times beyond 64 bits, bytes that are not UTF-8, a lone
//! CR, and the error of a query. So are hexadecimal numbers, underscores that a format keeps, and
//! abbreviations of time zones without an offset.
//!
//! In both modes rows of another width than the header, a table without a time, and texts that begin
//! or end with a blank are warned of; in the strict one also what is read here, but refused by
//! `influx write` ([`InfluxWriteRefuses`]).
//!
//! [`ChangedValue`]: crate::warning::WarningKind::ChangedValue
//! [`DroppedValue`]: crate::warning::WarningKind::DroppedValue
//! [`DroppedColumn`]: crate::warning::WarningKind::DroppedColumn
//! [`MistakenColumn`]: crate::warning::WarningKind::MistakenColumn
//! [`LooseAnnotation`]: crate::warning::WarningKind::LooseAnnotation
//! [`HeaderWidth`]: crate::warning::WarningKind::HeaderWidth
//! [`MistakenTimeZone`]: crate::warning::WarningKind::MistakenTimeZone
//! [`InfluxWriteRefuses`]: crate::warning::WarningKind::InfluxWriteRefuses
//!
//! # Examples
//! ```
//! use lineproof::annotated_csv;
//!
//! let body = b"#datatype measurement,tag,double,dateTime:RFC3339\n\
//!              m,host,usage,time\n\
//!              cpu,a,0.5,2024-01-01T00:00:00Z\n\
//!              cpu,b,high,2024-01-01T00:00:00Z\n";
//! let mut points = annotated_csv::points(body);
//! let point = points.next().unwrap()?;
//! assert_eq!(point.to_string(), "cpu,host=a usage=0.5 1704067200000000000");
//! let error = points.next().unwrap().unwrap_err();
//! assert_eq!((error.line(), error.column(), error.column_label()), (4, 7, Some("usage")));
//! # Ok::<(), lineproof::error::SyntaxError>(())
//! ```

mod annotation;
mod boolean;
mod cause;
mod cell;
mod column;
mod column_source;
mod column_use;
mod data_type;
mod header_errors;
mod loose;
mod mode;
mod name;
mod notes;
mod number;
mod point_table;
mod query_error;
mod query_result;
mod reader;
mod row;
mod row_place;
mod rows;
mod short_rows;
mod table_reader;
mod tokenizer;

#[cfg(feature = "jiff")]
#[cfg_attr(docsrs, doc(cfg(feature = "jiff")))]
pub use crate::time::JiffZones;
pub use crate::time::{LocalOffset, ZoneLookup};
pub use mode::Mode;
pub use query_result::{Record, Table, TableColumn, Tables, Value};
pub use reader::{Reader, RowPoints, points, tables};
pub use rows::{Cell, Row, Rows};
