//! Annotated CSV that nobody writes by accident: it is read to its end, and what is said of it has a bound.

use lineproof::Point;
use std::time::Instant;

use lineproof::SyntaxErrorKind as Kind;
use lineproof::annotated_csv::{Reader, tables};

const SIZE: usize = if cfg!(debug_assertions) { 1 << 20 } else { 10 << 20 };

/// How many rows are points, how many are not, and why the first one is none.
fn counted(body: &[u8]) -> (usize, usize, Option<Kind>) {
    let mut reader = Reader::new(body);
    let mut point = Point::default();
    let (mut points, mut errors, mut first) = (0, 0, None);
    while let Some(row) = reader.read(&mut point) {
        match row {
            Ok(()) => points += 1,
            Err(error) => {
                errors += 1;
                assert!(error.line_text().len() <= 256 && error.to_string().len() < 1024);
                first.get_or_insert(error.kind());
            }
        }
    }
    (points, errors, first)
}

/// Reads `body` in both ways.
#[track_caller]
fn says(name: &str, body: &[u8], expected: (usize, usize, Option<Kind>)) {
    let start = Instant::now();
    let found = counted(body);
    let points = start.elapsed();
    let start = Instant::now();
    let results = tables(body).count();
    let took = start.elapsed();
    println!(
        "{name}: {} bytes, points in {points:?}, {results} tables and errors in {took:?}",
        body.len()
    );
    assert_eq!(found, expected, "{name}");
    assert!(results <= body.len(), "{name}");
}

fn repeated(text: &str) -> Vec<u8> {
    text.as_bytes().repeat(SIZE / text.len())
}

fn numbered(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect()
}

fn headed(head: &str, text: &str) -> Vec<u8> {
    [head.as_bytes(), &repeated(text)].concat()
}

#[test]
fn one_thing_again_and_again() {
    let count = |text: &str| SIZE / text.len();
    says("quotes", &repeated("\""), (0, 1, Some(Kind::MissingColumn)));
    says("an odd number of quotes", &repeated("\"")[1..], (0, 1, Some(Kind::UnclosedQuote)));
    says("commas", &repeated(","), (0, 1, Some(Kind::RowWidth)));
    says("LF", &repeated("\n"), (0, 0, None));
    says("CR LF", &repeated("\r\n"), (0, 0, None));
    says("CR", &repeated("\r"), (0, 1, Some(Kind::ControlCharacter)));
    says("NUL", &repeated("\0"), (0, 1, Some(Kind::ControlCharacter)));
    says("datatype rows", &repeated("#datatype a\n"), (0, 1, Some(Kind::RepeatedAnnotation)));
    says("unknown annotations", &repeated("#x\n"), (0, 1, Some(Kind::UnknownAnnotation)));
    says("comments", &repeated("# x\n"), (0, 0, None));
    says(
        "tables that are lost",
        &repeated("#group\nx\n"),
        (0, count("#group\nx\n"), Some(Kind::RowWidth)),
    );
    says(
        "tables without rows",
        &repeated("#group,\n_measurement,f\n"),
        (0, count("#group,\n_measurement,f\n"), Some(Kind::RowWidth)),
    );
    let header = "_measurement,f\n";
    let rows = |text: &str, kind| (0, count(text), Some(kind));
    says("rows of a bare quote", &headed(header, "m\"\n"), rows("m\"\n", Kind::BareQuote));
    says(
        "rows of text after a quote",
        &headed(header, "\"\"x\n"),
        rows("\"\"x\n", Kind::TextAfterQuote),
    );
    says("rows of NUL", &headed(header, "m,\0\n"), rows("m,\0\n", Kind::ControlCharacter));
    says("rows of annotations", &headed(header, "#x\n"), rows("#x\n", Kind::UnknownAnnotation));
    says("short rows", &headed(header, "m\n"), rows("m\n", Kind::MissingFields));
    says(
        "quotes that open a line",
        &headed(header, "\"x\n"),
        (0, count("\"x\n"), Some(Kind::UnclosedQuote)),
    );
    says(
        "a quote, and lines that do not close it",
        &headed("_measurement,f\n\"", "x\"\"y\n"),
        (0, 1 + count("x\"\"y\n") - 1, Some(Kind::UnclosedQuote)),
    );
}

#[test]
fn many_columns() {
    let columns = 100_000;
    let labels: String = numbered(columns, |column| format!(",c{column}"));
    let cells = ",1".repeat(columns);
    let rows = SIZE / cells.len();
    let body = format!("_measurement{labels}\n{}", format!("m{cells}\n").repeat(rows));
    says("header and rows", body.as_bytes(), (rows, 0, None));
    let tags = format!("#group false,false{}\n_measurement{labels}\n", ",true".repeat(columns - 1));
    let body = format!("{tags}{}", format!("m{cells}\n").repeat(rows));
    says("tags", body.as_bytes(), (rows, 0, None));
    let short = SIZE / "m,1\n".len();
    says("short rows", &headed(&format!("_measurement{labels}\n"), "m,1\n"), (short, 0, None));
    says("short rows of tags", &headed(&tags, "m,1\n"), (short, 0, None));
    let defaults = format!("#default {}\n_measurement{labels}\n", ",1".repeat(columns));
    says("short rows of defaults", &headed(&defaults, "m,1\n"), (0, short, Some(Kind::RowWidth)));
    let fields = numbered(columns, |column| format!(",c{column}|field"));
    let pivot = format!("_measurement,_field,_value{fields}\n");
    says("short rows of a pivot", &headed(&pivot, "m,a,1\n"), (SIZE / "m,a,1\n".len(), 0, None));
    let equal = format!("_measurement{}\nm\n", ",a".repeat(columns));
    says("one label", equal.as_bytes(), (0, 1, Some(Kind::DuplicateColumn)));
}

#[test]
fn many_constants() {
    let constants: String = numbered(100_000, |number| format!("#constant long,c{number},1\n"));
    says(
        "different",
        format!("{constants}_measurement,f\nm,1\n").as_bytes(),
        (0, 1, Some(Kind::TooManyConstants)),
    );
    let constants = "#constant tag,a,b\n".repeat(100_000);
    says(
        "the same",
        format!("{constants}_measurement,f\nm,1\n").as_bytes(),
        (0, 1, Some(Kind::TooManyConstants)),
    );
    let constants: String = numbered(500, |number| format!("#constant long,c{number},1\n"));
    let rows = SIZE / 400;
    says(
        "as many as there may be, and short rows",
        format!("{constants}_measurement\n{}", "m\n".repeat(rows)).as_bytes(),
        (rows, 0, None),
    );
}

#[test]
fn long_cells() {
    let text = "a".repeat(1 << 20);
    let quotes = "\"\"".repeat(1 << 19);
    for (name, cell) in [("plain", &text), ("quotes", &quotes)] {
        says(name, format!("_measurement,f|string\nm,\"{cell}\"\n").as_bytes(), (1, 0, None));
        says(name, format!("_measurement,t|tag,f\nm,\"{cell}\",1\n").as_bytes(), (1, 0, None));
        says(
            name,
            format!("_measurement,f|long\nm,\"{cell}\"\n").as_bytes(),
            (0, 1, Some(Kind::InvalidValue)),
        );
        says(name, format!("_measurement,\"{cell}\"\nm,1\n").as_bytes(), (1, 0, None));
        says(
            name,
            format!("#default ,\"{cell}\"\n_measurement,f|string\nm,\nm\n").as_bytes(),
            (2, 0, None),
        );
    }
    let zeros = "0".repeat(1 << 20);
    for (data_type, number, kind) in [
        ("double", format!("0.{zeros}1"), None),
        ("double", format!("1{zeros}"), Some(Kind::NumberOutOfRange)),
        ("long", format!("{zeros}1"), None),
        ("long", format!("1{zeros}"), Some(Kind::NumberOutOfRange)),
        ("duration", format!("1.{zeros}s"), None),
        ("duration", zeros.clone(), Some(Kind::InvalidValue)),
        ("", format!("-{zeros}.5"), None),
    ] {
        let body = format!("_measurement,f|{data_type}\nm,{number}\n");
        says(
            data_type,
            body.as_bytes(),
            (usize::from(kind.is_none()), usize::from(kind.is_some()), kind),
        );
    }
}

#[test]
fn templates() {
    says(
        "itself",
        b"#concat tag,a,${a}\n_measurement,f\nm,1\n",
        (0, 1, Some(Kind::UnknownPlaceholder)),
    );
    let twice = |times: usize| {
        format!("#concat string,a,{}\n_measurement,x|ignored\n", "${x}".repeat(times))
    };
    let cell = "x".repeat(1 << 20);
    says("doubled", format!("{}m,{cell}\n", twice(2)).as_bytes(), (1, 0, None));
    says(
        "more often than a line can hold",
        format!("{}m,{cell}\nm,1\n", twice(100)).as_bytes(),
        (1, 1, Some(Kind::LineTooLong)),
    );
    says(
        "more often than there may be",
        format!("{}m,1\n", twice(101)).as_bytes(),
        (0, 1, Some(Kind::TooManyConstants)),
    );
    let rows = SIZE / 10_000;
    says(
        "a hundred times",
        format!("{}{}", twice(100), format!("m,{}\n", "x".repeat(10_000)).repeat(rows)).as_bytes(),
        (rows, 0, None),
    );
    let default = "y".repeat(1 << 17);
    let text =
        format!("#concat string,a,{}\n_measurement,x|ignored|{default}\n", "${x}".repeat(100));
    says(
        "a long default in short rows",
        &headed(&text, "m\n"),
        (0, 1, Some(Kind::TooManyConstants)),
    );
}

#[test]
fn random_bytes() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut byte = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    let noise: Vec<u8> = (0..SIZE).map(|_| byte()).collect();
    // Without the quotes, LF and separators that end rows and cells now and then, there is little to say.
    let ascii: Vec<u8> =
        noise.iter().map(|byte| b"a1,\"\n#|: \r\\"[usize::from(byte % 11)]).collect();
    for (name, body) in [("all", noise), ("those that count", ascii)] {
        for head in ["", "_measurement,f\nm,1\n"] {
            let body = [head.as_bytes(), &body].concat();
            let lines = body.split(|&byte| byte == b'\n').count();
            let start = Instant::now();
            let (points, errors, _) = counted(&body);
            println!("{name}: {points} points and {errors} errors in {:?}", start.elapsed());
            assert!(points + errors <= lines && points >= usize::from(!head.is_empty()), "{name}");
            let results = tables(&body).count();
            assert!(results <= lines, "{name}");
        }
    }
}
