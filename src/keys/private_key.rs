//! The merchant's private key, in every form people have it.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::form::{Form, Piece};
use super::public_key::PublicKey;
use super::source;
use super::take::take_first;
use super::want::Want;
#[cfg(any(feature = "aws-lc-rs", test))]
use crate::crypto::base64;
use crate::crypto::der::{Algorithm, Kind};
use crate::crypto::rsa::SigningKey;
use crate::error::{Error, ErrorKind, Result};

const WANT: Want = Want::PrivateKey;

/// An RSA private key of 2048 bits or more: the merchant API key (`apiclient_key.pem`).
///
/// Cheap to clone; `Debug` shows its size only.
#[derive(Clone)]
pub struct PrivateKey(Arc<SigningKey>);

impl PrivateKey {
    /// Reads a text: PEM, PKCS#8 (`BEGIN PRIVATE KEY`) or PKCS#1 (`BEGIN RSA PRIVATE KEY`), or its base64 alone.
    ///
    /// The block that is the key is taken, wherever it stands and whatever its label says; its line breaks may be lost, doubled, or
    /// written out as `\n`.
    ///
    /// # Errors
    ///
    /// `Config`, saying what the text is instead, and the command that makes a key of it: an encrypted key, PKCS#12, a format of
    /// SSH, a certificate, a key that is not RSA or too short, damaged.
    ///
    /// ```
    /// let error = wechatpay_chain::PrivateKey::from_pem("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----");
    /// assert!(error.unwrap_err().to_string().contains("damaged"));
    /// ```
    pub fn from_pem(pem: impl AsRef<str>) -> Result<Self> {
        Self::of(&source::of_text(pem.as_ref(), WANT)?)
    }

    /// Reads what the PHP library's `Rsa::from` reads: a PEM text, `file:///path/to.pem`, `private.pkcs8://BASE64` or
    /// `private.pkcs1://BASE64`; and a path.
    ///
    /// # Errors
    ///
    /// `Config`, as [`from_pem`](Self::from_pem), or naming the file that cannot be read.
    pub fn load(source: impl AsRef<str>) -> Result<Self> {
        Self::of(&source::of_text_or_file(source.as_ref(), WANT)?)
    }

    /// Reads a file, such as `apiclient_key.pem`: PEM as [`from_pem`](Self::from_pem) reads it, in any encoding, or DER.
    ///
    /// At most 1 MiB; a directory, a pipe or a device is refused.
    ///
    /// # Errors
    ///
    /// `Config`, as [`from_pem`](Self::from_pem), or naming the file that cannot be read.
    ///
    /// ```
    /// # let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    /// let key = wechatpay_chain::PrivateKey::from_path(format!("{directory}/merchant_key.pem"))?;
    /// assert_eq!(format!("{key:?}"), "PrivateKey(2048 bits)");
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self> {
        Self::of(&source::of_path(path.as_ref(), WANT)?)
    }

    /// The first RSA private key among the pieces.
    pub(super) fn of(pieces: &[Piece]) -> Result<Self> {
        take_first(pieces, WANT, Self::read)
    }

    /// The key that a piece is, if it is one.
    pub(super) fn read(piece: &Piece) -> Option<Result<Self, String>> {
        let Form::Der(Kind::PrivateKey { algorithm: Algorithm::Rsa, pkcs8 }) = piece.form else { return None };
        let key = if pkcs8 { SigningKey::from_pkcs8(&piece.der) } else { SigningKey::from_pkcs1(&piece.der) };
        Some(key.map(|key| Self(Arc::new(key))))
    }

    /// Its public half.
    ///
    /// # Errors
    ///
    /// `Config`, should the library refuse the public half of a key it accepted.
    pub fn public_key(&self) -> Result<PublicKey> {
        PublicKey::from_pkcs1(self.0.public_key())
    }

    /// Whether this public key is its other half.
    pub(crate) fn belongs_to(&self, key: &PublicKey) -> bool {
        self.0.public_key() == key.pkcs1()
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
        let plain = self.0.decrypting().and_then(|key| key.decrypt(&bytes));
        plain.ok_or_else(|| failed("is damaged, or was encrypted for another key than the merchant's"))
    }

    /// The key behind it, for the stand-in, which issues certificates.
    #[cfg(feature = "mock")]
    pub(crate) fn signing_key(&self) -> &SigningKey {
        &self.0
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
        base64::encode(&crate::crypto::pem::decode(pem, "test").unwrap().1)
    }

    #[test]
    fn every_form_of_a_private_key_signs_alike() {
        let key = PrivateKey::from_pem(f::MERCHANT_KEY).unwrap();
        let pkcs1 = f::MERCHANT_KEY_PKCS1;
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/merchant_key.pem");
        let crlf = format!("\u{feff}  \r\n{}\r\n\r\n", pkcs1.replace('\n', " \r\n\t"));
        for source in [
            pkcs1.to_owned(),
            crlf,
            path.to_owned(),
            format!("file://{path}"),
            format!("# see https://pay.weixin.qq.com\n{pkcs1}"),
            format!("private.pkcs1://{}", der(pkcs1)),
            format!("private.pkcs8://{}", der(f::MERCHANT_KEY)),
            format!("PRIVATE.PKCS8://{}", der(pkcs1)),
        ] {
            let other = PrivateKey::load(&source).unwrap();
            assert_eq!(key.sign(b"x").unwrap(), other.sign(b"x").unwrap());
        }
    }

    #[test]
    fn what_is_no_key_is_named_and_never_repeated() {
        let secret = der(f::MERCHANT_KEY);
        let glued = format!("{secret} # from https://pay.weixin.qq.com");
        let short = format!("{} # apiclient_key.pem", &secret[..60]);
        let filed = format!("file://{secret}");
        let truncated = format!("private.pkcs8://{}", &secret[..400]);
        for (source, expected) in [
            ("", "it is empty"),
            ("-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----", "damaged"),
            ("-----BEGIN PRIVATE KEY-----\nAAAA", "damaged"),
            (f::EC_KEY, "not an RSA key"),
            (f::SHORT_KEY, "fewer than 2048 bits"),
            ("file:///no/such/key.pem", "/no/such/key.pem"),
            ("private.pkcs8://*", "not base64"),
            ("public.spki://AAAA", "not base64 of a key"),
            (truncated.as_str(), "cut off"),
            (glued.as_str(), "no PEM text"),
            (short.as_str(), "no PEM text"),
            (filed.as_str(), "another host"),
            ("/no/such/apiclient_key.pem", "cannot read the file /no/such/apiclient_key.pem"),
            ("~/apiclient_key.pem", "only shells replace `~`"),
        ] {
            let error = PrivateKey::load(source).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains(expected), "{expected}: {error}");
            let shown = format!("{error:?}");
            assert!(!(0..20).any(|at| shown.contains(&secret[at * 20..at * 20 + 20])), "{expected}: {shown}");
        }
    }

    #[test]
    fn what_is_no_file_of_a_key_is_refused_at_once() {
        let directory = tempfile::tempdir().unwrap();
        let large = directory.path().join("large.pem");
        std::fs::File::create(&large).unwrap().set_len(1 << 30).unwrap();
        let error = PrivateKey::from_path(&large).unwrap_err().to_string();
        assert!(error.contains("it has more than 1048576 bytes"), "{error}");
        let error = PrivateKey::from_path(directory.path()).unwrap_err().to_string();
        assert!(error.contains("it is a directory"), "{error}");
        #[cfg(unix)]
        {
            let pipe = directory.path().join("pipe.pem");
            assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
            for path in [pipe.as_path(), std::path::Path::new("/dev/zero")] {
                let error = PrivateKey::from_path(path).unwrap_err().to_string();
                assert!(error.contains("a pipe or a device"), "{error}");
            }
        }
        let error = PrivateKey::from_pem("A".repeat(2 << 20)).unwrap_err().to_string();
        assert!(error.contains("a text of 2097152 bytes, at most 1048576 are read"), "{error}");
        let error = PrivateKey::from_path(f::MERCHANT_KEY).unwrap_err().to_string();
        assert!(error.contains("a PEM text was given as the path"), "{error}");
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
