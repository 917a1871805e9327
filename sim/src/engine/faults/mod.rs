//! What goes wrong on purpose: which faults there are, what triggers them, and what each means for a call or a notice.
//!
//! Here it is decided which fault fires. What it does to bytes and sockets happens outside.

pub(crate) mod act;
pub(crate) mod bound;
pub(crate) mod choose;
pub(crate) mod codes;
pub(crate) mod documented;
pub(crate) mod facts;
pub(crate) mod fault;
pub(crate) mod handshake;
pub(crate) mod known;
pub(crate) mod micropay;
pub(crate) mod store;
pub(crate) mod triggers;
