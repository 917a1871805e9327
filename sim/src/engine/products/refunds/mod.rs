//! Refunds: accepted once for each number, ended by time or by hand, told to whoever wants to know; asked for by either version of the API.

mod abnormal;
pub(crate) mod accept;
pub(crate) mod refused;
pub(crate) mod result;
mod tell;
pub(crate) mod v2;
pub(crate) mod v3;
pub(crate) mod view;

#[cfg(test)]
mod tests;
