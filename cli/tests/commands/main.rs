//! The commands one by one: text, documents, exit codes; against the stand-in, and beside OpenSSL.
#![allow(missing_docs, unreachable_pub)]

#[path = "../support/merchant.rs"]
mod merchant;
#[path = "../support/servers.rs"]
mod servers;
#[path = "../support/mod.rs"]
mod support;

mod bill;
mod call;
mod call_flags;
mod certs;
mod examples;
mod exits;
mod gateway;
mod keys;
mod lookups;
mod notice;
#[cfg(target_os = "linux")]
mod offline;
mod openssl;
mod pay_params;
#[cfg(unix)]
mod question;
mod send;
mod sign;
