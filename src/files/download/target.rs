//! The file a download goes to: a temporary one beside it, which takes its name when everything is right.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, ErrorKind, Result};

/// Where a file is to be; dropped before [`commit`](Self::commit) it leaves nothing.
#[derive(Debug)]
pub(crate) struct Target {
    path: PathBuf,
    temporary: NamedTempFile,
}

impl Target {
    /// Makes the temporary file; the folder must be there.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        let refused = |why: &str| Error::new(ErrorKind::Io, format!("{} {why}", path.display()));
        // The folder is that of now, wherever the process goes meanwhile; a link stays one.
        let real = path.canonicalize().or_else(|_| std::path::absolute(path));
        let path = &real.map_err(|error| refused("is no path").with_source(error))?;
        let name = path.file_name().ok_or_else(|| refused("has no file name"))?;
        // A rename would put a file in the place of a folder, a pipe or a device.
        let old = path.metadata().ok();
        if old.as_ref().is_some_and(|found| !found.is_file()) {
            return Err(refused("is not a regular file; `to_writer` writes to anything"));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let prefix = format!(".{}.", name.to_string_lossy().chars().take(40).collect::<String>());
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".part");
        // As any new file: what the process's umask leaves, where the library would make it readable for the owner alone.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let temporary = builder.tempfile_in(folder).map_err(|error| {
            refused("cannot be written: no temporary file can be made beside it").with_source(error)
        })?;
        if let Some(old) = old {
            // Who may read the new bill is who might read the old one.
            let kept = temporary.as_file().set_permissions(old.permissions());
            kept.map_err(|error| refused("cannot be replaced with its permissions").with_source(error))?;
        }
        Ok(Self { path: path.to_owned(), temporary })
    }

    /// What writes to the temporary file; flushing it waits for the disk.
    pub(crate) fn writer(&self) -> Result<Synced> {
        self.temporary.as_file().try_clone().map(Synced).map_err(|error| {
            Error::new(ErrorKind::Io, format!("{} cannot be written", self.path.display())).with_source(error)
        })
    }

    /// Gives the file its name, in one step; one that was there before is replaced.
    pub(crate) fn commit(self) -> Result<()> {
        let Self { path, temporary } = self;
        temporary.persist(&path).map(drop).map_err(|error| {
            Error::new(ErrorKind::Io, format!("{} could not be given its name", path.display()))
                .with_source(error.error)
        })
    }
}

/// A file whose bytes are on the disk when it was flushed: only then may it get its name.
#[derive(Debug)]
pub(crate) struct Synced(File);

impl Write for Synced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.sync_all()
    }
}
