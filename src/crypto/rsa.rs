//! RSASSA-PKCS1-v1_5 with SHA-256, by aws-lc-rs where the feature is on, else by ring; keys are parsed once for each use, when it is first
//! made: most never encrypt, and a process may hold thousands.

#[cfg(feature = "aws-lc-rs")]
use std::sync::OnceLock;

#[cfg(feature = "aws-lc-rs")]
use aws_lc_rs::{encoding::AsDer as _, rand::SystemRandom, signature};
#[cfg(not(feature = "aws-lc-rs"))]
use ring::{rand::SystemRandom, signature};

use signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair};

#[cfg(feature = "aws-lc-rs")]
use crate::crypto::oaep::{DecryptingKey, EncryptingKey};
use crate::crypto::x509;

/// The least the protocol and both libraries accept.
const MIN_BITS: usize = 2048;

/// A private key, ready to sign and to decrypt.
pub(crate) struct SigningKey {
    pair: RsaKeyPair,
    bits: usize,
    #[cfg(feature = "aws-lc-rs")]
    decrypting: OnceLock<Option<DecryptingKey>>,
}

impl SigningKey {
    pub(crate) fn from_pkcs8(der: &[u8]) -> Result<Self, String> {
        RsaKeyPair::from_pkcs8(der).map_err(|error| rejected(&error)).and_then(Self::new)
    }

    pub(crate) fn from_pkcs1(der: &[u8]) -> Result<Self, String> {
        RsaKeyPair::from_der(der).map_err(|error| rejected(&error)).and_then(Self::new)
    }

    fn new(pair: RsaKeyPair) -> Result<Self, String> {
        let bits = checked_bits(pair.public_key().as_ref())?;
        Ok(Self {
            pair,
            bits,
            #[cfg(feature = "aws-lc-rs")]
            decrypting: OnceLock::new(),
        })
    }

    pub(crate) fn bits(&self) -> usize {
        self.bits
    }

    /// The public half, PKCS#1 DER.
    pub(crate) fn public_key(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// `None` for one that the library takes for signing only.
    #[cfg(feature = "aws-lc-rs")]
    pub(crate) fn decrypting(&self) -> Option<&DecryptingKey> {
        let parse = || self.pair.as_der().ok().and_then(|der| DecryptingKey::from_pkcs8(der.as_ref()));
        self.decrypting.get_or_init(parse).as_ref()
    }

    /// `None` only if the library itself fails; the input cannot be wrong.
    pub(crate) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let mut signature = vec![0; self.bits.div_ceil(8)];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
        Some(signature)
    }
}

/// A public key, ready to verify.
pub(crate) struct VerifyingKey {
    #[cfg(feature = "aws-lc-rs")]
    key: signature::ParsedPublicKey,
    #[cfg(not(feature = "aws-lc-rs"))]
    key: signature::UnparsedPublicKey<Vec<u8>>,
    #[cfg(feature = "aws-lc-rs")]
    encrypting: OnceLock<Option<EncryptingKey>>,
    bits: usize,
}

impl VerifyingKey {
    pub(crate) fn from_pkcs1(der: &[u8]) -> Result<Self, String> {
        let bits = checked_bits(der)?;
        #[cfg(feature = "aws-lc-rs")]
        let key =
            signature::ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).map_err(|error| rejected(&error))?;
        #[cfg(not(feature = "aws-lc-rs"))]
        let key = signature::UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der.to_vec());
        Ok(Self {
            key,
            #[cfg(feature = "aws-lc-rs")]
            encrypting: OnceLock::new(),
            bits,
        })
    }

    pub(crate) fn bits(&self) -> usize {
        self.bits
    }

    /// `None` for one that the library takes for verifying only.
    #[cfg(feature = "aws-lc-rs")]
    pub(crate) fn encrypting(&self) -> Option<&EncryptingKey> {
        self.encrypting.get_or_init(|| EncryptingKey::from_pkcs1(self.pkcs1())).as_ref()
    }

    pub(crate) fn pkcs1(&self) -> &[u8] {
        self.key.as_ref()
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        #[cfg(feature = "aws-lc-rs")]
        return self.key.verify_sig(message, signature).is_ok();
        #[cfg(not(feature = "aws-lc-rs"))]
        return self.key.verify(message, signature).is_ok();
    }
}

fn checked_bits(pkcs1: &[u8]) -> Result<usize, String> {
    match x509::modulus_bits(pkcs1)? {
        bits if bits < MIN_BITS => Err(format!("an RSA key of {bits} bits; {MIN_BITS} or more are expected")),
        bits => Ok(bits),
    }
}

/// The libraries describe a refused key in one word; they never print key material.
fn rejected(error: &impl std::fmt::Display) -> String {
    match error.to_string().as_str() {
        "TooSmall" => format!("the key was refused: it has fewer than {MIN_BITS} bits"),
        "WrongAlgorithm" => "the key was refused: it is not an RSA key".to_owned(),
        "InconsistentComponents" => "the key was refused: its parts do not belong together".to_owned(),
        word => format!("the key was refused ({word})"),
    }
}

/// A new RSA-2048 key pair as PKCS#8, and its public half as PKCS#1.
#[cfg(feature = "mock")]
pub(crate) fn generate() -> Option<zeroize::Zeroizing<Vec<u8>>> {
    let pair = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).ok()?;
    Some(zeroize::Zeroizing::new(pair.as_der().ok()?.as_ref().to_vec()))
}
