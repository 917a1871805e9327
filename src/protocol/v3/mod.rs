//! APIv3: JSON, RSA signatures, and the objects that the APIv3 key encrypts.
//!
//! May import what `protocol` may, and its proof type.

pub(crate) mod answer;
pub(crate) mod cause;
pub(crate) mod envelope;
pub(crate) mod event;
pub(crate) mod exempt;
pub(crate) mod sign;
#[cfg(feature = "inspect")]
pub(crate) mod sign_information;
pub(crate) mod trust;
pub(crate) mod verify;
#[cfg(feature = "_transport")]
pub(crate) mod walk;
