//! APIv2: XML, signed with the APIv2 key by MD5 or HMAC-SHA256.
//!
//! `document` writes the fields of a call down and signs them; `answer` judges what comes back, in the order of the specification:
//! `return_code`, `sign`, `result_code`; `return_msg` knows which texts turn a request away; `table` is what is special about single endpoints. Without the feature `v2` only the
//! signature is here, which client-side parameters need. May import what `protocol` may, and its proof type.

#[cfg(feature = "v2")]
pub(crate) mod answer;
#[cfg(feature = "v2")]
pub(crate) mod document;
#[cfg(feature = "v2")]
mod return_msg;
pub(crate) mod sign;
#[cfg(feature = "v2")]
pub(crate) mod table;
#[cfg(feature = "v2")]
pub(crate) mod verify;
#[cfg(feature = "v2")]
pub(crate) mod xml;
