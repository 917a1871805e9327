//! AES-256-ECB with PKCS#7, as `req_info` of refund notifications has it. It authenticates nothing.

use aws_lc_rs::cipher::{AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey};
use zeroize::Zeroizing;

/// `None` for a key that has not 32 bytes, or a ciphertext that does not decrypt with it.
pub(crate) fn decrypt(key: &[u8], mut ciphertext: Vec<u8>) -> Option<Zeroizing<Vec<u8>>> {
    let key = PaddedBlockDecryptingKey::ecb_pkcs7(UnboundCipherKey::new(&AES_256, key).ok()?).ok()?;
    let length = key.decrypt(&mut ciphertext, DecryptionContext::None).ok()?.len();
    ciphertext.truncate(length);
    Some(Zeroizing::new(ciphertext))
}

/// Encrypts, for the gateway's side.
#[cfg(any(feature = "gateway", test))]
pub(crate) fn encrypt(key: &[u8], plaintext: &[u8]) -> Option<Vec<u8>> {
    use aws_lc_rs::cipher::PaddedBlockEncryptingKey;
    let key = PaddedBlockEncryptingKey::ecb_pkcs7(UnboundCipherKey::new(&AES_256, key).ok()?).ok()?;
    let mut text = plaintext.to_vec();
    key.encrypt(&mut text).ok()?;
    Some(text)
}
