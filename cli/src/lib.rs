//! What `wxpay` is made of, as a library: its [settings], and what it does with them.
//!
//! The rooms, from the ground up: `base` (texts in two languages, failures, output, files), `settings` (where they come from), `commands` (one file or
//! folder for each), `app` (the command line and the way through the program). Imports go down.

mod app;
mod base;
mod commands;
pub mod settings;

pub use app::run::main;
pub use base::text::Text;
