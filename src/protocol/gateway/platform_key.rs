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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::fixtures as f;

    /// Made with `openssl dgst -sha256 -sign` over the three lines.
    const WITH_BODY: &str = "jaZKHnBEew3g6q0IZB2ckjr8LUKx9GwQr183HG5bekIf7ET002amvZgqgMmMiwDtHhRdsY1t18Ij3skqFWuS2kwrkVw7vTm8znArFZ9r+y0ubfc6fqjjMJr2OuLybdgS3kp9B9rROITOmbel4cCvgxYRZ2pLo+xsL6Vyp7jnoXg+RRpSZo3j7PtVNe11BI3nHMBPfdJ/v4F6WhzSNLjRBxnmjIFrW3gRFRkTQNuMGr0flhbnw7q5ecVjNizMz3XbMDjihaoxO4ywIFzOCkh3bJPQwL9OS9yJlSTuHuzJkCqffFqSr77YfPrv2y61CigBmFzYue90ZV8TvmZUMN0sQg==";
    const EMPTY: &str = "X43+R/jQ8bi7jjv2t19ucNdfHXGt1ko7OBrvfkqFoBYnVELEPTmeHiP3N3E7F6ETSt3gz29wP8QumMgU0x8yYFzR3E6srG/2JktyBaSH69T3BZ93fqTbXsvbc9zGQ9N4JQnWDwkJC//TBqb+qlbUPqig1HXqaYo6yDNtHWylhdZVqPslIw12lINt/iGv2Oya9lNcMEOBi9NQDg40mIaPCQwhiswMqjo6M5WtZLDnl1AtWA0RM6afQBdHsisw7N04y1WSQdrQ9vllJTQlvdZAxqg4g4YcXPdHCMmGLLSqhIRytvqES2N79vWVTVq8v0QStKFI+/0zpp8Hmv8+l+2g+A==";

    fn key() -> PlatformKey {
        PlatformKey::new(f::WECHATPAY_ID, PrivateKey::from_pem(f::MERCHANT_KEY).unwrap())
    }

    #[test]
    fn the_five_headers_are_whole() {
        let nonce = "c5ac7061fccab6bf3e254dcf98995b8c";
        for (body, expected) in [(&br#"{"code_url":"weixin://wxpay/x"}"#[..], WITH_BODY), (b"", EMPTY)] {
            let headers = key().sign(1_795_334_403, nonce, body).unwrap().headers();
            let pairs = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
            let expected = [
                ("Wechatpay-Timestamp", "1795334403"),
                ("Wechatpay-Nonce", nonce),
                ("Wechatpay-Signature", expected),
                ("Wechatpay-Serial", f::WECHATPAY_ID),
                ("Wechatpay-Signature-Type", "WECHATPAY2-SHA256-RSA2048"),
            ];
            assert_eq!(pairs, expected);
        }
    }

    #[test]
    fn messages_of_answers_are_those_of_the_vectors() {
        let vectors: Vec<serde_json::Value> = serde_json::from_str(f::VECTORS).unwrap();
        let of_answers = |vector: &&serde_json::Value| {
            vector["kind"] == "v3_response_verify" && vector["expected"]["message"].is_string()
        };
        let mut count = 0;
        for vector in vectors.iter().filter(of_answers).filter(|vector| vector["id"] != "v3-verify-statement-sha1") {
            let text = |pointer| vector.pointer(pointer).unwrap().as_str().unwrap();
            let (time, nonce) = (text("/input/headers/Wechatpay-Timestamp"), text("/input/headers/Wechatpay-Nonce"));
            let message = answer_message(time, nonce, text("/input/body").as_bytes());
            assert_eq!(message, text("/expected/message").as_bytes(), "{}", vector["id"]);
            count += 1;
        }
        assert!(count >= 3, "{count}");
    }

    #[test]
    fn sensitive_members_are_opened() {
        for id in ["oaep-sha1-ascii", "oaep-sha1-chinese", "oaep-sha1-max-214", "oaep-sha1-empty"] {
            let vector = f::vector(id);
            let plain = key().open(vector["input"]["ciphertext"].as_str().unwrap()).unwrap();
            assert_eq!(plain, vector["expected"]["plaintext"], "{id}");
        }
        let bytes = key().public_key().unwrap();
        let sealed = bytes.encrypt("张三").unwrap();
        let damaged = format!("{}{}", if sealed.starts_with('A') { 'B' } else { 'A' }, &sealed[1..]);
        for (text, why) in [("张三", "is not base64"), ("QUI=", "another platform key"), (&damaged, "is damaged")] {
            let error = key().open(text).unwrap_err();
            assert_eq!((error.kind(), error.to_string().contains(why)), (ErrorKind::Decrypt, true), "{error}");
        }
    }

    #[test]
    fn debug_shows_no_key() {
        let shown = format!("{:?}", PlatformKey::new("PUB_KEY_ID_0", PrivateKey::from_pem(f::MERCHANT_KEY).unwrap()));
        assert_eq!(shown, r#"PlatformKey("PUB_KEY_ID_0", PrivateKey(2048 bits))"#);
    }
}
