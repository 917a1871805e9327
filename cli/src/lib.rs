//! What `wxpay` is made of, as a library: its [settings], and the [doctor] that looks at them.
//!
//! The rooms, from the ground up: `base` (texts in two languages, failures, output, files), `settings` (where they come from), `commands` (one file or
//! folder for each), `doctor` and `explain` beside them, `app` (the command line and the way through the program). Imports go down.

mod app;
mod base;
mod commands;
pub mod doctor;
mod explain;
pub mod settings;

pub use app::run::main;
pub use base::text::Text;
