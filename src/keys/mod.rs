//! Keys and certificates, where they are loaded from, and who signs and verifies when it is not this process.
//!
//! Files and texts come in, keys go out. May import `error` and `crypto`.

mod advice;
mod boxed_signer;
mod certificate;
mod file_url;
#[cfg(test)]
pub(crate) mod fixtures;
mod form;
pub(crate) mod identity;
#[cfg(feature = "inspect")]
pub(crate) mod look;
mod private_key;
mod public_key;
pub(crate) mod serial;
pub(crate) mod signer;
mod source;
mod take;
mod want;

pub use boxed_signer::{BoxSigner, BoxVerifier};
pub use certificate::Certificate;
pub use private_key::PrivateKey;
pub use public_key::PublicKey;
pub use signer::{Signer, Temporary, Verifier};
