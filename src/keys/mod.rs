//! Keys and certificates, where they are loaded from, and who signs and verifies when it is not this process.
//!
//! Files and texts come in, keys go out. May import `error` and `crypto`.

mod boxed_signer;
mod certificate;
#[cfg(test)]
pub(crate) mod fixtures;
mod private_key;
mod public_key;
pub(crate) mod signer;
pub(crate) mod source;

pub use boxed_signer::{BoxSigner, BoxVerifier};
pub use certificate::Certificate;
pub use private_key::PrivateKey;
pub use public_key::PublicKey;
pub use signer::{Signer, Verifier};
