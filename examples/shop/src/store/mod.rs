//! The database: the books, and what is to be asked for. `SQLite`, or `PostgreSQL` by the feature `postgres`.
//!
//! `books.rs` says what both databases can do, `sqlite.rs` and `postgres.rs` do it, `store.rs` runs a transaction; the others are what is
//! written and read, in statements that both databases understand. Everything is called within a transaction. Imports `model`.

pub mod books;
pub mod days;
pub mod orders;
pub mod outbox;
#[cfg(feature = "postgres")]
mod postgres;
pub mod refunds;
mod schema;
pub mod sharings;
mod sqlite;
#[expect(clippy::module_inception, reason = "the store's own type")]
mod store;
pub mod transfers;

pub use store::Store;
