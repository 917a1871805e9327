//! From a value to what is wrong with it.

pub(crate) mod ciphertext;
pub(crate) mod entry;
pub(crate) mod problem;
pub(crate) mod scalar;
pub(crate) mod suggest;
pub(crate) mod walk;
pub(crate) mod wording;
