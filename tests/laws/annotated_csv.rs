//! Properties of reading annotated CSV.

use std::collections::BTreeMap;

use lineproof::Point;
use lineproof::annotated_csv::{Reader, Value, points, tables};
use lineproof::error::{SyntaxError, SyntaxErrorKind};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::cases;
use crate::shared::annotated_csv::{check, check_rows_of_points};
use crate::shared::{csv_rows, round_trip};

/// Texts with a bit of everything, to be mutated.
const TEXTS: &[&str] = &[
    "#datatype measurement,tag,double,long,dateTime:RFC3339\nm,host,usage,count,time\n\
     cpu,a,0.5,3,2024-01-01T00:00:00Z\ncpu,\"b\"\"c\",1e3,-7,2024-01-01T00:00:00.5+01:30\n",
    "#group,false,false,true,true,false,false,true,true\n\
     #datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime,double,string,string\n\
     #default,_result,,,,,,,\n,result,table,_start,_stop,_time,_value,_field,_measurement\n\
     ,,0,2024-01-01T00:00:00Z,2024-01-02T00:00:00Z,5,1.5,usage,cpu\n,,1,,,6,2.5,usage,mem\n\n\
     #datatype,string,string\n,error,reference\n,it failed,897\n",
    "# comment\n#constant measurement,air\n#constant,tag,place,Brno\n#concat tag,both,${a}-${b}\n#timezone -0130\n\
     a|tag|x,b|ignored,n|unsignedLong:strict,on|boolean:y:n,t|dateTime:2006-01-02 15:04\n\
     1,2,3,y,1970-01-02 03:04\n,,4,n,\n1\n",
    "sep=;\r\n_measurement;_field;_value;f|field|1u\r\n\"m\r\nn\";\"a;b\";t;\r\nm;c;\"\"\"text\"\"\";2i\r\n",
    "_measurement,f\nm,1\nm,t\n\n#constant tag,a,b\n#datatype measurement,duration|1h,string\nm,d,s\nm,,\"a\nb\"\nm,-1.5s,\\\n",
    "#concat duration,d,${a}\n#concat tag,b,${a}\n#constant long,c,5\n#constant dateTime,7\n_measurement,a|ignored,f\n\
     m,2y,1,\u{e9}\u{20ac},\u{1f600},AA,\"B\"\"B\"\nm,2h,1,\u{e9}\u{20ac},\u{1f600},AA,BB\nm,x\\,1,\u{1f600},\u{e4}\n",
    "#constant,long,c,5\n#datatype measurement,string,long,long|1\nm,s,f,x\n\
     cpu,a,1,2\n\n#constant,double,c,5\n\
     #concat double,f,${x}\n#default ,,1.5,2\n#datatype measurement,string,double,ignored\n\
     m,s,g,x\n\
     cpu,\"a\nb\",1.5,7\ncpu,\"a\r\nb\",,\ncpu,\"\n\"\n",
    "_measurement,f|field,_field,_value\nm,1,s,t\n\n#datatype,measurement,string,string\n,m,f,c\n\
     ,cpu,x\"y,\"text\nevil,q,r,5\nend\"\n,cpu,\"a\"b,\"c\n,cpu,d\",e\n,m,\"a\nb\",\"c\n\"\n",
];

/// Texts that have a meaning somewhere in annotated CSV, and a few others.
const PIECES: &[&str] = &[
    ",",
    ",",
    ",",
    "\n",
    "\n",
    "\n",
    "\"",
    "\"\"",
    "\r\n",
    "\r",
    "#",
    "# ",
    "|",
    ":",
    ";",
    " ",
    "\\",
    "\0",
    "\t",
    "\u{e4}",
    "\u{1f600}",
    "\u{feff}",
    "#datatype ",
    "#datatype,",
    "#group ",
    "#default,",
    "#constant ",
    "#concat ",
    "#timezone ",
    "#other",
    "measurement",
    "tag",
    "field",
    "ignored",
    "dateTime",
    "string",
    "double",
    "long",
    "boolean",
    "duration",
    "base64Binary",
    ":RFC3339",
    ":2006-01-02",
    ":y:n",
    ":strict",
    ":,.",
    "_measurement",
    "_time",
    "_field",
    "_value",
    "result",
    "table",
    "error",
    "reference",
    "${a}",
    "${",
    "1",
    "-1.5",
    "1i",
    "t",
    "x",
    "+0100",
    "1970-01-02",
    "1h",
    "sep=;\n",
    "true",
];

fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        20 => select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
    ];
    let change = (any::<Index>(), 0_usize..12, prop::option::of(piece));
    (select(TEXTS), prop::collection::vec(change, 0..8)).prop_map(|(text, changes)| {
        let mut body = text.as_bytes().to_vec();
        for (at, lost, piece) in changes {
            let at = at.index(body.len() + 1);
            let end = body.len().min(at + lost / 3);
            body.splice(at..end, piece.unwrap_or_default());
        }
        body
    })
}

/// Separators, some of which messages escape, some of which have several bytes, and one that looks
/// like `#`.
const SEPARATORS: &[&str] = &[
    "\t",
    ";",
    "~",
    "|",
    " ",
    "'",
    "\u{7f}",
    "\u{1}",
    "\u{a7}",
    "\u{202e}",
    "\u{ff03}",
    "\u{1f980}",
];

/// Returns `body` separated by commas and by another separator. Characters that only look like a
/// separator are replaced in both.
fn separated_by(separator: &str, body: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let body: Vec<u8> = String::from_utf8_lossy(body).replace(separator, "_").into_bytes();
    let mut by_commas = [b"sep=,\n", &body[..]].concat();
    let separators: Vec<usize> =
        csv_rows::rows(&by_commas, usize::MAX).into_iter().flat_map(|row| row.separators).collect();
    let mut other = format!("sep={separator}\n").into_bytes();
    for (at, byte) in by_commas.iter_mut().enumerate().skip(b"sep=,\n".len()) {
        if separators.binary_search(&at).is_ok() {
            other.extend_from_slice(separator.as_bytes());
            continue;
        }
        if *byte == b',' {
            *byte = b'_';
        }
        other.push(*byte);
    }
    (by_commas, other)
}

/// Removes the columns of errors, which a separator of several bytes shifts.
fn without_columns(mut verdicts: Verdicts) -> Verdicts {
    for (_, column, _) in verdicts.values_mut().filter_map(|verdict| verdict.as_mut().err()) {
        *column = 0;
    }
    verdicts
}

fn pieced() -> impl Strategy<Value = String> {
    prop::collection::vec(select(PIECES), 0..60).prop_map(|pieces| pieces.concat())
}

/// The verdict on each row, by the number of its line.
type Verdicts = BTreeMap<usize, Result<String, (SyntaxErrorKind, usize, Option<String>)>>;

fn verdicts(body: &[u8]) -> Verdicts {
    let verdict = |row: Result<Point<'_>, SyntaxError>| match row {
        Ok(point) => (point.line(), Ok(point.to_string())),
        Err(error) => (
            error.line(),
            Err((error.kind(), error.column(), error.column_label().map(str::to_owned))),
        ),
    };
    points(body).map(verdict).collect()
}

/// Annotations and header of a table that can be read.
const TABLES: &[&str] = &[
    "_measurement,a,b,_time",
    "#datatype measurement,tag,long|5,dateTime:RFC3339\nm,t,f,at",
    "#constant tag,x,y\n#concat string,c,${a}/${b}\n_measurement,a,b|ignored,_time",
    "#default m,a,1,\n_measurement,_field,_value,t|tag",
    "#datatype,string,long,string,double\n#group,false,false,true,false\n,result,table,_measurement,f",
];

const ROWS: &[&str] = &[
    "m,1,2,3",
    "m,a,1,2024-01-01T00:00:00Z",
    "m,t,5i,",
    ",,,",
    "m",
    "\"m\",\"a\"\"b\",7,",
    ",r,0,m,1.5",
    "m,x,y,z",
    "m,\"1\"x,2,",
    "m,a\"b,1,",
    "m,1,2,3,4,5",
    "m,1\\,2,3,\u{e4},\u{1f600},\"\"\"\"",
    "\\,1,1,",
];

/// Returns a line without quotes and without `#` at its beginning, so that it is one row and no
/// annotation.
fn junk() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop_oneof![any::<u8>(), select(&b",,,,m1\\|: "[..])], 0..30).prop_map(
        |mut junk| {
            junk.retain(|byte| !b"\"\n".contains(byte));
            let hashes = junk.iter().take_while(|&&byte| byte == b'#').count();
            junk.drain(..hashes);
            junk
        },
    )
}

/// Returns a spelling of a cell, and its content.
fn cell(separator: char) -> impl Strategy<Value = (String, String)> {
    let text = prop_oneof![
        3 => "[a-z0-9 .]{0,70}",
        2 => prop::collection::vec(select(PIECES), 0..4).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ];
    (text, any::<bool>(), any::<bool>()).prop_map(move |(text, quoted, crlf)| {
        let text: String = text.chars().filter(|c| !['\r', '\0'].contains(c)).collect();
        if !quoted && !text.contains(['"', '\n', separator]) {
            return (text.clone(), text);
        }
        let mut spelled = text.replace('"', "\"\"");
        if crlf {
            spelled = spelled.replace('\n', "\r\n");
        }
        (format!("\"{spelled}\""), text)
    })
}

proptest! {
    #![proptest_config(cases::costing(1))]

    #[test]
    fn any_bytes(body in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&body);
    }

    #[test]
    fn mutated_annotated_csv(body in mutated()) {
        check(&body);
    }

    #[test]
    fn annotated_csv_in_pieces(body in pieced()) {
        check(body.as_bytes());
    }

    #[test]
    fn a_small_limit_only_ever_loses_rows(body in mutated(), limit in 0_usize..60) {
        for point in Reader::new(&body).max_row_bytes(limit).points().filter_map(Result::ok) {
            prop_assert!(point.span().len() <= limit);
            round_trip::check(&point);
        }
    }

    #[test]
    fn the_number_of_the_first_line_shifts_all_others(body in mutated(), first in 1_usize..1000) {
        let lines = |first: usize| -> Vec<_> {
            let row = |row: Result<Point<'_>, SyntaxError>| match row {
                Ok(point) => [point.line(); 3],
                Err(error) => [error.first_line(), error.line(), error.last_line()],
            };
            Reader::new(&body).first_line(first).points().map(row).collect()
        };
        let shifted: Vec<_> = lines(1).into_iter().map(|lines| lines.map(|line| line + first - 1)).collect();
        prop_assert_eq!(lines(first), shifted);
    }

    #[test]
    fn a_row_says_nothing_of_its_neighbours(
        table in select(TABLES),
        rows in prop::collection::vec(prop_oneof![select(ROWS).prop_map(|row| row.as_bytes().to_vec()), junk()], 1..8),
        replaced in any::<Index>(),
        junk in junk(),
    ) {
        let text = |rows: &[Vec<u8>]| [table.as_bytes(), &rows.join(&b'\n'), b""].join(&b'\n');
        let at = replaced.index(rows.len());
        let line = table.lines().count() + at + 1;
        let mut others = rows.clone();
        others[at] = junk;
        let (mut before, mut after) = (verdicts(&text(&rows)), verdicts(&text(&others)));
        before.remove(&line);
        after.remove(&line);
        prop_assert_eq!(before, after);
    }

    #[test]
    fn line_ends_do_not_count(body in mutated()) {
        let body: Vec<u8> = body.into_iter().filter(|byte| !b"\"\r".contains(byte)).collect();
        let text = String::from_utf8_lossy(&body).replace('\n', "\r\n");
        prop_assert_eq!(verdicts(text.as_bytes()), verdicts(text.replace("\r\n", "\n").as_bytes()));
    }

    #[test]
    fn another_separator_says_the_same(body in mutated(), separator in select(SEPARATORS)) {
        let (by_commas, other) = separated_by(separator, &body);
        prop_assert_eq!(without_columns(verdicts(&other)), without_columns(verdicts(&by_commas)));
    }

    #[test]
    fn a_limit_ends_rows_where_the_model_does(body in mutated(), limit in 0_usize..60) {
        check_rows_of_points(&body, limit);
    }

    #[test]
    fn what_begins_a_table_in_a_wrong_way_loses_it_and_no_other(
        before in select(TABLES),
        rows in prop::collection::vec(select(ROWS), 1..5),
        after in select(TABLES),
        letter in any::<Index>(),
        wrong in 0_usize..5,
    ) {
        let first = format!("{before}\n{}\n", rows.join("\n"));
        let begun = after.starts_with('#');
        let name = after.find([' ', ',']).unwrap_or(after.len());
        let broken = match wrong {
            // One letter too few, after a blank line.
            0 if begun => {
                let mut broken = after.to_owned();
                broken.remove(1 + letter.index(name - 1));
                format!("\n{broken}")
            }
            // A quote in the wrong place.
            1 if begun => format!("{}x\"{}", &after[..=name], &after[name + 1..]),
            // A quote or a control character in the name.
            2 | 3 if begun => {
                let mut broken = after.to_owned();
                broken.insert(1 + letter.index(name), if wrong == 2 { '"' } else { '\0' });
                broken
            }
            _ => format!("\u{feff}{after}"),
        };
        let whole = format!("{first}{broken}\n{}\n", rows.join("\n"));
        let (alone, together) = (verdicts(first.as_bytes()), verdicts(whole.as_bytes()));
        let lines = first.lines().count();
        let (of_first, of_second): (Verdicts, Verdicts) =
            together.into_iter().partition(|(line, _)| *line <= lines);
        prop_assert_eq!(of_first, alone);
        prop_assert_eq!(of_second.len(), 1, "{:?} of {:?}", of_second, whole);
        prop_assert!(of_second.values().all(Result::is_err), "{:?} of {:?}", of_second, whole);
    }

    #[test]
    fn cells_are_split_as_the_crate_csv_does(
        (separator, rows) in select(&[',', ';', '\t', '|'][..]).prop_flat_map(|separator| {
            let row = move |width| (prop::collection::vec(cell(separator), width), any::<bool>());
            let rows = (1_usize..9).prop_flat_map(move |width| prop::collection::vec(row(width), 1..9));
            (Just(separator), rows)
        }),
    ) {
        let width = rows[0].0.len();
        let columns = |name: fn(usize) -> String| {
            (0..width).fold(String::new(), |text, column| format!("{text}{separator}{}", name(column)))
        };
        let head = format!("#datatype{}\n{}\n", columns(|_| "string".to_owned()), columns(|column| format!("c{column}")));
        let data = rows.iter().fold(String::new(), |text, (cells, crlf)| {
            let cells = cells.iter().fold(String::new(), |text, (spelled, _)| format!("{text}{separator}{spelled}"));
            format!("{text}{cells}{}", if *crlf { "\r\n" } else { "\n" })
        });
        let text = format!("sep={separator}\n{head}{data}");
        let read: Result<Vec<_>, _> = tables(text.as_bytes()).collect();
        let read = read.map_err(|error| TestCaseError::fail(format!("{error} in {text:?}")))?;
        prop_assert_eq!(read.len(), 1);
        let ours: Vec<Vec<String>> = read[0]
            .records()
            .map(|record| {
                let text = |value: &Value<'_>| match value {
                    Value::String(text) => text.to_string(),
                    value => { assert!(value.is_null()); String::new() }
                };
                record.iter().map(text).collect()
            })
            .collect();
        let written: Vec<Vec<String>> =
            rows.iter().map(|(cells, _)| cells.iter().map(|(_, text)| text.clone()).collect()).collect();
        prop_assert_eq!(&ours, &written);
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).delimiter(separator as u8).from_reader(data.as_bytes());
        let theirs: Vec<Vec<String>> = reader
            .records()
            // A CR LF in quotes is an LF in ours.
            .map(|record| record.unwrap().iter().skip(1).map(|cell| cell.replace("\r\n", "\n")).collect())
            .collect();
        prop_assert_eq!(ours, theirs);
    }
}
