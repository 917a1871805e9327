//! What the gateway encrypts: with the APIv3 key a notice's resource or a certificate, for a merchant's certificate single members.

use serde::{Deserialize as _, Serialize};

use crate::crypto::secret::Secret;
use crate::crypto::{aes, base64, oaep};
use crate::error::{Error, ErrorKind, Result};
use crate::keys::PublicKey;
use crate::protocol::v3::envelope::Encrypted;

/// How many bytes the nonce has.
const NONCE: usize = 12;

/// An encrypted object, as it stands in `encrypt_certificate` and, with an `original_type` beside it, in `resource`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sealed {
    /// `AEAD_AES_256_GCM`.
    pub algorithm: &'static str,
    /// The 12 characters of the nonce.
    pub nonce: String,
    /// What is authenticated with it; may be empty.
    pub associated_data: String,
    /// Base64 of the ciphertext and its tag.
    pub ciphertext: String,
}

/// Opens with the APIv3 key what [`seal`] made: the object itself, as it stands in `encrypt_certificate` or `resource`.
///
/// # Errors
///
/// `Decode` for an object without these members or of another algorithm; `Decrypt` for another key, or a ciphertext that was changed.
///
/// ```
/// use wechatpay_chain::gateway::{open, seal};
///
/// let key = "0123456789abcdef0123456789abcdef";
/// let sealed = seal(key, "61f9c719728a", "certificate", b"plain")?;
/// let object = wechatpay_chain::json!({"algorithm": sealed.algorithm, "nonce": sealed.nonce, "associated_data": "certificate",
///     "ciphertext": sealed.ciphertext});
/// assert_eq!(*open(key, &object)?, b"plain");
/// assert!(open("another key of the same length 0", &object).is_err());
/// # Ok::<(), wechatpay_chain::Error>(())
/// ```
pub fn open(api_v3_key: &str, object: &serde_json::Value) -> Result<zeroize::Zeroizing<Vec<u8>>> {
    let failed = |error| Error::new(ErrorKind::Decode, "no encrypted object").with_source(error);
    let encrypted = Encrypted::deserialize(object).map_err(failed)?;
    encrypted.open(&Secret::new(api_v3_key))
}

/// Encrypts with the APIv3 key, AES-256-GCM, a resource or a certificate. `nonce` has 12 characters and is used once.
///
/// # Errors
///
/// `Config` for an APIv3 key that has not 32 bytes, `Request` for a nonce that has not 12.
///
/// ```
/// use wechatpay_chain::gateway::seal;
///
/// let sealed = seal("0123456789abcdefGHIJKLMNOPQRSTUV", "61f9c719728a", "transaction", br#"{"trade_state":"SUCCESS"}"#)?;
/// let mut resource = serde_json::to_value(&sealed)?;
/// resource["original_type"] = "transaction".into();
/// assert_eq!(resource["algorithm"], "AEAD_AES_256_GCM");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn seal(api_v3_key: &str, nonce: &str, associated_data: &str, plain: &[u8]) -> Result<Sealed> {
    if nonce.len() != NONCE {
        return Err(Error::request(format!("the nonce has {} bytes, expected {NONCE}", nonce.len())));
    }
    let sealed = aes::encrypt(api_v3_key.as_bytes(), nonce.as_bytes(), associated_data.as_bytes(), plain);
    let wrong = |_| Error::config(format!("api_v3_key has {} bytes, expected 32", api_v3_key.len()));
    Ok(Sealed {
        algorithm: "AEAD_AES_256_GCM",
        nonce: nonce.to_owned(),
        associated_data: associated_data.to_owned(),
        ciphertext: base64::encode(&sealed.map_err(wrong)?),
    })
}

/// Encrypts a sensitive member of an answer for a merchant: RSAES-OAEP (SHA-1), base64; the merchant's
/// [`Client::decrypt`](crate::Client::decrypt) reads it.
///
/// # Errors
///
/// `Request`, with both lengths, for a text that is too long: over 214 bytes for a key of 2048 bits.
pub fn seal_field(plain: &str, merchant: &PublicKey) -> Result<String> {
    merchant.encrypt(plain)
}

/// Whether a text may be a sensitive member that is encrypted: standard base64 of 256, 384 or 512 bytes, as keys of 2048, 3072 and 4096
/// bits make them.
///
/// ```
/// assert!(!wechatpay_chain::gateway::is_ciphertext("张三"));
/// ```
pub fn is_ciphertext(text: &str) -> bool {
    oaep::is_ciphertext(text)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::error::ErrorKind;
    use crate::keys::fixtures as f;

    /// Seals what the ciphertext of a documented object holds, and expects the object.
    fn sealed_again(key: &str, object: &Value, plain: &str) {
        let text = |name: &str| object[name].as_str().unwrap_or_default();
        let sealed = seal(key, text("nonce"), text("associated_data"), plain.as_bytes()).unwrap();
        let expected = json!({
            "algorithm": "AEAD_AES_256_GCM",
            "nonce": text("nonce"),
            "associated_data": text("associated_data"),
            "ciphertext": text("ciphertext"),
        });
        assert_eq!(serde_json::to_value(&sealed).unwrap(), expected);
    }

    #[test]
    fn notices_and_certificates_are_sealed_as_in_the_vectors() {
        for id in ["v3-notify-transaction-success", "v3-notify-empty-aad"] {
            let vector = f::vector(id);
            let body: Value = serde_json::from_str(vector["input"]["body"].as_str().unwrap()).unwrap();
            let plain = vector["expected"]["plaintext"].as_str().unwrap();
            sealed_again(vector["input"]["apiv3_key"].as_str().unwrap(), &body["resource"], plain);
        }
        let vector = f::vector("v3-certificates-bootstrap");
        let body: Value = serde_json::from_str(vector["input"]["body"].as_str().unwrap()).unwrap();
        let pem = vector["expected"]["certificate_pem"].as_str().unwrap();
        sealed_again(vector["input"]["apiv3_key"].as_str().unwrap(), &body["data"][0]["encrypt_certificate"], pem);
    }

    #[test]
    fn lengths_are_checked_and_no_key_is_told() {
        let key = "0123456789abcdefGHIJKLMNOPQRSTUV";
        for (key, nonce, kind, expected) in [
            (&key[1..], "61f9c719728a", ErrorKind::Config, "api_v3_key has 31 bytes, expected 32"),
            (&key[..16], "61f9c719728a", ErrorKind::Config, "api_v3_key has 16 bytes, expected 32"),
            ("", "61f9c719728a", ErrorKind::Config, "api_v3_key has 0 bytes, expected 32"),
            (key, "61f9c719728", ErrorKind::Request, "the nonce has 11 bytes, expected 12"),
            (key, "张张张张张", ErrorKind::Request, "the nonce has 15 bytes, expected 12"),
        ] {
            let error = seal(key, nonce, "", b"x").unwrap_err();
            assert_eq!((error.kind(), error.to_string().as_str()), (kind, expected));
        }
    }

    #[test]
    fn only_what_a_key_makes_is_a_ciphertext() {
        let merchant = PublicKey::from_pem(f::MERCHANT_PUBLIC).unwrap();
        assert!(is_ciphertext(&seal_field("张三", &merchant).unwrap()));
        for (length, expected) in [(255, false), (256, true), (257, false), (384, true), (512, true), (1024, false)] {
            assert_eq!(is_ciphertext(&base64::encode(&vec![7; length])), expected, "{length}");
        }
        let right = base64::encode(&[7; 256]);
        assert!(!is_ciphertext(&right.replacen('B', "*", 1)) && !is_ciphertext(&right[..343]) && !is_ciphertext(""));
        let error = seal_field(&"a".repeat(215), &merchant).unwrap_err().to_string();
        assert_eq!(error, "the text has 215 bytes, at most 214 can be encrypted with this key");
    }
}
