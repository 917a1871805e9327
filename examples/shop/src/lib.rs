//! A little shop to copy from: orders by QR code and in WeChat, notifications, refunds, closing, queries for what is not known, the daily
//! bill compared with the books, transfers, profit sharing; on a file of `SQLite`, or on `PostgreSQL`.
//!
//! What keeps its money right:
//!
//! * amounts come from its own database, in fen, and what WeChat Pay says is compared with them;
//! * whatever moves money is written down under its number before it is sent, and is never sent under another number as long as nobody
//!   knows what became of it;
//! * every change of a state is an update that names the state before, in one transaction with all that belongs to it, so that twice the
//!   same word changes nothing;
//! * whatever is not settled stands in the outbox, and is asked for until it is.
//!
//! The rooms, each of which knows only those before it: `model` (money, numbers, states; no I/O), `store` (the database), `pay` (calls to
//! WeChat Pay), `notices` (what WeChat Pay tells) and `jobs` (what is done on a schedule), `web` (what browsers see).

mod error;
pub mod jobs;
pub mod model;
mod notices;
mod pay;
mod settings;
mod shop;
pub mod store;
mod web;

pub use error::{Error, Result};
pub use pay::orders::Wanted;
pub use pay::refunds::Wish;
pub use pay::transfers::Payout;
pub use settings::{Maker, Settings};
pub use shop::Shop;
pub use web::router;
