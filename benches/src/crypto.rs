//! The floor's signatures: the same library as ours in the same build, called by hand.

#[cfg(feature = "aws-lc-rs")]
use aws_lc_rs::{rand, signature};
#[cfg(not(feature = "aws-lc-rs"))]
use ring::{rand, signature};

use rand::SecureRandom as _;
use signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair};

use crate::Error;

/// Which library it is.
pub const NAME: &str = if cfg!(feature = "aws-lc-rs") { "aws-lc-rs" } else { "ring" };

#[cfg(feature = "aws-lc-rs")]
type Platform = signature::ParsedPublicKey;
#[cfg(not(feature = "aws-lc-rs"))]
type Platform = signature::UnparsedPublicKey<Vec<u8>>;

pub struct SigningKey(RsaKeyPair);

impl SigningKey {
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        Ok(Self(RsaKeyPair::from_pkcs8(pem::parse(text)?.contents())?))
    }

    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let mut signature = vec![0; 256];
        self.0.sign(&RSA_PKCS1_SHA256, &rand::SystemRandom::new(), message, &mut signature)?;
        Ok(signature)
    }
}

pub struct VerifyingKey(Platform);

impl VerifyingKey {
    /// From PKCS#1, the form that both libraries read.
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        let der = pem::parse(text)?.into_contents();
        #[cfg(feature = "aws-lc-rs")]
        let key = Platform::new(&RSA_PKCS1_2048_8192_SHA256, &der)?;
        #[cfg(not(feature = "aws-lc-rs"))]
        let key = Platform::new(&RSA_PKCS1_2048_8192_SHA256, der);
        Ok(Self(key))
    }

    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Error> {
        #[cfg(feature = "aws-lc-rs")]
        let checked = self.0.verify_sig(message, signature);
        #[cfg(not(feature = "aws-lc-rs"))]
        let checked = self.0.verify(message, signature);
        Ok(checked?)
    }
}

/// 32 hexadecimal digits.
pub fn nonce() -> Result<String, Error> {
    let mut random = [0; 16];
    rand::SystemRandom::new().fill(&mut random)?;
    Ok(format!("{:032x}", u128::from_le_bytes(random)))
}
