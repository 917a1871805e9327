//! From a path, or words, to what is known about it.

pub(crate) mod edits;
pub(crate) mod known;
pub(crate) mod lookup;
pub(crate) mod nearest;
pub(crate) mod trim;

#[cfg(feature = "data")]
pub(crate) mod search;
