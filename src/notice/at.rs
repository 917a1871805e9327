//! A notification verified as of a given moment, with a word for what is wrong with it: for tools that look at saved ones.

use http::HeaderMap;

use super::notice::Notice;
use super::receive::{open, refused};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::protocol::v3::verify::{Failure, Signed};
use crate::protocol::verified::Verified;

/// The check that a notification did not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unverified {
    /// A signature header is missing, or says nothing that can be read.
    HeadersMissing,
    /// It was signed more than five minutes before or after the moment.
    Stale,
    /// Its serial names no key that is held and valid.
    UnknownSerial,
    /// Its serial is that of the merchant's own certificate.
    OwnSerial,
    /// Its signature is no base64.
    NotBase64,
    /// WeChat Pay sent it to see whether signatures are verified.
    Probe,
    /// The signature is not that of this body.
    Signature,
}

/// Why a notification is refused: the check, and the error that [`Client::notice`] gives for it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Refusal {
    /// The check; `None` where the settings do not suffice.
    pub unverified: Option<Unverified>,
    /// What is said of it.
    pub error: Error,
}

impl Client {
    /// Verifies a notification as if it had come at `at`, in seconds since 1970; by the platform keys that are held, no I/O.
    ///
    /// To look at saved ones. A server verifies by the clock, with [`notice`](Self::notice): whoever recorded a notification may send it again.
    ///
    /// # Errors
    ///
    /// [`Refusal`], with `Verify` for what is not WeChat Pay's, and `Config` for a client without APIv3 credentials.
    #[cfg_attr(docsrs, doc(cfg(feature = "inspect")))]
    pub fn verify_notice_at(&self, headers: &HeaderMap, body: &[u8], at: u64) -> Result<(), Refusal> {
        self.verified_at(headers, body, at).map(drop)
    }

    /// The same, and decrypts it with the APIv3 key.
    ///
    /// # Errors
    ///
    /// As [`verify_notice_at`](Self::verify_notice_at); and `Config` without the APIv3 key, `Decrypt` with a wrong one, `Decode` for what is
    /// no notification.
    #[cfg_attr(docsrs, doc(cfg(feature = "inspect")))]
    pub fn notice_at(&self, headers: &HeaderMap, body: &[u8], at: u64) -> Result<Notice, Refusal> {
        let verified = self.verified_at(headers, body, at)?;
        let key = self.engine().merchant.api_v3_key.as_ref();
        let missing = || Error::config("notifications are decrypted with the APIv3 key: api_v3_key is missing");
        let opened = key.ok_or_else(missing).and_then(|key| open(body, key, &verified));
        opened.map_err(|error| Refusal { unverified: None, error })
    }

    fn verified_at(&self, headers: &HeaderMap, body: &[u8], at: u64) -> Result<Verified, Refusal> {
        let engine = self.engine();
        engine.v3().map_err(|error| Refusal { unverified: None, error })?;
        let serial = engine.merchant.serial.as_str();
        let checked = Signed::read(headers, at, engine.window);
        checked.and_then(|signed| signed.check(body, &engine.keys.snapshot())).map_err(|failure| {
            let unverified = Some(check(&failure, serial));
            Refusal { unverified, error: refused(failure, headers, body, Some(serial)) }
        })
    }
}

fn check(failure: &Failure, own_serial: &str) -> Unverified {
    match failure {
        Failure::MissingHeaders(_) | Failure::UnknownType(_) | Failure::NotATimestamp => Unverified::HeadersMissing,
        Failure::OutsideWindow { .. } => Unverified::Stale,
        Failure::UnknownSerial { serial, .. } if serial.eq_ignore_ascii_case(own_serial) => Unverified::OwnSerial,
        Failure::UnknownSerial { .. } | Failure::Ended(_) => Unverified::UnknownSerial,
        Failure::NotBase64 { probe: true } | Failure::Mismatch { probe: true, .. } => Unverified::Probe,
        Failure::NotBase64 { .. } => Unverified::NotBase64,
        Failure::Mismatch { .. } | Failure::Digest | Failure::CompressedStatement => Unverified::Signature,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::fixtures as f;

    #[test]
    fn each_failure_has_its_word() {
        let unknown =
            |serial: &str| Failure::UnknownSerial { serial: serial.to_owned(), held: Vec::new(), search: None };
        let mismatch = |probe| Failure::Mismatch { serial: f::MERCHANT_SERIAL.to_owned(), probe };
        for (failure, expected) in [
            (Failure::MissingHeaders(vec!["Wechatpay-Nonce"]), Unverified::HeadersMissing),
            (Failure::NotATimestamp, Unverified::HeadersMissing),
            (Failure::OutsideWindow { skew: 301, window: crate::protocol::v3::verify::WINDOW }, Unverified::Stale),
            (unknown("5F3A"), Unverified::UnknownSerial),
            (unknown(&f::MERCHANT_SERIAL.to_lowercase()), Unverified::OwnSerial),
            (Failure::NotBase64 { probe: false }, Unverified::NotBase64),
            (Failure::NotBase64 { probe: true }, Unverified::Probe),
            (mismatch(true), Unverified::Probe),
            (mismatch(false), Unverified::Signature),
        ] {
            assert_eq!(check(&failure, f::MERCHANT_SERIAL), expected, "{failure:?}");
        }
    }
}
