//! Files of any size: bills, receipts, statements, complaint images, invoices.
//!
//! `plan.rs` says what is to be fetched and how it is checked, `fetch.rs` moves the bytes from the connection to where they
//! go, `unpack.rs` decrypts, decompresses and hashes them on the way, `target.rs` is the file they go to.
//! [`Download`] is the public face.

mod fetch;
mod plan;
mod target;
mod terminal;
mod unpack;

pub use plan::IntoFiles;
pub use terminal::Download;
