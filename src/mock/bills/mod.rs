//! The bills of the stand-in: generated as they are sent, of any size, plain or compressed, and wrong where asked.
//!
//! `ask.rs` reads what a request wants, `shelf.rs` finds what was said about it and answers; `trade.rs` and `fund_flow.rs` know
//! the columns of the two kinds (下载账单, 4013071219), `money.rs` adds amounts, `generator.rs` writes the file.

mod ask;
mod fund_flow;
pub(super) mod generator;
mod kind;
mod money;
mod plan;
pub(super) mod shelf;
mod trade;

pub use kind::BillKind;
pub use shelf::Bills;
