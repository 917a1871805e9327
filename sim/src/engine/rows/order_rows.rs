//! The table of orders itself.

use super::row::{Row, done, row, told};

const OTHER: &str = "400 INVALID_REQUEST 268498688 请求重入时，参数与首次请求时不一致";
const TYPE: &str = "403 OUT_TRADE_NO_USED 商户订单号重复";
const PAID: &str = "400 INVALID_REQUEST 268498689 该订单已支付";
const CLOSED: &str = "400 ORDER_CLOSED 268447914 订单已关闭";
const CLOSE_PAID: &str = "400 ORDER_PAID 268449538 该订单已支付";
const UNKNOWN: &str = "404 ORDER_NOT_EXIST 268512771 订单不存在";
const NO_REFUND: &str = "404 RESOURCE_NOT_EXISTS 订单不存在";
const OVER: &str = "STATE 支付请求已失效";
const EXPIRED: &str = "EXPIRED 支付请求已失效";
const USED: &str = "OUT_TRADE_NO_USED";
const NONE: &str = "ORDERNOTEXIST";

pub(super) const ROWS: &[Row] = &[
    row("-", "create", "NOTPAY", "200", "SUCCESS"),
    row("-", "query", "-", UNKNOWN, NONE),
    row("-", "close", "burnt", "204", "SUCCESS"),
    row("-", "refund", "-", NO_REFUND, NONE),
    row("burnt", "create", "burnt", OTHER, USED),
    row("burnt", "create another type", "burnt", OTHER, USED),
    row("burnt", "query", "burnt", UNKNOWN, NONE),
    row("burnt", "close", "burnt", "204", "SUCCESS"),
    row("burnt", "refund", "burnt", NO_REFUND, NONE),
    row("NOTPAY", "create", "NOTPAY", "200", "SUCCESS"),
    row("NOTPAY", "create otherwise", "NOTPAY", OTHER, USED),
    row("NOTPAY", "create another type", "NOTPAY", TYPE, USED),
    row("NOTPAY", "query", "NOTPAY", "200", "SUCCESS"),
    told("NOTPAY", "pay", "SUCCESS", "ok"),
    done("NOTPAY", "WRONG_PASSWORD", "NOTPAY", "ok"),
    done("NOTPAY", "NOT_ENOUGH", "NOTPAY", "ok"),
    done("NOTPAY", "CANCEL", "NOTPAY", "ok"),
    done("NOTPAY", "RISK", "NOTPAY", "ok"),
    done("NOTPAY", "pay without money", "NOTPAY", "ok"),
    done("NOTPAY", "pay after its time", "NOTPAY", EXPIRED),
    done("NOTPAY", "pay an old credential", "NOTPAY", EXPIRED),
    row("NOTPAY", "close", "CLOSED", "204", "SUCCESS"),
    row("NOTPAY", "refund", "NOTPAY", NO_REFUND, NONE),
    done("NOTPAY", "7 days", "CLOSED", ""),
    row("CLOSED", "create", "CLOSED", CLOSED, "ORDERCLOSED"),
    row("CLOSED", "create otherwise", "CLOSED", OTHER, USED),
    row("CLOSED", "create another type", "CLOSED", TYPE, USED),
    row("CLOSED", "query", "CLOSED", "200", "SUCCESS"),
    done("CLOSED", "pay", "CLOSED", OVER),
    row("CLOSED", "close", "CLOSED", "204", "ORDERCLOSED"),
    row("CLOSED", "refund", "CLOSED", NO_REFUND, NONE),
    done("CLOSED", "7 days", "CLOSED", ""),
    row("SUCCESS", "create", "SUCCESS", PAID, "ORDERPAID"),
    row("SUCCESS", "create otherwise", "SUCCESS", OTHER, USED),
    row("SUCCESS", "create another type", "SUCCESS", TYPE, USED),
    row("SUCCESS", "query", "SUCCESS", "200", "SUCCESS"),
    done("SUCCESS", "pay", "SUCCESS", OVER),
    row("SUCCESS", "close", "SUCCESS", CLOSE_PAID, "ORDERPAID"),
    row("SUCCESS", "refund", "REFUND", "200", "SUCCESS"),
    done("SUCCESS", "7 days", "SUCCESS", ""),
    row("REFUND", "create", "REFUND", PAID, "ORDERPAID"),
    row("REFUND", "create otherwise", "REFUND", OTHER, USED),
    row("REFUND", "create another type", "REFUND", TYPE, USED),
    row("REFUND", "query", "REFUND", "200", "SUCCESS"),
    done("REFUND", "pay", "REFUND", OVER),
    row("REFUND", "close", "REFUND", CLOSE_PAID, "ORDERPAID"),
    row("REFUND", "refund", "REFUND", "200", "SUCCESS"),
    done("REFUND", "7 days", "REFUND", ""),
];
