//! Combined orders: several sub-orders, of several merchants, that a payer pays at once, all or none.

pub(super) mod create;
mod parties;
pub(super) mod pay;
pub(super) mod query;
mod request;
pub(super) mod view;

#[cfg(test)]
mod tests;
