//! `wxpay catalog`: what is known of the endpoints.

mod entry;
mod search;
mod show;
mod types;
mod words;

pub(crate) use words::{CatalogCommand, HELPS, run};
