//! A directory as a certificate store.

use std::path::PathBuf;
use std::{fs, io};

use super::persistence::CertificateStore;
use crate::crypto::random;
use crate::error::{BoxError, Result};
use crate::keys::Certificate;

/// Keeps platform certificates as `wechatpay_<serial>.pem` files of a directory; one directory for each merchant.
#[derive(Clone, Debug)]
pub struct CertificateDirectory(PathBuf);

impl CertificateDirectory {
    /// Uses `path`, which is made when something is saved.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    fn files(&self) -> io::Result<Vec<PathBuf>> {
        let ours = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.strip_prefix("wechatpay_").is_some_and(|rest| rest.strip_suffix(".pem").is_some())
        };
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
        Ok(paths.into_iter().filter(ours).collect())
    }
}

impl CertificateStore for CertificateDirectory {
    fn load(&self) -> Result<Vec<String>, BoxError> {
        // One that was replaced or removed meanwhile is passed over.
        Ok(self.files()?.into_iter().filter_map(|path| fs::read_to_string(path).ok()).collect())
    }

    /// Each file appears whole or not at all; those of other serials go last.
    fn save(&self, pems: &[String]) -> Result<(), BoxError> {
        fs::create_dir_all(&self.0)?;
        let mut kept = Vec::new();
        for pem in pems {
            let serial = Certificate::from_pem(pem)?.serial().to_owned();
            // Another process may be writing the same.
            let draft = self.0.join(format!("{serial}.{}.{}.draft", std::process::id(), random::nonce()?));
            let path = self.0.join(format!("wechatpay_{serial}.pem"));
            fs::write(&draft, pem)?;
            fs::rename(&draft, &path)?;
            kept.push(path);
        }
        for stale in self.files()?.into_iter().filter(|path| !kept.contains(path)) {
            // Gone already is as good.
            drop(fs::remove_file(stale));
        }
        Ok(())
    }
}
