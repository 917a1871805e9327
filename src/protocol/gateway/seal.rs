//! What the gateway encrypts: with the APIv3 key a notice's resource or a certificate, for a merchant's certificate single members.

use serde::Serialize;

use crate::crypto::{aes, base64};
use crate::error::{Error, Result};
use crate::keys::PublicKey;

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
    let lengths = [256, 384, 512];
    lengths.map(base64::encoded_length).contains(&text.len())
        && base64::decode(text).is_some_and(|bytes| lengths.contains(&bytes.len()))
}
