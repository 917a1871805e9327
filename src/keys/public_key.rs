//! WeChat Pay's public keys, in every form people have them.

use std::fmt;
use std::sync::Arc;

use super::source::{Source, unexpected};
#[cfg(feature = "aws-lc-rs")]
use crate::crypto::base64;
use crate::crypto::pem::{self, Block};
use crate::crypto::rsa::VerifyingKey;
use crate::crypto::x509;
use crate::error::{Error, Result};

/// An RSA public key of 2048 bits or more: the WeChat Pay public key (`pub_key.pem`), or that of a certificate.
#[derive(Clone)]
pub struct PublicKey(Arc<VerifyingKey>);

impl PublicKey {
    /// Reads a PEM text: SPKI (`BEGIN PUBLIC KEY`), PKCS#1 (`BEGIN RSA PUBLIC KEY`), or a certificate's.
    ///
    /// # Errors
    ///
    /// `Config`, saying what the text is instead.
    pub fn from_pem(pem: impl AsRef<str>) -> Result<Self> {
        let Block { label, der } = pem::decode(pem.as_ref(), "public key")?;
        match label.as_str() {
            "PUBLIC KEY" => Self::from_spki(&der),
            "RSA PUBLIC KEY" => Self::from_pkcs1(&der),
            "CERTIFICATE" => Self::certified(&der).map(|(_, key)| key),
            other => Err(Error::config(format!(
                "public key: found a `{other}`, expected a `PUBLIC KEY`, `RSA PUBLIC KEY` or `CERTIFICATE` (the file pub_key.pem)"
            ))),
        }
    }

    /// Reads what the PHP library's `Rsa::from` reads: a PEM text, `file:///path/to.pem`, `public.spki://BASE64` or
    /// `public.pkcs1://BASE64`.
    ///
    /// # Errors
    ///
    /// `Config`, naming the form, or the file that cannot be read.
    pub fn load(source: impl AsRef<str>) -> Result<Self> {
        match Source::read(source.as_ref(), "public key")? {
            Source::Pem(text) => Self::from_pem(text.as_str()),
            Source::Der("public.spki", der) => Self::from_spki(&der),
            Source::Der("public.pkcs1", der) => Self::from_pkcs1(&der),
            Source::Der(scheme, _) => Err(unexpected("public key", scheme)),
        }
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
        let key = self.0.encrypting();
        let (length, limit) = (text.len(), key.limit());
        if length > limit {
            return Err(Error::request(format!(
                "the text has {length} bytes, at most {limit} can be encrypted with this key"
            )));
        }
        let sealed = key.encrypt(text.as_bytes()).ok_or_else(|| Error::config("the key does not encrypt"))?;
        Ok(base64::encode(&sealed))
    }

    pub(crate) fn from_pkcs1(der: &[u8]) -> Result<Self> {
        let key = VerifyingKey::from_pkcs1(der).map_err(|why| Error::config(format!("public key: {why}")))?;
        Ok(Self(Arc::new(key)))
    }

    /// What a certificate says, and the key it certifies.
    pub(crate) fn certified(der: &[u8]) -> Result<(x509::Parsed, Self)> {
        let parsed = x509::certificate(der).map_err(|why| Error::config(format!("certificate: {why}")))?;
        let key = Self::from_pkcs1(&parsed.public_key)
            .map_err(|error| Error::config("certificate: its key cannot be used").with_source(error))?;
        Ok((parsed, key))
    }

    fn from_spki(der: &[u8]) -> Result<Self> {
        let pkcs1 = x509::pkcs1_from_spki(der).map_err(|why| Error::config(format!("public key: {why}")))?;
        Self::from_pkcs1(&pkcs1)
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
        base64::encode(&pem::decode(pem, "test").unwrap().der)
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
