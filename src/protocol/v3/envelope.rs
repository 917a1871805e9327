//! The encrypted object that notifications and platform certificates share, opened with the APIv3 key.

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::crypto::secret::Secret;
use crate::crypto::{aes, base64};
use crate::error::{Error, ErrorKind, Result};

/// An `AEAD_AES_256_GCM` object; `associated_data` may be empty or absent.
#[derive(Deserialize)]
pub(crate) struct Encrypted {
    pub(crate) algorithm: String,
    pub(crate) nonce: String,
    #[serde(default)]
    pub(crate) associated_data: Option<String>,
    pub(crate) ciphertext: String,
    #[serde(default)]
    pub(crate) original_type: Option<String>,
}

impl Encrypted {
    /// The plaintext.
    ///
    /// # Errors
    ///
    /// `Decode` for another algorithm or a nonce that is not 12 bytes; `Decrypt` for a wrong key or a damaged ciphertext.
    pub(crate) fn open(&self, key: &Secret) -> Result<Zeroizing<Vec<u8>>> {
        if self.algorithm != "AEAD_AES_256_GCM" {
            let message = format!("the algorithm {:.32?} is not supported, expected AEAD_AES_256_GCM", self.algorithm);
            return Err(Error::new(ErrorKind::Decode, message));
        }
        let failed = |why| Error::new(ErrorKind::Decrypt, why);
        let ciphertext = base64::decode(&self.ciphertext).ok_or_else(|| failed("the ciphertext is not base64"))?;
        let aad = self.associated_data.as_deref().unwrap_or_default();
        let (key, nonce) = (key.expose().as_bytes(), self.nonce.as_bytes());
        aes::decrypt(key, nonce, aad.as_bytes(), ciphertext).map_err(|failure| match failure {
            aes::Failure::Length => failed("the nonce is not of 12 bytes"),
            aes::Failure::Authentication => failed(
                "it does not decrypt: is api_v3_key the APIv3 key of this merchant? likely it is another merchant's or brand's, or the key was changed in the merchant platform",
            ),
        })
    }
}
