//! `wxpay doctor --offline`: each slip is found by its own check first, and good settings give no warning.
#![allow(missing_docs)]

mod document;
mod forms;
mod good;
mod keys;
#[path = "../support/merchant.rs"]
mod merchant;
mod platform;
mod safety;
mod seeded;
mod source;
#[path = "../support/mod.rs"]
mod support;
#[path = "../support/verdicts.rs"]
mod verdicts;

use merchant::Merchant;
use serde_json::Value;
use support::{Run, run};
use verdicts::found;

/// Of a platform certificate before the present one.
const OLD_SERIAL: &str = "6157F09EFDC096DE15EBE81A47057A7232F1B8E1";

/// What the doctor says of a merchant.
fn examined(merchant: &Merchant, words: &[&str], vars: &[(&str, &str)]) -> Run {
    let words = [&["doctor", "--offline", "--json"], words].concat();
    run(merchant.folder.path(), &words, &[&merchant.vars()[..], vars].concat())
}

#[track_caller]
fn fails(merchant: &Merchant, id: &str) -> Value {
    found(&examined(merchant, &[], &[]), id, "fail")
}

#[track_caller]
fn warns(merchant: &Merchant, id: &str) -> Value {
    found(&examined(merchant, &[], &[]), id, "warn")
}

fn run_with(folder: &std::path::Path, words: &[&str], vars: &[(&str, &str)]) -> Run {
    run(folder, &[&["doctor", "--offline", "--json"], words].concat(), vars)
}
