//! The merchant's private key, in every form people have it.

use std::fmt;
use std::sync::Arc;

use super::public_key::PublicKey;
use super::source::{Source, unexpected};
#[cfg(any(feature = "aws-lc-rs", test))]
use crate::crypto::base64;
use crate::crypto::pem::{self, Block};
use crate::crypto::rsa::SigningKey;
use crate::error::{Error, ErrorKind, Result};

/// An RSA private key of 2048 bits or more: the merchant API key (`apiclient_key.pem`).
///
/// Cheap to clone; `Debug` shows its size only.
#[derive(Clone)]
pub struct PrivateKey(Arc<SigningKey>);

impl PrivateKey {
    /// Reads a PEM text, PKCS#8 (`BEGIN PRIVATE KEY`) or PKCS#1 (`BEGIN RSA PRIVATE KEY`).
    ///
    /// # Errors
    ///
    /// `Config`, saying what the text is instead: a certificate, a public key, an encrypted key, damaged, too short.
    ///
    /// ```
    /// let error = wechatpay_chain::PrivateKey::from_pem("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----");
    /// assert!(error.unwrap_err().to_string().contains("apiclient_key.pem"));
    /// ```
    pub fn from_pem(pem: impl AsRef<str>) -> Result<Self> {
        let Block { label, der } = pem::decode(pem.as_ref(), "private key")?;
        match label.as_str() {
            "PRIVATE KEY" => Self::new(SigningKey::from_pkcs8(&der)),
            "RSA PRIVATE KEY" => Self::new(SigningKey::from_pkcs1(&der)),
            "ENCRYPTED PRIVATE KEY" => Err(Error::config(
                "private key: it is encrypted with a passphrase; decrypt it with `openssl pkey -in key.pem -out plain.pem`",
            )),
            other => Err(Error::config(format!(
                "private key: found a `{other}`, expected a `PRIVATE KEY` or `RSA PRIVATE KEY` (the file apiclient_key.pem)"
            ))),
        }
    }

    /// Reads what the PHP library's `Rsa::from` reads: a PEM text, `file:///path/to.pem`, `private.pkcs8://BASE64` or
    /// `private.pkcs1://BASE64`.
    ///
    /// # Errors
    ///
    /// `Config`, naming the form, or the file that cannot be read.
    pub fn load(source: impl AsRef<str>) -> Result<Self> {
        match Source::read(source.as_ref(), "private key")? {
            Source::Pem(text) => Self::from_pem(text.as_str()),
            Source::Der("private.pkcs8", der) => Self::new(SigningKey::from_pkcs8(&der)),
            Source::Der("private.pkcs1", der) => Self::new(SigningKey::from_pkcs1(&der)),
            Source::Der(scheme, _) => Err(unexpected("private key", scheme)),
        }
    }

    /// Its public half.
    ///
    /// # Errors
    ///
    /// `Config`, should the library refuse the public half of a key it accepted.
    pub fn public_key(&self) -> Result<PublicKey> {
        PublicKey::from_pkcs1(self.0.public_key())
    }

    /// The RSASSA-PKCS1-v1_5 signature with SHA-256 of `message`: 256 bytes for a key of 2048 bits.
    ///
    /// # Errors
    ///
    /// `Sign`, when the cryptographic library fails.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        self.0.sign(message).ok_or_else(|| Error::new(ErrorKind::Sign, "the RSA signature could not be computed"))
    }

    /// Decrypts base64 of an RSAES-OAEP (SHA-1) ciphertext: what WeChat Pay encrypted with the merchant API certificate.
    ///
    /// # Errors
    ///
    /// `Decrypt`, for what is not base64, or was not encrypted for this key.
    #[cfg(feature = "aws-lc-rs")]
    #[cfg_attr(docsrs, doc(cfg(feature = "aws-lc-rs")))]
    pub fn decrypt(&self, ciphertext: &str) -> Result<String> {
        let plain = self.decrypt_bytes(ciphertext)?;
        String::from_utf8(plain.to_vec())
            .map_err(|_| Error::new(ErrorKind::Decrypt, "the ciphertext holds no UTF-8 text"))
    }

    #[cfg(feature = "aws-lc-rs")]
    pub(crate) fn decrypt_bytes(&self, ciphertext: &str) -> Result<zeroize::Zeroizing<Vec<u8>>> {
        let failed = |why| Error::new(ErrorKind::Decrypt, format!("the ciphertext {why}"));
        let bytes = base64::decode(ciphertext).ok_or_else(|| failed("is not base64"))?;
        let plain = self.0.decrypting().decrypt(&bytes);
        plain.ok_or_else(|| failed("is damaged, or was encrypted for another key than the merchant's"))
    }

    /// The key behind it, for the stand-in, which issues certificates.
    #[cfg(feature = "mock")]
    pub(crate) fn signing_key(&self) -> &SigningKey {
        &self.0
    }

    fn new(key: Result<SigningKey, String>) -> Result<Self> {
        key.map(|key| Self(Arc::new(key))).map_err(|why| Error::config(format!("private key: {why}")))
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({} bits)", self.0.bits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::fixtures as f;

    fn der(pem: &str) -> String {
        base64::encode(&pem::decode(pem, "test").unwrap().der)
    }

    #[test]
    fn every_form_of_a_private_key_signs_alike() {
        let key = PrivateKey::from_pem(f::MERCHANT_KEY).unwrap();
        let pkcs1 = f::MERCHANT_KEY_PKCS1;
        let path = concat!("file://", env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/merchant_key.pem");
        let crlf = format!("\u{feff}  \r\n{}\r\n\r\n", pkcs1.replace('\n', " \r\n\t"));
        for source in [
            pkcs1.to_owned(),
            crlf,
            path.to_owned(),
            format!("# see https://pay.weixin.qq.com\n{pkcs1}"),
            format!("private.pkcs1://{}", der(pkcs1)),
            format!("private.pkcs8://{}", der(f::MERCHANT_KEY)),
        ] {
            let other = PrivateKey::load(&source).unwrap();
            assert_eq!(key.sign(b"x").unwrap(), other.sign(b"x").unwrap());
        }
    }

    #[test]
    fn what_is_no_key_is_named() {
        let secret = der(f::MERCHANT_KEY);
        let encrypted = f::MERCHANT_KEY.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
        let glued = format!("{secret} # from https://pay.weixin.qq.com");
        let filed = format!("file://{secret}");
        let truncated = format!("private.pkcs8://{}", &secret[..400]);
        for (source, expected) in [
            ("", "no PEM text"),
            (f::MERCHANT_CERT, "found a `CERTIFICATE`"),
            (f::MERCHANT_PUBLIC, "found a `PUBLIC KEY`"),
            (encrypted.as_str(), "openssl pkey"),
            ("-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----", "damaged"),
            ("-----BEGIN PRIVATE KEY-----\nAAAA", "damaged"),
            (f::EC_KEY, "not an RSA key"),
            (f::SHORT_KEY, "fewer than 2048 bits"),
            ("file:///no/such/key.pem", "/no/such/key.pem"),
            ("private.pkcs8://*", "not base64"),
            ("public.spki://AAAA", "not a form of a private key"),
            (truncated.as_str(), "refused"),
            (glued.as_str(), "no PEM text"),
            (filed.as_str(), "cannot read the file of that name"),
            ("/etc/wxpay/apiclient_key.pem", "file:///path/to.pem"),
        ] {
            let error = PrivateKey::load(source).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains(expected), "{expected}: {error}");
            assert!(!format!("{error:?}").contains(&secret[100..140]));
        }
        for source in
            [f::MERCHANT_KEY, "public.spki://AAAA", "public.pkcs1://AAAA", "private.pkcs8://AAAA", f::EC_PUBLIC]
        {
            assert_eq!(PublicKey::load(source).unwrap_err().kind(), ErrorKind::Config, "{source}");
        }
    }

    #[cfg(feature = "aws-lc-rs")]
    #[test]
    fn sensitive_fields_go_both_ways() {
        let key = PrivateKey::from_pem(f::MERCHANT_KEY).unwrap();
        for id in ["oaep-sha1-ascii", "oaep-sha1-chinese", "oaep-sha1-max-214", "oaep-sha1-empty"] {
            let vector = f::vector(id);
            let text = |pointer| vector.pointer(pointer).unwrap().as_str().unwrap();
            assert_eq!(key.decrypt(text("/input/ciphertext")).unwrap(), text("/expected/plaintext"), "{id}");
            let mut bytes = base64::decode(text("/input/ciphertext")).unwrap();
            for at in [0, 100, 255] {
                bytes[at] ^= 1;
                let error = key.decrypt(&base64::encode(&bytes)).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Decrypt, "{id}");
                bytes[at] ^= 1;
            }
        }
        let public = key.public_key().unwrap();
        for text in ["", "张三", &"a".repeat(214)] {
            let sealed = public.encrypt(text).unwrap();
            assert_eq!((sealed.len(), key.decrypt(&sealed).unwrap().as_str()), (344, text));
        }
        let error = public.encrypt(&"张".repeat(72)).unwrap_err();
        assert_eq!(error.to_string(), "the text has 216 bytes, at most 214 can be encrypted with this key");
        for bad in ["", "*", "AAAA"] {
            assert_eq!(key.decrypt(bad).unwrap_err().kind(), ErrorKind::Decrypt);
        }
    }

    #[test]
    fn debug_shows_no_key() {
        let key = PrivateKey::from_pem(f::MERCHANT_KEY).unwrap();
        assert_eq!(format!("{key:?} {:?}", key.public_key().unwrap()), "PrivateKey(2048 bits) PublicKey(2048 bits)");
    }
}
