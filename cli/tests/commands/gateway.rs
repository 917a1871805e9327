//! The stand-in, and `wxpay` with its settings.

use std::path::Path;

use wechatpay_chain::mock::Server;

use super::support::{self, Run};

/// Runs `wxpay` as the stand-in's merchant.
pub fn run(gateway: &Server, folder: &Path, line: &str) -> Run {
    words(gateway, folder, &line.split(' ').collect::<Vec<_>>())
}

pub fn words(gateway: &Server, folder: &Path, words: &[&str]) -> Run {
    let vars = gateway.env();
    let vars: Vec<_> = vars.iter().map(|(name, value)| (*name, value.as_str())).collect();
    support::run(folder, words, &vars)
}
