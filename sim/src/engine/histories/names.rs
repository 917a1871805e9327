//! Whose orders, refunds, sharings and transfers there are, and what a merchant's request is.

use serde_json::Value;

/// Orders have few numbers, so that they are used again.
pub(super) const ORDERS: usize = 4;

pub(super) const PAYERS: [&str; 2] = ["alice", "bob"];

/// The last order is a partner's.
pub(super) fn is_partner(order: usize) -> bool {
    order == ORDERS - 1
}

pub(super) fn mchid(order: usize) -> &'static str {
    if is_partner(order) { "1900000010" } else { "1900000001" }
}

/// Whose money it is.
pub(super) fn owner(order: usize) -> &'static str {
    if is_partner(order) { "1900000011" } else { "1900000001" }
}

pub(super) fn out_trade_no(order: usize) -> String {
    format!("ORDER{order}")
}

/// A merchant's request.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Request {
    pub(super) mchid: &'static str,
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) body: Value,
}
