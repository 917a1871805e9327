//! Thin tower layers around the pure functions of `sign.rs` and `verify.rs`.
//!
//! They work over any `Service<http::Request<Bytes>, Response = http::Response<Bytes>>`; a client stacks them itself.

mod sign;
mod verify;

pub use sign::{Sign, SignLayer};
#[cfg(feature = "_transport")]
pub(crate) use verify::Asked;
pub(crate) use verify::Authority;
pub use verify::{Verify, VerifyLayer};
