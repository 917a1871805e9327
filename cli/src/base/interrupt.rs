//! Ctrl-C: files that are not finished are taken away, and the program ends with 130.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The exit code of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// The files under way.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Ends the program on a signal, and leaves no half file. `wxpay sim` ends in a way of its own and does not call this.
pub(crate) fn watch() {
    // It is refused only when it was set before; then that one counts.
    _ = ctrlc::set_handler(|| {
        for file in unfinished().drain(..) {
            // Another thread may have finished it just now.
            _ = std::fs::remove_file(file);
        }
        std::process::exit(INTERRUPTED);
    });
}

/// Notes a file that is being written.
pub(crate) fn begin(file: &Path) {
    unfinished().push(file.to_owned());
}

/// Forgets it, finished or not.
pub(crate) fn end(file: &Path) {
    unfinished().retain(|known| known != file);
}

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}
