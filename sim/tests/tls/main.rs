//! The ways to the simulator besides plain HTTP: TLS, certificates of clients, and the proxy.
#![allow(missing_docs)]

mod by_hand;
mod faults;
mod handshake;
mod mtls;
mod paths;
mod proxy;
mod sdk;
mod snippets;
