//! The platform keys of a client, as the application sees them: what is held, how downloads go, and changes by hand.

use std::sync::Arc;
use std::time::SystemTime;

use crate::certificate::Certificate;
use crate::error::{BoxError, Error, Result};
use crate::keys::PublicKey;
use crate::refresh::{Goal, finished};
use crate::store::TrustStore;

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

/// The platform keys of a client: certificates and public keys, and how the certificates refresh themselves; from [`Client::certificates`](crate::Client::certificates).
#[derive(Clone, Debug)]
pub struct Certificates(pub(crate) Arc<TrustStore>);

impl Certificates {
    /// What is held and how the last download went; no I/O.
    pub fn status(&self) -> CertificatesStatus {
        let mut status = self.0.auto.as_ref().map(|auto| auto.state().status.clone()).unwrap_or_default();
        status.serials = self.0.snapshot().serials().map(str::to_owned).collect();
        status
    }

    /// Fetches the certificates now and waits for it; the old ones stay if it fails.
    ///
    /// # Errors
    ///
    /// `Config` without `.auto_certificates()`, or when the merchant uses the WeChat Pay public key; otherwise as a call.
    #[cfg(feature = "sync")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sync")))]
    pub fn refresh(&self) -> Result<()> {
        crate::sync::wait(self.refresh_now())
    }

    /// Fetches the certificates now; the old ones stay if it fails.
    ///
    /// # Errors
    ///
    /// As [`refresh`](Self::refresh).
    #[cfg(feature = "async")]
    #[cfg_attr(docsrs, doc(cfg(feature = "async")))]
    pub async fn refresh_async(&self) -> Result<()> {
        self.refresh_now().await
    }

    /// Adds a WeChat Pay public key while the client is in use, as for a switch from certificates; the next call names it.
    ///
    /// # Errors
    ///
    /// `Config` as for [`ClientBuilder::platform_key`](crate::ClientBuilder::platform_key).
    pub fn add_platform_key(&self, id: impl AsRef<str>, key: PublicKey) -> Result<()> {
        self.0.update(|trust| {
            let mut next = trust.clone();
            next.add_public_key(id.as_ref(), key)?;
            Ok(next)
        })
    }

    /// Adds a platform certificate while the client is in use.
    ///
    /// # Errors
    ///
    /// `Config` as for [`ClientBuilder::platform_certificate`](crate::ClientBuilder::platform_certificate).
    pub fn add_platform_certificate(&self, certificate: &Certificate) -> Result<()> {
        self.0.update(|trust| {
            let mut next = trust.clone();
            next.add_certificate(certificate)?;
            Ok(next)
        })
    }

    /// Trusts the key of this serial or id no longer.
    ///
    /// # Errors
    ///
    /// `Config` for a key that is not held, or the last one: a set that is empty verifies nothing.
    pub fn remove(&self, serial: impl AsRef<str>) -> Result<()> {
        let serial = serial.as_ref();
        self.0.update(|trust| match trust.find(serial) {
            None => Err(Error::config(format!("no platform key {serial:?} is held"))),
            Some(_) if trust.serials().count() == 1 => {
                Err(Error::config(format!("{serial:?} is the last platform key held")))
            }
            Some(_) => Ok(trust.without(serial)),
        })
    }

    async fn refresh_now(&self) -> Result<()> {
        let missing = || Error::config("the certificates refresh themselves only with .auto_certificates()");
        let auto = self.0.auto.as_ref().ok_or_else(missing)?;
        finished(self.0.start(auto, Goal::Fresh)?).await
    }
}

#[cfg(test)]
#[cfg(all(feature = "mock", feature = "sync"))]
mod tests {
    use std::time::Duration;

    use crate::mock::{Server, Validity};

    #[test]
    fn they_are_fetched_again_by_themselves_whatever_was_first() {
        let gateway = Server::start().unwrap();
        let serial = gateway.issue_certificate(Validity::Now).unwrap();
        gateway.sign_with(&serial).unwrap();
        let mut builder = gateway.merchant_builder().auto_certificates();
        // Below what the builder allows.
        builder.certificate_interval = Some(Duration::from_millis(50));
        let wxpay = builder.build().unwrap();
        wxpay.certificates().refresh().unwrap();
        let second = gateway.issue_certificate(Validity::Now).unwrap();
        while wxpay.certificates().status().serials.len() < 2 {
            std::thread::yield_now();
        }
        assert_eq!(wxpay.certificates().status().serials, [serial, second]);
    }

    #[test]
    fn a_key_that_came_while_another_asked_is_found_within_the_minute() {
        let gateway = Server::start().unwrap();
        let serial = gateway.issue_certificate(Validity::Now).unwrap();
        gateway.sign_with(&serial).unwrap();
        let wxpay = gateway.merchant_builder().auto_certificates().build().unwrap();
        wxpay.certificates().refresh().unwrap();
        let store = wxpay.certificates().0;
        let auto = store.auto.as_ref().unwrap();
        let search = |serial: &str| {
            let search = async { Ok(store.search(auto, serial).await.map_err(|why| format!("{why:?}"))) };
            crate::sync::wait(search).unwrap().map(|trust| trust.serials().count())
        };
        assert_eq!(search("AB"), Err("Absent".to_owned()));
        assert_eq!(search("AB"), Err("TooSoon".to_owned()));
        assert_eq!(search(&serial), Ok(1));
    }
}
