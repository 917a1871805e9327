// Written by `cargo run --example catalog_data -- pack`.

/// The day on which the pages were read.
pub const DATE: &str = "2026-08-22";

/// How many corrections lie under the data.
#[cfg(feature = "data")]
pub(crate) const CORRECTIONS: usize = 1193;
