//! The listener: HTTP/1.1 over TCP, for merchants' calls, for the control interface and for the page.

mod control;
mod guard;
pub(crate) mod listener;
pub(crate) mod names;
mod page;
mod payload;
mod serve;
mod socket;
