//! RSAES-OAEP with SHA-1 and MGF1-SHA-1, empty label: the encryption of sensitive fields. By aws-lc-rs; ring has none.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PrivateDecryptingKey, PublicEncryptingKey,
    PublicKey,
};
use zeroize::Zeroizing;

use super::base64;

/// What keys of 2048, 3072 and 4096 bits make, in bytes.
const LENGTHS: [usize; 3] = [256, 384, 512];

/// Whether a text is what such a key makes, in standard base64.
pub(crate) fn is_ciphertext(text: &str) -> bool {
    LENGTHS.map(base64::encoded_length).contains(&text.len())
        && base64::decode(text).is_some_and(|bytes| LENGTHS.contains(&bytes.len()))
}

/// A public key, ready to encrypt.
pub(crate) struct EncryptingKey(OaepPublicEncryptingKey);

impl EncryptingKey {
    pub(crate) fn from_pkcs1(der: &[u8]) -> Option<Self> {
        let spki = PublicKey::from_der(der).ok()?.as_der().ok()?;
        let key = PublicEncryptingKey::from_der(spki.as_ref()).ok()?;
        OaepPublicEncryptingKey::new(key).ok().map(Self)
    }

    /// The longest plaintext in bytes: 214 for a key of 2048 bits.
    pub(crate) fn limit(&self) -> usize {
        self.0.max_plaintext_size(&OAEP_SHA1_MGF1SHA1)
    }

    /// `None` for a plaintext over the limit.
    pub(crate) fn encrypt(&self, plaintext: &[u8]) -> Option<Vec<u8>> {
        let mut ciphertext = vec![0; self.0.ciphertext_size()];
        self.0.encrypt(&OAEP_SHA1_MGF1SHA1, plaintext, &mut ciphertext, None).ok()?;
        Some(ciphertext)
    }
}

/// A private key, ready to decrypt.
pub(crate) struct DecryptingKey(OaepPrivateDecryptingKey);

impl DecryptingKey {
    pub(crate) fn from_pkcs8(der: &[u8]) -> Option<Self> {
        let key = PrivateDecryptingKey::from_pkcs8(der).ok()?;
        OaepPrivateDecryptingKey::new(key).ok().map(Self)
    }

    /// `None` for a ciphertext of another key, or a damaged one.
    pub(crate) fn decrypt(&self, ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut plaintext = Zeroizing::new(vec![0; self.0.min_output_size()]);
        let length = self.0.decrypt(&OAEP_SHA1_MGF1SHA1, ciphertext, &mut plaintext, None).ok()?.len();
        plaintext.truncate(length);
        Some(plaintext)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ciphertext_is_told_by_its_length() {
        let of = |bytes: usize| base64::encode(&vec![7; bytes]);
        assert!(LENGTHS.into_iter().all(|bytes| is_ciphertext(&of(bytes))));
        assert!(![0, 255, 257, 383, 385, 511, 513, 1024].into_iter().any(|bytes| is_ciphertext(&of(bytes))));
        let wrong = [of(256).replace('=', ""), of(256).replace('B', "-"), of(256) + "\n", "张".repeat(344)];
        assert!(!wrong.iter().any(|text| is_ciphertext(text)), "{wrong:?}");
    }
}
