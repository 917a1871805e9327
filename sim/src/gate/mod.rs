//! What a merchant's request goes through before the engine sees it, and what becomes of the engine's answer: the steps of SIM's list,
//! signing and sealing.
//!
//! Each step is a file of its own, a function of the request and of what is [known](known::Known) of who signed it. Their order, and
//! the world between them, are the shell's.

pub(crate) mod answer;
pub(crate) mod arrived;
pub(crate) mod body;
pub(crate) mod certificates;
pub(crate) mod differs;
mod digest;
pub(crate) mod example;
pub(crate) mod headers;
pub(crate) mod identity;
pub(crate) mod known;
pub(crate) mod limits;
pub(crate) mod media;
pub(crate) mod nonces;
pub(crate) mod octets;
pub(crate) mod outgoing;
pub(crate) mod pay_sign;
pub(crate) mod route;
pub(crate) mod schema;
pub(crate) mod sensitive;
pub(crate) mod standing;
pub(crate) mod stop;
pub(crate) mod upload;
pub(crate) mod v2;
