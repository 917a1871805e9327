//! Profit sharing (分账): what is frozen of an order goes to receivers, is released, or comes back from them; by merchants and partners.

mod begin;
pub(crate) mod check;
pub(crate) mod ending;
mod parties;
pub(crate) mod query;
mod receivers;
pub(crate) mod result;
pub(crate) mod return_result;
mod returns;
mod tell;
mod unfreeze;
mod view;

#[cfg(test)]
mod tests;
