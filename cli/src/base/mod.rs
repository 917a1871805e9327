//! What every command stands on: texts in two languages, failures that know their exit code, output, files.
//!
//! May import nothing of this crate.

pub(crate) mod failure;
pub(crate) mod files;
pub(crate) mod hosts;
pub(crate) mod interrupt;
pub(crate) mod lang;
pub(crate) mod output;
pub(crate) mod progress;
pub(crate) mod random;
pub(crate) mod sdk;
pub(crate) mod text;
pub(crate) mod times;
