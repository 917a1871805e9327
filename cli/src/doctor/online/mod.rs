//! What comes over a network: the steps of a connection, the three harmless requests to the gateway, one forged notice to the notify URL.
//!
//! Each is done when it is first asked for, and once. Requests are signed and sent by the SDK; connections are looked at step by step beside it.

mod echo;
mod exchange;
mod forged;
#[allow(clippy::module_inception, reason = "the type of the same name lives there")]
mod online;
pub(super) mod signature;
pub(super) mod steps;
mod trust;
mod way;

pub(super) use echo::Opened;
pub(super) use exchange::{Answer, Trouble};
pub(super) use online::{Online, entries};
pub(super) use way::Way;
