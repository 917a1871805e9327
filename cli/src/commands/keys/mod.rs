//! `wxpay keys`: keys and certificates made, looked at, and brought into another form.

mod check;
mod convert;
mod new;
mod words;

pub(crate) use words::{HELPS, KeysCommand, run};
