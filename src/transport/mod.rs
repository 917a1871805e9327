//! The only home of hyper, TLS, proxies and the background runtime; and of the hosts and failing over to another.
//!
//! An `http::Request` comes in; an `http::Response` goes out, and whether a byte left. May import what lies below `trust`.

pub(crate) mod connect;
pub(crate) mod delivery;
pub(crate) mod driver;
pub(crate) mod egress;
pub(crate) mod file_body;
mod gate;
pub(crate) mod hosts;
pub(crate) mod hyper_service;
#[cfg(feature = "inspect")]
pub(crate) mod network;
#[cfg(feature = "tls")]
pub(crate) mod proxy;
pub(crate) mod runtime;
pub(crate) mod sending;
pub(crate) mod service_builder;
pub(crate) mod settings;
pub(crate) mod shared;
#[cfg(feature = "tls")]
pub(crate) mod socks;
pub(crate) mod timer;
#[cfg(feature = "tls")]
pub(crate) mod tls;
pub(crate) mod tracked;
pub(crate) mod watched;
