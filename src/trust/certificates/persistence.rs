//! What the application is told of downloads, and where certificates are kept over a restart.

use std::time::SystemTime;

use crate::error::{BoxError, Result};

/// Keeps platform certificates over a restart; see [`ClientBuilder::certificate_store`](crate::ClientBuilder::certificate_store).
///
/// Called on a thread that may block. What `load` gives is trusted as it is, so the place must be writable by the
/// application alone.
pub trait CertificateStore: Send + Sync + 'static {
    /// The PEM texts that were saved last; none if there are none.
    ///
    /// # Errors
    ///
    /// Anything; the certificates are then fetched.
    fn load(&self) -> Result<Vec<String>, BoxError>;

    /// Replaces what is saved by these PEM texts.
    ///
    /// # Errors
    ///
    /// Anything; it is shown by [`CertificatesStatus::last_error`] and does not fail the call.
    fn save(&self, pems: &[String]) -> Result<(), BoxError>;
}

/// How the self-refreshing certificates of a client are doing.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CertificatesStatus {
    /// The serials and ids of all platform keys held, configured ones too.
    pub serials: Vec<String>,
    /// When certificates were last fetched successfully.
    pub last_refresh: Option<SystemTime>,
    /// What went wrong since: the last failure of a download, of loading or of saving.
    pub last_error: Option<String>,
}
