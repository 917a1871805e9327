//! The platform keys of a client, as the application sees them: what is held, how downloads go, and changes by hand.

use super::client::Client;
use crate::error::{Error, Result};
use crate::keys::{Certificate, PublicKey};
use crate::trust::certificates::persistence::CertificatesStatus;
use crate::trust::platform_keys::PlatformKeys;

/// The platform keys of a client: certificates and public keys, and how the certificates refresh themselves; from [`Client::certificates`](crate::Client::certificates).
#[derive(Clone, Debug)]
pub struct Certificates(pub(crate) PlatformKeys);

impl Client {
    /// The platform certificates: what is held, how the last download went, and a download by hand.
    pub fn certificates(&self) -> Certificates {
        Certificates(self.engine().keys.clone())
    }
}

impl Certificates {
    /// What is held and how the last download went; no I/O.
    pub fn status(&self) -> CertificatesStatus {
        let mut status = self.0.refresher.as_ref().map(|refresher| refresher.status()).unwrap_or_default();
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
        crate::exchange::blocking::wait(self.refresh_now())
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
        self.0.store.update(|trust| {
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
        self.0.store.update(|trust| {
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
        self.0.store.update(|trust| match trust.find(serial) {
            None => Err(Error::config(format!("no platform key {serial:?} is held"))),
            Some(_) if trust.serials().count() == 1 => {
                Err(Error::config(format!("{serial:?} is the last platform key held")))
            }
            Some(_) => Ok(trust.without(serial)),
        })
    }

    async fn refresh_now(&self) -> Result<()> {
        let missing = || Error::config("the certificates refresh themselves only with .auto_certificates()");
        self.0.refresher.as_ref().ok_or_else(missing)?.refresh().await
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
        builder.network.certificate_interval = Some(Duration::from_millis(50));
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
        let keys = wxpay.certificates().0;
        let refresher = keys.refresher.as_ref().unwrap();
        let search = |serial: &str| {
            let search = async { Ok(refresher.search(serial).await.map_err(|why| format!("{why:?}"))) };
            crate::exchange::blocking::wait(search).unwrap().map(|trust| trust.serials().count())
        };
        assert_eq!(search("AB"), Err("Absent".to_owned()));
        assert_eq!(search("AB"), Err("TooSoon".to_owned()));
        assert_eq!(search(&serial), Ok(1));
    }
}
