//! Files of any size: bills, receipts, statements, complaint images, invoices.
//!
//! `plan.rs` says what is to be fetched and how it is checked, `fetch.rs` moves the bytes from the connection to one
//! of the places of `sink.rs`, `unpack.rs` decrypts, decompresses and hashes them on the way, `target.rs` is a file.
//! [`Download`] is the public face.

mod beginning;
mod fetch;
mod plan;
#[cfg(feature = "v2")]
mod refused_bill;
mod sink;
mod stated;
mod target;
mod terminal;
mod unpack;

pub use plan::IntoFiles;
pub use terminal::Download;
