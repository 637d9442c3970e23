//! The program as CI runs it: output, exit status and standard error.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A new folder in the target folder, with files.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        for (file, text) in files {
            fs::write(path.join(file), text).unwrap();
        }
        Self(path)
    }

    fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lint"));
        command.current_dir(&self.0).args(arguments.split_whitespace());
        command
    }

    fn lint(&self, arguments: &str) -> (i32, String, String) {
        texts(self.command(arguments).output().unwrap())
    }
}

/// Returns exit status, standard output and standard error.
fn texts(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

const CSV: &str = "#datatype measurement,tag,double,dateTime:RFC3339\n\
                   m,host,usage,time\n\
                   cpu,a,high,2024-01-01T00:00:10Z\n";

#[test]
fn diagnostics_and_counts_are_for_people() {
    let folder = Folder::new("human", &[("a.lp", "m f=1 5\r\nm f=oops\n"), ("b.csv", CSV)]);
    let (status, out, err) = folder.lint("a.lp b.csv");
    assert_eq!((status, err.as_str()), (1, ""));
    let first = "warning: CarriageReturn\n --> a.lp:1:8\n";
    assert!(out.starts_with(first), "{out}");
    let places = [first, "error: unable to parse\n --> a.lp:2:5\n", "\n --> b.csv:3:7\n"];
    assert!(places.map(|place| out.find(place).unwrap()).is_sorted(), "{out}");
    assert!(out.contains("\n2 | m f=oops\n  |     ^^^^ a text without double quotes\n"), "{out}");
    let counts = "\n\nfiles: 2 linted, 0 not read\n\
                  lines: 3 total, 1 accepted, 2 rejected\n\
                  points: 3 total, 1 accepted, 2 rejected\n\
                  warnings: 1\n";
    assert!(out.ends_with(counts), "{out}");
}

#[test]
fn the_exit_status_is_for_ci() {
    let schema = r#"{"name":"m","columns":[{"name":"time","type":"timestamp"},
        {"name":"f","type":"field","dataType":"integer"}]}"#;
    let files = [
        ("clean.lp", "m f=1 5\n"),
        ("warned.lp", "m f=.5 5\n"),
        ("bad.lp", "m f=\n"),
        ("late.lp", "m f=1 9000000000000000000\n"),
        ("schema.json", schema),
    ];
    let folder = Folder::new("status", &files);
    for (arguments, expected) in [
        ("clean.lp", 0),
        ("clean.lp warned.lp", 0),
        ("clean.lp warned.lp --deny-warnings", 1),
        ("clean.lp bad.lp", 1),
        ("--no-warnings bad.lp clean.lp", 1),
        ("late.lp", 0),
        ("late.lp --precision s", 1),
        ("clean.lp --schema schema.json", 1),
        ("--help", 0),
    ] {
        let (status, _, err) = folder.lint(arguments);
        assert_eq!((status, err.as_str()), (expected, ""), "{arguments}");
    }
    for (arguments, message) in [
        ("", "lint: expected a file\nusage: lint"),
        ("--output xml clean.lp", "lint: expected one of human, json, sarif"),
        ("bad.lp missing.lp", "lint: missing.lp: "),
        (".", "lint: .: "),
        ("clean.lp --schema clean.lp", "lint: clean.lp: "),
    ] {
        let (status, _, err) = folder.lint(arguments);
        assert!(status == 2 && err.starts_with(message), "{arguments}: {status} {err}");
    }
}

#[test]
fn standard_input_is_a_file() {
    let folder = Folder::new("input", &[("a.lp", "m f=1\n")]);
    for arguments in ["- a.lp", "--no-warnings a.lp -"] {
        let mut command = folder.command(arguments);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"oops\n").unwrap();
        let (status, out, err) = texts(child.wait_with_output().unwrap());
        assert_eq!((status, err.as_str()), (1, ""));
        assert!(out.contains("\n --> standard input:1:5\n"), "{out}");
        assert!(out.contains("\nfiles: 2 linted, 0 not read\n"), "{out}");
    }
}

#[test]
fn json_is_one_object_a_line() {
    let folder = Folder::new("json", &[("a.lp", "m f=1\nm f=1i\n"), ("b.lp", "m f=.5 5\n")]);
    let (status, out, _) = folder.lint("--output json a.lp missing.lp b.lp");
    assert_eq!(status, 2);
    let objects: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [a, missing, b] = &objects[..] else { panic!("{out}") };
    assert_eq!((&a["file"], &b["file"]), (&"a.lp".into(), &"b.lp".into()));
    assert_eq!(a["rejections"][0]["id"], "type-conflict-in-batch");
    assert_eq!(a["summary"]["lines"]["accepted"], 1);
    assert_eq!(b["warnings"][0]["id"], "bare-decimal-point");
    assert_eq!(missing["file"], "missing.lp");
    assert!(missing["error"].is_string() && missing["summary"].is_null());
}

/// Panics unless `log` has what the schema of SARIF 2.1.0 requires of the objects that are there,
/// and every index points at what has the same id.
fn check_sarif(log: &Value) {
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().ends_with("/sarif-schema-2.1.0.json"));
    let runs = log["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 1);
    let run = &runs[0];
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    assert!(run["invocations"][0]["executionSuccessful"].is_boolean());
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "lineproof");
    let rules = driver["rules"].as_array().unwrap();
    for rule in rules {
        let is_kebab = |text: &str| {
            text.bytes().all(|b| b.is_ascii_lowercase() || b"-0123456789".contains(&b))
        };
        assert!(is_kebab(rule["id"].as_str().unwrap()), "{rule}");
        assert!(rule["shortDescription"]["text"].is_string(), "{rule}");
        assert!(is_level(&rule["defaultConfiguration"]["level"]), "{rule}");
    }
    let uris: Vec<&Value> =
        run["artifacts"].as_array().unwrap().iter().map(|file| &file["location"]["uri"]).collect();
    for result in run["results"].as_array().unwrap() {
        assert!(is_level(&result["level"]), "{result}");
        assert_ne!(result["message"]["text"].as_str().unwrap(), "", "{result}");
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let locations = result["locations"].as_array().unwrap();
        let related = result["relatedLocations"].as_array();
        assert_eq!(locations.len(), 1);
        for location in locations.iter().chain(related.into_iter().flatten()) {
            let place = &location["physicalLocation"];
            assert!(uris.contains(&&place["artifactLocation"]["uri"]), "{result}");
            let region = &place["region"];
            for (key, least) in [
                ("startLine", 1),
                ("startColumn", 1),
                ("endLine", 1),
                ("endColumn", 1),
                ("byteOffset", 0),
                ("byteLength", 0),
            ] {
                assert!(region[key].as_u64().unwrap() >= least, "{key}: {result}");
            }
        }
    }
    for notification in run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap() {
        assert!(is_level(&notification["level"]), "{notification}");
        assert_ne!(notification["message"]["text"].as_str().unwrap(), "");
    }
}

fn is_level(level: &Value) -> bool {
    ["error", "warning"].contains(&level.as_str().unwrap())
}

#[test]
fn sarif_has_what_its_schema_requires() {
    let many = "oops\n".repeat(1_003);
    let files = [
        ("a b.lp", "m f=1\nm f=\"x\"\nm g=\nm g=.5 \n"),
        ("b.csv", CSV),
        ("clean.lp", "m f=1 5\n"),
        ("many.lp", &many),
    ];
    let folder = Folder::new("sarif", &files);
    let mut command = folder.command("--output sarif");
    let (status, out, _) = texts(command.args(files.map(|(file, _)| file)).output().unwrap());
    assert_eq!(status, 1);
    let log: Value = serde_json::from_str(&out).unwrap();
    check_sarif(&log);
    let run = &log["runs"][0];
    let artifacts = run["artifacts"].as_array().unwrap().iter();
    assert!(
        artifacts
            .map(|file| &file["location"]["uri"])
            .eq(["a%20b.lp", "b.csv", "clean.lp", "many.lp"])
    );
    assert_eq!(run["artifacts"][2]["length"], 8);
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let omitted = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(omitted["message"]["text"], "3 more rejections and 0 more warnings are not listed");
    assert_eq!(omitted["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "many.lp");

    let results = run["results"].as_array().unwrap();
    let ids: Vec<_> = results.iter().take(5).map(|result| &result["ruleId"]).collect();
    assert_eq!(
        ids,
        [
            "type-conflict-in-batch",
            "missing-value",
            "bare-decimal-point",
            "trailing-space",
            "invalid-value",
        ]
    );
    assert_eq!((&results[0]["level"], &results[2]["level"]), (&"error".into(), &"warning".into()));
    let region = &results[0]["locations"][0]["physicalLocation"]["region"];
    let region = ["startLine", "startColumn", "endColumn", "byteOffset", "byteLength"]
        .map(|key| region[key].as_u64().unwrap());
    assert_eq!(region, [2, 5, 8, 10, 3]);
    let first = &results[0]["relatedLocations"][0]["physicalLocation"]["region"];
    assert_eq!((&first["startLine"], &first["byteOffset"]), (&1.into(), &4.into()));

    let (status, out, _) = folder.lint("--output sarif missing.lp clean.lp clean.lp");
    assert_eq!(status, 2);
    let log: Value = serde_json::from_str(&out).unwrap();
    check_sarif(&log);
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
    assert_eq!(log["runs"][0]["results"], Value::Array(Vec::new()));
    assert_eq!(log["runs"][0]["artifacts"].as_array().unwrap().len(), 2);
}

#[test]
fn the_output_is_the_same_for_any_number_of_threads() {
    // Three pieces, of which the third contradicts a type that the first sets.
    let mut large = String::new();
    while large.len() < 13_000_000 {
        let number = large.len();
        writeln!(large, "m,host=h{} load={number},note=\"a\nb\" {number}", number % 7).unwrap();
    }
    large += "oops\nm,host=h3 load=1i\nm,other=x load=2i\n";
    let files = [
        ("large.lp", large.as_str()),
        ("small.lp", "m f=.5\nm f=2i\noops"),
        ("b.csv", CSV),
        ("clean.lp", "m f=1 5\n"),
    ];
    let folder = Folder::new("threads", &files);
    for output in ["human", "json", "sarif"] {
        for warnings in ["--no-warnings", ""] {
            let arguments =
                format!("--output {output} {warnings} small.lp large.lp b.csv clean.lp");
            let one = folder.lint(&format!("{arguments} --jobs 1"));
            assert_eq!((one.0, one.2.as_str()), (1, ""));
            assert!(one.1.contains("type-conflict") || one.1.contains("type conflict"));
            for jobs in [2, 4, 7] {
                let (status, out, err) = folder.lint(&format!("{arguments} --jobs {jobs}"));
                assert!((status, &out, &err) == (one.0, &one.1, &one.2), "{arguments}, {jobs}");
            }
        }
    }
}
