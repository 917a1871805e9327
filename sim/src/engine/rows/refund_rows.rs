//! The table of refunds itself.

use super::row::{Row, row, told};

/// It has ended, and nobody can end it otherwise.
const fn ended(state: &'static str, event: &'static str) -> Row {
    row(state, event, state, ONLY, ONLY)
}

/// Only APIv3 has a way for refunds that could not arrive.
const fn other_way(state: &'static str, becomes: &'static str, v3: &'static str) -> Row {
    row(state, "another way", becomes, v3, v3)
}

pub(super) const CHANGED: &str = "400 INVALID_REQUEST 订单金额或退款金额与之前请求不一致，请核实后再试";
const NO_ORDER: &str = "404 RESOURCE_NOT_EXISTS 订单不存在";
const NO_REFUND: &str = "404 RESOURCE_NOT_EXISTS 退款单不存在";
const TOO_MUCH: &str = "400 INVALID_REQUEST 累计退款金额大于支付金额";
const TOO_MANY: &str = "400 INVALID_REQUEST 订单退款次数超过限制";
const OVERDUE: &str = "400 INVALID_REQUEST 订单已超过可退款期限";
const SHORT: &str = "403 NOT_ENOUGH 基本账户余额不足，请充值后重新发起";
const NOBODY: &str = "403 USER_ACCOUNT_ABNORMAL 用户账户异常或已注销";
const NOT_ABNORMAL: &str = "400 INVALID_REQUEST 退款单状态不是退款异常，不能发起异常退款";
const ONLY: &str = "STATE only a refund in PROCESSING gets a result";

pub(super) const ROWS: &[Row] = &[
    row("-", "request", "PROCESSING", "200", "SUCCESS"),
    row("-", "query", "-", NO_REFUND, "REFUNDNOTEXIST"),
    row("-", "request of an unknown order", "-", NO_ORDER, "ORDERNOTEXIST"),
    row("-", "request of an unpaid order", "-", NO_ORDER, "ORDERNOTEXIST"),
    row("-", "request with another total", "-", CHANGED, "REFUND_FEE_MISMATCH"),
    row("-", "request of more than the order", "-", TOO_MUCH, "ERROR"),
    row("-", "request of more than is left", "-", TOO_MUCH, "ERROR"),
    row("-", "request of what a closed one left", "PROCESSING", "200", "SUCCESS"),
    row("-", "request number 51", "-", TOO_MANY, "ERROR"),
    row("-", "request after 365 days", "PROCESSING", "200", "SUCCESS"),
    row("-", "request later", "-", OVERDUE, "TRADE_OVERDUE"),
    row("-", "request without funds", "-", SHORT, "NOTENOUGH"),
    row("-", "request once there are funds again", "PROCESSING", "200", "SUCCESS"),
    row("-", "request for a payer who is gone", "-", NOBODY, "USER_ACCOUNT_ABNORMAL"),
    row("PROCESSING", "request", "PROCESSING", "200", "SUCCESS"),
    row("PROCESSING", "request another amount", "PROCESSING", CHANGED, "REFUND_FEE_MISMATCH"),
    row("PROCESSING", "request with another total", "PROCESSING", CHANGED, "REFUND_FEE_MISMATCH"),
    row("PROCESSING", "request of another order", "PROCESSING", CHANGED, "REFUND_FEE_MISMATCH"),
    row("PROCESSING", "query", "PROCESSING", "200", "SUCCESS"),
    told("PROCESSING", "3 seconds", "SUCCESS", ""),
    told("PROCESSING", "3 seconds, the payer being gone", "ABNORMAL", ""),
    told("PROCESSING", "result SUCCESS", "SUCCESS", "ok"),
    told("PROCESSING", "result CLOSED", "CLOSED", "ok"),
    told("PROCESSING", "result ABNORMAL", "ABNORMAL", "ok"),
    other_way("PROCESSING", "PROCESSING", NOT_ABNORMAL),
    row("SUCCESS", "request", "SUCCESS", "200", "SUCCESS"),
    row("SUCCESS", "request another amount", "SUCCESS", CHANGED, "REFUND_FEE_MISMATCH"),
    row("SUCCESS", "request of another order", "SUCCESS", CHANGED, "REFUND_FEE_MISMATCH"),
    row("SUCCESS", "query", "SUCCESS", "200", "SUCCESS"),
    row("SUCCESS", "3 seconds", "SUCCESS", "", ""),
    ended("SUCCESS", "result SUCCESS"),
    ended("SUCCESS", "result CLOSED"),
    ended("SUCCESS", "result ABNORMAL"),
    other_way("SUCCESS", "SUCCESS", NOT_ABNORMAL),
    row("CLOSED", "request", "CLOSED", "200", "SUCCESS"),
    row("CLOSED", "request another amount", "CLOSED", CHANGED, "REFUND_FEE_MISMATCH"),
    row("CLOSED", "request of another order", "CLOSED", CHANGED, "REFUND_FEE_MISMATCH"),
    row("CLOSED", "query", "CLOSED", "200", "SUCCESS"),
    row("CLOSED", "3 seconds", "CLOSED", "", ""),
    ended("CLOSED", "result SUCCESS"),
    ended("CLOSED", "result CLOSED"),
    ended("CLOSED", "result ABNORMAL"),
    other_way("CLOSED", "CLOSED", NOT_ABNORMAL),
    row("ABNORMAL", "request", "ABNORMAL", "200", "SUCCESS"),
    row("ABNORMAL", "request another amount", "ABNORMAL", CHANGED, "REFUND_FEE_MISMATCH"),
    row("ABNORMAL", "request of another order", "ABNORMAL", CHANGED, "REFUND_FEE_MISMATCH"),
    row("ABNORMAL", "query", "ABNORMAL", "200", "SUCCESS"),
    row("ABNORMAL", "3 seconds", "ABNORMAL", "", ""),
    ended("ABNORMAL", "result SUCCESS"),
    ended("ABNORMAL", "result CLOSED"),
    ended("ABNORMAL", "result ABNORMAL"),
    other_way("ABNORMAL", "PROCESSING", "200"),
    told("ABNORMAL", "another way and 3 seconds", "SUCCESS", ""),
    told("ABNORMAL", "another way and 3 seconds, the payer being gone", "SUCCESS", ""),
];
