//! Platform certificates that look after themselves: one download, when it is due, and what is kept over a restart.

pub(crate) mod directory;
pub(crate) mod download;
pub(crate) mod persistence;
pub(crate) mod refresh;
