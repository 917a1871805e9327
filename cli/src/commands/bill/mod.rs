//! `wxpay bill`: bills downloaded, added up, shown, compared with one's own books.

mod get;
mod look;
mod show;
mod words;

pub(crate) use words::{BillCommand, HELPS, run};
