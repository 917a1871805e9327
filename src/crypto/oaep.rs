//! RSAES-OAEP with SHA-1 and MGF1-SHA-1, empty label: the encryption of sensitive fields. By aws-lc-rs; ring has none.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PrivateDecryptingKey, PublicEncryptingKey,
    PublicKey,
};
use zeroize::Zeroizing;

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
