//! A key of the platform: it signs answers and notices, and opens what was encrypted for it.

use std::fmt;

use super::message::answer_message;
use crate::crypto::base64;
use crate::error::{Error, ErrorKind, Result};
use crate::keys::{PrivateKey, PublicKey};
use crate::protocol::v3::sign::Scheme;

/// A platform key, and the serial or public key id it is known by; cheap to clone, `Debug` shows the id and the key's size.
#[derive(Clone)]
pub struct PlatformKey {
    id: String,
    key: PrivateKey,
}

/// The signature of an answer or a notice: what its five `Wechatpay-…` headers say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    timestamp: String,
    nonce: String,
    /// Base64.
    value: String,
    serial: String,
}

impl PlatformKey {
    /// A key and its name: a certificate's serial, or `PUB_KEY_ID_…`.
    pub fn new(id: impl Into<String>, key: PrivateKey) -> Self {
        Self { id: id.into(), key }
    }

    /// The name, as `Wechatpay-Serial` has it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The public half, which merchants verify and encrypt with.
    ///
    /// # Errors
    ///
    /// `Config`, should the library refuse the public half of a key it accepted.
    pub fn public_key(&self) -> Result<PublicKey> {
        self.key.public_key()
    }

    /// Signs an answer or a notice: its body as it goes out, empty for none. `timestamp` is in seconds since 1970.
    ///
    /// # Errors
    ///
    /// `Sign`, when the cryptographic library fails.
    pub fn sign(&self, timestamp: u64, nonce: &str, body: &[u8]) -> Result<Signature> {
        let timestamp = timestamp.to_string();
        let value = base64::encode(&self.key.sign(&answer_message(&timestamp, nonce, body))?);
        Ok(Signature { timestamp, nonce: nonce.to_owned(), value, serial: self.id.clone() })
    }

    /// Decrypts a sensitive member of a request: base64 of an RSAES-OAEP (SHA-1) ciphertext for this key.
    ///
    /// # Errors
    ///
    /// `Decrypt`, for what is not base64, was encrypted for another key, or holds no UTF-8.
    pub fn open(&self, ciphertext: &str) -> Result<String> {
        let failed = |why| Error::new(ErrorKind::Decrypt, why);
        if base64::decode(ciphertext).is_none() {
            return Err(failed("the ciphertext is not base64"));
        }
        let plain = self.key.decrypt_bytes(ciphertext);
        let plain =
            plain.map_err(|_| failed("the ciphertext is damaged, or was encrypted for another platform key"))?;
        String::from_utf8(plain.to_vec()).map_err(|_| failed("the ciphertext holds no UTF-8 text"))
    }

    /// The key itself, for the stand-in, which issues certificates.
    #[cfg(feature = "mock")]
    pub(crate) fn private_key(&self) -> &PrivateKey {
        &self.key
    }
}

impl fmt::Debug for PlatformKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlatformKey({:?}, {:?})", self.id, self.key)
    }
}

impl Signature {
    /// The headers, their names in the documents' case: timestamp, nonce, signature, serial, signature type.
    pub fn headers(&self) -> [(&'static str, String); 5] {
        [
            ("Wechatpay-Timestamp", self.timestamp.clone()),
            ("Wechatpay-Nonce", self.nonce.clone()),
            ("Wechatpay-Signature", self.value.clone()),
            ("Wechatpay-Serial", self.serial.clone()),
            ("Wechatpay-Signature-Type", Scheme::Merchant.name().to_owned()),
        ]
    }
}
