//! AES-256-GCM as notifications and platform certificates use it: the APIv3 key itself, a nonce of 12 bytes, the tag last.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

/// Why a ciphertext gives no plaintext.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The key has not 32 bytes or the nonce not 12.
    Length,
    /// The tag is not right for key, nonce, associated data and ciphertext together.
    Authentication,
}

/// Decrypts `ciphertext ‖ tag`.
pub(crate) fn decrypt(
    key: &[u8],
    nonce: &[u8],
    aad: &[u8],
    mut ciphertext: Vec<u8>,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let (key, nonce) = key_and_nonce(key, nonce)?;
    let length = key.open_in_place(nonce, Aad::from(aad), &mut ciphertext).map_err(|_| Failure::Authentication)?.len();
    ciphertext.truncate(length);
    Ok(Zeroizing::new(ciphertext))
}

/// Encrypts to `ciphertext ‖ tag`; a nonce is used once.
#[cfg(any(feature = "gateway", test))]
pub(crate) fn encrypt(key: &[u8], nonce: &[u8], aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, Failure> {
    let (key, nonce) = key_and_nonce(key, nonce)?;
    let mut text = plaintext.to_vec();
    key.seal_in_place_append_tag(nonce, Aad::from(aad), &mut text).map_err(|_| Failure::Length)?;
    Ok(text)
}

fn key_and_nonce(key: &[u8], nonce: &[u8]) -> Result<(LessSafeKey, Nonce), Failure> {
    let nonce = <[u8; NONCE_LEN]>::try_from(nonce).map_err(|_| Failure::Length)?;
    let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| Failure::Length)?;
    Ok((LessSafeKey::new(key), Nonce::assume_unique_for_key(nonce)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::base64;
    use crate::keys::fixtures as f;

    #[test]
    fn vectors_pass_and_one_bit_anywhere_fails() {
        let simple = f::vector("aes-gcm-simple");
        let text = |pointer: &str| simple.pointer(pointer).and_then(|value| value.as_str()).unwrap().as_bytes();
        let ciphertext = base64::decode(simple["input"]["ciphertext"].as_str().unwrap()).unwrap();
        let (key, nonce, aad) = (text("/input/key"), text("/input/nonce"), text("/input/associated_data"));
        assert_eq!(*decrypt(key, nonce, aad, ciphertext.clone()).unwrap(), text("/expected/plaintext"));
        assert_eq!(encrypt(key, nonce, aad, text("/expected/plaintext")).unwrap(), ciphertext);
        let flip = |bytes: &[u8], bit: usize| {
            let mut bytes = bytes.to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            bytes
        };
        for bit in 0..ciphertext.len() * 8 {
            assert_eq!(decrypt(key, nonce, aad, flip(&ciphertext, bit)), Err(Failure::Authentication));
        }
        for (key, nonce, aad) in [
            (flip(key, 9), nonce.to_vec(), aad.to_vec()),
            (key.to_vec(), flip(nonce, 3), aad.to_vec()),
            (key.to_vec(), nonce.to_vec(), flip(aad, 0)),
        ] {
            assert_eq!(decrypt(&key, &nonce, &aad, ciphertext.clone()), Err(Failure::Authentication));
        }
        assert_eq!(decrypt(&key[1..], nonce, aad, ciphertext.clone()), Err(Failure::Length));
        assert_eq!(decrypt(&key[..16], nonce, aad, ciphertext.clone()), Err(Failure::Length));
        assert_eq!(decrypt(key, &nonce[1..], aad, ciphertext.clone()), Err(Failure::Length));
        assert_eq!(decrypt(key, nonce, aad, ciphertext[..8].to_vec()), Err(Failure::Authentication));
    }

    #[test]
    fn a_bad_tag_fails() {
        let bad = f::vector("aes-gcm-bad-tag");
        let text = |name: &str| bad["input"][name].as_str().unwrap().as_bytes();
        let ciphertext = base64::decode(bad["input"]["ciphertext"].as_str().unwrap()).unwrap();
        let result = decrypt(text("key"), text("nonce"), text("associated_data"), ciphertext);
        assert_eq!(result, Err(Failure::Authentication));
    }
}
