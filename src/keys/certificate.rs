//! X.509 certificates: WeChat Pay's platform certificates and the merchant's own.

use std::time::SystemTime;

use super::public_key::PublicKey;
use crate::crypto::{pem, x509};
use crate::error::{Error, Result};

/// A certificate: a serial, a public key, an end of validity.
#[derive(Clone, Debug)]
pub struct Certificate {
    serial: String,
    not_before: SystemTime,
    not_after: SystemTime,
    public_key: PublicKey,
}

impl Certificate {
    /// Reads the first certificate of a PEM text.
    ///
    /// # Errors
    ///
    /// `Config`, saying what the text is instead, or that its key is not RSA of 2048 bits or more.
    pub fn from_pem(pem: impl AsRef<str>) -> Result<Self> {
        let block = pem::decode(pem.as_ref(), "certificate")?;
        match block.label.as_str() {
            "CERTIFICATE" => Self::from_der(&block.der),
            other => Err(Error::config(format!("certificate: found a `{other}`, expected a `CERTIFICATE`"))),
        }
    }

    /// Its serial in upper-case hexadecimal, 40 digits for those of WeChat Pay.
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// The first moment at which it is valid.
    pub fn not_before(&self) -> SystemTime {
        self.not_before
    }

    /// The last moment at which it is valid.
    pub fn not_after(&self) -> SystemTime {
        self.not_after
    }

    /// The public key it certifies.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The same certificate, not valid any longer than `end`.
    pub(crate) fn ending(mut self, end: Option<SystemTime>) -> Self {
        self.not_after = end.map_or(self.not_after, |end| end.min(self.not_after));
        self
    }

    /// Checks that it is valid at `now`.
    ///
    /// # Errors
    ///
    /// `Config`, with `name`, the serial, and both dates.
    pub(crate) fn expect_valid_at(&self, name: &str, now: SystemTime) -> Result<()> {
        let (serial, begin, end) = (&self.serial, x509::utc(self.not_before), x509::utc(self.not_after));
        match () {
            () if now > self.not_after => Err(Error::config(format!(
                "{name}: the certificate {serial} ended on {end}; it was valid from {begin} on"
            ))),
            () if now < self.not_before => Err(Error::config(format!(
                "{name}: the certificate {serial} is not valid before {begin}, and ends on {end}; is the local clock right?"
            ))),
            () => Ok(()),
        }
    }

    /// Whether it is valid at `now`.
    pub(crate) fn is_valid_at(&self, now: SystemTime) -> bool {
        (self.not_before..=self.not_after).contains(&now)
    }

    pub(crate) fn from_der(der: &[u8]) -> Result<Self> {
        let (parsed, public_key) = PublicKey::certified(der)?;
        let x509::Parsed { serial, not_before, not_after, .. } = parsed;
        Ok(Self { serial, not_before, not_after, public_key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::fixtures as f;

    #[test]
    fn serial_and_validity_are_read() {
        let certificate = Certificate::from_pem(f::PLATFORM_CERT).unwrap();
        assert_eq!(certificate.serial(), f::PLATFORM_SERIAL);
        assert!(certificate.not_after() > SystemTime::UNIX_EPOCH);
        assert_eq!(Certificate::from_pem(f::MERCHANT_CERT).unwrap().serial(), f::MERCHANT_SERIAL);
    }

    #[test]
    fn it_is_valid_from_its_first_moment_to_its_last() {
        let (certificate, second) =
            (Certificate::from_pem(f::PLATFORM_CERT).unwrap(), std::time::Duration::from_secs(1));
        let at = |now| certificate.expect_valid_at("x", now).map_err(|error| error.to_string());
        assert_eq!(at(certificate.not_before()), Ok(()));
        assert_eq!(at(certificate.not_after()), Ok(()));
        let serial = f::PLATFORM_SERIAL;
        let ended = format!(
            "x: the certificate {serial} ended on 2030-12-31T00:00:00Z; it was valid from 2026-01-01T00:00:00Z on"
        );
        assert_eq!(at(certificate.not_after() + second), Err(ended));
        let early = at(certificate.not_before() - second).unwrap_err();
        let expected = format!(
            "x: the certificate {serial} is not valid before 2026-01-01T00:00:00Z, and ends on 2030-12-31T00:00:00Z"
        );
        assert!(early.starts_with(&expected), "{early}");
    }

    #[test]
    fn what_is_no_certificate_is_named() {
        let damaged = f::PLATFORM_CERT.replacen("MII", "MIJ", 1);
        for (pem, expected) in
            [(f::MERCHANT_KEY, "found a `PRIVATE KEY`"), (damaged.as_str(), "not an X.509"), ("x", "no PEM")]
        {
            assert!(Certificate::from_pem(pem).unwrap_err().to_string().contains(expected), "{expected}");
        }
    }
}
