//! A key or certificate as a setting gives it: a text, or the file it names, and what is in it.

use std::path::{Path, PathBuf};

use wechatpay_chain::{Found, Thing, look};
use zeroize::Zeroizing;

use crate::base::files::chinese;
use crate::base::text::{Text, text};

/// Longer texts are no paths.
const LONGEST_PATH: usize = 1024;

/// The most that is read; no key or chain is larger.
const LARGEST: u64 = 1 << 20;

/// What a setting gives.
pub(in crate::doctor) struct Material {
    /// As the SDK's `load` takes it: the text, or the path.
    pub(in crate::doctor) source: Zeroizing<String>,
    /// The file; `None` for a text.
    pub(in crate::doctor) path: Option<PathBuf>,
    /// What is in it, one thing at least; or why it cannot be read.
    pub(in crate::doctor) found: Result<Vec<Found>, Text>,
}

impl Material {
    pub(super) fn of(source: &str) -> Self {
        let path = path(source);
        let found = match &path {
            Some(path) => read(path).map(|bytes| look(&bytes)),
            None => Ok(look(source.as_bytes())),
        };
        Self { source: Zeroizing::new(source.to_owned()), path, found }
    }

    /// The first thing of a kind.
    pub(in crate::doctor) fn first(&self, thing: Thing) -> Option<&Found> {
        self.all().iter().find(|found| found.thing() == thing)
    }

    /// Everything in it; nothing if it cannot be read.
    pub(in crate::doctor) fn all(&self) -> &[Found] {
        self.found.as_deref().unwrap_or_default()
    }

    /// The file's name, or that it is a text.
    pub(in crate::doctor) fn shown(&self) -> Text {
        match &self.path {
            Some(path) => {
                let path = path.display();
                text!("{path}", "{path}")
            }
            None => Text::new("the text", "所给文本"),
        }
    }

    /// Whether others than the owner and the group can read the file.
    #[cfg(unix)]
    pub(in crate::doctor) fn is_open_to_others(&self) -> bool {
        self.path.as_deref().is_some_and(is_open_to_others)
    }

    /// Whether others than the owner and the group can read the file; only Unix has such modes.
    #[cfg(not(unix))]
    pub(in crate::doctor) fn is_open_to_others(&self) -> bool {
        false
    }
}

/// Whether others than the owner and the group can read a file.
#[cfg(unix)]
pub(in crate::doctor) fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;

    path.metadata().is_ok_and(|about| about.permissions().mode() & 0o004 != 0)
}

/// Only Unix has such modes.
#[cfg(not(unix))]
pub(in crate::doctor) fn is_open_to_others(_: &Path) -> bool {
    false
}

/// The file that a value names; `None` for the text of a key.
fn path(source: &str) -> Option<PathBuf> {
    if source.len() > LONGEST_PATH || source.contains('\n') || source.contains("-----BEGIN") {
        return None;
    }
    if let Some(path) = source.strip_prefix("file://") {
        return Some(PathBuf::from(path));
    }
    let is_nothing_known = look(source.as_bytes()).iter().all(|found| found.form() == "unknown");
    (is_nothing_known || Path::new(source).exists()).then(|| PathBuf::from(source))
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Text> {
    use std::io::Read as _;

    let shown = path.display();
    let cannot = |error: std::io::Error| {
        let why = chinese(&error);
        text!("cannot read {shown}: {error}", "无法读取 {shown}：{why}")
    };
    let about = path.metadata().map_err(cannot)?;
    if about.is_dir() {
        return Err(text!("{shown} is a folder, expected a file", "{shown} 是目录，应为文件"));
    }
    // A pipe would be waited for, a device never ends.
    if !about.is_file() {
        return Err(text!("{shown} is a pipe or a device, expected a file", "{shown} 是管道或设备，应为文件"));
    }
    let mut content = Zeroizing::new(Vec::new());
    std::fs::File::open(path).and_then(|file| file.take(LARGEST).read_to_end(&mut content)).map_err(cannot)?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_a_text_or_names_a_file() {
        assert_eq!(path("/no/such/key.pem"), Some(PathBuf::from("/no/such/key.pem")));
        assert_eq!(path("file:///x/key.pem"), Some(PathBuf::from("/x/key.pem")));
        assert_eq!(path("key"), Some(PathBuf::from("key")));
        assert_eq!((path("-----BEGIN PRIVATE KEY-----"), path("a\nb"), path(&"A".repeat(2000))), (None, None, None));
        let folder = tempfile::tempdir().unwrap();
        let material = Material::of(folder.path().to_str().unwrap());
        assert!(material.found.is_err_and(|why| why.en().contains("is a folder")));
        assert!(Material::of("/dev/null").found.is_err_and(|why| why.zh().contains("管道或设备")));
    }
}
