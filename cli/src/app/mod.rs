//! The command line and the way through the program: words, language, help, what clap refuses, the exit code.
//!
//! May import everything below; only `lib.rs` imports from here.

mod cli;
mod help;
mod process;
mod refuse;
pub(crate) mod run;
