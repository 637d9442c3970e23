//! The folder that `LINEPROOF_CORPUS` names: cases of reference implementations, and real bodies.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value;

pub(crate) struct Corpus(PathBuf);

impl Corpus {
    /// Returns the corpus, or says that the test is skipped without it.
    pub(crate) fn open() -> Option<Self> {
        let folder = std::env::var_os("LINEPROOF_CORPUS").map(PathBuf::from);
        if folder.is_none() {
            // `println!` shows nothing for a test that passes.
            let _ = writeln!(std::io::stderr(), "skipped: LINEPROOF_CORPUS is not set");
        }
        folder.map(Self)
    }

    /// Returns the cases of a file of JSON lines.
    pub(crate) fn cases(&self, file: &str) -> Vec<Value> {
        let path = self.0.join(file);
        let text =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let case = |line| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{file}: {error} in {line}"))
        };
        let cases: Vec<_> = text.lines().map(case).collect();
        assert!(!cases.is_empty(), "{file} holds no case");
        cases
    }

    /// Returns what a file holds.
    #[allow(dead_code, reason = "another binary does not ask for it")]
    pub(crate) fn file(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Returns the real bodies with the names of their files.
    pub(crate) fn real(&self) -> Vec<(String, Vec<u8>)> {
        let entries = fs::read_dir(self.0.join("real")).expect("the folder real");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        let bodies = paths.map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
        });
        bodies.collect()
    }

    /// Returns the bodies of the decoder's cases.
    pub(crate) fn decoded_bodies(&self) -> Vec<Vec<u8>> {
        let cases = self.cases("line_protocol_decode.ndjson");
        cases.iter().map(|case| bytes(&case["lp_base64"])).collect()
    }
}

/// Decodes a text of base64.
pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap_or_else(|| panic!("no base64 in {value}"));
    BASE64_STANDARD.decode(text).unwrap_or_else(|error| panic!("{error} in {value}"))
}
