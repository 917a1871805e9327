//! APIv2: XML, signed with the APIv2 key by MD5 or HMAC-SHA256, behind the same chain.
//!
//! A path whose first segment is `v2` comes here from `request.rs`: `request.rs` in this folder writes the fields down and signs
//! them, `answer.rs` judges what comes back, in the order of the specification: `return_code`, `sign`, `result_code`.
//! `xml.rs` reads and writes the format, `sign.rs` is the signature, `table.rs` what is special about single endpoints.
//! `notice.rs` and `micropay.rs` are users of all that.

pub(crate) mod answer;
#[cfg(feature = "_transport")]
pub(crate) mod judge;
#[cfg(feature = "_transport")]
mod micropay;
mod notice;
pub(crate) mod request;
pub(crate) mod sign;
pub(crate) mod table;
pub(crate) mod xml;

#[cfg(feature = "_transport")]
pub use micropay::{Micropay, MicropayCall};
