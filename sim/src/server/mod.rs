//! The listeners: HTTP/1.1 over TCP, over TLS, and by way of a proxy, for merchants' calls and for the control interface.

mod connection;
mod control;
mod guard;
pub(crate) mod listener;
pub(crate) mod names;
mod payload;
mod proxy;
mod serve;
mod socket;
mod tls;
