//! Keeps the state in a file: everything but keys, written soon after each change and at the end.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

use super::shared::Shared;
use crate::engine::saved::{from_text, to_text};
use crate::engine::world::World;

/// How long changes are gathered before they are written.
const GATHER: Duration = Duration::from_millis(200);

/// Whether something changed since the state was written.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    some: AtomicBool,
    wake: Notify,
}

impl Changes {
    pub(crate) fn note(&self) {
        self.some.store(true, Ordering::Release);
        self.wake.notify_one();
    }

    fn take(&self) -> bool {
        self.some.swap(false, Ordering::AcqRel)
    }
}

/// The world of a file; `None` if there is no such file.
///
/// # Errors
///
/// A file that cannot be read, is no state, or is of another version.
pub(crate) fn read(file: &Path) -> Result<Option<World>, String> {
    let named = |error: String| format!("{}: {error}", file.display());
    match fs::read(file) {
        Ok(text) => from_text(&text).map(Some).map_err(named),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(named(error.to_string())),
    }
}

/// Writes what has changed, if something has: a temporary file beside the other, then renamed, so that no half file is ever there.
///
/// # Errors
///
/// What the file system says; the change is then still to be written.
pub(crate) fn write(shared: &Shared, file: &Path) -> Result<(), String> {
    if !shared.changes.take() {
        return Ok(());
    }
    let written =
        shared.read(|world, _| to_text(world)).and_then(|text| replace(file, &text).map_err(|e| e.to_string()));
    written.map_err(|error| {
        shared.changes.note();
        format!("{}: {error}", file.display())
    })
}

fn replace(file: &Path, text: &[u8]) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // For its owner alone: it names payers and what they bought.
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(text)?;
    temporary.as_file().sync_all()?;
    temporary.persist(file).map_err(|error| error.error)?;
    Ok(())
}

/// Writes after each change, for ever; what goes wrong is told on stderr and tried again with the next change.
pub(crate) async fn keep(shared: Arc<Shared>, file: PathBuf) {
    loop {
        shared.changes.wake.notified().await;
        tokio::time::sleep(GATHER).await;
        let (shared, file) = (Arc::clone(&shared), file.clone());
        let written = tokio::task::spawn_blocking(move || write(&shared, &file)).await;
        if let Ok(Err(error)) = written {
            eprintln!("wxpay sim: the state was not written: {error}");
            tokio::time::sleep(GATHER * 5).await;
        }
    }
}
