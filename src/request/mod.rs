//! From a description and a payload to an `http::Request`; here, once, it is decided which protocol a call speaks.
//!
//! `description` is what a chain has gathered, `merchant` the facts that a request is written with, `prepare` the walk from both to a
//! checked request. No I/O. May import what lies below: `error`, `crypto`, `keys`, `uri`, `protocol`.

pub(crate) mod authorization;
pub(crate) mod body;
pub(crate) mod description;
#[cfg(feature = "aws-lc-rs")]
pub(crate) mod encrypt_fields;
#[cfg(feature = "aws-lc-rs")]
mod encrypt_query;
#[cfg(feature = "aws-lc-rs")]
pub(crate) mod encryption;
pub(crate) mod headers;
#[cfg(feature = "aws-lc-rs")]
pub(crate) mod known;
pub(crate) mod media;
pub(crate) mod merchant;
#[cfg(all(test, feature = "catalog", feature = "v2"))]
mod one_truth;
pub(crate) mod payload;
pub(crate) mod prepare;
pub(crate) mod protocol;
pub(crate) mod target;
#[cfg(feature = "v2")]
pub(crate) mod v2;
#[cfg(feature = "v2")]
mod v2_upload;
