//! The listeners: HTTP/1.1 over TCP, over TLS, and by way of a proxy, for merchants' calls, for the control interface and for the page.

mod connection;
mod control;
mod guard;
pub(crate) mod listener;
pub(crate) mod names;
mod page;
mod payload;
mod proxy;
mod serve;
mod socket;
mod tls;
