//! Hostile annotated CSV is read to its end in linear time, and memory, output and messages are
//! bounded. As for line protocol, work is counted in allocations, and times are printed.

use std::fmt;
use std::time::Instant;

use allocation_counter::AllocationInfo;
use lineproof::annotated_csv::{Mode, Reader, tables};
use lineproof::error::SyntaxErrorKind as Kind;
use lineproof::validate::Limits;
use lineproof::{Point, Precision, Validator};

const SIZE: usize = if cfg!(debug_assertions) { 1 << 20 } else { 10 << 20 };

/// Returns how many rows are points, how many are not, and the kind of the first error.
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

/// Reads `body` as points and as tables.
#[track_caller]
fn check(name: &str, body: &[u8], expected: (usize, usize, Option<Kind>)) {
    let start = Instant::now();
    let found = counted(body);
    let points = start.elapsed();
    let start = Instant::now();
    let results = tables(body).count();
    let took = start.elapsed();
    let start = Instant::now();
    let mut like_influx_write = Reader::new(body).like_influx_write();
    let mut point = Point::default();
    while like_influx_write.read(&mut point).is_some() {
        assert!(like_influx_write.warnings().len() <= 1 << 17);
    }
    println!("like influx write in {:?}", start.elapsed());
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
    check("quotes", &repeated("\""), (0, 2, Some(Kind::MissingColumn)));
    check("an odd number of quotes", &repeated("\"")[1..], (0, 1, Some(Kind::UnclosedQuote)));
    check("commas", &repeated(","), (0, 1, Some(Kind::RowWidth)));
    check("LF", &repeated("\n"), (0, 0, None));
    check("CR LF", &repeated("\r\n"), (0, 0, None));
    check("CR", &repeated("\r"), (0, 1, Some(Kind::ControlCharacter)));
    check("NUL", &repeated("\0"), (0, 1, Some(Kind::ControlCharacter)));
    check("datatype rows", &repeated("#datatype a\n"), (0, 1, Some(Kind::RepeatedAnnotation)));
    check("unknown annotations", &repeated("#x\n"), (0, 1, Some(Kind::UnknownAnnotation)));
    check("comments", &repeated("# x\n"), (0, 0, None));
    check(
        "tables that are lost",
        &repeated("#group\nx\n"),
        (0, count("#group\nx\n"), Some(Kind::RowWidth)),
    );
    check(
        "tables without rows",
        &repeated("#group,\n_measurement,f\n"),
        (0, count("#group,\n_measurement,f\n"), Some(Kind::RowWidth)),
    );
    let header = "_measurement,f\n";
    let rows = |text: &str, kind| (0, count(text), Some(kind));
    check("rows of a bare quote", &headed(header, "m\"\n"), rows("m\"\n", Kind::BareQuote));
    check(
        "rows of text after a quote",
        &headed(header, "\"\"x\n"),
        rows("\"\"x\n", Kind::TextAfterQuote),
    );
    check("rows of NUL", &headed(header, "m,\0\n"), rows("m,\0\n", Kind::ControlCharacter));
    check("rows of annotations", &headed(header, "#x\n"), rows("#x\n", Kind::UnknownAnnotation));
    check("short rows", &headed(header, "m\n"), rows("m\n", Kind::MissingFields));
    check(
        "quotes that open a line",
        &headed(header, "\"x\n"),
        (0, count("\"x\n"), Some(Kind::UnclosedQuote)),
    );
    check(
        "a quote, and lines that do not close it",
        &headed("_measurement,f\n\"", "x\"\"y\n"),
        (0, 1 + count("x\"\"y\n") - 1, Some(Kind::UnclosedQuote)),
    );
}

#[test]
fn many_columns() {
    // As many as the limit on labels allows.
    let columns = 3_000;
    let labels: String = numbered(columns, |column| format!(",c{column}"));
    let cells = ",1".repeat(columns);
    let rows = SIZE / cells.len();
    let body = format!("_measurement{labels}\n{}", format!("m{cells}\n").repeat(rows));
    check("header and rows", body.as_bytes(), (rows, 0, None));
    let tags = format!("#group false,false{}\n_measurement{labels}\n", ",true".repeat(columns - 1));
    let body = format!("{tags}{}", format!("m{cells}\n").repeat(rows));
    check("tags", body.as_bytes(), (rows, 0, None));
    let short = SIZE / "m,1\n".len();
    check("short rows", &headed(&format!("_measurement{labels}\n"), "m,1\n"), (short, 0, None));
    check("short rows of tags", &headed(&tags, "m,1\n"), (short, 0, None));
    let defaults = format!("#default {}\n_measurement{labels}\n", ",1".repeat(columns));
    let too_many = (0, 1, Some(Kind::TooManyConstants));
    check("short rows of defaults and long labels", &headed(&defaults, "m,1\n"), too_many);
    let labels: String = numbered(2_000, |column| format!(",c{column}"));
    let defaults = format!("#default {}\n_measurement{labels}\n", ",1".repeat(2_000));
    check("short rows of defaults", &headed(&defaults, "m,1\n"), (0, short, Some(Kind::RowWidth)));
    let fields = numbered(columns, |column| format!(",c{column}|field"));
    let pivot = format!("_measurement,_field,_value{fields}\n");
    check("short rows of a pivot", &headed(&pivot, "m,a,1\n"), (SIZE / "m,a,1\n".len(), 0, None));
    let labels = numbered(100_000, |column| format!(",c{column}"));
    let wide = format!("_measurement{labels}\nm,1\n");
    check("more labels than have room", wide.as_bytes(), too_many);
    let unlabelled = format!("_measurement,f{}\n", ",".repeat(200_000));
    check("columns without labels", &headed(&unlabelled, "m,1\n"), (short, 0, None));
    let equal = format!("_measurement{}\nm\n", ",a".repeat(100_000));
    // As many errors as are listed.
    check("one label", equal.as_bytes(), (0, 256, Some(Kind::DuplicateColumn)));
}

#[test]
fn many_constants() {
    let constants: String = numbered(100_000, |number| format!("#constant long,c{number},1\n"));
    check(
        "different",
        format!("{constants}_measurement,f\nm,1\n").as_bytes(),
        (0, 1, Some(Kind::TooManyConstants)),
    );
    let constants = "#constant tag,a,b\n".repeat(100_000);
    check(
        "the same",
        format!("{constants}_measurement,f\nm,1\n").as_bytes(),
        (0, 1, Some(Kind::TooManyConstants)),
    );
    let constants: String = numbered(500, |number| format!("#constant long,c{number},1\n"));
    let rows = SIZE / 400;
    check(
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
        check(name, format!("_measurement,f|string\nm,\"{cell}\"\n").as_bytes(), (1, 0, None));
        check(name, format!("_measurement,t|tag,f\nm,\"{cell}\",1\n").as_bytes(), (1, 0, None));
        check(
            name,
            format!("_measurement,f|long\nm,\"{cell}\"\n").as_bytes(),
            (0, 1, Some(Kind::InvalidValue)),
        );
        let too_many = (0, 1, Some(Kind::TooManyConstants));
        check(name, format!("_measurement,\"{cell}\"\nm,1\n").as_bytes(), too_many);
        let text = format!("#default ,\"{cell}\"\n_measurement,f|string\nm,\nm\n");
        check(name, text.as_bytes(), too_many);
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
        check(
            data_type,
            body.as_bytes(),
            (usize::from(kind.is_none()), usize::from(kind.is_some()), kind),
        );
    }
}

#[test]
fn templates() {
    check(
        "itself",
        b"#concat tag,a,${a}\n_measurement,f\nm,1\n",
        (0, 1, Some(Kind::UnknownPlaceholder)),
    );
    let twice = |times: usize| {
        format!("#concat string,a,{}\n_measurement,x|ignored\n", "${x}".repeat(times))
    };
    let cell = "x".repeat(1 << 20);
    check("doubled", format!("{}m,{cell}\n", twice(2)).as_bytes(), (1, 0, None));
    check(
        "more often than a line can hold",
        format!("{}m,{cell}\nm,1\n", twice(100)).as_bytes(),
        (1, 1, Some(Kind::LineTooLong)),
    );
    check(
        "more often than there may be",
        format!("{}m,1\n", twice(101)).as_bytes(),
        (0, 1, Some(Kind::TooManyConstants)),
    );
    let rows = SIZE / 10_000;
    check(
        "a hundred times",
        format!("{}{}", twice(100), format!("m,{}\n", "x".repeat(10_000)).repeat(rows)).as_bytes(),
        (rows, 0, None),
    );
    let default = "y".repeat(1 << 17);
    let text =
        format!("#concat string,a,{}\n_measurement,x|ignored|{default}\n", "${x}".repeat(100));
    check(
        "a long default in short rows",
        &headed(&text, "m\n"),
        (0, 1, Some(Kind::TooManyConstants)),
    );
}

#[test]
fn random_bytes() {
    let noise = crate::random_bytes(SIZE);
    // These end rows and cells more often.
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

/// The cost and the results of reading a body.
#[derive(Debug)]
struct Cost {
    rows: usize,
    /// Bytes of the accepted points as line protocol.
    output: usize,
    /// Values of the body's tables.
    values: usize,
    memory: AllocationInfo,
}

/// Counts the bytes that are written to it.
struct Counted(usize);

impl fmt::Write for Counted {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

/// Reads `body` in all ways, no row longer than `limit`.
fn cost(body: &[u8], limit: usize) -> Cost {
    let (mut rows, mut values, mut output) = (0, 0, Counted(0));
    let memory = allocation_counter::measure(|| {
        let mut reader = Reader::new(body).max_row_bytes(limit);
        let mut point = Point::default();
        while let Some(row) = reader.read(&mut point) {
            rows += 1;
            if row.is_ok() {
                point.write_to(&mut output, Precision::Nanoseconds).expect("a point is written");
            }
        }
        for table in Reader::new(body).max_row_bytes(limit).tables().flatten() {
            values += table.records().len() * table.columns().len();
            assert!(table.records().all(|record| record.iter().len() == table.columns().len()));
        }
        let report = Validator::new(()).annotated_csv(body);
        assert!(report.lines().total() <= body.len());
    });
    Cost { rows, output: output.0, values, memory }
}

/// As the documentation of `annotated_csv` states it: how much a table adds to a row as line
/// protocol.
const MAX_OF_TABLE: usize = 128 << 10;

const NO_LIMIT: usize = 16 << 20;

/// Reading rows through the cursor needs no more memory for a body of 100 MB than for a small one.
#[test]
fn a_cursor_reads_in_constant_memory() {
    let bytes = if cfg!(debug_assertions) { 8_000_000 } else { 100_000_000 };
    let annotations = "#constant tag,source,file\n\
                       #datatype measurement,tag,double,long,string,boolean,dateTime:RFC3339\n\
                       #default cpu,,,7,,,\n\
                       m,host,usage,count,text,on,time\n";
    let row = ",a,0.5,,\"say \"\"hi\"\"\",true,2024-01-01T00:00:00Z\n";
    let bad = ",a,high,1,x,true,2024-01-01T00:00:00Z\n";
    for (name, head, row, lines) in [
        ("accepted", annotations.to_owned(), row.to_owned(), (1, 0)),
        ("rejected", annotations.to_owned(), bad.to_owned(), (0, 1)),
        ("of both kinds", annotations.to_owned(), format!("{row}{bad}\n# comment\n"), (1, 1)),
        ("of many tables", String::new(), format!("{annotations}{row}{bad}"), (1, 1)),
        (
            "of tables in error",
            String::new(),
            format!("#datatype measurement,tag,lang\nm,host,usage\n{row}{bad}"),
            (0, 2),
        ),
    ] {
        for mode in Mode::ALL {
            let memory = |bytes: usize| {
                let body = [head.as_bytes(), &row.as_bytes().repeat(bytes / row.len())].concat();
                let times = bytes / row.len();
                let validator = Validator::new(()).max_rejections(10);
                let start = Instant::now();
                let (report, memory) = crate::measured(|| {
                    let mut rows = validator.rows(Reader::new(&body).mode(*mode));
                    while rows.next_line().is_some() {}
                    rows.finish()
                });
                println!("{name}, {mode}: {bytes} bytes in {:?}, {memory:?}", start.elapsed());
                let counts = (report.lines().accepted(), report.lines().rejected());
                assert_eq!(counts, (lines.0 * times, lines.1 * times), "{name}, {mode}");
                memory.bytes_max
            };
            let most = memory(100_000).max(1 << 16);
            assert!(memory(bytes) <= 2 * most, "{name}, {mode}: {most}");
        }
    }
}

/// Twice as many rows after the same head cost at most twice as much, and memory and output are a
/// bounded multiple of the body.
#[track_caller]
fn grows_with_the_rows(name: &str, limit: usize, head: &str, row: &str, bytes: usize) {
    let body = |bytes: usize| [head, &row.repeat(bytes / row.len())].concat().into_bytes();
    let [small, large] = [bytes / 2, bytes].map(body);
    let start = Instant::now();
    let [less, more] = [&small, &large].map(|body| cost(body, limit));
    println!("{name}: {} bytes, {more:?}, both in {:?}", large.len(), start.elapsed());
    let doubled = |less: usize, more: usize, slack: usize| more * 10 <= less * 23 + slack * 10;
    let allocated = |cost: &Cost| usize::try_from(cost.memory.bytes_total).unwrap();
    assert!(doubled(less.output, more.output, MAX_OF_TABLE), "{name}: {less:?} become {more:?}");
    assert!(
        doubled(allocated(&less), allocated(&more), 1 << 20),
        "{name}: {less:?} become {more:?}"
    );
    for (cost, body) in [(&less, &small), (&more, &large)] {
        assert!(cost.output <= cost.rows * MAX_OF_TABLE + 8 * body.len(), "{name}: {cost:?}");
        // A value of a table takes 32 bytes, three times that while the list of them grows.
        let most = (4 << 20) + 128 * cost.values + 64 * body.len();
        assert!(cost.memory.bytes_max as usize <= most, "{name}: {cost:?}, not {most}");
    }
}

#[test]
fn what_a_table_repeats_is_bounded() {
    let most = 16 << 10;
    let bytes = if cfg!(debug_assertions) { 4_000 } else { 100_000 };
    let text = |bytes: usize| "x".repeat(bytes);
    let labels_and_numbers = |kind: &str, value: &str| {
        numbered(600, |number| format!("#constant {kind},{number},{value}\n"))
    };
    for (name, head, row) in [
        (
            "a default that is too long",
            format!("#datatype measurement,tag,long\n#default ,{},\nm,t,f\n", text(200_000)),
            "m,,1\n",
        ),
        (
            "a default of a tag",
            format!("#datatype measurement,tag,long\n#default ,{},\nm,t,f\n", text(most - 3)),
            "m,,1\n",
        ),
        (
            "a default of commas",
            format!(
                "#datatype measurement,tag,long\n#default ,\"{}\",\nm,t,f\n",
                ",".repeat(most - 3)
            ),
            "m,,1\n",
        ),
        (
            "a default of a measurement",
            format!("#datatype measurement,long\n#default {},\nm,f\n", text(most - 2)),
            ",1\n",
        ),
        (
            "a default of a string",
            format!("#default ,\"{}\",1\n_measurement,f|string,g\n", "\"\"".repeat(most - 16)),
            "m\n",
        ),
        ("a label", format!("_measurement,{}\n", text(most - 12)), "m,1\n"),
        ("a label of commas", format!("_measurement,\"{}\"\n", ",".repeat(most - 12)), "m,1\n"),
        ("a constant", format!("#constant tag,a,{}\n_measurement,f\n", text(most - 40)), "m,1\n"),
        ("durations", labels_and_numbers("duration", "9h") + "_measurement,f\n", "m,1\n"),
        ("numbers", labels_and_numbers("double", "1e16") + "_measurement,f\n", "m,1\n"),
        (
            "short labels and defaults",
            format!(
                "#datatype measurement{}\n_measurement{}\n",
                ",duration|1h".repeat(990),
                numbered(990, |number| format!(",{number:03}"))
            ),
            "m\n",
        ),
        (
            "a template",
            format!(
                "#concat tag,a,{}\n_measurement,f,x|ignored|{}\n",
                "${x}".repeat(10),
                text(1_600)
            ),
            "m,1\n",
        ),
        (
            "all columns in error",
            format!(
                "#datatype measurement{}\n_measurement{}\n",
                ",lang".repeat(4_000),
                numbered(4_000, |number| format!(",{number}"))
            ),
            "m\n",
        ),
        (
            "cells of a group in error",
            format!(
                "#group false{}\n_measurement{}\n",
                ",yes".repeat(4_000),
                numbered(4_000, |number| format!(",{number}"))
            ),
            "m\n",
        ),
        (
            "columns of a query's result in error",
            format!(
                "#datatype,{}\n#group,{}\n,{}\n",
                "lang,".repeat(4_000),
                "yes,".repeat(4_000),
                "a,".repeat(4_000)
            ),
            ",x\n",
        ),
        (
            "a text of a query's result",
            format!("#datatype,string,string\n#default,,\"{}\"\n,a,b\n", "\"\"".repeat(most - 2)),
            ",x,\n",
        ),
        (
            "a result and a table that every row leaves out",
            format!(
                "#datatype,string,string\n#default,\"{}\",\n,result,b\n",
                "\"\"".repeat(most - 7)
            ),
            ",,x\n",
        ),
        (
            "binary data of a query's result",
            format!("#datatype,base64Binary,long\n#default,{},\n,a,b\n", "AAAA".repeat(4_000)),
            ",,1\n",
        ),
    ] {
        grows_with_the_rows(name, NO_LIMIT, &head, row, bytes);
    }
}

/// Each distinct name is kept, and with a table's text a short row has one of up to 16 KiB. Limits
/// reject such rows before anything of them is kept.
#[test]
fn limits_bound_the_memory_of_names_that_a_table_makes() {
    const NAME_BYTES: usize = 16_000;
    let text = "x".repeat(NAME_BYTES);
    let rows = if cfg!(debug_assertions) { 200 } else { 1_000 };
    for (name, head, row) in [
        ("measurements", format!("#concat measurement,{text}${{i}}\ni|ignored,f\n"), "NUMBER,1\n"),
        (
            "fields",
            format!("#concat string,_field,{text}${{i}}\n_measurement,i|ignored,_value\n"),
            "m,NUMBER,1\n",
        ),
        (
            "series",
            format!("#datatype measurement,tag,tag,long\n#default ,{text},,\nm,t,u,f\n"),
            "m,,NUMBER,1\n",
        ),
    ] {
        let row = |number: usize| row.replace("NUMBER", &number.to_string());
        let memory = |rows: usize, limits: Limits, accepted: usize| {
            let body = head.clone() + &numbered(rows, row);
            let validator = Validator::new(()).warnings(true).limits(limits);
            let mut report = None;
            let memory = allocation_counter::measure(|| {
                report = Some(validator.annotated_csv(body.as_bytes()));
            });
            assert_eq!(report.expect("a report").lines().accepted(), accepted, "{name}");
            println!("{name}: {} bytes, {rows} rows, {accepted} accepted: {memory:?}", body.len());
            usize::try_from(memory.bytes_max).unwrap()
        };
        let without = Limits::default();
        let [half, all] = [rows / 2, rows].map(|rows| memory(rows, without, rows));
        assert!(all <= 6 * NAME_BYTES * rows + (1 << 20), "{name}: {all}");
        assert!(all * 10 <= half * 23 + (1 << 20), "{name}: {half} become {all}");

        let most = memory(rows, without.key_bytes(1_024), 0);
        assert!(most <= 1 << 20, "{name}: {most}");
        let limits = without.measurements(5).fields_of_batch(5).series(5);
        let most = memory(rows, limits, 5);
        assert!(most <= 1 << 20, "{name}: {most}");
    }
}

#[test]
fn what_exceeds_the_bound_of_a_table_has_its_place() {
    let most = 16 << 10;
    let filled = |body: &str, label: usize, default: usize| {
        body.replace("LABEL", &"l".repeat(label)).replace("DEFAULT", &"d".repeat(default))
    };
    // Where a long run of the letter begins, as line and column.
    let run = |body: &str, letter: &str| {
        let at = body.find(&letter.repeat(10)).expect("a run of the letter");
        let before: Vec<_> = body[..at].split('\n').collect();
        (before.len(), before.last().map_or(0, |line| line.len()) + 1)
    };
    let place = |body: &str| {
        let error = Reader::new(body.as_bytes()).points().find_map(Result::err)?;
        let again = tables(body.as_bytes()).find_map(Result::err);
        assert_eq!(
            again.filter(|_| body.starts_with("#datatype,")).unwrap_or(error.clone()),
            error
        );
        assert_eq!(error.kind(), Kind::TooManyConstants);
        Some((error.line(), error.column()))
    };
    for (body, others) in [
        ("_measurement,LABEL|string|DEFAULT\nm,1\n", 12),
        ("#default ,DEFAULT\n_measurement,LABEL|string\nm,1\n", 12),
        (
            "#constant tag,t,v\n#datatype measurement,string\n#default ,DEFAULT\nm,LABEL\nm,1\n",
            17 + 1,
        ),
        ("#datatype,string,string\n#default,,DEFAULT\n,_measurement,LABEL\n,m,a\n", 12),
    ] {
        let free = most - others;
        assert_eq!(place(&filled(body, free - 10, 10)), None, "{body}");
        for (label, default, letter) in
            [(free + 1, 10, "l"), (free - 10, 11, "d"), (10, 1 << 20, "d")]
        {
            let filled = filled(body, label, default);
            assert_eq!(place(&filled), Some(run(&filled, letter)), "{body}");
        }
    }
}

#[test]
fn quotes_that_open_by_mistake_are_read_once_or_twice() {
    let head = "_measurement,f|string,g\n";
    let bytes = if cfg!(debug_assertions) { 20_000 } else { 4_000_000 };
    for row in [
        "\"\n",
        "\"x\n",
        "\"\"x\n",
        "\"\"\"x\n",
        "m,\"x\n",
        "m,\"\"x\n",
        "m,x\"\n",
        "m,x\",\"x\n",
        "m,\"x\"y,\"z\n",
        "m,\"x\"y,\"\"\n",
        "\"\"\n\"\"\"\n",
        "m,\",\n\",x\"\"\n",
        "m,\"\"\"\"\"x\n,\"\"\"\"x\n",
    ] {
        for limit in [NO_LIMIT, 1_000] {
            let name = format!("{row:?} within {limit}");
            grows_with_the_rows(&name, limit, head, row, bytes);
            // One quote that opens, and then only pairs.
            grows_with_the_rows(&name, limit, &format!("{head}m,\"\n"), row, bytes);
        }
    }
}
