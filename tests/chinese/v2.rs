//! Calls of APIv2.

use wechatpay_chain::mock::Server;
use wechatpay_chain::{Client, Method, Value, json};

use crate::Case;
use crate::support::{SECRET, answering, order};

const ORDER: &str = "v2/pay/unifiedorder";

pub(crate) fn cases() -> Vec<Case> {
    [requests(), answers()].into_iter().flatten().collect()
}

fn requests() -> Vec<Case> {
    let wxpay = Client::builder().mchid("1900000109").secret(SECRET).build().unwrap();
    let with = |name: &str, value: Value| {
        let mut order = order(&wxpay);
        order[name] = value;
        wxpay[ORDER].post(order).unwrap_err()
    };
    vec![
        (with("sign_type", json!("SHA1")), ""),
        (with("detail", json!([1])), ""),
        (with("mch_id", json!("1")), ""),
        (with("a b", json!("1")), ""),
        (wxpay[ORDER].post(json!({"appid": "x"})).unwrap_err(), ""),
        (wxpay[ORDER].put(order(&wxpay)).unwrap_err(), ""),
        (wxpay["v2/"].post(order(&wxpay)).unwrap_err(), ""),
        (wxpay[ORDER].encrypt("/x").post(order(&wxpay)).unwrap_err(), ""),
        (wxpay["v3/certificates"].get().unwrap_err(), ""),
        (wxpay.micropay(json!({"mch_id": "1900000109"})).run().unwrap_err(), ""),
    ]
}

fn answers() -> Vec<Case> {
    let answer = |body: &str| {
        let wxpay = answering(body);
        wxpay[ORDER].post(order(&wxpay)).unwrap_err()
    };
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, ORDER).reply(json!({"result_code": "FAIL", "err_code": "NOAUTH", "err_code_des": "商户无此接口权限"}));
    let wxpay = gateway.client().unwrap();
    vec![
        (answer(""), ""),
        (answer("{}"), ""),
        (answer("<xml><return_code>SUCCESS</return_code>"), ""),
        (answer("<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code></xml>"), ""),
        (answer("<xml><return_code>SUCCESS</return_code><sign>0</sign></xml>"), ""),
        (wxpay[ORDER].post(order(&wxpay)).unwrap_err(), ""),
    ]
}
