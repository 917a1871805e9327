//! What is signed and what proves an answer, as pure functions: time and nonce are arguments.
//!
//! A request comes in, what is signed goes out; an answer comes in, a proof or a failure goes out. `v3` and `v2` never see each other;
//! `gateway`, the other side of both, sees them.
//! May import `error`, `crypto`, `keys` and `uri`.

#[cfg(feature = "gateway")]
#[cfg_attr(docsrs, doc(cfg(feature = "gateway")))]
pub mod gateway;
pub(crate) mod rewritten;
pub(crate) mod shape;
pub(crate) mod v2;
pub(crate) mod v3;
pub(crate) mod verified;
