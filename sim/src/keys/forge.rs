//! Makes keys and certificates. The only place with randomness that is not from the seed.

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, PublicKeyData, RsaKeySize, SerialNumber,
};
use zeroize::Zeroizing;

use super::dates::date;
use super::error::KeyError;
use super::hosts;
use crate::engine::time::Time;

/// Between which times a certificate is valid.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) from: Time,
    pub(super) to: Time,
}

const DAY: i64 = 24 * 3600;

const YEAR: i64 = 365 * DAY;

/// How long the TLS certificate is valid: some systems take none of more than 825 days.
const SERVER: i64 = 800 * DAY;

impl Span {
    /// Five years, as those of WeChat Pay have.
    pub(super) fn five_years(from: Time) -> Self {
        Self { from, to: from.plus_seconds(5 * YEAR) }
    }
}

/// Who signs the certificates.
pub(super) struct Authority(Issuer<'static, KeyPair>);

impl Authority {
    /// The key of a new one, PEM.
    pub(super) fn make() -> Result<Zeroizing<String>, KeyError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(failed)?;
        Ok(Zeroizing::new(key.serialize_pem()))
    }

    /// Its own certificate, PEM.
    pub(super) fn certificate(&self, now: Time) -> Result<String, KeyError> {
        let certificate = authority_params(now)?.self_signed(self.0.key()).map_err(failed)?;
        Ok(certificate.pem())
    }

    /// The one of a key; what its certificate says besides its name signs nothing.
    pub(super) fn of(key_pem: &str) -> Result<Self, KeyError> {
        let key = KeyPair::from_pem(key_pem).map_err(failed)?;
        Ok(Self(Issuer::new(authority_params(Time::from_millis(0))?, key)))
    }

    /// A certificate for the owner of an RSA key, PEM.
    pub(super) fn certify(&self, name: &str, span: Span, key: &impl PublicKeyData) -> Result<String, KeyError> {
        let mut params = params(name, span)?;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.signed_by(key, &self.0).map(|certificate| certificate.pem()).map_err(failed)
    }

    /// A new key and certificate for the TLS listener, PEM.
    pub(super) fn server(&self, now: Time) -> Result<(String, Zeroizing<String>), KeyError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(failed)?;
        let mut params = params("wxpay-sim", Span { from: now, to: now.plus_seconds(SERVER) })?;
        params.subject_alt_names = CertificateParams::new(hosts::all()).map_err(failed)?.subject_alt_names;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.signed_by(&key, &self.0).map_err(failed)?;
        Ok((certificate.pem(), Zeroizing::new(key.serialize_pem())))
    }
}

/// A new RSA key of 2048 bits.
pub(super) fn rsa() -> Result<KeyPair, KeyError> {
    KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).map_err(failed)
}

/// So many letters and digits.
pub(super) fn word(count: usize) -> Result<Zeroizing<String>, KeyError> {
    chars(count, b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
}

/// So many digits.
pub(super) fn digits(count: usize) -> Result<Zeroizing<String>, KeyError> {
    chars(count, b"0123456789")
}

/// A new serial: 40 hexadecimal digits, the first from 1 to 7, because some programs lose leading zeros.
pub(super) fn serial() -> Result<[u8; 20], KeyError> {
    let mut bytes = [0; 20];
    getrandom::fill(&mut bytes).map_err(failed)?;
    bytes[0] = 0x10 + bytes[0] % 0x70;
    Ok(bytes)
}

fn chars(count: usize, alphabet: &[u8]) -> Result<Zeroizing<String>, KeyError> {
    let mut text = Zeroizing::new(String::with_capacity(count));
    let even = 256 - 256 % alphabet.len();
    while text.len() < count {
        let mut bytes = [0; 64];
        getrandom::fill(&mut bytes).map_err(failed)?;
        let fair = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < even);
        let chars = fair.filter_map(|byte| alphabet.get(byte % alphabet.len())).map(|byte| char::from(*byte));
        for character in chars.take(count - text.len()) {
            text.push(character);
        }
    }
    Ok(text)
}

fn authority_params(now: Time) -> Result<CertificateParams, KeyError> {
    let mut params = params("wxpay-sim CA", Span { from: now, to: now.plus_seconds(20 * YEAR) })?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

fn params(name: &str, span: Span) -> Result<CertificateParams, KeyError> {
    let mut params = CertificateParams::default();
    let mut subject = DistinguishedName::new();
    subject.push(DnType::OrganizationName, "wechatpay-sim");
    subject.push(DnType::CommonName, name);
    params.distinguished_name = subject;
    // Strict clients look for the issuer's key identifier.
    params.use_authority_key_identifier_extension = true;
    params.serial_number = Some(SerialNumber::from_slice(&serial()?));
    (params.not_before, params.not_after) = (date(span.from), date(span.to));
    Ok(params)
}

fn failed(error: impl std::fmt::Display) -> KeyError {
    KeyError::of("a key or certificate could not be made", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_have_40_digits_and_begin_with_1_to_7() {
        for _ in 0..200 {
            let first = serial().unwrap()[0];
            assert!((0x10..0x80).contains(&first), "{first:x}");
        }
    }

    #[test]
    fn words_are_as_long_as_asked_and_unlike() {
        let (one, other) = (word(32).unwrap(), word(32).unwrap());
        assert_eq!((one.len(), other.len()), (32, 32));
        assert_ne!(one, other);
        assert!(one.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert!(digits(28).unwrap().bytes().all(|byte| byte.is_ascii_digit()));
    }
}
