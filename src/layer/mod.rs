//! Thin tower layers around the pure functions of `sign.rs` and `verify.rs`.
//!
//! They work over any `Service<http::Request<Bytes>, Response = http::Response<Bytes>>`; a client stacks them itself.

mod sign;
#[cfg(all(feature = "v2", feature = "_transport"))]
mod v2;
mod verify;

pub use sign::{Sign, SignLayer};
#[cfg(all(feature = "v2", feature = "_transport"))]
pub(crate) use v2::V2Layer;
pub(crate) use verify::Authority;
pub use verify::{Verify, VerifyLayer};
