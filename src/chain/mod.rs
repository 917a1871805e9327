//! The fluent chain: how a call is spelled, what it is made with, and the verbs that make it.
//!
//! A spelling comes in, a description goes out; a terminal hands it to `exchange`. May import what lies below `client`.

#[allow(clippy::module_inception, reason = "the type of the same name lives there")]
mod chain;
#[cfg(feature = "aws-lc-rs")]
mod encrypt;
pub(crate) mod intern;
mod macros;
#[cfg(feature = "_transport")]
mod pages;
mod to_request;
#[cfg(feature = "_transport")]
mod verbs;

pub use chain::Chain;
#[cfg(feature = "sync")]
pub use pages::Pages;
#[cfg(feature = "async")]
pub use pages::PagesAsync;
