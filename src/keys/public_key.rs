//! WeChat Pay's public keys, in every form people have them.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::form::{Form, Piece};
use super::source;
use super::take::take_first;
use super::want::Want;
#[cfg(feature = "aws-lc-rs")]
use crate::crypto::base64;
use crate::crypto::der::{Algorithm, Kind};
use crate::crypto::rsa::VerifyingKey;
use crate::crypto::x509;
use crate::error::{Error, Result};

const WANT: Want = Want::PublicKey;

/// An RSA public key of 2048 bits or more: the WeChat Pay public key (`pub_key.pem`), or that of a certificate.
#[derive(Clone)]
pub struct PublicKey(Arc<VerifyingKey>);

impl PublicKey {
    /// Reads a text: PEM, SPKI (`BEGIN PUBLIC KEY`), PKCS#1 (`BEGIN RSA PUBLIC KEY`) or a certificate's, or its base64 alone.
    ///
    /// The first block that has a public key is taken, wherever it stands and whatever its label says; its line breaks may be lost,
    /// doubled, or written out as `\n`.
    ///
    /// # Errors
    ///
    /// `Config`, saying what the text is instead, and the command that makes a public key of it, if one does.
    pub fn from_pem(pem: impl AsRef<str>) -> Result<Self> {
        Self::of(&source::of_text(pem.as_ref(), WANT)?)
    }

    /// Reads what the PHP library's `Rsa::from` reads: a PEM text, `file:///path/to.pem`, `public.spki://BASE64` or
    /// `public.pkcs1://BASE64`; and a path.
    ///
    /// # Errors
    ///
    /// `Config`, as [`from_pem`](Self::from_pem), or naming the file that cannot be read.
    pub fn load(source: impl AsRef<str>) -> Result<Self> {
        Self::of(&source::of_text_or_file(source.as_ref(), WANT)?)
    }

    /// Reads a file, such as `pub_key.pem`: PEM as [`from_pem`](Self::from_pem) reads it, in any encoding, or DER.
    ///
    /// At most 1 MiB; a directory, a pipe or a device is refused.
    ///
    /// # Errors
    ///
    /// `Config`, as [`from_pem`](Self::from_pem), or naming the file that cannot be read.
    ///
    /// ```
    /// # let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    /// let key = wechatpay_chain::PublicKey::from_path(format!("{directory}/wechatpay_public.pem"))?;
    /// assert_eq!(format!("{key:?}"), "PublicKey(2048 bits)");
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self> {
        Self::of(&source::of_path(path.as_ref(), WANT)?)
    }

    fn of(pieces: &[Piece]) -> Result<Self> {
        take_first(pieces, WANT, |piece| match piece.form {
            Form::Der(Kind::PublicKey { algorithm: Algorithm::Rsa, spki }) => Some(Self::read(&piece.der, spki)),
            Form::Der(Kind::Certificate(Algorithm::Rsa)) => Some(Self::certified(&piece.der).map(|(_, key)| key)),
            _ => None,
        })
    }

    fn read(der: &[u8], spki: bool) -> Result<Self, String> {
        let pkcs1 = if spki { x509::pkcs1_from_spki(der)? } else { der.to_vec() };
        VerifyingKey::from_pkcs1(&pkcs1).map(|key| Self(Arc::new(key)))
    }

    /// Whether `signature` is the RSASSA-PKCS1-v1_5 signature with SHA-256 of `message` by this key's owner.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify(message, signature)
    }

    /// Encrypts a text with RSAES-OAEP (SHA-1), as sensitive fields are, and gives base64.
    ///
    /// At most 214 bytes of UTF-8 for a key of 2048 bits.
    ///
    /// # Errors
    ///
    /// `Request`, with both lengths, when `text` is longer.
    #[cfg(feature = "aws-lc-rs")]
    #[cfg_attr(docsrs, doc(cfg(feature = "aws-lc-rs")))]
    pub fn encrypt(&self, text: &str) -> Result<String> {
        let refused = || Error::config("the key does not encrypt");
        let key = self.0.encrypting().ok_or_else(refused)?;
        let (length, limit) = (text.len(), key.limit());
        if length > limit {
            return Err(Error::request(format!(
                "the text has {length} bytes, at most {limit} can be encrypted with this key"
            )));
        }
        let sealed = key.encrypt(text.as_bytes()).ok_or_else(refused)?;
        Ok(base64::encode(&sealed))
    }

    /// PKCS#1 DER.
    pub(super) fn pkcs1(&self) -> &[u8] {
        self.0.pkcs1()
    }

    pub(crate) fn from_pkcs1(der: &[u8]) -> Result<Self> {
        let key = VerifyingKey::from_pkcs1(der).map_err(|why| Error::config(format!("public key: {why}")))?;
        Ok(Self(Arc::new(key)))
    }

    /// What a certificate says, and the key it certifies.
    pub(super) fn certified(der: &[u8]) -> Result<(x509::Parsed, Self), String> {
        let parsed = x509::certificate(der)?;
        let key = Self::read(&parsed.public_key, false).map_err(|why| format!("its key cannot be used: {why}"))?;
        Ok((parsed, key))
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.pkcs1() == other.0.pkcs1()
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} bits)", self.0.bits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::base64;
    use crate::keys::PrivateKey;
    use crate::keys::fixtures as f;

    fn der(pem: &str) -> String {
        base64::encode(&crate::crypto::pem::decode(pem, "test").unwrap().1)
    }

    #[test]
    fn every_form_of_a_public_key_is_the_same_key() {
        let expected = PrivateKey::from_pem(f::MERCHANT_KEY).unwrap().public_key().unwrap();
        for source in [
            f::MERCHANT_PUBLIC.to_owned(),
            f::MERCHANT_PUBLIC_PKCS1.to_owned(),
            f::MERCHANT_CERT.to_owned(),
            format!("public.spki://{}", der(f::MERCHANT_PUBLIC)),
            format!("public.pkcs1://{}", der(f::MERCHANT_PUBLIC_PKCS1)),
        ] {
            assert_eq!(PublicKey::load(&source).unwrap(), expected);
        }
    }
}
