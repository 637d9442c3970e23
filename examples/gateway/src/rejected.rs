//! The lines that were rejected, kept in files with the reasons.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use lineproof::Precision;
use tempfile::NamedTempFile;

/// A folder with one file for each write of which something was rejected.
///
/// A file is line protocol. Its comments name the bucket, the precision and the reasons, so that
/// the lines can be repaired and written again.
#[derive(Debug)]
pub(crate) struct RejectedLines {
    folder: PathBuf,
    files: AtomicU64,
}

/// The rejected lines of one write. Unless it is [kept](Self::keep), its file is removed.
#[derive(Debug)]
pub(crate) struct RejectedFile<'s> {
    store: &'s RejectedLines,
    bucket: &'s str,
    precision: Precision,
    /// Created for the first rejected line.
    file: Option<NamedTempFile>,
}

impl RejectedLines {
    /// Creates the folder unless it exists.
    pub(crate) fn new(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), files: AtomicU64::new(0) })
    }

    pub(crate) const fn of_write<'s>(
        &'s self,
        bucket: &'s str,
        precision: Precision,
    ) -> RejectedFile<'s> {
        RejectedFile { store: self, bucket, precision, file: None }
    }
}

impl RejectedFile<'_> {
    /// Appends lines and comments.
    pub(crate) fn append(&mut self, text: &[u8]) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                let mut file = NamedTempFile::with_prefix_in(".", &self.store.folder)?;
                let heading = format!("bucket {}, precision {}", self.bucket, self.precision);
                file.write_all(comment(&heading).as_bytes())?;
                none.insert(file)
            }
        };
        file.write_all(text)
    }

    /// Keeps the file. Its name is the time and a number that no other write has.
    pub(crate) fn keep(self) -> io::Result<()> {
        let Some(file) = self.file else { return Ok(()) };
        let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let number = self.store.files.fetch_add(1, Ordering::Relaxed);
        file.persist_noclobber(self.store.folder.join(format!("{time}-{number}.lp")))?;
        Ok(())
    }
}

/// Returns `text` as a comment line. Quotes and backslashes are replaced, since InfluxDB 1.x reads
/// them in comments too.
pub(crate) fn comment(text: &str) -> String {
    let mut line = String::from("# ");
    line.extend(text.chars().filter_map(|c| match c {
        '\\' | '\'' => None,
        '"' => Some('`'),
        c if c.is_control() => Some(' '),
        c => Some(c),
    }));
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect()
    }

    #[test]
    fn a_file_is_there_once_it_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let store = RejectedLines::new(folder.path()).unwrap();

        let mut dropped = store.of_write("b", Precision::Seconds);
        dropped.append(b"oops\n").unwrap();
        drop(dropped);
        store.of_write("b", Precision::Seconds).keep().unwrap();
        assert_eq!(files(folder.path()), [""; 0]);

        let mut kept = store.of_write("b\n\"", Precision::Seconds);
        kept.append(b"").unwrap();
        kept.append(b"oops\n").unwrap();
        kept.append(b"again\n").unwrap();
        kept.keep().unwrap();
        assert_eq!(files(folder.path()), ["# bucket b `, precision s\noops\nagain\n"]);
    }
}
