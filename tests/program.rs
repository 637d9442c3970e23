//! The example program `validate` as a black box: files and options in, bytes and an exit status out.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};

/// The example, which a plain `cargo test` builds before it runs this.
fn program() -> PathBuf {
    let this = std::env::current_exe().expect("the place of this test");
    let profile =
        this.parent().and_then(Path::parent).expect("a test executable in target/<profile>/deps");
    let program =
        profile.join("examples").join(format!("validate{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.is_file(),
        "{} is not there; `cargo build --example validate` builds it",
        program.display()
    );
    program
}

/// A folder of one test, gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str, files: &[(&str, &[u8])]) -> Self {
        let folder = Self(
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{}", std::process::id())),
        );
        fs::create_dir_all(&folder.0).unwrap();
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    fn write(&self, name: &str, text: &[u8]) {
        fs::write(self.0.join(name), text).unwrap();
    }

    /// Runs the program here, with options and files separated by spaces.
    #[track_caller]
    fn run(&self, args: &str) -> Run {
        self.run_on(args, b"")
    }

    /// Warnings are a matter of their own.
    #[track_caller]
    fn run_on(&self, args: &str, input: &[u8]) -> Run {
        self.run_warning_on(&format!("--no-warnings {args}"), input)
    }

    #[track_caller]
    fn run_warning_on(&self, args: &str, input: &[u8]) -> Run {
        let mut command = Command::new(program());
        command.args(args.split(' ').filter(|arg| !arg.is_empty())).current_dir(&self.0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that objects to its options does not read.
        let _ = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        Run {
            status: output.status.code().expect("an exit status"),
            out: String::from_utf8(output.stdout).expect("UTF-8 on standard output"),
            err: String::from_utf8(output.stderr).expect("UTF-8 on standard error"),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[derive(Debug)]
struct Run {
    status: i32,
    out: String,
    err: String,
}

impl Run {
    /// What it printed, where it ran to its end with `status`.
    #[track_caller]
    fn with(self, status: i32) -> String {
        assert_eq!((self.status, &*self.err), (status, ""), "{}", self.out);
        self.out
    }

    /// The objects that it printed, those of each type apart.
    #[track_caller]
    fn json(self, status: i32) -> Json {
        let mut json = Json { points: Vec::new(), rejections: Vec::new(), summary: Value::Null };
        for line in self.with(status).lines() {
            let object: Value =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert_eq!(json.summary, Value::Null, "the summary comes last");
            match object["type"].as_str() {
                Some("point") => json.points.push(object),
                Some("rejection") => json.rejections.push(object),
                Some("summary") => json.summary = object,
                _ => panic!("{line}"),
            }
        }
        json
    }
}

struct Json {
    points: Vec<Value>,
    rejections: Vec<Value>,
    summary: Value,
}

const WATER_SENSORS: &str = r#"{"name": "waterSensors", "columns": [
    {"name": "time", "type": "timestamp"}, {"name": "level", "type": "field", "dataType": "float"}]}"#;

const AIR_SENSORS: &str = r#"{"name": "airSensors", "columns": [
    {"name": "time", "type": "timestamp"},
    {"name": "sensorId", "type": "tag"},
    {"name": "temperature", "type": "field", "dataType": "float"},
    {"name": "humidity", "type": "field", "dataType": "float"},
    {"name": "co", "type": "field", "dataType": "float"}]}"#;

/// The documented cases, with all that is printed of them.
const MEASUREMENT: Documented<'_> = Documented {
    body: "airSensors,sensorId=TLM0201 temperature=73.97,humidity=35.23,co=0.48 1637014074\n",
    json: r#"{"type":"rejection","line":1,"column":1,"start":0,"end":10,"id":"measurement-not-allowed","reason":"measurement not allowed by schema","measurement":"airSensors","tag":null,"field":"temperature","got_type":null,"want_type":null,"error":null,"help":"add a schema for the measurement to the bucket, or correct its name","fix":null}
{"type":"rejection","line":1,"column":1,"start":0,"end":10,"id":"measurement-not-allowed","reason":"measurement not allowed by schema","measurement":"airSensors","tag":null,"field":"humidity","got_type":null,"want_type":null,"error":null,"help":"add a schema for the measurement to the bucket, or correct its name","fix":null}
{"type":"rejection","line":1,"column":1,"start":0,"end":10,"id":"measurement-not-allowed","reason":"measurement not allowed by schema","measurement":"airSensors","tag":null,"field":"co","got_type":null,"want_type":null,"error":null,"help":"add a schema for the measurement to the bucket, or correct its name","fix":null}
{"type":"summary","points":{"total":3,"accepted":0,"rejected":3},"lines":{"total":1,"accepted":0,"rejected":1},"response":{"status":400,"code":"invalid","message":"3 out of 3 points rejected (check rejected_points in your _monitoring bucket for further information)"}}
"#,
    rejected_points: r"rejected_points,bucket=a7d5558b880a93da,field=temperature,measurement=airSensors,reason=measurement\ not\ allowed\ by\ schema count=1i 1637014074000000000
rejected_points,bucket=a7d5558b880a93da,field=humidity,measurement=airSensors,reason=measurement\ not\ allowed\ by\ schema count=1i 1637014074000000001
rejected_points,bucket=a7d5558b880a93da,field=co,measurement=airSensors,reason=measurement\ not\ allowed\ by\ schema count=1i 1637014074000000002
",
    human: r#"error: measurement not allowed by schema
 --> body.lp:1:1
  |
1 | airSensors,sensorId=TLM0201 temperature=73.97,humidity=35.23,co=0.48 1637014074
  | ^^^^^^^^^^ expected a measurement that has a schema
  = field "temperature" of measurement "airSensors"
  = help: add a schema for the measurement to the bucket, or correct its name

error: measurement not allowed by schema
 --> body.lp:1:1
  |
1 | airSensors,sensorId=TLM0201 temperature=73.97,humidity=35.23,co=0.48 1637014074
  | ^^^^^^^^^^ expected a measurement that has a schema
  = field "humidity" of measurement "airSensors"
  = help: add a schema for the measurement to the bucket, or correct its name

error: measurement not allowed by schema
 --> body.lp:1:1
  |
1 | airSensors,sensorId=TLM0201 temperature=73.97,humidity=35.23,co=0.48 1637014074
  | ^^^^^^^^^^ expected a measurement that has a schema
  = field "co" of measurement "airSensors"
  = help: add a schema for the measurement to the bucket, or correct its name

points: 3 total, 0 accepted, 3 rejected
lines: 1 total, 0 accepted, 1 rejected
written: 0
response: 400 {"code":"invalid","message":"3 out of 3 points rejected (check rejected_points in your _monitoring bucket for further information)"}
"#,
    lp: "",
};

const FIELD_TYPE: Documented<'_> = Documented {
    body: "airSensors,sensorId=L1 temperature=90.5,humidity=70.0,co=0.2 1637014074\n\
           airSensors,sensorId=L1 temperature=\"90.5\",humidity=70.0,co=0.2 1637014074\n",
    json: r#"{"type":"point","line":1,"measurement":"airSensors","tags":[["sensorId","L1"]],"fields":[["temperature",{"float":90.5}],["humidity",{"float":70.0}],["co",{"float":0.2}]],"timestamp":"1637014074000000000"}
{"type":"point","line":2,"measurement":"airSensors","tags":[["sensorId","L1"]],"fields":[["humidity",{"float":70.0}],["co",{"float":0.2}]],"timestamp":"1637014074000000000"}
{"type":"rejection","line":2,"column":36,"start":107,"end":113,"id":"field-type-mismatch","reason":"field type mismatch with schema","measurement":"airSensors","tag":null,"field":"temperature","got_type":"String","want_type":"Float","error":null,"help":"the schema has the type Float: write 90.5","fix":null}
{"type":"summary","points":{"total":6,"accepted":5,"rejected":1},"lines":{"total":2,"accepted":2,"rejected":0},"response":{"status":400,"code":"invalid","message":"partial write error (5 accepted): 1 out of 6 points rejected (check rejected_points in your _monitoring bucket for further information)"}}
"#,
    rejected_points: r"rejected_points,bucket=a7d5558b880a93da,field=temperature,gotType=String,measurement=airSensors,reason=field\ type\ mismatch\ with\ schema,wantType=Float count=1i 1637014074000000000
",
    human: r#"error: field type mismatch with schema
 --> body.lp:2:36
  |
2 | airSensors,sensorId=L1 temperature="90.5",humidity=70.0,co=0.2 1637014074
  |                                    ^^^^^^ expected Float, found String
  = field "temperature" of measurement "airSensors"
  = help: the schema has the type Float: write 90.5

points: 6 total, 5 accepted, 1 rejected
lines: 2 total, 2 accepted, 0 rejected
written: 5
response: 400 {"code":"invalid","message":"partial write error (5 accepted): 1 out of 6 points rejected (check rejected_points in your _monitoring bucket for further information)"}
"#,
    lp: "airSensors,sensorId=L1 temperature=90.5,humidity=70,co=0.2 1637014074000000000\n\
         airSensors,sensorId=L1 humidity=70,co=0.2 1637014074000000000\n",
};

struct Documented<'d> {
    body: &'d str,
    json: &'d str,
    rejected_points: &'d str,
    human: &'d str,
    lp: &'d str,
}

#[test]
fn the_documented_cases() {
    for (name, schema, case) in
        [("measurement", WATER_SENSORS, MEASUREMENT), ("field-type", AIR_SENSORS, FIELD_TYPE)]
    {
        let files: [(&str, &[u8]); 2] =
            [("body.lp", case.body.as_bytes()), ("schema.json", schema.as_bytes())];
        let folder = Folder::new(&format!("documented-{name}"), &files);
        for (output, expected) in [
            ("json", case.json),
            (
                "rejected-points --bucket a7d5558b880a93da --logged-at 1637014074000000000",
                case.rejected_points,
            ),
            ("human", case.human),
            ("lp", case.lp),
        ] {
            let run = folder
                .run(&format!("--precision s --schema schema.json body.lp --output {output}"));
            assert_eq!(run.with(1), expected, "{name}: {output}");
        }
        let by_default = folder.run("--precision s --schema schema.json body.lp");
        assert_eq!(by_default.with(1), case.human, "{name}: human is the default");
    }
}

/// Good lines with one of each kind of bad ones between them, with precision `s`.
const MIXED: &[u8] = b"cpu,host=a usage=0.5,cores=8i 1700000000
cpu,host usage=0.5 1700000001
cpu,host=a usage=0.75,cores=8i 1700000002
cpu,host=\xff usage=0.5 1700000003
cpu,host=a note=\"ok\" 1700000004
cpu,host=a note=\"no end 1700000005
cpu,host=a usage=1.0 1700000006
cpu,host=a usage=\"high\",cores=9i 1700000007
cpu,host=b usage=0.5,cores=8.0 1700000008
cpu,host=a usage=2 9223372036854775807
cpu,host=b usage=0.25,cores=4i 1700000010
";

const EXISTING: &[u8] = b"cpu,host=b usage=0.25,cores=4i 1690000000000000000\n";

const OUT_OF_RANGE: &str =
    "expected a timestamp of -9223372036 to 9223372036 s, found 9223372036854775807 s";

/// Line, column and text of each rejection of [`MIXED`], then reason, field, types, error.
type Rejected<'r> = (
    usize,
    usize,
    &'r [u8],
    &'r str,
    &'r str,
    Option<&'r str>,
    Option<[&'r str; 2]>,
    Option<&'r str>,
);

const MIXED_REJECTIONS: [Rejected<'_>; 6] = [
    (
        2,
        9,
        b" ",
        "missing-equals",
        "unable to parse",
        None,
        None,
        Some("expected '=' after the tag key, found ' '"),
    ),
    (
        4,
        10,
        b"\xff",
        "invalid-utf8",
        "unable to parse",
        None,
        None,
        Some("expected UTF-8, found '\\xff'"),
    ),
    (
        6,
        17,
        b"\"",
        "unclosed-quote",
        "unable to parse",
        None,
        None,
        Some("expected a string that ends in a quote, found '\"'"),
    ),
    (
        8,
        18,
        b"\"high\"",
        "type-conflict-in-batch",
        "type conflict in batch write",
        Some("usage"),
        Some(["String", "Float"]),
        None,
    ),
    (
        9,
        28,
        b"8.0",
        "type-conflict-with-existing-data",
        "type conflict with existing data",
        Some("cores"),
        Some(["Float", "Integer"]),
        None,
    ),
    (
        10,
        20,
        b"9223372036854775807",
        "timestamp-out-of-range",
        "timestamp out of range",
        None,
        None,
        Some(OUT_OF_RANGE),
    ),
];

fn mixed(test: &str) -> Folder {
    Folder::new(test, &[("mixed.lp", MIXED), ("existing.lp", EXISTING)])
}

fn mixed_rejections() -> Vec<Value> {
    let starts = MIXED.split_inclusive(|&byte| byte == b'\n').scan(0, |start, line| {
        *start += line.len();
        Some(*start - line.len())
    });
    let line_starts: Vec<_> = starts.collect();
    let rejections = MIXED_REJECTIONS.iter().map(|&(line, column, text, id, reason, field, types, error)| {
        let start = line_starts[line - 1] + column - 1;
        assert_eq!(&MIXED[start..start + text.len()], text, "line {line}");
        let mut rejection = json!({
            "type": "rejection", "line": line, "column": column, "start": start, "end": start + text.len(),
            "id": id, "reason": reason, "measurement": (reason != "unable to parse").then_some("cpu"), "tag": null,
            "field": field, "got_type": types.map(|types| types[0]), "want_type": types.map(|types| types[1]),
            "error": error,
            "fix": null,
        });
        if id == "type-conflict-with-existing-data" {
            // `8.0` in a field of integers.
            let end = start + text.len();
            rejection["fix"] = json!({ "start": start, "end": end, "replacement": "8i" });
        }
        if id == "type-conflict-in-batch" {
            // The first value of the field: `0.5` on the first line.
            let set_at = json!({ "line": 1, "column": 18, "start": 17, "end": 20 });
            rejection["type_set_at"] = set_at;
        }
        rejection
    });
    rejections.collect()
}

/// The rejections without their help, which each of them has.
fn without_help(mut rejections: Vec<Value>) -> Vec<Value> {
    for rejection in &mut rejections {
        let help = rejection.as_object_mut().unwrap().remove("help");
        assert!(help.as_ref().and_then(Value::as_str).is_some_and(|help| !help.is_empty()));
    }
    rejections
}

#[test]
fn each_bad_line_is_reported_once_and_each_good_one_accepted() {
    let json =
        mixed("mixed").run("--precision s --existing existing.lp --output json mixed.lp").json(1);
    assert_eq!(without_help(json.rejections), mixed_rejections());

    let accepted: Vec<_> =
        json.points.iter().map(|point| (&point["line"], &point["fields"])).collect();
    let (float, integer) =
        (|value: f64| json!({ "float": value }), |value: &str| json!({ "integer": value }));
    assert_eq!(
        accepted,
        [
            (&json!(1), &json!([["usage", float(0.5)], ["cores", integer("8")]])),
            (&json!(3), &json!([["usage", float(0.75)], ["cores", integer("8")]])),
            (&json!(5), &json!([["note", { "string": "ok" }]])),
            (&json!(7), &json!([["usage", float(1.0)]])),
            (&json!(8), &json!([["cores", integer("9")]])),
            (&json!(9), &json!([["usage", float(0.5)]])),
            (&json!(11), &json!([["usage", float(0.25)], ["cores", integer("4")]])),
        ]
    );
    assert_eq!(
        json.summary,
        json!({
            "type": "summary",
            "points": { "total": 16, "accepted": 10, "rejected": 6 },
            "lines": { "total": 11, "accepted": 7, "rejected": 4 },
            "response": {
                "status": 400,
                "code": "invalid",
                "message": "partial write error (10 accepted): 6 out of 16 points rejected; first error: at line 2:9: \
                            expected '=' after the tag key, found ' ': 'cpu,host usage=0.5 1700000001' (check \
                            rejected_points in your _monitoring bucket for further information)",
            },
        })
    );
}

#[test]
fn objects_come_in_the_order_of_the_text() {
    let out =
        mixed("order").run("--precision s --existing existing.lp --output json mixed.lp").with(1);
    let lines: Vec<_> = out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|object| (object["type"].as_str().unwrap().to_owned(), object["line"].as_u64()))
        .collect();
    let expected = [
        ("point", 1),
        ("rejection", 2),
        ("point", 3),
        ("rejection", 4),
        ("point", 5),
        ("rejection", 6),
        ("point", 7),
        ("point", 8),
        ("rejection", 8),
        ("point", 9),
        ("rejection", 9),
        ("rejection", 10),
        ("point", 11),
    ];
    let expected = expected.map(|(kind, line)| (kind.to_owned(), Some(line)));
    assert_eq!(lines, [&expected[..], &[("summary".to_owned(), None)]].concat());
}

#[test]
fn under_oss_nothing_is_written() {
    let folder = mixed("oss");
    let args = "--profile oss --precision s --existing existing.lp mixed.lp --output";
    let json = folder.run(&format!("{args} json")).json(1);
    assert_eq!(without_help(json.rejections), mixed_rejections());
    let lines: Vec<_> = json.points.iter().map(|point| &point["line"]).collect();
    assert_eq!(lines, [1, 3, 5, 7, 11], "each line on its own");
    assert_eq!(
        json.summary,
        json!({
            "type": "summary",
            "points": { "total": 16, "accepted": 8, "rejected": 8 },
            "lines": { "total": 11, "accepted": 5, "rejected": 6 },
            "response": {
                "status": 400,
                "code": "invalid",
                "message": "unable to parse 'cpu,host usage=0.5 1700000001': expected '=' after the tag key, found ' '",
            },
        })
    );
    let human = folder.run(&format!("{args} human")).with(1);
    let summary: Vec<_> = human.lines().rev().take(4).collect();
    assert_eq!(
        summary,
        [
            r#"response: 400 {"code":"invalid","message":"unable to parse 'cpu,host usage=0.5 1700000001': expected '=' after the tag key, found ' '"}"#,
            "written: 0",
            "lines: 11 total, 5 accepted, 6 rejected",
            "points: 16 total, 8 accepted, 8 rejected",
        ]
    );
}

#[test]
fn diagnostics_name_each_place() {
    let out = mixed("human").run("--precision s --existing existing.lp mixed.lp").with(1);
    let places: Vec<_> =
        out.lines().filter_map(|line| line.trim_start().strip_prefix("--> ")).collect();
    assert_eq!(
        places,
        MIXED_REJECTIONS.map(|(line, column, ..)| format!("mixed.lp:{line}:{column}"))
    );
    let reasons: Vec<_> = out.lines().filter_map(|line| line.strip_prefix("error: ")).collect();
    assert_eq!(reasons, MIXED_REJECTIONS.map(|(_, _, _, _, reason, ..)| reason));
    assert!(
        out.ends_with(
            "written: 10\nresponse: 400 {\"code\":\"invalid\",\"message\":\"partial write error (10 \
        accepted): 6 out of 16 points rejected; first error: at line 2:9: expected '=' after the tag key, found ' ': \
        'cpu,host usage=0.5 1700000001' (check rejected_points in your _monitoring bucket for further information)\"}\n"
        ),
        "{out}"
    );
}

#[test]
fn records_of_each_bad_line() {
    let out = mixed("records")
        .run("--precision s --existing existing.lp mixed.lp --output rejected-points --bucket b --logged-at 5")
        .with(1);
    let expected = r#"rejected_points,bucket=b,reason=unable\ to\ parse error="expected '=' after the tag key, found ' '" 5
rejected_points,bucket=b,reason=unable\ to\ parse error="expected UTF-8, found '\\xff'" 6
rejected_points,bucket=b,reason=unable\ to\ parse error="expected a string that ends in a quote, found '\"'" 7
rejected_points,bucket=b,field=usage,gotType=String,measurement=cpu,reason=type\ conflict\ in\ batch\ write,wantType=Float count=1i 8
rejected_points,bucket=b,field=cores,gotType=Float,measurement=cpu,reason=type\ conflict\ with\ existing\ data,wantType=Integer count=1i 9
rejected_points,bucket=b,measurement=cpu,reason=timestamp\ out\ of\ range error="expected a timestamp of -9223372036 to 9223372036 s, found 9223372036854775807 s" 10
"#;
    assert_eq!(out, expected);
}

#[test]
fn what_is_accepted_is_accepted_again() {
    let folder = mixed("again");
    let accepted = folder.run("--precision s --existing existing.lp --output lp mixed.lp").with(1);
    assert_eq!(
        accepted,
        "cpu,host=a usage=0.5,cores=8i 1700000000000000000\n\
         cpu,host=a usage=0.75,cores=8i 1700000002000000000\n\
         cpu,host=a note=\"ok\" 1700000004000000000\n\
         cpu,host=a usage=1 1700000006000000000\n\
         cpu,host=a cores=9i 1700000007000000000\n\
         cpu,host=b usage=0.5 1700000008000000000\n\
         cpu,host=b usage=0.25,cores=4i 1700000010000000000\n"
    );
    for args in ["-", "--profile oss -", "--existing existing.lp -"] {
        let again = folder.run_on(&format!("--output lp {args}"), accepted.as_bytes());
        assert_eq!(again.with(0), accepted, "{args}");
    }
    let records = folder
        .run("--precision s --existing existing.lp --output rejected-points mixed.lp")
        .with(1);
    let again = folder.run_on("--output lp -", records.as_bytes());
    assert_eq!(again.with(0), records, "the records are line protocol too");
}

#[test]
fn what_is_good_is_told_too() {
    let folder = Folder::new(
        "good",
        &[("good.lp", b"m,b=2,a=1 f=1,s=\"x\" 5\n# comment\n\nm f=2\n"), ("none.lp", b"")],
    );
    for (args, out) in [
        (
            "good.lp",
            "points: 3 total, 3 accepted, 0 rejected\nlines: 2 total, 2 accepted, 0 rejected\nwritten: 3\nresponse: 204\n",
        ),
        (
            "--profile oss none.lp",
            "points: 0 total, 0 accepted, 0 rejected\nlines: 0 total, 0 accepted, 0 rejected\nwritten: 0\nresponse: 204\n",
        ),
        ("--output lp good.lp", "m,a=1,b=2 f=1,s=\"x\" 5\nm f=2\n"),
        ("--output rejected-points good.lp", ""),
        (
            "--output json none.lp",
            "{\"type\":\"summary\",\"points\":{\"total\":0,\"accepted\":0,\"rejected\":0},\"lines\":{\"total\":0,\
             \"accepted\":0,\"rejected\":0},\"response\":{\"status\":204,\"code\":null,\"message\":null}}\n",
        ),
    ] {
        assert_eq!(folder.run(args).with(0), out, "{args}");
    }
}

#[test]
fn values_in_json() {
    let folder = Folder::new("values", &[]);
    let point = |line: &str| {
        let json = folder.run_on("--output json -", line.as_bytes()).json(0);
        assert_eq!((json.points.len(), json.rejections.len()), (1, 0), "{line}");
        json.points[0].clone()
    };
    for (value, expected) in [
        ("1.5", r#"{"float":1.5}"#),
        ("2", r#"{"float":2.0}"#),
        ("-0", r#"{"float":-0.0}"#),
        ("1e300", r#"{"float":1e+300}"#),
        ("5e-324", r#"{"float":5e-324}"#),
        ("0.30000000000000004", r#"{"float":0.30000000000000004}"#),
        ("-9223372036854775808i", r#"{"integer":"-9223372036854775808"}"#),
        ("9223372036854775807i", r#"{"integer":"9223372036854775807"}"#),
        ("18446744073709551615u", r#"{"unsigned":"18446744073709551615"}"#),
        ("t", r#"{"boolean":true}"#),
        ("FALSE", r#"{"boolean":false}"#),
        ("\"\"", r#"{"string":""}"#),
        ("\"a\\\"b\\\\c\nd\te\u{e4}\u{1f600}\"", r#"{"string":"a\"b\\c\nd\te\u00e4\ud83d\ude00"}"#),
    ] {
        let expected: Value = serde_json::from_str(expected).unwrap();
        let found = &point(&format!("m f={value}"))["fields"];
        assert_eq!(*found, json!([["f", expected]]), "{value}");
        let sign = |value: &Value| value["float"].as_f64().map(f64::is_sign_negative);
        assert_eq!(sign(&found[0][1]), sign(&expected), "{value}");
    }
    assert_eq!(
        point("  m\\ n,b=1,a\\=b=\u{e4} f=1,f=2 -5"),
        json!({
            "type": "point", "line": 1, "measurement": "m n", "tags": [["b", "1"], ["a=b", "\u{e4}"]],
            "fields": [["f", { "float": 1.0 }], ["f", { "float": 2.0 }]], "timestamp": "-5",
        })
    );
    assert_eq!(point("m f=1")["timestamp"], Value::Null);
    assert_eq!(point("m f=1 9223372036854775806")["timestamp"], "9223372036854775806");
}

#[test]
fn options() {
    let mixed_types = b"m,t=a f=1\nm,t=b f=1i\n";
    let of_measurements =
        [b"[", WATER_SENSORS.as_bytes(), b",", AIR_SENSORS.as_bytes(), b"]"].concat();
    let both = b"waterSensors level=1\nairSensors co=1\n";
    let folder = Folder::new(
        "options",
        &[
            ("times.lp", b"m f=1 5\nm f=1\n"),
            ("times.txt", b"m f=1 5\n"),
            ("types.lp", mixed_types),
            ("existing.lp", b"m,t=a f=1i\n"),
            ("b.lp", b"m,t=a f=1\nm,t=b f=1\n"),
            ("both.lp", both),
            ("water.json", WATER_SENSORS.as_bytes()),
            ("air.json", AIR_SENSORS.as_bytes()),
            ("both.json", &of_measurements),
            ("none.json", b"[]"),
        ],
    );
    for (args, status, out) in [
        ("times.lp", 0, "m f=1 5\nm f=1\n"),
        ("--precision ns times.lp", 0, "m f=1 5\nm f=1\n"),
        ("--precision us times.lp", 0, "m f=1 5000\nm f=1\n"),
        ("--precision ms times.lp", 0, "m f=1 5000000\nm f=1\n"),
        ("times.lp --precision s", 0, "m f=1 5000000000\nm f=1\n"),
        ("--precision n times.lp", 0, "m f=1 5\nm f=1\n"),
        ("--precision NS times.lp", 0, "m f=1 5\nm f=1\n"),
        ("--precision nanosecond times.lp", 0, "m f=1 5\nm f=1\n"),
        ("--precision u times.lp", 0, "m f=1 5000\nm f=1\n"),
        ("--precision microseconds times.lp", 0, "m f=1 5000\nm f=1\n"),
        ("--precision millisecond times.lp", 0, "m f=1 5000000\nm f=1\n"),
        ("--precision second times.lp", 0, "m f=1 5000000000\nm f=1\n"),
        ("--precision ms --precision s times.lp", 0, "m f=1 5000000000\nm f=1\n"),
        ("--default-time 1700000000987654321 times.lp", 0, "m f=1 5\nm f=1 1700000000987654321\n"),
        (
            "--default-time 1700000000987654321 --precision ms times.lp",
            0,
            "m f=1 5000000\nm f=1 1700000000987000000\n",
        ),
        ("--default-time -1 --precision s times.lp", 0, "m f=1 5000000000\nm f=1 -1000000000\n"),
        ("--default-time 9223372036854775807 times.lp", 1, "m f=1 5\n"),
        ("--format lp times.txt", 0, "m f=1 5\n"),
        ("--format lp times.lp", 0, "m f=1 5\nm f=1\n"),
        ("types.lp", 0, "m,t=a f=1\nm,t=b f=1i\n"),
        ("--conflict-scope series types.lp", 0, "m,t=a f=1\nm,t=b f=1i\n"),
        ("--conflict-scope measurement types.lp", 1, "m,t=a f=1\n"),
        ("--existing existing.lp b.lp", 1, "m,t=b f=1\n"),
        ("--existing existing.lp --conflict-scope measurement b.lp", 1, ""),
        ("--profile cloud types.lp", 0, "m,t=a f=1\nm,t=b f=1i\n"),
        ("both.lp", 0, "waterSensors level=1\nairSensors co=1\n"),
        ("--schema none.json both.lp", 1, ""),
        ("--schema water.json both.lp", 1, "waterSensors level=1\n"),
        ("--schema air.json both.lp", 1, "airSensors co=1\n"),
        (
            "--schema air.json --schema water.json both.lp",
            0,
            "waterSensors level=1\nairSensors co=1\n",
        ),
        ("--schema both.json both.lp", 0, "waterSensors level=1\nairSensors co=1\n"),
        (
            "--schema none.json --schema both.json both.lp",
            0,
            "waterSensors level=1\nairSensors co=1\n",
        ),
    ] {
        assert_eq!(folder.run(&format!("--output lp {args}")).with(status), out, "{args}");
    }
}

#[test]
fn records_without_options() {
    let folder = Folder::new("without", &[("body.lp", b"m f=1\nm f=t\n")]);
    let record = r"rejected_points,field=f,gotType=Boolean,measurement=m,reason=type\ conflict\ in\ batch\ write,wantType=Float count=1i";
    let out = folder.run("--output rejected-points --logged-at -7 body.lp").with(1);
    assert_eq!(out, format!("{record} -7\n"), "without a bucket");

    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let before = now();
    let out = folder.run("--output rejected-points body.lp").with(1);
    let logged_at =
        out.trim_end().strip_prefix(record).expect("the record").trim_start().parse().unwrap();
    assert!((before..=now()).contains(&logged_at), "now by default: {out}");
}

#[test]
fn records_at_the_end_of_time() {
    let folder = Folder::new("end-of-time", &[("body.lp", b"m f=\nm f=\nm f=\nm f=\n")]);
    let out =
        folder.run("--output rejected-points --logged-at 9223372036854775805 body.lp").with(1);
    let times: Vec<&str> = out.lines().filter_map(|line| line.rsplit(' ').next()).collect();
    let ends = ["805", "806", "804", "803"].map(|end| format!("9223372036854775{end}"));
    assert_eq!(times, ends);
}

#[test]
fn what_is_not_shown_is_counted() {
    let fields = |value: &str| -> String {
        let fields: Vec<_> = (0..70_000).map(|number| format!(",f{number}={value}")).collect();
        fields.concat()
    };
    let (first, second) = (fields("1"), fields("t"));
    let body = format!("m f=1{first} 1\nm f=1{second} 2\n");
    let folder = Folder::new("omitted", &[]);
    let json = folder.run_on("--output json -", body.as_bytes()).json(1);
    assert_eq!(json.rejections.len(), 65_536);
    assert_eq!(json.summary["rejections_omitted"], 70_000 - 65_536);
    assert_eq!(json.summary["warnings_omitted"], 0);
    assert_eq!(json.summary["points"]["rejected"], 70_000);
    // A debug build takes long to draw so many diagnostics.
    if !cfg!(debug_assertions) {
        let human = folder.run_on("-", body.as_bytes()).with(1);
        assert!(human.contains("\nnot shown: 4464 rejections, 0 warnings\n"));
    }

    let body = format!("m f=1{}\n", first.replace("=1", "=1.").replace('f', "_f"));
    let out = folder.run_warning_on("--output json -", body.as_bytes()).with(0);
    let shown = out.lines().filter(|line| line.starts_with(r#"{"type":"warning""#)).count();
    let summary: Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    // Two for each field, and one for each of three limits of columns.
    assert_eq!(shown as u64 + summary["warnings_omitted"].as_u64().unwrap(), 140_003);
}

#[test]
fn standard_input_is_read_once() {
    let folder = Folder::new("twice", &[("air.json", AIR_SENSORS.as_bytes())]);
    for args in [
        "--existing - -",
        "- --existing -",
        "--schema - -",
        "--schema - --schema - body.lp",
        "--schema air.json --schema - --schema - -",
        "- -",
    ] {
        let run = folder.run_on(args, b"m f=1\n");
        assert_eq!((run.status, &*run.out), (2, ""), "{args}: {run:?}");
        assert!(run.err.starts_with("validate: expected "), "{args}: {}", run.err);
        assert!(run.err.contains("\nusage: "), "{args}: {}", run.err);
    }
    let folder = Folder::new("once", &[("body.lp", b"m f=1\n")]);
    for (args, input, status) in [
        ("--existing - body.lp", &b"m f=1i"[..], 1),
        ("--existing - --existing - body.lp", b"m f=1", 0),
        ("--existing body.lp -", b"m f=1", 0),
        ("--schema - body.lp", AIR_SENSORS.as_bytes(), 1),
    ] {
        assert_eq!(folder.run_on(args, input).status, status, "{args}");
    }
}

#[test]
fn closed_output() {
    let mut body = b"m f=1\nm f=\nm f=t\n".to_vec();
    let folder = Folder::new("closed", &[("short.lp", &body)]);
    body = body.repeat(10_000);
    folder.write("long.lp", &body);
    folder.write("good.lp", b"m f=1\n");
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        writer
    };
    // Where there is output, its reader is gone; messages have another one, or none either.
    for (args, is_written, status) in [
        ("--help", true, 0),
        ("short.lp", true, 1),
        ("long.lp", true, 1),
        ("--output json short.lp", true, 1),
        ("--output json long.lp", true, 1),
        ("--output lp long.lp", true, 1),
        ("--output rejected-points short.lp", true, 1),
        ("--output rejected-points good.lp", false, 0),
        ("good.lp", true, 0),
        ("none.lp", false, 2),
        ("--frobnicate", false, 2),
        ("", false, 2),
    ] {
        let program = || {
            let mut command = Command::new(program());
            command.args(args.split_whitespace()).current_dir(&folder.0).stdin(Stdio::null());
            command
        };
        let no_output = program().stdout(closed()).stderr(Stdio::piped()).output().unwrap();
        let expected = if is_written { 2 } else { status };
        assert_eq!(no_output.status.code(), Some(expected), "{args}: {no_output:?}");
        let is_told = status == 2;
        assert_eq!(no_output.stderr.is_empty(), !is_told, "{args}: {no_output:?}");

        let no_messages = program().stdout(Stdio::piped()).stderr(closed()).output().unwrap();
        assert_eq!(no_messages.status.code(), Some(status), "{args}: {no_messages:?}");
        let nothing = program().stdout(closed()).stderr(closed()).output().unwrap();
        assert_eq!(nothing.status.code(), Some(expected), "{args}: {nothing:?}");
    }
}

/// What a terminal would act on, or not show, stands in no message, and none is long.
#[test]
fn messages_are_escaped_and_cut() {
    let folder = Folder::new("messages", &[("body.lp", b"m f=1\n")]);
    let hostile =
        ["\x1b[31mred\u{202e}\u{200b}\u{a0}\r\n", &"\u{feff}\x07".repeat(20_000)].concat();
    let schema = |key: &str| {
        let columns = [
            r#"{"name":"time","type":"timestamp"}"#.to_owned(),
            format!(r#"{{"name":"f","type":"field","dataType":"float",{key}}}"#),
        ];
        format!(r#"{{"name":"m","columns":[{}]}}"#, columns.join(","))
    };
    let text = json!(hostile).to_string();
    folder.write("key.json", schema(&format!("{text}:1")).as_bytes());
    folder.write("type.json", schema(&format!(r#""x":{text}"#)).as_bytes());
    folder.write("columns.json", format!(r#"{{"name":"m","columns":{text}}}"#).as_bytes());
    folder.write("name.json", format!(r#"{{"name":{text},"columns":[]}}"#).as_bytes());
    folder.write("bad.lp", format!("m f={hostile}").as_bytes());
    let long = format!("{hostile}.lp");
    for args in [
        &["--schema", "key.json", "body.lp"][..],
        &["--schema", "type.json", "body.lp"],
        &["--schema", "columns.json", "body.lp"],
        &["--schema", "name.json", "body.lp"],
        &["--schema", &long, "body.lp"],
        &["--existing", "bad.lp", "body.lp"],
        &["--existing", &long, "body.lp"],
        &["--precision", &hostile, "body.lp"],
        &["--profile", &hostile, "body.lp"],
        &["--logged-at", &hostile, "body.lp"],
        &["--expect-times", &hostile, "body.lp"],
        &["--output", &hostile, "body.lp"],
        &[&long],
        &[&format!("--{hostile}"), "body.lp"],
    ] {
        let output = Command::new(program()).args(args).current_dir(&folder.0).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        let name = &args[..args.len() - 1].first().map_or("file", |option| &option[..3]);
        assert_eq!((output.status.code(), &*output.stdout), (Some(2), &b""[..]), "{name}: {err}");
        let (message, usage) = err.split_once('\n').unwrap();
        assert!(usage.is_empty() || usage.starts_with("usage: "), "{name}: {err}");
        let is_unseen = |c: char| c.is_control() || "\u{202e}\u{200b}\u{a0}\u{feff}".contains(c);
        assert!(!message.contains(is_unseen), "{name}: {message:?}");
        assert!(message.len() < 2048, "{name}: {} bytes: {message}", message.len());
    }
    let err = folder.run("--schema key.json body.lp").err;
    assert!(err.starts_with("validate: key.json: unknown field `\\u{1b}[31mred\\u{202e}"), "{err}");
    assert!(err.contains("..., expected one of `name`, `type`, "), "{err}");
}

#[test]
fn standard_input() {
    let folder = Folder::new("input", &[]);
    for (args, input, status, out) in [
        ("--output lp -", &b"m f=1"[..], 0, "m f=1\n"),
        ("- --output lp --precision s", b"m f=1 1\r\n", 0, "m f=1 1000000000\n"),
        ("--output lp -", b"", 0, ""),
        (
            "-",
            b"m f=1,g=x",
            1,
            "error: unable to parse\n --> standard input:1:9\n  |\n1 | m f=1,g=x\n  |         ^ a text \
             without double quotes\n  = in a field value\n  = help: put the text in double quotes\n\npoints: 1 total, 0 accepted, 1 rejected\nlines: 1 \
             total, 0 accepted, 1 rejected\nwritten: 0\nresponse: 400 {\"code\":\"invalid\",\"message\":\"1 out of 1 \
             points rejected; first error: at line 1:9: expected a boolean, a number or a string in double quotes, found \
             'x': 'm f=1,g=x' (check rejected_points in your _monitoring bucket for further information)\"}\n",
        ),
    ] {
        assert_eq!(folder.run_on(args, input).with(status), out, "{args}");
    }
}

#[test]
fn usage_and_file_errors() {
    let folder = Folder::new(
        "errors",
        &[
            ("body.lp", b"m f=1\n"),
            ("bad.lp", b"m f=1\nm f=\n"),
            ("air.json", AIR_SENSORS.as_bytes()),
            ("text.json", b"name"),
            ("no-name.json", br#"{"columns": []}"#),
            ("no-columns.json", br#"[{"name": "m"}]"#),
            ("number.json", br#"{"name": "m", "columns": [{"name": 5, "type": "tag"}]}"#),
            ("type.json", br#"{"name": "m", "columns": [{"name": "f", "type": "fields"}]}"#),
            ("no-time.json", br#"{"name": "m", "columns": [{"name": "f", "type": "field"}]}"#),
        ],
    );
    for (args, error) in [
        ("", "expected a file, found none\nusage: validate [options] FILE... | -\n"),
        ("- -", "expected '-' for one file, found it for 2\nusage: "),
        ("--fix --output lp body.lp", "--fix prints the text, so --output has no meaning\nusage: "),
        ("--retention 5 body.lp", "expected a duration such as 30d or 1h30m, found \"5\"\n"),
        ("--now today body.lp", "expected a time such as 2020-01-01T00:00:00Z, found \"today\"\n"),
        ("body.lp --precision", "--precision needs a value\nusage: "),
        ("--output", "--output needs a value\nusage: "),
        ("--frobnicate body.lp", "unknown option --frobnicate\nusage: "),
        ("-p s body.lp", "unknown option -p\nusage: "),
        (
            "--precision minutely body.lp",
            "expected a precision of ns (n, nanosecond), us (u, microsecond), ms (millisecond) or s \
             (second), found \"minutely\"\n",
        ),
        (
            "--precision m body.lp",
            "expected a precision of ns (n, nanosecond), us (u, microsecond), ms (millisecond) or s \
             (second), found \"m\"; only InfluxDB 1.x takes minutes and hours: convert the timestamps to \
             seconds\n",
        ),
        (
            "--precision auto body.lp",
            "expected a precision of ns (n, nanosecond), us (u, microsecond), ms (millisecond) or s \
             (second), found \"auto\"; InfluxDB 3 guesses the unit with auto: declare the one that is \
             meant\n",
        ),
        ("--profile v3 body.lp", "expected one of cloud, oss, found \"v3\"\n"),
        (
            "--conflict-scope field body.lp",
            "expected one of series, measurement, found \"field\"\n",
        ),
        (
            "--output xml body.lp",
            "expected one of human, json, lp, rejected-points, rejected, found \"xml\"\n",
        ),
        ("--logged-at now body.lp", "expected a time in nanoseconds, found \"now\"\n"),
        (
            "--default-time 9223372036854775808 body.lp",
            "expected a time in nanoseconds, found \"9223372036854775808\"\n",
        ),
        ("--format xml body.lp", "expected one of lp, csv, found \"xml\"\n"),
        ("--csv lax body.lp", "expected a mode of strict or influx-write\n"),
        (
            "--schema air.json --existing body.lp body.lp",
            "a bucket is explicit (--schema) or implicit (--existing), not both\n",
        ),
        (
            "--expect-times 2100-01-01T00:00:00Z..1990-01-01T00:00:00Z body.lp",
            "expected two times such as 2020-01-01T00:00:00Z..2030-01-01T00:00:00Z, found \"2100-",
        ),
        ("none.lp", "none.lp: "),
        (".", ".: "),
        ("--existing none.lp body.lp", "none.lp: "),
        ("--existing bad.lp body.lp", "bad.lp:2:5: expected a field value, found end of line\n"),
        ("--schema none.json body.lp", "none.json: "),
        ("--schema text.json body.lp", "text.json: "),
        ("--schema no-name.json body.lp", "no-name.json: missing field `name` at line 1 column "),
        (
            "--schema no-columns.json body.lp",
            "no-columns.json: missing field `columns` at line 1 column ",
        ),
        (
            "--schema number.json body.lp",
            "number.json: invalid type: integer `5`, expected a string at line 1 column ",
        ),
        (
            "--schema type.json body.lp",
            "type.json: column \"f\": expected a type of timestamp, tag or field, found 'fields'\n",
        ),
        (
            "--schema no-time.json body.lp",
            "no-time.json: measurement \"m\": expected a timestamp column \"time\", found none\n",
        ),
        (
            "--schema air.json --schema air.json body.lp",
            "air.json: measurement \"airSensors\": expected one schema per measurement, found a second one\n",
        ),
    ] {
        let run = folder.run(args);
        assert_eq!((run.status, &*run.out), (2, ""), "{args}: {run:?}");
        assert!(run.err.starts_with(&format!("validate: {error}")), "{args}: {}", run.err);
    }
}

/// Names of files are bytes on Linux. All other arguments are text.
#[cfg(target_os = "linux")]
#[test]
fn arguments_that_are_not_utf8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let folder = Folder::new("bytes", &[("body.lp", b"m f=1\n")]);
    let file = OsStr::from_bytes(b"\xff.lp");
    fs::write(folder.0.join(file), "m f=1\nm f=\n").unwrap();
    fs::write(folder.0.join(OsStr::from_bytes(b"\xff.json")), AIR_SENSORS).unwrap();
    let run = |args: &[&[u8]]| {
        let mut command = Command::new(program());
        command.args(args.iter().map(|arg| OsStr::from_bytes(arg))).current_dir(&folder.0);
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let (status, out, err) = run(&[b"\xff.lp"]);
    assert_eq!((status, &*err), (Some(1), ""));
    assert!(out.contains("\n --> \\xff.lp:2:5\n"), "{out}");
    assert_eq!(run(&[b"--schema", b"\xff.json", b"body.lp"]).0, Some(1));
    let (status, out, err) = run(&[b"--existing", b"\xff.lp", b"body.lp"]);
    assert_eq!((status, &*out), (Some(2), ""));
    assert!(err.starts_with("validate: \\xff.lp:2:5: expected a field value"), "{err}");
    let (status, _, err) = run(&[b"none\xff"]);
    assert_eq!(status, Some(2));
    assert!(err.starts_with("validate: none\\xff: "), "{err}");

    for option in [
        "--bucket",
        "--precision",
        "--format",
        "--profile",
        "--conflict-scope",
        "--logged-at",
        "--default-time",
        "--expect-times",
        "--on-wrong-precision",
        "--output",
    ] {
        let (status, out, err) = run(&[option.as_bytes(), b"b\xff", b"body.lp"]);
        assert_eq!((status, &*out), (Some(2), ""), "{option}");
        let message = format!("validate: {option}: expected UTF-8, found \"b\\xff\"\n");
        assert_eq!(err, message, "{option}");
    }
    let (status, _, err) = run(&[b"--\xff", b"body.lp"]);
    assert_eq!(status, Some(2));
    assert!(err.starts_with("validate: unknown option --\\xff\nusage: "), "{err}");
}

#[test]
fn warnings_follow_their_lines() {
    const BODY: &[u8] = b"# \"\ncpu,host=a usage=.5 5\r\ncpu usage=oops\n\r\ncpu usage=1i\n";
    let folder = Folder::new(
        "warnings",
        &[("table.csv", b"#datatype measurement,tag,double\nm,_host,v\ncpu,a,1\n")],
    );

    let json = folder.run_warning_on("--output json -", BODY).with(1);
    let told: Vec<Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let what: Vec<_> =
        told.iter().map(|object| (&object["type"], &object["line"], &object["kind"])).collect();
    assert_eq!(
        json!(what),
        json!([
            ["warning", 1, "HazardousComment"],
            ["point", 2, null],
            ["warning", 2, "BareDecimalPoint"],
            ["warning", 2, "CarriageReturn"],
            ["rejection", 3, null],
            ["warning", 4, "CarriageReturn"],
            ["point", 5, null],
            ["warning", 5, "MixedFieldTypes"],
            ["summary", null, null],
        ])
    );
    assert_eq!(
        told[2],
        json!({
            "type": "warning", "line": 2, "column": 18, "start": 21, "end": 23, "id": "bare-decimal-point",
            "kind": "BareDecimalPoint",
            "affects": ["InfluxDB 3"],
            "message": "InfluxDB 3 refuses a float without a digit on both sides of its point; write a digit on both \
                        sides of the point, such as 1.0 or 0.5",
        })
    );

    let human = folder.run_warning_on("-", b"cpu usage=1 \n").with(0);
    assert_eq!(
        human,
        "warning: TrailingSpace
 --> standard input:1:12
  |
1 | cpu usage=1\u{20}
  |            ^ InfluxDB 3 refuses a space that no timestamp follows
  = affects InfluxDB 3
  = help: remove the space, or write a timestamp after it

points: 1 total, 1 accepted, 0 rejected
lines: 1 total, 1 accepted, 0 rejected
warnings: 1 (1 TrailingSpace)
portable to: InfluxDB Cloud, InfluxDB OSS 2.x
written: 1
response: 204
"
    );

    let csv = folder.run_warning_on("--output json table.csv", b"").with(0);
    let kinds: Vec<_> = csv
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["kind"].clone())
        .collect();
    let header = json!("NoTimeColumn");
    assert_eq!(kinds, [header, Value::Null, json!("LeadingUnderscore"), Value::Null]);
    let loose = b"#datatype measurement,long,dateTime\nm,f,t\nm,1.9,2\n";
    let out =
        folder.run_warning_on("--format csv --csv influx-write --output json -", loose).with(0);
    let line = out.lines().find(|line| line.contains("\"warning\"")).expect("a warning");
    let warning: Value = serde_json::from_str(line).unwrap();
    assert_eq!((&warning["id"], &warning["line"]), (&json!("changed-value"), &json!(3)));
    assert!(warning["message"].as_str().unwrap().contains("'1.9' is sent as 1i"), "{warning}");
    let strict = folder.run_warning_on("--format csv --output json -", loose).with(1);
    assert!(strict.contains("\"truncated-number\""), "{strict}");
    // Repairing reads in the same mode.
    for (mode, status) in [("influx-write", 0), ("strict", 1)] {
        let run = folder.run_on(&format!("--format csv --csv {mode} --fix -"), loose);
        assert_eq!((run.status, run.out.as_bytes()), (status, &loose[..]), "{mode}: {}", run.err);
    }
    for args in [
        "--no-warnings -",
        "--no-warnings --output json -",
        "--output lp -",
        "--output rejected-points -",
    ] {
        let out = folder.run_warning_on(args, BODY).with(1);
        assert!(!out.contains("warning"), "{args}: {out}");
    }
}

/// An unknown key, or a key that is there twice, would silently change a type.
#[test]
fn schemas_are_read_to_the_letter() {
    let schema = |field: &str| {
        format!(
            r#"{{"id":"1","name":"m","columns":[{{"name":"time","type":"timestamp"}},{{"name":"f",{field}}}]}}"#
        )
    };
    let right = schema(r#""type":"field","dataType":"float""#);
    for (text, status) in [
        (right.clone(), 0),
        (format!("\u{feff} {right}"), 0),
        (format!("[{right}]"), 0),
        (schema(r#""type":"field","datatype":"float""#), 2),
        (schema(r#""type":"field","data_type":"float""#), 0),
        (schema(r#""type":"field","dataType":"float","dataType":"float""#), 2),
        (schema(r#""type":"field","dataType":"float","data_type":"float""#), 2),
        (schema(r#""type":"tag","type":"field","dataType":"float""#), 2),
        (schema(r#""type":"field","dataType":5"#), 2),
        (format!("{right}{right}"), 2),
        ("{}".to_owned(), 2),
        (r#"["m",[{"name":"time","type":"timestamp"},{"name":"f","type":"field","dataType":"float"}]]"#.to_owned(), 2),
        (
            r#"[["m",[{"name":"time","type":"timestamp"},{"name":"f","type":"field","dataType":"float"}]]]"#.to_owned(),
            2,
        ),
        (r#"{"name":"m","columns":[["time","timestamp",null],["f","field","float"]]}"#.to_owned(), 2),
        ("null".to_owned(), 2),
    ] {
        let folder = Folder::new("schema", &[("schema.json", text.as_bytes())]);
        assert_eq!(folder.run_on("--schema schema.json -", b"m f=1.5").status, status, "{text}");
    }
}

/// The samples give just what they say they do.
#[test]
fn sample_data() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data");
    let folder = Folder::new("samples", &[]);
    let times =
        "--expect-times 2000-01-01T00:00:00Z..2050-01-01T00:00:00Z --on-wrong-precision reject";
    for (options, file, points, reasons) in [
        ("--precision s", "clean.lp", 16, &[][..]),
        (
            &*format!("--precision ms --schema {data}/schema.json {times}"),
            "reasons.lp",
            11,
            &[
                "field type mismatch with schema",
                "field not allowed by schema",
                "tag not allowed by schema",
                "measurement not allowed by schema",
                "unable to parse",
                "timestamp out of range",
                "timestamp does not match precision",
            ],
        ),
        (
            &*format!("--existing {data}/existing.lp"),
            "conflicts.lp",
            6,
            &["type conflict in batch write", "type conflict with existing data"],
        ),
        ("--precision s", "syntax-errors.lp", 10, &["unable to parse"; 8]),
        ("", "write.csv", 9, &["unable to parse"; 1]),
        ("", "query-result.csv", 4, &[]),
    ] {
        let run = folder.run(&format!("{options} --output json {data}/{file}"));
        let told: Vec<Value> =
            run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let found: Vec<_> = told.iter().filter_map(|object| object["reason"].as_str()).collect();
        assert_eq!(found, reasons, "{file}");
        let [.., summary] = &told[..] else { panic!("{file}: {}", run.err) };
        assert_eq!(summary["points"]["total"], points, "{file}");
    }
}

#[test]
fn a_body_over_the_limit() {
    let folder = Folder::new("large", &[]);
    // A file of one hole: it takes no room on the disk.
    fs::File::create(folder.0.join("large.lp")).unwrap().set_len(250_000_001).unwrap();
    for (output, out) in [
        (
            "human",
            "points: 0 total, 0 accepted, 0 rejected\nlines: 0 total, 0 accepted, 0 rejected\nwritten: 0\nresponse: 413 \
             {\"code\":\"request too large\",\"message\":\"cannot read data: points in batch is too large\"}\n",
        ),
        (
            "json",
            "{\"type\":\"summary\",\"points\":{\"total\":0,\"accepted\":0,\"rejected\":0},\"lines\":{\"total\":0,\
             \"accepted\":0,\"rejected\":0},\"response\":{\"status\":413,\"code\":\"request too large\",\"message\":\
             \"cannot read data: points in batch is too large\"}}\n",
        ),
    ] {
        assert_eq!(folder.run(&format!("--output {output} large.lp")).with(1), out, "{output}");
    }
}

#[test]
fn help_is_no_error() {
    let folder = Folder::new("help", &[]);
    let out = folder.run_warning_on("--help", b"").with(0);
    assert!(out.starts_with("usage: validate [options] FILE... | -\n"), "{out}");
    for option in [
        "--format",
        "--precision",
        "--profile",
        "--conflict-scope",
        "--schema",
        "--existing",
        "--bucket",
    ] {
        assert!(out.contains(&format!("\n  {option} ")), "{option}");
    }
}

/// Seconds sent as nanoseconds are told without being asked for.
#[test]
fn the_default_window() {
    let folder = Folder::new("window", &[]);
    let seconds = b"m f=1 1700000000\n";
    let out = folder.run_warning_on("-", seconds).with(0);
    assert!(out.contains("\ntimes: 1 of 1 timestamps fit s, not ns\n"), "{out}");
    for (options, body) in [
        ("--no-warnings -", &seconds[..]),
        ("--on-wrong-precision ignore -", seconds),
        ("--now 2020-01-01T00:00:00Z -", seconds),
        ("--precision s -", seconds),
        ("-", b"m f=1 5\n"),
        ("-", b"m f=1\n"),
    ] {
        let run = folder.run_on(options, body);
        assert!(!run.out.contains("WrongPrecisionLikely"), "{options}: {run:?}");
    }
}

#[test]
fn retention_counts_from_now() {
    let folder = Folder::new("retention", &[]);
    let body = b"m f=1 1577836800\n";
    for (options, status) in [
        ("--now 2020-01-02T00:00:00Z --retention 1d", 0),
        ("--now 2020-01-02T00:00:01Z --retention 1d", 1),
        ("--now 2020-01-02T00:00:01Z --retention 24h1s", 0),
        ("--now 2020-01-02T00:00:01Z --retention 1w", 0),
        ("--retention 1d", 1),
    ] {
        let args = format!("--precision s {options} --output rejected -");
        let run = folder.run_on(&args, body);
        assert_eq!(run.status, status, "{options}");
        assert_eq!(run.out.ends_with("\nm f=1 1577836800\n"), status == 1, "{run:?}");
    }
}

#[test]
fn names_of_precisions() {
    let folder = Folder::new("names", &[]);
    for (names, unit) in [
        (&["ns", "n", "nanosecond", "nanoseconds"][..], 1_i64),
        (&["us", "u", "microsecond"], 1_000),
        (&["ms", "millisecond"], 1_000_000),
        (&["s", "second"], 1_000_000_000),
    ] {
        for name in names {
            let args = format!("--precision {name} --output lp -");
            let out = folder.run_on(&args, b"m f=1 7").with(0);
            assert_eq!(out, format!("m f=1 {}\n", 7 * unit), "{name}");
        }
    }
}

#[test]
fn files_of_columns() {
    const CSV: &[u8] = b"name,type,dataType\ntime,timestamp,\nf,field,float\n";
    const NDJSON: &[u8] = b"{\"name\":\"time\",\"type\":\"timestamp\"}\n\
        {\"name\":\"f\",\"type\":\"field\",\"dataType\":\"float\"}\n";
    const JSON: &[u8] = b"[{\"name\":\"time\",\"type\":\"timestamp\"},\
        {\"name\":\"f\",\"type\":\"field\",\"dataType\":\"float\"}]";
    let files = [("c.csv", CSV), ("c.ndjson", NDJSON), ("c.json", JSON)];
    let folder = Folder::new("columns", &files);
    for (file, _) in files {
        for (schema, body, status) in [
            (file.to_owned(), "m f=1\nn f=2\n", 0),
            (file.to_owned(), "m f=1i\n", 1),
            (format!("m={file}"), "m f=1\n", 0),
            (format!("m={file}"), "n f=1\n", 1),
        ] {
            let run = folder.run_on(&format!("--schema {schema} -"), body.as_bytes());
            assert_eq!(run.status, status, "{schema}: {run:?}");
        }
    }
    let second = folder.run_on("--schema c.csv --schema c.json -", b"");
    assert_eq!(second.status, 2);
    assert!(second.err.contains("expected one file of columns without a name"), "{second:?}");
}

#[test]
fn several_files() {
    let files = [("a.lp", &b"m f=1\n"[..]), ("b.csv", b"m|measurement,f|long\nm,x\n")];
    let folder = Folder::new("several", &files);
    let out = folder.run("--output json a.lp b.csv").with(1);
    let objects: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told = |object: &Value| {
        (object["file"].as_str().unwrap().to_owned(), object["type"].as_str().unwrap().to_owned())
    };
    let expected =
        [("a.lp", "point"), ("a.lp", "summary"), ("b.csv", "rejection"), ("b.csv", "summary")];
    let expected = expected.map(|(file, kind)| (file.to_owned(), kind.to_owned()));
    assert_eq!(objects.iter().map(told).collect::<Vec<_>>(), expected);
    // Each is a write of its own, so that no type is in conflict with another file's.
    folder.run_on("--output json a.lp -", b"m f=\"x\"\n").with(0);
}

#[test]
fn fixes() {
    const BODY: &[u8] =
        b"m f=\"x\"\nm f=tank,g=+5 2018-01-15T00:00:00Z\nm\tf=NaN\n# c\nm h=1, g=2\rm g=3\r\n";
    let folder = Folder::new("fix", &[]);
    let run = folder.run_on("--fix -", BODY);
    assert_eq!(run.status, 1);
    assert_eq!(
        run.out,
        "m f=\"x\"\nm f=\"tank\",g=5 1515974400000000000\nm f=NaN\n# c\nm h=1,g=2\nm g=3\r\n"
    );
    assert!(run.err.ends_with("\n  = not touched\n\n6 fixed, 1 not touched\n"), "{}", run.err);
    assert_eq!(run.err.matches("\n  = fixed: replaced by ").count(), 6, "{}", run.err);

    // Also after more errors than a report lists.
    let many = ["oops\n".repeat(2_000), "m f=1, g=2\n".to_owned()].concat();
    let run = folder.run_on("--fix -", many.as_bytes());
    assert!(run.out.ends_with("oops\nm f=1,g=2\n"));
    assert!(run.err.ends_with("1 fixed, 2000 not touched\n"));

    let clean = folder.run_on("--fix -", b"m f=1\r\n\n# c");
    assert_eq!((clean.status, &*clean.out), (0, "m f=1\r\n\n# c"));
    assert_eq!(clean.err, "0 fixed, 0 not touched\n");
}

#[test]
fn expected_times() {
    const BODY: &[u8] = b"m f=1 1700000000\nm f=2 1700000001\nm f=3 0\n";
    const OPTIONS: &str = "--expect-times 1990-01-01T00:00:00Z..2100-01-01T00:00:00Z";
    let folder = Folder::new("times", &[]);

    let out = folder.run_warning_on(&format!("{OPTIONS} -"), BODY).with(0);
    assert!(out.contains("\ntimes: 2 of 3 timestamps fit s, not ns\n"), "{out}");
    assert!(out.contains("warning: WrongPrecisionLikely\n --> standard input:1:7\n"), "{out}");
    assert!(out.contains(": the timestamp fits s, not ns\n"), "{out}");

    for (options, warnings) in
        [("--no-warnings", 0), ("--no-warnings --on-wrong-precision warn", 2)]
    {
        let out = folder.run_warning_on(&format!("{OPTIONS} {options} -"), BODY).with(0);
        assert_eq!(
            out.matches("warning: WrongPrecisionLikely").count(),
            warnings,
            "{options}: {out}"
        );
        assert!(out.contains("times: 2 of 3 timestamps fit s, not ns\n"), "{options}: {out}");
    }

    let out = folder
        .run_on(&format!("{OPTIONS} --on-wrong-precision reject --output json -"), BODY)
        .with(1);
    let told: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(told.len(), 4);
    assert_eq!(told[0]["reason"], "timestamp does not match precision");
    assert_eq!(told[0]["error"], "expected a timestamp in ns, found 1700000000, which fits s");
    assert_eq!(
        told[3]["timestamps"],
        json!({"total": 3, "declared": "ns", "fitting": 0, "likely": "s", "message": "2 of 3 timestamps fit s, not ns"})
    );

    // What no timestamp can reach is no reason to refuse a window.
    let wide = "--expect-times 1600-01-01T00:00:00Z..2500-01-01T00:00:00Z -";
    let out = folder.run_warning_on(wide, BODY).with(0);
    assert!(out.contains("\ntimes: 3 of 3 timestamps fit ns\n"), "{out}");

    for wrong in
        ["1990..2100", "1990-01-01T00:00:00Z", "1990-01-01T00:00:00Z..", "..2100-01-01T00:00:00Z"]
    {
        let run = folder.run_on(&format!("--expect-times {wrong} -"), BODY);
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{wrong}");
    }
}

/// Bodies that hold what a report can, by the names of their files.
fn bodies() -> Vec<(String, Vec<u8>)> {
    let columns: Vec<_> = (0..200).map(|number| format!("f{number}=1")).collect();
    let mut bodies: Vec<(String, Vec<u8>)> = [
        ("mixed.lp", MIXED.to_vec()),
        ("empty.lp", Vec::new()),
        ("warned.lp", b"# \"\ncpu,host=a usage=.5 5\r\ncpu usage=oops\n\r\ncpu usage=1i\n".to_vec()),
        ("repeated.lp", b"m f=1 5\nm f=\"a\nb\" 5\nm f=2 5\n".to_vec()),
        ("values.lp", b"m,t=\xc3\xa4 f=-0.0,i=-9223372036854775808i,u=18446744073709551615u,s=\"\\\"\",b=f 1\n".to_vec()),
        ("times.lp", b"m f=1 1700000000\nm f=2 1700000001\nm f=3 9223372036854775807\n".to_vec()),
        ("columns.lp", format!("m {}\n", columns.join(",")).into_bytes()),
        ("rows.csv", b"m|measurement,f|double,t|dateTime:RFC3339\nx,1.5,2024-01-01T00:00:00Z\nx,y,\n".to_vec()),
        ("header.csv", b"#datatype measurement,lang\nm,f\nx,1\n".to_vec()),
    ]
    .map(|(name, body)| (name.to_owned(), body))
    .into();
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data")).unwrap() {
        let path = entry.unwrap().path();
        let is_body = path.extension().is_some_and(|ending| ending == "lp" || ending == "csv");
        if is_body {
            let name = path.file_name().unwrap().to_str().unwrap();
            bodies.push((format!("data-{name}"), fs::read(&path).unwrap()));
        }
    }
    bodies
}

#[test]
fn what_is_printed_is_what_serialize_writes() {
    use lineproof::Validator;
    use lineproof::validate::WrongPrecision;

    let bodies = bodies();
    let files: Vec<_> = bodies.iter().map(|(name, body)| (&**name, &**body)).collect();
    let folder = Folder::new("serialize", &files);
    let expected_times = 1_600_000_000_000_000_000..=1_900_000_000_000_000_000;
    let validator = Validator::new(())
        .warnings(true)
        .expected_times(expected_times, WrongPrecision::Warn)
        .max_rejections(usize::MAX)
        .max_warnings(usize::MAX);
    let mut kinds = std::collections::BTreeSet::new();
    for (name, body) in files {
        let args = "--expect-times 2020-09-13T12:26:40Z..2030-03-17T17:46:40Z --output json";
        let run = folder.run_warning_on(&format!("{args} {name}"), b"");
        let status = run.status;
        let mut printed = json!({"point": [], "rejection": [], "warning": [], "summary": []});
        for line in run.with(status).lines() {
            let mut object: Value = serde_json::from_str(line).unwrap();
            let of_type = object.as_object_mut().unwrap().remove("type").unwrap();
            kinds.insert(of_type.as_str().unwrap().to_owned());
            printed[of_type.as_str().unwrap()].as_array_mut().unwrap().push(object);
        }
        let mut points = Vec::new();
        let mut validation =
            if name.ends_with("csv") { validator.rows(body) } else { validator.lines(body) };
        while let Some(line) = validation.next_line() {
            points.extend(line.point().map(|point| serde_json::to_value(point).unwrap()));
        }
        let report = validation.finish();
        let report = serde_json::to_value(&report).unwrap();
        let written = json!({
            "point": points, "rejection": report["rejections"], "warning": report["warnings"],
            "summary": [report["summary"]],
        });
        assert_eq!(printed, written, "{name}");
        assert_eq!(report.as_object().unwrap().len(), 3);
    }
    assert_eq!(kinds.len(), 4, "{kinds:?}");
}

/// The public reports that ask something of the program, with what must be said to each.
#[test]
fn public_reports() {
    let Some(corpus) = std::env::var_os("LINEPROOF_CORPUS").map(PathBuf::from) else {
        eprintln!("skipped: LINEPROOF_CORPUS is not set");
        return;
    };
    let cases = fs::read_to_string(corpus.join("public_reports.ndjson")).expect("the reports");
    let cases: Vec<Value> =
        cases.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    for (id, status, parts) in [
        ("lp-ts-s-as-ns-window", 1, ["found 1440089182, which fits s", "declare the precision"]),
        ("lp-precision-names", 0, ["1 accepted", ""]),
        (
            "lp-schema-role",
            1,
            ["\"status\" is a field in the schema", "\"sensorId\" is a tag in the schema"],
        ),
        ("lp-schema-csv", 0, ["1 accepted", ""]),
    ] {
        let case = cases.iter().find(|case| case["id"] == id).expect("a report");
        let input = case["input_base64"].as_str().expect("an input");
        let args = case["args"].as_array().expect("arguments").iter().map(|arg| {
            let arg = arg.as_str().expect("a text");
            let is_file = arg.starts_with("aux/");
            if is_file { corpus.join(arg).into_os_string() } else { arg.into() }
        });
        let folder =
            Folder::new(id, &[("body.lp", &BASE64_STANDARD.decode(input).expect("base64"))]);
        let mut command = Command::new(program());
        let output = command.args(args).arg("body.lp").current_dir(&folder.0).output().unwrap();
        let out = String::from_utf8(output.stdout).expect("UTF-8");
        assert_eq!(output.status.code(), Some(status), "{id}: {out}");
        for part in parts {
            assert!(out.contains(part), "{id}: {out}");
        }
    }
}

/// The objects of the type `server` that the program prints.
#[track_caller]
fn answers(run: Run, status: i32) -> Vec<Value> {
    let objects = run.with(status);
    let objects = objects.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    objects.filter(|object| object["type"] == "server").collect()
}

#[test]
fn what_servers_answer() {
    let folder = Folder::new("servers", &[("m.lp", b"m f=1 1\nm f=2i 2\nm f=x 3\n")]);
    let conflict = "invalid column type for column 'f', expected iox::column_type::field::float, \
                    got iox::column_type::field::integer";
    let bad = |error, number, line| json!({ "error_message": error, "line_number": number, "original_line": line });
    let first = bad(conflict, 2, "m f=2i 2");
    let both = [first.clone(), bad("No fields were provided", 3, "m f=x 3")];
    let v2 = format!("write buffer error: line protocol parse failed: {conflict}");
    let oss = "unable to parse 'm f=x 3': invalid boolean";
    let cases = [
        ("oss2.9", json!({ "code": "invalid", "message": oss }), 0),
        (
            "core3.10-v3",
            json!({ "error": "partial write of line protocol occurred", "data": both }),
            1,
        ),
        ("core3.10-v3-all", json!({ "error": "line protocol parsing error", "data": first }), 0),
        ("core3.10-v2", json!({ "code": "invalid", "message": v2 }), 0),
        ("core3.10-v1", json!({ "error": "line protocol parsing error", "data": first }), 0),
    ];
    for (server, body, stored) in &cases {
        let run = folder.run(&format!("--output json --precision ns --server {server} m.lp"));
        let [answer] = &answers(run, 1)[..] else { panic!("{server}") };
        let found: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        assert_eq!((&answer["server"], &found), (&json!(server), body));
        assert_eq!(
            (&answer["status"], &answer["stored"]),
            (&json!(400), &json!(stored)),
            "{server}"
        );
        assert_eq!(answer["certainty"], "source", "{server}");
    }
    let lines = |fates: [&str; 3]| fates.map(|fate| json!(fate)).to_vec();
    let run = folder.run("--output json --precision ns --server core3.10-v3 --server oss2.9 m.lp");
    let fates: Vec<Vec<Value>> = answers(run, 1)
        .iter()
        .map(|answer| answer["lines"].as_array().unwrap().iter())
        .map(|lines| lines.map(|line| line["fate"].clone()).collect())
        .collect();
    let expected = [["stored", "refused", "refused"], ["discarded", "discarded", "refused"]];
    assert_eq!(fates, expected.map(lines));

    let shown = folder.run("--precision ns --server oss2.9 m.lp").with(1);
    let expected =
        format!("oss2.9: 400 {}\n  stored: 0 of 3 lines (source)\n  line 3: {oss}\n", cases[0].1);
    assert!(shown.ends_with(&expected), "{shown}");
}

#[test]
fn the_readme_shows_what_four_servers_answer() {
    let body = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/three-lines.lp"));
    let folder = Folder::new("readme", &[("three-lines.lp", &body.unwrap())]);
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let (_, shown) = readme.split_once("\n$ validate ").unwrap();
    let (command, shown) = shown.split_once('\n').unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    let printed = folder.run(command).with(1);
    assert!(shown.starts_with("oss2.9: ") && printed.ends_with(shown), "{printed}");
}

#[test]
fn servers_remember_in_a_file() {
    let folder = Folder::new("states", &[("a.lp", b"m f=1 1\n"), ("b.lp", b"m f=2i 1\n")]);
    let run = |args: &str| folder.run(&format!("--output json --precision ns {args}"));
    for server in ["oss2.9", "core3.10-v3"] {
        let args = format!("--server {server} --state state.json");
        // Each server keeps what the file says of the others.
        let stored = |run: Run, status| answers(run, status)[0]["stored"].clone();
        assert_eq!(stored(run(&format!("{args} b.lp a.lp")), 1), 1);
        let answers = answers(run(&format!("{args} a.lp b.lp")), 1);
        let stored: Vec<_> = answers.iter().map(|answer| &answer["stored"]).collect();
        assert_eq!(stored, [0, 1], "{server}: the file says that the type is integer");
    }
    let state: Value =
        serde_json::from_slice(&fs::read(folder.0.join("state.json")).unwrap()).unwrap();
    let group = "-259200000000000";
    assert_eq!(state["oss2.9"], json!([[group, "m", "f", "integer"]]));
    let time = json!([null, "m", "time", "time"]);
    assert_eq!(state["core3.10-v3"], json!([[null, "m", "f", "integer"], time]));
}

/// A rejected line makes a table without columns, which counts for the limit in the next write.
#[test]
fn tables_without_columns_are_remembered() {
    let lines: Vec<_> = (0..1_999).map(|number| format!("t{number} f=1 1")).collect();
    let full = lines.join("\n") + "\nx time=1 1\n";
    let folder = Folder::new("tables", &[("a.lp", full.as_bytes()), ("b.lp", b"b f=1 1\n")]);
    let run = |file: &str| {
        let args = "--output json --precision ns --server core3.10-v3 --state state.json";
        answers(folder.run(&format!("{args} {file}")), 1)[0]["status"].clone()
    };
    assert_eq!((run("a.lp"), run("b.lp")), (json!(400), json!(422)));
}

#[test]
fn a_text_that_is_not_known() {
    let folder = Folder::new("unknown", &[("m.lp", b"m,t=a,t=b f=1 1\nm f=1 1\nm,t=a,t=b f=\n")]);
    let args = "--precision ns --server core3.11-v3";
    let answer = &answers(folder.run(&format!("--output json {args} m.lp")), 1)[0];
    assert_eq!((&answer["body"], &answer["certainty"]), (&Value::Null, &json!("unpredictable")));
    for (line, fate) in [(0, "refused"), (1, "stored"), (2, "refused")] {
        let line = &answer["lines"][line];
        assert_eq!((&line["fate"], &line["message"]), (&json!(fate), &Value::Null));
    }
    let shown = folder.run(&format!("{args} m.lp")).with(1);
    assert!(shown.contains("\n  line 3: refused with a text that is not known\n"), "{shown}");
}

#[test]
fn wrong_options_for_servers() {
    let folder = Folder::new(
        "wrong-servers",
        &[("m.lp", b"m f=1 1\n"), ("m.csv", b""), ("state.json", b"{\"oss2.9\":[[null]]}")],
    );
    let cases = [
        ("--server oss9 m.lp", "expected one of oss2.7, oss2.8, "),
        ("--server oss2.9 m.csv", "m.csv: a --server takes line protocol"),
        ("--server oss2.9 --output lp m.lp", "--server prints answers"),
        ("--server oss2.9 --fix m.lp", "--server prints answers"),
        ("--state s.json m.lp", "--state is that of a --server"),
        ("--server oss2.9 --state state.json m.lp", "state.json: "),
    ];
    for (args, message) in cases {
        let run = folder.run(args);
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{args}");
        assert!(run.err.starts_with(&format!("validate: {message}")), "{args}: {}", run.err);
    }
    // What is stored is not an error of the program.
    assert_eq!(folder.run("--server oss2.9 --precision ns m.lp").status, 0);
}
