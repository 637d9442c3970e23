//! What is linted: files and standard input.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// A file, or standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    StandardInput,
    File(PathBuf),
}

/// The format of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    LineProtocol,
    AnnotatedCsv,
}

impl Input {
    /// Returns the input that the argument `path` names.
    pub(crate) fn from_argument(path: PathBuf) -> Self {
        if path == Path::new("-") { Self::StandardInput } else { Self::File(path) }
    }

    /// Returns the name in messages.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::StandardInput => "standard input".into(),
            Self::File(path) => path.to_string_lossy().into_owned(),
        }
    }

    /// Returns the format that the name of the file tells.
    pub(crate) fn format(&self) -> Format {
        match self {
            Self::File(path)
                if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv")) =>
            {
                Format::AnnotatedCsv
            }
            Self::File(_) | Self::StandardInput => Format::LineProtocol,
        }
    }

    /// Returns the size in bytes, where it is known before the input is read.
    pub(crate) fn size(&self) -> Option<u64> {
        match self {
            Self::StandardInput => None,
            Self::File(path) => {
                fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|m| m.len())
            }
        }
    }

    /// Reads all of it into memory.
    pub(crate) fn read(&self) -> io::Result<Vec<u8>> {
        match self {
            Self::StandardInput => {
                let mut body = Vec::new();
                io::stdin().lock().read_to_end(&mut body)?;
                Ok(body)
            }
            Self::File(path) => fs::read(path),
        }
    }
}
