//! Tells the program when it was built, so that it can say that a clock before that is wrong.

use std::time::{SystemTime, UNIX_EPOCH};

fn main() {
    // The convention of reproducible builds.
    println!("cargo:rerun-if-env-changed=SOURCE_DATE_EPOCH");
    println!("cargo:rerun-if-changed=build.rs");
    let stated = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| seconds.parse::<u64>().ok());
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    println!("cargo:rustc-env=WXPAY_BUILT={}", stated.unwrap_or_else(now));
}
