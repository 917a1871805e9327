//! Transfers to payers (商家转账): asked for once under each number, confirmed by the payer, given up, cancelled or failed; by merchants and partners.

mod check;
mod create;
pub(crate) mod life;
pub(crate) mod query;
mod scenes;
mod tell;
mod view;

#[cfg(test)]
mod tests;
