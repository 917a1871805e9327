//! The URI of a call: names, templates, variables, percent-encoding, the base URI. Pure.
//!
//! Pieces and values come in, a target goes out. May import `error`.

pub(crate) mod base_uri;
pub(crate) mod name;
pub(crate) mod path;
pub(crate) mod percent;
pub(crate) mod target;
pub(crate) mod template;
pub(crate) mod var;
#[cfg(feature = "tracing")]
mod words;
