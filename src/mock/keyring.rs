//! Keys and certificates of the stand-in: how they are made, and when they are valid.

use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

use crate::crypto::x509_builder::{Purpose, Subject, certificate};
use crate::crypto::{pem, rsa};
use crate::error::{Error, Result};
use crate::keys::PrivateKey;

pub(super) const API_V3_KEY: &str = "stand-in.api-v3-key.of.32.bytes.";

pub(super) const PLATFORM_ID: &str = "PUB_KEY_ID_0119000001092026112200000000000001";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// When a platform certificate of the stand-in is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Validity {
    /// From yesterday, for five years.
    Now,
    /// For five years, until yesterday.
    Expired,
    /// For five years, from tomorrow.
    NotYet,
}

impl Validity {
    pub(super) fn period(self) -> (SystemTime, SystemTime) {
        let (now, years) = (SystemTime::now(), DAY * 5 * 365);
        match self {
            Self::Now => (now - DAY, now + years),
            Self::Expired => (now - years, now - DAY),
            Self::NotYet => (now + DAY, now + years),
        }
    }
}

/// The name of the authority that signs the stand-in's certificates.
const AUTHORITY: &str = "Tenpay.com Root CA (stand-in)";

/// A certificate for a key, PEM, signed by the stand-in's authority; the serial is hexadecimal.
pub(super) fn certified(
    key: &PrivateKey,
    serial: &str,
    (from, to): (SystemTime, SystemTime),
    purpose: Purpose,
    authority: &PrivateKey,
) -> Option<String> {
    let bytes = (0..serial.len() / 2).map(|at| u8::from_str_radix(serial.get(at * 2..at * 2 + 2)?, 16).ok());
    let name = if let Purpose::Authority = purpose { AUTHORITY } else { "stand-in" };
    let subject = Subject { serial: &bytes.collect::<Option<Vec<_>>>()?, name, key: key.signing_key(), from, to };
    Some(pem::encode("CERTIFICATE", &certificate(&subject, purpose, AUTHORITY, authority.signing_key())?))
}

pub(super) fn generate() -> Result<(Zeroizing<String>, PrivateKey)> {
    let der = rsa::generate().ok_or_else(|| Error::config("the stand-in's keys could not be generated"))?;
    let text = Zeroizing::new(pem::encode("PRIVATE KEY", &der));
    let key = PrivateKey::from_pem(text.as_str())?;
    Ok((text, key))
}
