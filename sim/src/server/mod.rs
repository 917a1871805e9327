//! The listener: HTTP/1.1 over TCP, for merchants' calls and for the control interface.

mod control;
mod guard;
pub(crate) mod listener;
pub(crate) mod names;
mod payload;
mod serve;
mod socket;
