//! One product a file: which endpoints it answers, and what happens to it by itself.

mod bills;
mod certificates;
mod codepay;
mod echo;
mod order_create;
pub(crate) mod order_pay;
pub(crate) mod order_query;
#[cfg(test)]
mod order_tests;
pub(crate) mod order_view;
mod parties;
pub(crate) mod refunds;
pub(crate) mod sharing;
pub(crate) mod table;
pub(crate) mod transfers;
mod v2_notice;
mod v2_orders;
