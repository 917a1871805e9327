//! One call as its words describe it: where it goes, what it carries, what the catalogue finds, what is signed.
//!
//! Nothing is sent here. May import `base`.

mod findings;
mod payload;
mod place;
mod signing;

pub(crate) use findings::{Finding, findings, operation};
pub(crate) use payload::{Content, bytes, json_argument};
pub(crate) use place::{Place, pair};
pub(crate) use signing::{Signed, now, signed};
