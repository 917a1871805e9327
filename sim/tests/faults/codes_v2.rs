//! Codes of APIv2: those of the tables, by endpoint. There are no statuses.

use wechatpay_chain::{Value, json};

use super::codes::{Asked, by_every_way};
use super::shop::Shop;

const EVERYWHERE: &[&str] = &[
    "SIGNERROR",
    "PARAM_ERROR",
    "INVALID_REQUEST",
    "NOAUTH",
    "LACK_PARAMS",
    "RESOURCE_NOT_EXISTS",
    "FREQUENCY_LIMITED",
    "SYSTEMERROR",
    "BANKERROR",
];

fn members(more: Value) -> Value {
    let mut body = json!({"appid": "wx0000000000000001", "mch_id": "1900000001"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn number() -> Value {
    members(json!({"out_trade_no": "T-00001"}))
}

fn unifiedorder() -> Value {
    members(json!({
        "body": "tea", "out_trade_no": "T-00001", "total_fee": "100", "spbill_create_ip": "1.2.3.4",
        "notify_url": "http://127.0.0.1:9/paid", "trade_type": "NATIVE",
    }))
}

fn micropay() -> Value {
    members(json!({
        "body": "tea", "out_trade_no": "T-00001", "total_fee": "100", "spbill_create_ip": "1.2.3.4",
        "auth_code": "130000000000000001",
    }))
}

fn refund() -> Value {
    members(json!({"out_trade_no": "T-00001", "out_refund_no": "R1", "total_fee": "100", "refund_fee": "10"}))
}

const UNIFIEDORDER: Asked = Asked {
    method: "POST",
    path: "v2/pay/unifiedorder",
    body: unifiedorder,
    texts: &["/body", "/attach"],
    amount: "/total_fee",
};

const MICROPAY: Asked = Asked { path: "v2/pay/micropay", body: micropay, ..UNIFIEDORDER };

const REFUND: Asked = Asked {
    path: "v2/secapi/pay/refund",
    body: refund,
    texts: &["/refund_desc"],
    amount: "/refund_fee",
    ..UNIFIEDORDER
};

const QUERY: Asked = Asked { path: "v2/pay/orderquery", body: number, texts: &[], amount: "", ..UNIFIEDORDER };

const TABLE: &[(Asked, &[&str])] = &[
    (UNIFIEDORDER, &["ORDERPAID", "ORDERCLOSED", "OUT_TRADE_NO_USED", "APPID_MCHID_NOT_MATCH"]),
    (QUERY, &["ORDERNOTEXIST"]),
    (Asked { path: "v2/pay/closeorder", ..QUERY }, &["ORDERPAID", "ORDERCLOSED", "ORDERNOTEXIST"]),
    (
        REFUND,
        &[
            "NOTENOUGH",
            "TRADE_OVERDUE",
            "REFUND_FEE_MISMATCH",
            "ORDERNOTEXIST",
            "USER_ACCOUNT_ABNORMAL",
            "BIZERR_NEED_RETRY",
            "INVALID_REQ_TOO_MUCH",
            "ERROR",
        ],
    ),
    (Asked { path: "v2/pay/refundquery", ..QUERY }, &["REFUNDNOTEXIST"]),
    (
        MICROPAY,
        &[
            "NOTENOUGH",
            "NOTSUPORTCARD",
            "USERPAYING",
            "AUTH_CODE_INVALID",
            "AUTHCODEEXPIRE",
            "ORDERPAID",
            "OUT_TRADE_NO_USED",
        ],
    ),
    (Asked { path: "v2/secapi/pay/reverse", ..QUERY }, &["USERPAYING"]),
];

#[test]
fn each_code_comes_by_every_way() {
    let shop = Shop::open();
    for (asked, own) in TABLE {
        for code in EVERYWHERE.iter().chain(*own) {
            by_every_way(&shop, *asked, code, 200, code);
        }
    }
    assert!(shop.sim.orders().unwrap().is_empty() && shop.sim.refunds().unwrap().is_empty(), "nothing was done");
}

#[test]
fn apiv3s_spelling_is_understood() {
    let shop = Shop::open();
    for (name, code) in [("NOT_ENOUGH", "NOTENOUGH"), ("SYSTEM_ERROR", "SYSTEMERROR"), ("BANK_ERROR", "BANKERROR")] {
        by_every_way(&shop, REFUND, name, 200, code);
    }
}
