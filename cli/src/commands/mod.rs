//! The commands, one file or folder for each: its words, its help, what it does.
//!
//! May import `base`, `settings` and the libraries beside the commands. A command is entered in `table.rs`.

pub(crate) mod bill;
pub(crate) mod call;
pub(crate) mod catalog;
pub(crate) mod certs;
pub(crate) mod chinese;
pub(crate) mod completions;
pub(crate) mod context;
pub(crate) mod doctor;
pub(crate) mod download;
pub(crate) mod explain;
pub(crate) mod help;
pub(crate) mod keys;
pub(crate) mod notice;
pub(crate) mod pay_params;
pub(crate) mod sim;
pub(crate) mod table;
pub(crate) mod usage;
pub(crate) mod version;
