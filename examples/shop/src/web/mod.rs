//! What browsers and WeChat Pay see: thin, for everything is decided below.
//!
//! `notify.rs` takes notifications, `customer.rs` is the customer's page, `admin.rs` the shopkeeper's calls. `page.rs` fills
//! `templates/page.html` in, by `words.rs` and `qr.rs`; `fault.rs` says what went wrong; `router.rs` puts it together.

mod admin;
mod customer;
mod fault;
mod notify;
mod page;
mod qr;
mod router;
mod words;

pub use router::router;
