//! The platform keys as those who verify and encrypt ask for them: what is held, and what can be fetched.

use std::sync::Arc;
use std::time::SystemTime;

use super::store::TrustStore;
use crate::error::{Error, Result};
use crate::protocol::v3::trust::Trust;
use crate::protocol::v3::verify::{Failure, Signed};
use crate::protocol::verified::Verified;

/// The keys in force, and with `.auto_certificates()` where new ones come from. Cheap to clone; clones share both.
#[derive(Clone, Debug)]
pub(crate) struct PlatformKeys {
    pub(crate) store: Arc<TrustStore>,
    /// Answers are verified by these keys, not by a [`Verifier`](crate::Verifier).
    pub(crate) verify: bool,
    #[cfg(feature = "_transport")]
    pub(crate) refresher: Option<Arc<super::certificates::refresh::Refresher>>,
}

impl PlatformKeys {
    /// The keys as they are now.
    pub(crate) fn snapshot(&self) -> Arc<Trust> {
        self.store.snapshot()
    }

    /// The keys for a call; with `.auto_certificates()` it waits for them if none is in force.
    ///
    /// # Errors
    ///
    /// `Config`, where all that is held has ended: no answer could be verified. Otherwise as the download.
    pub(crate) async fn ready(&self) -> Result<Arc<Trust>> {
        #[cfg(feature = "_transport")]
        if let Some(refresher) = &self.refresher {
            return refresher.ready().await;
        }
        let trust = self.snapshot();
        match trust.all_ended(SystemTime::now()).filter(|_| self.verify) {
            Some(ended) => Err(Error::config(format!("no answer could be verified: {ended}; nothing was sent"))),
            None => Ok(trust),
        }
    }

    /// Whether a signature is right; a key that is not held is looked for, where that is configured.
    pub(crate) async fn check(&self, signed: &Signed<'_>, body: &[u8]) -> Result<Verified, Failure> {
        let checked = signed.check(body, &self.snapshot());
        #[cfg(feature = "_transport")]
        if let (Err(Failure::UnknownSerial { serial, .. }), Some(refresher)) = (&checked, &self.refresher) {
            // Rare, so it is no part of every call's future.
            return match Box::pin(refresher.search(serial)).await {
                Ok(trust) => signed.check(body, &trust),
                // The search may have brought others.
                Err(not_found) => Err(Failure::UnknownSerial {
                    serial: serial.clone(),
                    held: self.snapshot().serials().map(str::to_owned).collect(),
                    search: Some(not_found.to_string()),
                }),
            };
        }
        checked
    }

    /// Starts looking for a key that is not held, without waiting: for what must do no I/O.
    #[cfg_attr(not(feature = "_transport"), allow(unused_variables))]
    pub(crate) fn search_later(&self, serial: &str) {
        #[cfg(feature = "_transport")]
        if let Some(refresher) = &self.refresher {
            refresher.search_later(serial);
        }
    }
}
