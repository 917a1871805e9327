//! X.509 certificates: WeChat Pay's platform certificates and the merchant's own.

use std::path::Path;
use std::time::SystemTime;

use super::form::{Form, Piece};
use super::public_key::PublicKey;
use super::source;
use super::take::take_first;
use super::want::Want;
use crate::crypto::der::{Algorithm, Kind};
use crate::crypto::x509;
use crate::error::{Error, Result};

const WANT: Want = Want::Certificate;

/// A certificate: a serial, a public key, an end of validity.
#[derive(Clone, Debug)]
pub struct Certificate {
    serial: String,
    not_before: SystemTime,
    not_after: SystemTime,
    public_key: PublicKey,
}

impl Certificate {
    /// Reads the first certificate of a PEM text, or its base64 alone; other blocks, and text around them, are passed over.
    ///
    /// # Errors
    ///
    /// `Config`, saying what the text is instead and the command that makes a certificate of it, or that its key is not RSA of
    /// 2048 bits or more.
    pub fn from_pem(pem: impl AsRef<str>) -> Result<Self> {
        Self::of(&source::of_text(pem.as_ref(), WANT)?)
    }

    /// Reads a PEM text, or the file whose path or `file://` URL is given.
    ///
    /// # Errors
    ///
    /// `Config`, as [`from_pem`](Self::from_pem), or naming the file that cannot be read.
    pub fn load(source: impl AsRef<str>) -> Result<Self> {
        Self::of(&source::of_text_or_file(source.as_ref(), WANT)?)
    }

    /// Reads a file, such as `apiclient_cert.pem`: PEM as [`from_pem`](Self::from_pem) reads it, in any encoding, or DER.
    ///
    /// At most 1 MiB; a directory, a pipe or a device is refused.
    ///
    /// # Errors
    ///
    /// `Config`, as [`from_pem`](Self::from_pem), or naming the file that cannot be read.
    ///
    /// ```
    /// # let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    /// let certificate = wechatpay_chain::Certificate::from_path(format!("{directory}/merchant_cert.pem"))?;
    /// assert_eq!(certificate.serial(), "5F3A9C01D2E47B6088A1C3F5E70912B4D6C8AA17");
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self> {
        Self::of(&source::of_path(path.as_ref(), WANT)?)
    }

    /// Reads every certificate of a PEM text, or of the file whose path or `file://` URL is given, in order; one at least.
    ///
    /// # Errors
    ///
    /// `Config`, as [`load`](Self::load), also when one of several cannot be used or is no certificate.
    ///
    /// ```
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/merchant_cert.pem");
    /// assert_eq!(wechatpay_chain::Certificate::load_all(path)?.len(), 1);
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn load_all(source: impl AsRef<str>) -> Result<Vec<Self>> {
        let pieces = source::of_text_or_file(source.as_ref(), WANT)?;
        pieces.iter().map(|piece| Self::of(std::slice::from_ref(piece))).collect()
    }

    fn of(pieces: &[Piece]) -> Result<Self> {
        take_first(pieces, WANT, Self::read)
    }

    /// The certificate that a piece is, if it is one of an RSA key.
    pub(super) fn read(piece: &Piece) -> Option<Result<Self, String>> {
        let Form::Der(Kind::Certificate(Algorithm::Rsa)) = piece.form else { return None };
        Some(PublicKey::certified(&piece.der).map(|(parsed, public_key)| {
            let x509::Parsed { serial, not_before, not_after, .. } = parsed;
            Self { serial, not_before, not_after, public_key }
        }))
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
            [(f::MERCHANT_KEY, "found a `PRIVATE KEY`"), (damaged.as_str(), "cut off"), ("x", "no PEM")]
        {
            assert!(Certificate::from_pem(pem).unwrap_err().to_string().contains(expected), "{expected}");
        }
    }
}
