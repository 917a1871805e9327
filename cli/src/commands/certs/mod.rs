//! `wxpay certs`: platform certificates fetched, kept, looked at.

mod certificate;
mod fetch;
mod show;
mod words;

pub(crate) use words::{CertsCommand, HELPS, run};
