//! The output as a log of SARIF 2.1.0, the Static Analysis Results Interchange Format.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Component;
use std::sync::LazyLock;

use lineproof::error::SyntaxErrorKind;
use lineproof::report::Reason;
use lineproof::text::{LineIndex, Span};
use lineproof::warning::WarningKind;
use lineproof::{Rejection, Report, Warning};
use serde_json::{Value, json};

use crate::input::Input;
use crate::lint::Linted;
use crate::output::{self, Rendered};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// A rule: what was expected, how to keep it, and its usual level.
struct Rule {
    description: &'static str,
    help: &'static str,
    level: &'static str,
}

/// The rules by their ids. An error of a CSV row and a warning of a line can have the same id;
/// their one rule has the text of the warning, which tells more, and each result has its own level.
static RULES: LazyLock<BTreeMap<&str, Rule>> = LazyLock::new(|| {
    let malformed = Reason::Malformed.label();
    let errors = SyntaxErrorKind::ALL.iter().map(|kind| {
        (kind.id(), Rule { description: malformed, help: kind.help(), level: "error" })
    });
    let reasons = Reason::ALL.iter().map(|reason| {
        (reason.id(), Rule { description: reason.label(), help: reason.help(), level: "error" })
    });
    let warnings = WarningKind::ALL.iter().map(|kind| {
        (kind.id(), Rule { description: kind.why(), help: kind.help(), level: "warning" })
    });
    errors.chain(reasons).chain(warnings).collect()
});

/// Returns the log of all files.
pub(crate) fn log(linted: &[Linted]) -> Value {
    // A file can be there twice, but no artifact.
    let artifacts: BTreeMap<String, Value> = linted.iter().map(artifact).collect();
    let results: Vec<&Value> = linted
        .iter()
        .filter_map(|file| file.findings.as_ref().ok())
        .flat_map(|findings| match &findings.rendered {
            Rendered::Results(results) => results.as_slice(),
            Rendered::Text(_) => &[],
        })
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "lineproof", "rules": rules() } },
            "invocations": [{
                "executionSuccessful": linted.iter().all(|file| file.findings.is_ok()),
                "toolExecutionNotifications":
                    linted.iter().filter_map(notification).collect::<Vec<_>>(),
            }],
            "columnKind": "utf16CodeUnits",
            "artifacts": artifacts.into_values().collect::<Vec<_>>(),
            "results": results,
        }],
    })
}

/// Returns a file with its URI.
fn artifact(file: &Linted) -> (String, Value) {
    let uri = uri(&file.input);
    let mut artifact = json!({ "location": { "uri": uri }, "roles": ["analysisTarget"] });
    if let Ok(findings) = &file.findings {
        artifact["length"] = findings.bytes.into();
    }
    (uri, artifact)
}

fn rules() -> Vec<Value> {
    let rule = |(id, rule): (&&str, &Rule)| {
        json!({
            "id": id,
            "shortDescription": { "text": rule.description },
            "help": { "text": rule.help },
            "defaultConfiguration": { "level": rule.level },
        })
    };
    RULES.iter().map(rule).collect()
}

/// Returns what is to be said of a file as a whole: that it cannot be read, or that results are
/// missing.
fn notification(file: &Linted) -> Option<Value> {
    let (level, text) = match &file.findings {
        Err(error) => ("error", error.to_string()),
        Ok(findings) => {
            let (rejections, warnings) = (findings.rejections_omitted, findings.warnings_omitted);
            ("warning", output::omitted(rejections, warnings)?)
        }
    };
    Some(json!({
        "level": level,
        "message": { "text": text },
        "locations": [
            { "physicalLocation": { "artifactLocation": { "uri": uri(&file.input) } } },
        ],
    }))
}

/// Returns the results of one file.
pub(crate) fn results(input: &Input, body: &[u8], report: &Report) -> Vec<Value> {
    if report.rejections().is_empty() && report.warnings().is_empty() {
        return Vec::new();
    }
    let file = File { uri: uri(input), index: LineIndex::new(body) };
    let rejections = report.rejections().iter().map(|rejection| file.rejection(rejection));
    let warnings = report.warnings().iter().map(|warning| file.warning(warning));
    rejections.chain(warnings).collect()
}

struct File<'b> {
    uri: String,
    index: LineIndex<'b>,
}

impl File<'_> {
    fn rejection(&self, rejection: &Rejection) -> Value {
        let text = format!("{}: {}; {}", rejection.reason(), rejection.label(), rejection.help());
        let mut result = self.result(rejection.id(), "error", &text, rejection.span());
        if let Some(place) = rejection.type_set_at() {
            let mut location = self.location(place.span);
            location["message"] = json!({ "text": "the value that sets the type" });
            result["relatedLocations"] = json!([location]);
        }
        result
    }

    fn warning(&self, warning: &Warning) -> Value {
        let text = format!("{}; {}", warning.label(), warning.help());
        self.result(warning.id(), "warning", &text, warning.span())
    }

    fn result(&self, id: &str, level: &str, text: &str, span: Span) -> Value {
        let mut result = json!({
            "ruleId": id,
            "level": level,
            "message": { "text": text },
            "locations": [self.location(span)],
        });
        if let Some(index) = RULES.keys().position(|other| *other == id) {
            result["ruleIndex"] = index.into();
        }
        result
    }

    fn location(&self, span: Span) -> Value {
        let (start, end) = (span.start(), span.end());
        json!({
            "physicalLocation": {
                "artifactLocation": { "uri": self.uri },
                "region": {
                    "startLine": self.index.position(start).line,
                    "startColumn": self.index.utf16_column(start),
                    "endLine": self.index.position(end).line,
                    "endColumn": self.index.utf16_column(end),
                    "byteOffset": start,
                    "byteLength": span.len(),
                },
            },
        })
    }
}

/// Returns the URI of an input: relative for a relative path.
fn uri(input: &Input) -> String {
    let Input::File(path) = input else { return "stdin".into() };
    let parts: Vec<String> = path
        .components()
        .filter(|component| *component != Component::RootDir)
        .map(|component| percent_encoded(component.as_os_str().as_encoded_bytes()))
        .collect();
    let root = if path.is_absolute() { "file:///" } else { "" };
    format!("{root}{}", parts.join("/"))
}

/// Returns a part of a path in which all but the unreserved characters are encoded.
fn percent_encoded(part: &[u8]) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    part.iter().fold(String::new(), |mut text, &byte| {
        if is_plain(byte) {
            text.push(byte.into());
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use lineproof::Validator;

    use super::*;

    #[test]
    fn uris_are_relative_for_relative_paths() {
        for (path, expected) in [
            ("a.lp", "a.lp"),
            ("./b/../c d.lp", "./b/../c%20d.lp"),
            ("x:1#2?.lp", "x%3A1%232%3F.lp"),
            ("/data/Zürich.lp", "file:///data/Z%C3%BCrich.lp"),
        ] {
            assert_eq!(uri(&Input::File(path.into())), expected);
        }
        assert_eq!(uri(&Input::StandardInput), "stdin");
    }

    #[test]
    fn every_id_has_one_rule() {
        let rules = rules();
        let ids: Vec<_> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        for id in ["invalid-value", "type-conflict-in-batch", "carriage-return"] {
            assert!(ids.contains(&id), "{id}");
        }
        for rule in &rules {
            for text in ["shortDescription", "help"] {
                assert_ne!(rule[text]["text"].as_str().unwrap(), "", "{rule}");
            }
        }
    }

    #[test]
    fn regions_count_utf16_code_units_and_bytes() {
        // A thermometer takes two code units and four bytes, and 'ü' one and two.
        let body = "m f=\"🌡\",g=x\nm,c=Zürich s=1\nm,c=Zürich s=1i\nm,c=Zürich s=\"b\n\"\n";
        let report = Validator::new(()).warnings(true).line_protocol(body);
        let results = results(&Input::StandardInput, body.as_bytes(), &report);
        let regions: Vec<_> = results
            .iter()
            .map(|result| {
                let region = &result["locations"][0]["physicalLocation"]["region"];
                let number = |key: &str| region[key].as_u64().unwrap();
                let start = (number("startLine"), number("startColumn"));
                let end = (number("endLine"), number("endColumn"));
                let bytes = (number("byteOffset"), number("byteLength"));
                (result["ruleId"].as_str().unwrap(), start, end, bytes)
            })
            .collect();
        assert_eq!(
            regions,
            [
                ("invalid-value", (1, 12), (1, 13), (13, 1)),
                ("type-conflict-in-batch", (3, 14), (3, 16), (45, 2)),
                ("type-conflict-in-batch", (4, 14), (5, 2), (62, 4)),
            ]
        );
    }
}
