//! Files: read within a limit, written whole or not at all.

use std::fs::File;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::failure::Failure;
use super::text::text;
use super::{interrupt, output};

/// The most that is read of a file; bills are read as a stream instead.
pub(crate) const LARGEST: u64 = 16 * 1024 * 1024;

/// Who may read a file that is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// 0600.
    Private,
    /// 0644.
    Public,
}

impl Mode {
    #[cfg(unix)]
    fn bits(self) -> u32 {
        match self {
            Self::Private => 0o600,
            Self::Public => 0o644,
        }
    }
}

/// Whether a FILE stands for stdin or stdout.
pub(crate) fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Reads a file, or stdin for `-`.
///
/// # Errors
///
/// `Io` (exit 8), naming the file: it cannot be read, or is larger than 16 MiB.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: io::Error| cannot(path, "read", "读取", &error);
    let mut content = Vec::new();
    if is_dash(path) {
        io::stdin().lock().take(LARGEST + 1).read_to_end(&mut content).map_err(failed)?;
    } else {
        let file = File::open(path).map_err(failed)?;
        file.take(LARGEST + 1).read_to_end(&mut content).map_err(failed)?;
    }
    if content.len() as u64 > LARGEST {
        let shown = output::plain(&path.display().to_string());
        return Err(Failure::file(text!("{shown}: larger than 16 MiB", "{shown}：超过 16 MiB")));
    }
    Ok(content)
}

/// Reads a file of UTF-8, or stdin for `-`; a byte-order mark is passed over.
///
/// # Errors
///
/// As [`read`], and for what is not UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let shown = output::plain(&path.display().to_string());
    let content = String::from_utf8(read(path)?)
        .map_err(|_| Failure::file(text!("{shown}: not a text in UTF-8", "{shown}：不是 UTF-8 文本")))?;
    Ok(content.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(content))
}

/// Writes a whole file beside its target and renames it; `-` is stdout.
///
/// # Errors
///
/// `Io` (exit 8): the target exists and `force` was not given, or it cannot be written.
pub(crate) fn write(path: &Path, content: &[u8], mode: Mode, force: bool) -> Result<(), Failure> {
    if is_dash(path) {
        output::print_bytes(content);
        return Ok(());
    }
    let mut file = NewFile::create(path, mode, force)?;
    file.write_all(content).map_err(|error| cannot(path, "write", "写入", &error))?;
    file.finish()
}

/// A file under way: it is at its place only after [`finish`](Self::finish), and gone when it is dropped before.
#[derive(Debug)]
pub(crate) struct NewFile {
    /// `None` after it was finished.
    file: Option<NamedTempFile>,
    unfinished: PathBuf,
    target: PathBuf,
    force: bool,
}

impl NewFile {
    /// # Errors
    ///
    /// `Io` (exit 8): the target exists and `force` was not given, or its folder cannot be written to.
    pub(crate) fn create(target: &Path, mode: Mode, force: bool) -> Result<Self, Failure> {
        if !force && target.symlink_metadata().is_ok() {
            return Err(exists(target));
        }
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".wxpay-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode.bits()));
        #[cfg(not(unix))]
        let _ = mode;
        let file = builder.tempfile_in(folder).map_err(|error| cannot(target, "write", "写入", &error))?;
        interrupt::begin(file.path());
        Ok(Self { unfinished: file.path().to_owned(), file: Some(file), target: target.to_owned(), force })
    }

    /// Puts it at its place.
    ///
    /// # Errors
    ///
    /// `Io` (exit 8): the target came to exist meanwhile, or cannot be written.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let Some(file) = self.file.take() else { return Ok(()) };
        let done = match self.force {
            true => file.persist(&self.target),
            false => file.persist_noclobber(&self.target),
        };
        match done {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(exists(&self.target)),
            Err(error) => Err(cannot(&self.target, "write", "写入", &error.error)),
        }
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.file {
            Some(file) => file.write(bytes),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        interrupt::end(&self.unfinished);
    }
}

/// Exit 8 for a file that is there already.
pub(crate) fn exists(path: &Path) -> Failure {
    let shown = output::plain(&path.display().to_string());
    Failure::file(text!("{shown} exists already", "{shown} 已存在"))
        .with_remedy(text!("replace it with --force, or name another file", "加 --force 覆盖，或换一个文件名"))
}

/// A file that cannot be read or written, and why.
pub(crate) fn cannot(path: &Path, en: &str, zh: &str, error: &io::Error) -> Failure {
    let (shown, why) = (output::plain(&path.display().to_string()), chinese(error));
    Failure::file(text!("cannot {en} {shown}: {error}", "无法{zh} {shown}：{why}"))
}

/// What the system says of a file, in Chinese where it is one of the usual things.
pub(crate) fn chinese(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "文件不存在".to_owned(),
        io::ErrorKind::PermissionDenied => "没有权限".to_owned(),
        io::ErrorKind::IsADirectory => "这是目录".to_owned(),
        io::ErrorKind::NotADirectory => "路径中有一段不是目录".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_only_by_force_and_has_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        write(&path, b"one", Mode::Private, false).unwrap();
        let failure = write(&path, b"two", Mode::Private, false).unwrap_err();
        assert!(failure.exit() == 8 && failure.message().en().contains("exists already"));
        assert_eq!(read_text(&path).unwrap(), "one");
        write(&path, b"two", Mode::Public, true).unwrap();
        assert_eq!(read_text(&path).unwrap(), "two");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let private = folder.path().join("private.pem");
            write(&private, b"x", Mode::Private, false).unwrap();
            assert_eq!(private.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn what_is_not_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = NewFile::create(&folder.path().join("bill.csv"), Mode::Public, false).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let late = NewFile::create(&folder.path().join("bill.csv"), Mode::Public, false).unwrap();
        std::fs::write(folder.path().join("bill.csv"), "another's").unwrap();
        assert_eq!(late.finish().unwrap_err().exit(), 8);
        assert_eq!(read_text(&folder.path().join("bill.csv")).unwrap(), "another's");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = read(&folder.path().join("none")).unwrap_err();
        assert!(missing.exit() == 8 && missing.message().zh().contains("无法读取"));
        let large = folder.path().join("large");
        File::create(&large).unwrap().set_len(LARGEST + 1).unwrap();
        assert!(read(&large).unwrap_err().message().en().contains("larger than 16 MiB"));
        std::fs::write(&large, [0xff, 0xfe]).unwrap();
        assert!(read_text(&large).unwrap_err().message().en().contains("UTF-8"));
        let nowhere = write(&folder.path().join("no/such/x"), b"", Mode::Public, false).unwrap_err();
        assert_eq!(nowhere.exit(), 8);
    }
}
