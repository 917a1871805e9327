//! The platform keys of a client, as the application sees them: what is held, how downloads go, and changes by hand.

use std::time::SystemTime;

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
        let drive = self.0.refresher.as_ref().map(|refresher| refresher.drive().clone()).unwrap_or_default();
        crate::exchange::blocking::wait(&drive, self.refresh_now())
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
    /// `Config` as for [`ClientBuilder::platform_certificate`](crate::ClientBuilder::platform_certificate), one that is not valid now too.
    pub fn add_platform_certificate(&self, certificate: &Certificate) -> Result<()> {
        self.0.store.update(|trust| {
            let mut next = trust.clone();
            next.add_certificate(certificate, SystemTime::now())?;
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

    use crate::client::Client;
    use crate::error::ErrorKind;
    use crate::keys::Certificate;
    use crate::keys::fixtures as f;
    use crate::mock::{Server, Validity};
    use crate::protocol::v3::trust::Trust;

    /// A certificate that ended a moment ago, added when it was valid.
    fn ended() -> Trust {
        let (now, mut trust) = (std::time::SystemTime::now(), Trust::default());
        let certificate = Certificate::from_pem(f::PLATFORM_CERT).unwrap().ending(Some(now - Duration::from_secs(1)));
        trust.add_certificate(&certificate, certificate.not_before()).unwrap();
        trust
    }

    fn holding(wxpay: &Client, trust: Trust) {
        wxpay.engine().keys.store.update(|_| Ok(trust)).unwrap();
    }

    #[test]
    fn a_certificate_that_ended_while_the_client_was_in_use_is_not_used() {
        let gateway = Server::start().unwrap();
        let wxpay = gateway.builder().build().unwrap();
        holding(&wxpay, ended());
        assert_eq!(wxpay.platform_serial(), None);
        let request = wxpay.chain("v3/x").to_request(http::Method::GET, ()).unwrap();
        assert!(!request.headers().contains_key("wechatpay-serial"));
        let errors = [
            wxpay.chain("v3/x").post(serde_json::json!({})).unwrap_err(),
            wxpay.chain("v3/x").get().unwrap_err(),
            wxpay.warm_up().unwrap_err(),
        ];
        for error in errors {
            assert_eq!(
                (error.kind(), error.outcome_unknown(), error.is_retryable()),
                (ErrorKind::Config, false, false)
            );
            let expected = format!("the certificate {} ended on 20", f::PLATFORM_SERIAL);
            assert!(error.to_string().contains(&expected), "{error}");
        }
        assert!(gateway.calls().is_empty());
    }

    #[test]
    #[cfg(feature = "aws-lc-rs")]
    fn a_certificate_that_ended_while_the_client_was_in_use_encrypts_nothing() {
        let wxpay = Server::start().unwrap().builder().build().unwrap();
        holding(&wxpay, ended());
        let chain = wxpay.chain("v3/x").encrypt("/name");
        let payload = || serde_json::json!({"name": "x"});
        let named = chain.header("Wechatpay-Serial", f::PLATFORM_SERIAL).to_request(http::Method::POST, payload());
        let errors = [
            (wxpay.encrypt("x").unwrap_err(), ErrorKind::Config),
            (chain.to_request(http::Method::POST, payload()).unwrap_err(), ErrorKind::Config),
            (named.unwrap_err(), ErrorKind::Request),
        ];
        for (error, kind) in errors {
            assert!(error.kind() == kind && error.to_string().contains(" ended on 20"), "{error}");
        }
    }

    #[test]
    fn when_all_that_is_held_has_ended_certificates_are_fetched_anew() {
        let gateway = Server::start().unwrap();
        gateway.on(http::Method::GET, "v3/refunds").reply(serde_json::json!({}));
        let serial = gateway.issue_certificate(Validity::Now).unwrap();
        gateway.sign_with(&serial).unwrap();
        let wxpay = gateway.merchant_builder().auto_certificates().build().unwrap();
        holding(&wxpay, ended());
        assert!(wxpay.chain("v3/refunds").get().is_ok());
        assert_eq!(wxpay.certificates().status().serials, [serial]);
    }

    #[test]
    fn the_clock_of_build_decides_whether_a_certificate_is_valid() {
        let certificate = Certificate::from_pem(f::PLATFORM_CERT).unwrap();
        let (begin, end, second) = (certificate.not_before(), certificate.not_after(), Duration::from_secs(1));
        let build = |now| {
            let builder = Client::builder().mchid("1900009191").merchant_identity(f::MERCHANT_CERT, f::MERCHANT_KEY);
            builder.platform_certificate(certificate.clone()).build_at(now).map(drop).map_err(|error| error.to_string())
        };
        assert_eq!((build(begin), build(end)), (Ok(()), Ok(())));
        // Both have the same dates, and the identity is looked at first.
        let error = build(end + second).unwrap_err();
        assert!(
            error.starts_with(&format!("merchant_identity: the certificate {} ended on", f::MERCHANT_SERIAL)),
            "{error}"
        );
        assert!(build(begin - second).unwrap_err().contains("is not valid before"));
    }

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
            crate::exchange::blocking::wait(refresher.drive(), search).unwrap().map(|trust| trust.serials().count())
        };
        assert_eq!(search("AB"), Err("Absent".to_owned()));
        assert_eq!(search("AB"), Err("TooSoon".to_owned()));
        assert_eq!(search(&serial), Ok(1));
    }
}
