//! What has been said about a call before it is made: the pieces of its path, and its settings.

use std::time::Duration;

#[cfg(feature = "aws-lc-rs")]
use super::known::Lookup;
#[cfg(feature = "v2")]
use crate::crypto::secret::Secret;
use crate::error::retry::Retry;
use crate::error::{Error, ErrorKind, Result};
use crate::uri::base_uri::BaseUri;
use crate::uri::path::{Path, Piece, Text};

/// What has been said about a call.
#[derive(Clone, Default)]
pub(crate) struct Description {
    pub(crate) path: Path,
    pub(crate) query: Vec<(String, String)>,
    /// Pointers of fields to encrypt, and whether the field must be there.
    #[cfg(feature = "aws-lc-rs")]
    pub(crate) encrypt: Vec<(String, bool)>,
    /// Names of query parameters to encrypt.
    #[cfg(feature = "aws-lc-rs")]
    pub(crate) encrypt_query: Vec<String>,
    /// Asks the catalogue which members are to be encrypted. A pointer, so that a program which never asks has none of its data.
    #[cfg(feature = "aws-lc-rs")]
    pub(crate) known: Option<Lookup>,
    pub(crate) headers: Vec<(String, String)>,
    /// Rare, and large for what each step of a chain copies.
    pub(crate) base_uri: Option<Box<Result<BaseUri, String>>>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) idempotent: bool,
    pub(crate) mtls: bool,
    pub(crate) nonceless: bool,
    pub(crate) retry: Option<Retry>,
    /// The secret of an agent of 企业微信.
    #[cfg(feature = "v2")]
    pub(crate) workwx: Option<Secret>,
    /// The first thing found wrong with it.
    pub(crate) fault: Option<(ErrorKind, String)>,
}

impl Description {
    pub(crate) fn fail(&mut self, kind: ErrorKind, message: String) {
        self.fault.get_or_insert((kind, message));
    }

    pub(crate) fn check(&self) -> Result<()> {
        match &self.fault {
            Some((kind, message)) => Err(Error::new(*kind, message.clone())),
            None => Ok(()),
        }
    }

    pub(crate) fn push_path(&mut self, path: Text) {
        if self.path.would_name_a_host(&path) {
            let message =
                "a path never decides the host: expected `v3/…`, found an absolute URL or a path starting `//`";
            self.fail(ErrorKind::Request, format!("{message}; `.base_uri(…)` names another host"));
        }
        self.path.push(Piece::Template(path));
    }
}
