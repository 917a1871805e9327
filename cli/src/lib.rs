//! What `wxpay` is made of, as a library: its [settings], and the [doctor] that looks at them.
//!
//! The rooms, from the ground up: `base` (texts in two languages, failures, output, files), `settings` (where they come from), `commands` (one file or
//! folder for each), `doctor`, `explain` and others beside them, `app` (the command line and the way through the program). Imports go down.

mod app;
mod base;
mod bill;
mod commands;
pub mod doctor;
mod endpoint;
mod explain;
mod keys;
mod notice;
pub mod settings;

pub use app::run::main;
pub use base::text::Text;
