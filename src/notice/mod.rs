//! Notifications (回调): verified like an answer, then decrypted; what to answer; and the extractor for axum.
//!
//! May import what lies below the products; knows no other product.

#[cfg(feature = "inspect")]
pub(crate) mod at;
#[cfg(feature = "axum")]
pub mod axum;
#[allow(clippy::module_inception, reason = "the type of the same name lives there")]
mod notice;
mod receive;
mod signed_reply;
#[cfg(feature = "v2")]
mod v2;

pub use notice::Notice;
