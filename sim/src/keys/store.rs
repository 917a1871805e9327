//! Where keys are kept: a folder, or the memory of the process.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirBuilder};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use super::error::KeyError;

pub(crate) type Text = Zeroizing<String>;

/// Files by their names below the folder, `merchants/1900000001/secret.txt`.
pub(crate) enum Store {
    Folder(PathBuf),
    /// What was changed here; `None` for what was removed. Everything else is the process's.
    Memory(Mutex<BTreeMap<String, Option<Text>>>),
}

/// What simulators without a folder have from the start: made once in a process, because making keys takes a while.
static MADE: Mutex<BTreeMap<String, Text>> = Mutex::new(BTreeMap::new());

impl Store {
    /// A folder, made if it is not there: 0700, with a `.gitignore` that keeps everything out.
    pub(crate) fn folder(path: &Path) -> Result<Self, KeyError> {
        make_folder(path)?;
        let path = fs::canonicalize(path).map_err(|error| unusable(path, &error))?;
        let ignore = path.join(".gitignore");
        if !ignore.exists() {
            write(&ignore, "*\n")?;
        }
        Ok(Self::Folder(path))
    }

    pub(crate) fn memory() -> Self {
        Self::Memory(Mutex::new(BTreeMap::new()))
    }

    /// Where a file lies, if it does in a folder.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        match self {
            Self::Folder(folder) => Some(folder.join(name)),
            Self::Memory(_) => None,
        }
    }

    pub(crate) fn read(&self, name: &str) -> Result<Option<Text>, KeyError> {
        match self {
            Self::Folder(folder) => read(&folder.join(name)),
            Self::Memory(changed) => Ok(match lock(changed).get(name) {
                Some(text) => text.clone(),
                None => lock(&MADE).get(name).cloned(),
            }),
        }
    }

    /// Keeps what was made because it was not there.
    pub(super) fn make(&self, name: &str, text: &str) -> Result<(), KeyError> {
        match self {
            Self::Folder(_) => self.write(name, text),
            Self::Memory(_) => {
                lock(&MADE).insert(name.to_owned(), Zeroizing::new(text.to_owned()));
                Ok(())
            }
        }
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> Result<(), KeyError> {
        match self {
            Self::Folder(folder) => write(&folder.join(name), text),
            Self::Memory(changed) => {
                lock(changed).insert(name.to_owned(), Some(Zeroizing::new(text.to_owned())));
                Ok(())
            }
        }
    }

    pub(super) fn remove(&self, name: &str) -> Result<(), KeyError> {
        match self {
            Self::Folder(folder) => match fs::remove_file(folder.join(name)) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(unusable(&folder.join(name), &error)),
                _ => Ok(()),
            },
            Self::Memory(changed) => {
                lock(changed).insert(name.to_owned(), None);
                Ok(())
            }
        }
    }

    /// The names of the files right below a folder.
    pub(super) fn names(&self, folder: &str) -> Result<BTreeSet<String>, KeyError> {
        match self {
            Self::Folder(root) => match fs::read_dir(root.join(folder)) {
                Ok(entries) => {
                    Ok(entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
                }
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(BTreeSet::new()),
                Err(error) => Err(unusable(&root.join(folder), &error)),
            },
            Self::Memory(changed) => {
                let below = |name: &String| name.strip_prefix(folder)?.strip_prefix('/').map(str::to_owned);
                let mut names: BTreeSet<String> = lock(&MADE).keys().filter_map(below).collect();
                for (name, text) in lock(changed).iter() {
                    let Some(name) = below(name) else { continue };
                    match text {
                        Some(_) => _ = names.insert(name),
                        None => _ = names.remove(&name),
                    }
                }
                Ok(names)
            }
        }
    }
}

fn make_folder(path: &Path) -> Result<(), KeyError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| unusable(path, &error))
}

fn read(path: &Path) -> Result<Option<Text>, KeyError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(path, &error)),
    }
}

/// Writes a file of its owner alone: whole or not at all, whoever else writes it at the same time.
fn write(path: &Path, text: &str) -> Result<(), KeyError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_folder(folder)?;
    let written = || {
        let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
        temporary.write_all(text.as_bytes())?;
        temporary.as_file().sync_all()?;
        temporary.persist(path).map(|_| ()).map_err(|error| error.error)
    };
    written().map_err(|error| unusable(path, &error))
}

fn unusable(path: &Path, error: &std::io::Error) -> KeyError {
    KeyError::of(&path.display().to_string(), error)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
