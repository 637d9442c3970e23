//! What each mode reads, and what it warns of.

use lineproof::annotated_csv::{Mode, Reader};
use lineproof::{Point, Validator, Warning};

/// Returns the points and the ids of errors in their order, and the warnings.
fn read(body: &str, mode: Mode) -> (Vec<String>, Vec<String>) {
    let mut reader = Reader::new(body).mode(mode);
    let mut point = Point::default();
    let (mut rows, mut warnings) = (Vec::new(), Vec::new());
    loop {
        let read = reader.read(&mut point);
        warnings.extend(reader.warnings().iter().map(described));
        match read {
            Some(Ok(())) => rows.push(point.to_string()),
            Some(Err(error)) => rows.push(error.id().to_owned()),
            None => return (rows, warnings),
        }
    }
}

/// Returns line, column and id of a warning, and its details.
fn described(warning: &Warning) -> String {
    let label = warning.label().to_string();
    let details = label.strip_prefix(warning.kind().why()).expect("why, then the details");
    format!("{}:{} {}{details}", warning.line(), warning.column(), warning.id())
}

#[track_caller]
fn check(body: &str, mode: Mode, rows: &[&str], warnings: &[&str]) {
    let (found_rows, found_warnings) = read(body, mode);
    assert_eq!(found_rows, rows, "{mode}: {body}");
    assert_eq!(found_warnings, warnings, "{mode}: {body}");
    let validator = Validator::new(()).warnings(true);
    let report = validator.rows(Reader::new(body).mode(mode)).read_to_end();
    let is_of_reading = |told: &&Warning| warnings.contains(&described(told).as_str());
    assert_eq!(report.warnings().iter().filter(is_of_reading).count(), warnings.len());
    let places = crate::shared::places::Places::of_annotated_csv(body.as_bytes());
    places.check_report(&report);
    let quiet = Validator::new(()).rows(Reader::new(body).mode(mode)).read_to_end();
    assert_eq!(quiet.warning_count(), 0);
}

/// What is softened is one error in strict mode, and one warning at the same place in the other.
#[track_caller]
fn check_softened(body: &str, error: &str, rows: &[&str], warning: &str) {
    let (strict, _) = read(body, Mode::Strict);
    assert!(strict.iter().any(|row| row == error), "{body}: {strict:?}");
    let error = Reader::new(body).points().find_map(Result::err).unwrap();
    let (found, mut warnings) = read(body, Mode::InfluxWrite);
    assert_eq!(found, rows, "{body}");
    warnings.retain(|warning| !warning.contains("no-time-column"));
    assert_eq!(warnings, [warning], "{body}");
    assert!(warning.starts_with(&format!("{}:{} ", error.line(), error.column())), "{error:?}");
}

#[test]
fn values_that_influx_write_changes() {
    for (kind, cell, error, sent, told) in [
        ("long", "1.9", "truncated-number", "1i", "'1.9' is sent as 1i"),
        ("long", "1 000", "invalid-value", "1000i", "'1 000' is sent as 1000i"),
        ("unsignedLong", "1.9", "truncated-number", "1u", "'1.9' is sent as 1u"),
        ("double", "1_000", "invalid-value", "1000", "'1_000' is sent as 1000"),
        ("double:.", "1.5.", "", "", ""),
        ("boolean", "yes", "invalid-value", "true", "'yes' is sent as true"),
        ("boolean", "0", "invalid-value", "false", "'0' is sent as false"),
        ("duration", "1.5ns", "truncated-number", "1i", "'1.5ns' is sent as 1i"),
    ] {
        let body = format!("#datatype measurement,{kind}\nm,f\nm,{cell}\n");
        if error.is_empty() {
            assert_eq!(read(&body, Mode::InfluxWrite).0, ["invalid-value"]);
            continue;
        }
        let told = format!("3:3 changed-value: {told}");
        check_softened(&body, error, &[&format!("m f={sent}")], &told);
    }
    // The error is at the offset, and the warning about the whole cell.
    for (written, hours) in [("00:00:00+02:60", 3), ("00:00:00-24:60", -25)] {
        let time = 1_577_836_800_000_000_000 - hours * 3_600_000_000_000_i64;
        let body =
            format!("#datatype measurement,long,dateTime\nm,f,t\nm,1,2020-01-01T{written}\n");
        assert_eq!(read(&body, Mode::Strict).0, ["invalid-timestamp"]);
        let told = format!("3:5 changed-value: '2020-01-01T{}' is sent as {time}", &written[..13]);
        assert_eq!(read(&body, Mode::InfluxWrite), (vec![format!("m f=1i {time}")], vec![told]));
    }
    for written in ["00:00:00+24:61", "00:00:00+25:00", "00:00:00+2:00", "00:00:00+02:0x"] {
        let body =
            format!("#datatype measurement,long,dateTime\nm,f,t\nm,1,2020-01-01T{written}\n");
        assert_eq!(read(&body, Mode::InfluxWrite).0, ["invalid-timestamp"], "{written}");
    }
    check_softened(
        "#datatype measurement,long,dateTime\nm,f,t\nm,1,2020-01-01T0:00:00Z\n",
        "invalid-timestamp",
        &["m f=1i 1577836800000000000"],
        "3:5 changed-value: '2020-01-01T0:00:00Z' is sent as 1577836800000000000",
    );
}

#[test]
fn rows_annotations_and_columns_that_influx_write_drops() {
    for (body, error, rows, warning) in [
        (
            "#datatype measurement,long\nm,f\nm,1\n#x\nm,2\n",
            "unknown-annotation",
            &["m f=1i", "m f=2i"][..],
            "4:1 dropped-value: '#x' is left out",
        ),
        (
            "#datatypes measurement,long\n_measurement,f\nm,1\n",
            "unknown-annotation",
            &["m f=1"],
            "1:1 dropped-value: '#datatypes measurement' is left out",
        ),
        (
            "#datatype measurement,long\nm,f,g\nm,1\n",
            "row-width",
            &["m f=1i"],
            "2:5 header-width: 'g' is cut or filled up to the width of the first annotation",
        ),
        (
            "#datatype measurement,long,long,\nm,f\nm,1,2,\n",
            "row-width",
            &["m f=1i"],
            "2:4 header-width: an empty cell is cut or filled up to the width of the first annotation",
        ),
        (
            "#timezone x\n_measurement,f\nm,1\n",
            "unknown-time-zone",
            &["m f=1"],
            "1:11 mistaken-time-zone: 'x' is ignored, and the zone before it stays, UTC at first",
        ),
        (
            "#group false,false\n#group false,true\n_measurement,f\nm,1\n",
            "repeated-annotation",
            &["missing-fields"],
            "2:1 loose-annotation: '#group false' is laid over the earlier one",
        ),
        (
            "#datatype measurement,long,measurement\na,f,b\nm,1,n\n",
            "duplicate-column",
            &["n f=1i"],
            "2:5 dropped-column: 'b' is used in place of an earlier column",
        ),
        (
            "#datatype measurement,string,long,long\nm,_field,_value,other\nm,f,1,2\n",
            "unused-column",
            &["m f=1i"],
            "2:17 dropped-column: 'other' is left out",
        ),
        (
            "#constant measurement\n_measurement,f\nm,1\n",
            "invalid-annotation",
            &["m f=1"],
            "1:22 dropped-value: an empty cell is left out",
        ),
    ] {
        if rows == ["missing-fields"] {
            // The header then lacks a field in both.
            assert!(read(body, Mode::InfluxWrite).0.contains(&rows[0].to_owned()));
            continue;
        }
        check_softened(body, error, rows, warning);
    }
}

/// What `influx write` lets stay of an annotation when another one of its name follows.
/// The last of several columns takes the place of the others, and none is read without its partner.
#[test]
fn columns_for_a_field_without_their_partner() {
    let body = "m|measurement,a|double,_value,_value\nx,1,2,3\n";
    check(body, Mode::Strict, &["duplicate-column", "missing-column"], &[]);
    check(
        body,
        Mode::InfluxWrite,
        &["x a=1"],
        &[
            "1:24 dropped-column: '_value' is left out",
            "1:31 dropped-column: '_value' is used in place of an earlier column",
            "1:37 no-time-column",
        ],
    );
}

#[test]
fn repeated_annotations() {
    for (before, after, read_as) in [
        ("long", "", ""),
        ("", "long", "long"),
        ("tag", "", "tag"),
        ("tag", "long", "tag"),
        ("tag", "field", "field"),
        ("ignored", "long", "ignored"),
        ("long|7", "double", "double|7"),
        ("long", "double|7", "double|7"),
        ("double:,.", "double", "double:,."),
        ("double:,.", "double:.", "double:."),
        ("double:,.", "long", "long:,."),
        ("dateTime:2006-01-02", "dateTime", "dateTime:2006-01-02"),
        ("long:strict", "double", "long:strict"),
        ("long:strict", "long", "long:strict"),
        ("boolean:a:b", "boolean", "boolean:a:b"),
        ("boolean:a:b", "string", "boolean:a:b"),
        ("boolean:a:b", "boolean:b:a", "boolean:b:a"),
    ] {
        for cell in ["", "1", "1,5", "1.5", "a", "x", "2020-01-02", "t"] {
            let body = |types: &str| {
                format!("{types}m,g,f\nm,1,\"{cell}\"\n")
                    .replace("measurement,", "measurement,long,")
            };
            let twice =
                format!("#datatype measurement,\"{before}\"\n#datatype measurement,\"{after}\"\n");
            let once = format!("#datatype measurement,\"{read_as}\"\n");
            let (found, warnings) = read(&body(&twice), Mode::InfluxWrite);
            let (expected, _) = read(&body(&once), Mode::InfluxWrite);
            assert_eq!(found, expected, "{before} and {after} for {cell:?}");
            let repeated = warnings.iter().filter(|told| told.contains("loose-annotation"));
            assert!(repeated.map(|told| &told[..4]).eq(["2:1 "]), "{warnings:?}");
        }
    }
    // What no server takes, and what no type says.
    for (before, after) in [("dateTime", "long"), ("long|7", "long|8")] {
        let types =
            format!("#datatype measurement,long,{before}\n#datatype measurement,long,{after}\n");
        let (rows, _) = read(&format!("{types}m,f,g\nm,1,2\n"), Mode::InfluxWrite);
        assert_eq!(rows, ["repeated-annotation"], "{before} and {after}");
    }
    let body = "#group false,true,false\n#datatype measurement,string,long\n\
                #group false,false,false\n_measurement,a,f\nm,1,2\n";
    let told = "3:1 loose-annotation: '#group false' is used in place of all annotations of \
                columns before it";
    check_softened(body, "repeated-annotation", &["m a=1,f=2"], told);
}

/// Formats and defaults of columns that give no part of a point are checked in strict mode, and have
/// no effect in the other.
#[test]
fn formats_and_defaults_without_an_effect() {
    const RESULT: &str = ",result,table,_time,_measurement,_field,_value\n,,0,5,m,f,1\n";
    for (body, error, place, told) in [
        (
            "#datatype measurement,dateTime,long,dateTime\n#default ,x,,\nm,_start,f,t\nm,,1,5\n",
            "invalid-timestamp",
            "2:",
            "2:11 dropped-value: 'x' is left out",
        ),
        (
            "#datatype measurement,dateTime:YYYY,long,dateTime\nm,_start,f,t\nm,,1,5\n",
            "invalid-format",
            "1:",
            "1:23 dropped-value: 'dateTime:YYYY' is left out",
        ),
        (
            &format!(
                "#datatype,string,long,dateTime,string,string,long\n#default,r,l,,,,\n{RESULT}"
            ),
            "invalid-value",
            "2:",
            "2:12 dropped-value: 'l' is left out",
        ),
        (
            &format!("#datatype,string,boolean:a,dateTime,string,string,long\n{RESULT}"),
            "invalid-format",
            "1:",
            "1:18 dropped-value: 'boolean:a' is left out",
        ),
    ] {
        assert_eq!(read(body, Mode::Strict).0, [error], "{body}");
        let (found, warnings) = read(body, Mode::InfluxWrite);
        assert_eq!(found, ["m f=1i 5"], "{body}");
        let there: Vec<_> = warnings.iter().filter(|told| told.starts_with(place)).collect();
        assert_eq!(there, [told], "{body}");
    }
}

#[test]
fn separators_of_influx_write() {
    let body = "sep=#\n_measurement#f\nm#1\n#2\n# x\n\"m\"#1\n";
    let (found, warnings) = read(body, Mode::InfluxWrite);
    assert_eq!(found, ["m f=1", "empty-name", "empty-name", "m f=1"]);
    assert_eq!(warnings, ["2:15 no-time-column"]);
    check_softened(
        "sep=;abc\n_measurement;f\nm;1\n",
        "invalid-separator",
        &["m f=1"],
        "1:5 loose-annotation: ';abc' is cut to its first character",
    );
}

#[test]
fn an_error_of_a_header_is_one_of_its_first_row() {
    let wrong = "#datatype measurement,lang,lung\nm,f,g\n";
    for (rows, expected) in [
        ("", &[][..]),
        ("m,1,2\n", &["invalid-data-type", "invalid-data-type"]),
        ("m,1,2\nm,1,2\n", &["invalid-data-type", "invalid-data-type"]),
        ("m,\"1\"x,2\n", &["invalid-data-type", "invalid-data-type"]),
        ("#datatype measurement,long\nm,f\nm,1\n", &["m f=1i"]),
    ] {
        assert_eq!(read(&format!("{wrong}{rows}"), Mode::InfluxWrite).0, expected, "{rows}");
    }
}

/// An annotation after a header in error is read for its rows, which can be valid with it.
#[test]
fn an_annotation_after_a_header_in_error_changes_its_rows() {
    let constant = "#constant measurement,n\n";
    for (body, expected) in [
        (format!("f|long\n{constant}1\n2\n"), &["n f=1i", "n f=2i"][..]),
        (format!("f|long\n1\n{constant}2\n3\n"), &["missing-column", "n f=2i", "n f=3i"]),
        (format!("f|long\n#constant tag,t,x\n1\n{constant}2\n"), &["missing-column", "n,t=x f=2i"]),
        ("f|long\n#constant tag,t,x\n1\n2\n".to_owned(), &["missing-column"]),
        (format!("f|lo\"ng\n{constant}1\n"), &["bare-quote"]),
    ] {
        assert_eq!(read(&body, Mode::InfluxWrite).0, expected, "{body}");
    }
}

#[test]
fn what_influx_write_never_does() {
    for (body, error) in [
        ("#datatype measurement,field\nm,f\nm,abc\n", "invalid-value"),
        ("#datatype measurement,base64Binary\nm,f\nm,YQ==\n", "invalid-data-type"),
        ("#datatype measurement,tag,long\nm,t,f\nm,x\\,1\n", "dangling-backslash"),
        ("#datatype measurement,tag,long\nm,t,f\nm,\"x\ny\",1\n", "control-character"),
        (
            "#datatype measurement,long,dateTime\nm,f,t\nm,1,9999-12-31T23:59:59Z\n",
            "timestamp-overflow",
        ),
        ("#datatype,string,string\n,error,reference\n,failed,1\n", "query-error"),
        ("_measurement,f\nm,\"1\r2\"\n", "control-character"),
    ] {
        for &mode in Mode::ALL {
            let (rows, _) = read(body, mode);
            assert_eq!(rows, [error], "{mode}: {body}");
        }
    }
}

#[test]
fn what_both_modes_warn_of() {
    const TYPES: &str = "#datatype measurement,long,dateTime\n";
    for (body, rows, warnings) in [
        (
            "m,f,t\nm,1\n",
            &["m f=1i"][..],
            &["3:4 row-width: 2 cells, the header on line 2 has 3"][..],
        ),
        (
            "m,f,t\nm,1,2,3,4\n",
            &["m f=1i 2"],
            &["3:7 row-width: 5 cells, the header on line 2 has 3"],
        ),
        ("m,f ,t\nm,1,2\n", &["m f\\ =1i 2"], &["2:3 outer-blank"]),
    ] {
        for &mode in Mode::ALL {
            check(&format!("{TYPES}{body}"), mode, rows, warnings);
        }
    }
    for (body, rows, warnings) in [
        (
            "#datatype measurement,long,long,dateTime\n#default m\nm,f,g,t\n,1,2,3\n",
            &["m f=1i,g=2i 3"][..],
            &["2:1 short-annotation: 1 cell, '#datatype' on line 1 has 4"][..],
        ),
        (
            "#group false,TRUE,false\n_measurement,a,f\nm,x,1\n",
            &["m,a=x f=1"],
            &["1:14 group-spelling", "2:17 no-time-column"],
        ),
        (
            "#datatype,string,dateTime,string,string,long\n#default,r,,,,\n\
             ,result,_time,_measurement,_field,_value\n,,5,m,f,1\n",
            &["m f=1i 5"],
            &["3:2 part-of-result"],
        ),
        ("\u{feff}_measurement,f,_time\nm,1,2\n", &["m f=1 2"], &["1:1 influx-write-refuses"]),
        ("_measurement,f||1,_time\nm,,2\n", &["m f=1 2"], &["1:14 influx-write-refuses"]),
        (
            "_measurement,f,_time\nm,1,2\n\n#constant tag,t,x\n#datatype measurement,long,dateTime\nm,f,t\nm,1,2\n",
            &["m f=1 2", "m,t=x f=1i 2"],
            &["4:1 influx-write-refuses"],
        ),
        (
            "#datatype measurement,string\nm,f\nm,a\nm,f\n",
            &["m f=\"a\"", "m f=\"f\""],
            &["2:4 no-time-column", "4:1 repeated-header: it repeats line 2"],
        ),
        (
            "#datatype measurement,long,dateTime\nm,f,_stop\nm,1,2\n",
            &["m f=1i"],
            &["2:5 no-time-column"],
        ),
    ] {
        check(body, Mode::Strict, rows, warnings);
    }
    let stop = "#datatype measurement,long,dateTime\nm,f,_stop\nm,1,2\n";
    let told = "2:5 mistaken-column: '_stop' is taken for the timestamp";
    check(stop, Mode::InfluxWrite, &["m f=1i 2"], &[told]);
}

#[test]
fn an_annotation_among_rows_changes_the_rows_after_it() {
    let body = "#constant tag,t,a\n_measurement,f,_time\nm,1,2\n#constant tag,t,b\nm,1,2\n";
    let sent = "used for the rows after it in the table above, and not for the next";
    let told = format!("4:1 loose-annotation: '#constant tag,t,b' is {sent}");
    check(body, Mode::InfluxWrite, &["m,t=a f=1 2", "m,t=b f=1 2"], &[&told]);
}
