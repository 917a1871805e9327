//! One call from start to end: state, signing and verifying, attempts, the deadline, tracing; and what comes of it.
//!
//! An `http::Request` comes in, a [`Response`](response::Response) or an error goes out. The order of the steps is in `stack`, the attempts in
//! `call`, what a result means in `conclude`. May import what lies below `chain`. Without a transport only the layers and the types are here.

#[cfg(feature = "sync")]
pub(crate) mod blocking;
#[cfg(feature = "_transport")]
pub(crate) mod call;
#[cfg(feature = "_transport")]
mod conclude;
#[cfg(feature = "_transport")]
pub(crate) mod concurrency;
pub(crate) mod engine;
#[cfg(feature = "_transport")]
pub(crate) mod in_hand;
mod index;
#[cfg(all(feature = "v2", feature = "_transport"))]
pub(crate) mod judge_v2;
pub(crate) mod layer;
#[cfg(feature = "_transport")]
pub(crate) mod pending;
mod pointer;
#[cfg(feature = "_transport")]
pub(crate) mod protocol_handlers;
pub(crate) mod response;
#[cfg(feature = "_transport")]
mod retry_after;
#[cfg(feature = "_transport")]
pub(crate) mod stack;
#[cfg(feature = "_transport")]
mod state;
#[cfg(not(feature = "_transport"))]
#[path = "state_offline.rs"]
mod state;
#[cfg(feature = "_transport")]
mod trace;
