//! Bills: what happened on a day, as a file of rows. Made from the state on demand, and frozen when they are first made.

pub(crate) mod format;
pub(crate) mod fundflow;
pub(crate) mod make;
pub(crate) mod sharing;
pub(crate) mod store;
pub(crate) mod trade;

#[cfg(test)]
mod tests;
