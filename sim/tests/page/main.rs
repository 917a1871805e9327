//! The page `/_/` from outside: its files, its texts, who gets it, and what a payer's phone may do.
#![allow(missing_docs)]

mod access;
mod files;
mod payer;
mod support;
mod texts;
