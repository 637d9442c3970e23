//! How far the program is, on a terminal.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The time between two changes of what is shown.
const INTERVAL: Duration = Duration::from_millis(100);

/// Counts files and bytes, and shows them on standard error where that is a terminal.
pub(crate) struct Progress {
    /// `None` where nothing is shown.
    shown: Option<Mutex<Shown>>,
}

struct Shown {
    files: usize,
    all_files: usize,
    bytes: u64,
    next: Instant,
}

impl Progress {
    /// Creates the progress of linting `files` files.
    pub(crate) fn new(files: usize) -> Self {
        let next = Instant::now() + INTERVAL;
        let shown = Shown { files: 0, all_files: files, bytes: 0, next };
        Self { shown: io::stderr().is_terminal().then(|| Mutex::new(shown)) }
    }

    /// Creates a progress that is not shown.
    #[cfg(test)]
    pub(crate) const fn hidden() -> Self {
        Self { shown: None }
    }

    /// Records that `bytes` bytes were linted.
    pub(crate) fn add_bytes(&self, bytes: usize) {
        self.update(|shown| shown.bytes += bytes as u64);
    }

    /// Records that a file was linted.
    pub(crate) fn add_file(&self) {
        self.update(|shown| shown.files += 1);
    }

    fn update(&self, change: impl FnOnce(&mut Shown)) {
        let Some(shown) = &self.shown else { return };
        let Ok(mut shown) = shown.lock() else { return };
        change(&mut shown);
        let now = Instant::now();
        if now >= shown.next {
            shown.next = now + INTERVAL;
            // What cannot be shown is not worth an error.
            let _ = write!(io::stderr(), "\r\x1b[K{}", shown.text());
        }
    }

    /// Removes what is shown.
    pub(crate) fn clear(&self) {
        if self.shown.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

impl Shown {
    fn text(&self) -> String {
        format!("{} of {} files, {} MB", self.files, self.all_files, self.bytes / 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_megabytes_are_counted() {
        let shown = Shown { files: 0, all_files: 3, bytes: 0, next: Instant::now() + INTERVAL };
        let progress = Progress { shown: Some(Mutex::new(shown)) };
        progress.add_bytes(1_500_000);
        progress.add_bytes(1_500_000);
        progress.add_file();
        assert_eq!(progress.shown.unwrap().into_inner().unwrap().text(), "1 of 3 files, 3 MB");
    }
}
