//! What went wrong, and what is known about it: the lowest room, which knows no protocol.
//!
//! Comes in: what happened. Goes out: an [`Error`] that says whether a call may have taken effect and may be repeated.
//! Imports nothing of the crate.

pub(crate) mod attempt;
#[allow(clippy::module_inception, reason = "the type of the same name lives there")]
mod error;
pub(crate) mod json;
mod lang;
pub(crate) mod outcome;
pub(crate) mod rejection;
pub(crate) mod retry;
mod told;

pub use error::{BoxError, Error, ErrorKind, Result};
pub use lang::Lang;
