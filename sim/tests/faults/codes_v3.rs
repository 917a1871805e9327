//! Codes of APIv3: those of the pages, and those that the tables of 4.1, 4.3 and 4.4 have otherwise.

use wechatpay_chain::{Value, json};

use super::codes::{Asked, by_every_way};
use super::shop::{self, Shop};

/// The status is that of the table of all codes; both spellings that are seen.
const EVERYWHERE: &[(&str, u16)] = &[
    ("SIGN_ERROR", 401),
    ("PARAM_ERROR", 400),
    ("INVALID_REQUEST", 400),
    ("NO_AUTH", 403),
    ("NOAUTH", 403),
    ("FREQUENCY_LIMITED", 429),
    ("FREQUENCY_LIMIT_EXCEED", 429),
    ("RATELIMIT_EXCEEDED", 429),
    ("SYSTEM_ERROR", 500),
    ("SYSTEMERROR", 500),
    ("BANK_ERROR", 500),
    ("BANKERROR", 500),
    ("ALREADY_EXISTS", 400),
    ("ORDER_CLOSED", 400),
    ("ORDER_PAID", 400),
    ("ORDERPAID", 400),
    ("APPID_MCHID_NOT_MATCH", 400),
    ("NO_STATEMENT_EXIST", 400),
    ("RULE_LIMIT", 403),
    ("RULELIMIT", 403),
    ("NOT_ENOUGH", 403),
    ("NOTENOUGH", 403),
    ("ACCOUNT_ERROR", 403),
    ("ACCOUNTERROR", 403),
    ("TRADE_ERROR", 403),
    ("USER_ACCOUNT_ABNORMAL", 403),
    ("OUT_TRADE_NO_USED", 403),
    ("ORDER_NOT_EXIST", 404),
    ("ORDERNOTEXIST", 404),
    ("RESOURCE_NOT_EXISTS", 404),
    ("NOT_FOUND", 404),
    ("OPENID_MISMATCH", 500),
    ("INVALID_TRANSACTIONID", 500),
    ("USERPAYING", 202),
];

const OF_ORDERS: &[(&str, u16)] = &[("MCH_NOT_EXISTS", 400)];
const OF_REFUNDS: &[(&str, u16)] = &[("MCH_NOT_EXISTS", 404), ("TRADE_OVERDUE", 400), ("REFUND_FEE_MISMATCH", 400)];

pub(crate) const NATIVE: Asked = Asked {
    method: "POST",
    path: shop::NATIVE,
    body: || shop::order("T-00001"),
    texts: &["/description", "/attach"],
    amount: "/amount/total",
};

const JSAPI: Asked = Asked { path: "v3/pay/transactions/jsapi", body: jsapi, ..NATIVE };

const CODEPAY: Asked = Asked { path: "v3/pay/transactions/codepay", body: codepay, ..NATIVE };

const CLOSE: Asked = Asked {
    method: "POST",
    path: "v3/pay/transactions/out-trade-no/T-00001/close",
    body: || json!({"mchid": "1900000001"}),
    texts: &[],
    amount: "",
};

const REVERSE: Asked = Asked {
    path: "v3/pay/transactions/out-trade-no/T-00001/reverse",
    body: || json!({"appid": "wx0000000000000001", "mchid": "1900000001"}),
    ..CLOSE
};

const QUERY: Asked =
    Asked { method: "GET", path: "v3/pay/transactions/out-trade-no/T-00001", body: || Value::Null, ..CLOSE };

const REFUND: Asked = Asked {
    method: "POST",
    path: shop::REFUNDS,
    body: || shop::refund("T-00001", "R1"),
    texts: &["/reason"],
    amount: "/amount/refund",
};

const REFUND_QUERY: Asked = Asked { method: "GET", path: "v3/refund/domestic/refunds/R1", ..QUERY };

const ABNORMAL: Asked = Asked {
    path: "v3/refund/domestic/refunds/50000000000000000000000000000/apply-abnormal-refund",
    body: || json!({"out_refund_no": "R1", "type": "MERCHANT_BANK_CARD"}),
    ..CLOSE
};

fn jsapi() -> Value {
    let mut order = shop::order("T-00001");
    order["payer"] = json!({"openid": "o-somebody"});
    order
}

fn codepay() -> Value {
    json!({
        "appid": "wx0000000000000001", "mchid": "1900000001", "description": "tea", "out_trade_no": "T-00001",
        "payer": {"auth_code": "130000000000000001"}, "amount": {"total": 100, "currency": "CNY"},
        "scene_info": {"store_info": {"id": "1"}},
    })
}

#[test]
fn each_code_comes_with_the_status_of_its_endpoint_by_every_way() {
    let shop = Shop::open();
    for (asked, own) in [
        (NATIVE, OF_ORDERS),
        (JSAPI, OF_ORDERS),
        (CODEPAY, OF_ORDERS),
        (CLOSE, OF_ORDERS),
        (REVERSE, OF_ORDERS),
        (QUERY, OF_ORDERS),
        (REFUND, OF_REFUNDS),
        (REFUND_QUERY, OF_REFUNDS),
        (ABNORMAL, OF_REFUNDS),
    ] {
        for (code, status) in EVERYWHERE.iter().chain(own) {
            by_every_way(&shop, asked, code, *status, code);
        }
    }
    assert!(shop.sim.orders().unwrap().is_empty() && shop.sim.refunds().unwrap().is_empty(), "nothing was done");
}
