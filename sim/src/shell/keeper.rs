//! Keeps the state in a file: everything but keys, written soon after the last change and at the end.

use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};

use super::saved::{self, Beside};
use super::shared::Shared;
use crate::engine::world::World;

/// The file is written when nothing has changed for so long.
const GATHER: Duration = Duration::from_millis(200);

/// While something changes all the time it is written all the same, so often.
const LONGEST: Duration = Duration::from_secs(2);

/// It goes to the file in pieces of so many bytes.
const BUFFER: usize = 1 << 20;

/// Whether something changed since the state was written.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    some: AtomicBool,
    wake: Notify,
    /// Held by who writes: the last one waits for another that is at it.
    writing: Mutex<()>,
}

impl Changes {
    pub(crate) fn note(&self) {
        self.some.store(true, Ordering::Release);
        self.wake.notify_one();
    }

    fn take(&self) -> bool {
        self.some.swap(false, Ordering::AcqRel)
    }

    /// Something has changed, and then nothing for a while.
    async fn settled(&self) {
        self.wake.notified().await;
        let end = Instant::now() + LONGEST;
        while Instant::now() < end && timeout(GATHER, self.wake.notified()).await.is_ok() {}
    }
}

/// The world of a file, and what stands beside it; `None` if there is no such file.
///
/// # Errors
///
/// A file that cannot be read, is no state, or is of another version.
pub(crate) fn read(file: &Path) -> Result<Option<(World, Beside)>, String> {
    let named = |error: String| format!("{}: {error}", file.display());
    match fs::read(file) {
        Ok(text) => saved::read(&text).map(Some).map_err(named),
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
    let _alone = shared.changes.writing.lock().unwrap_or_else(PoisonError::into_inner);
    if !shared.changes.take() {
        return Ok(());
    }
    replace(shared, file).map_err(|error| {
        shared.changes.note();
        format!("{}: {error}", file.display())
    })
}

fn replace(shared: &Shared, file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // For its owner alone: it names payers and what they bought.
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    let mut buffer = BufWriter::with_capacity(BUFFER, temporary.as_file_mut());
    saved::write(shared, &mut buffer)?;
    buffer.flush()?;
    drop(buffer);
    temporary.as_file().sync_all()?;
    temporary.persist(file).map_err(|error| error.error)?;
    Ok(())
}

/// Writes after each change, for ever; what goes wrong is told on stderr and tried again with the next change.
pub(crate) async fn keep(shared: Arc<Shared>, file: PathBuf) {
    loop {
        shared.changes.settled().await;
        let (shared, file) = (Arc::clone(&shared), file.clone());
        let written = tokio::task::spawn_blocking(move || write(&shared, &file)).await;
        if let Ok(Err(error)) = written {
            eprintln!("wxpay sim: the state was not written: {error}");
            sleep(GATHER * 5).await;
        }
    }
}
