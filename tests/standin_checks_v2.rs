//! The stand-in refuses requests of APIv2 that the gateway would refuse by its documents.
#![cfg(all(feature = "mock", feature = "sync", feature = "v2"))]

mod support;

use support::order;
use wechatpay_chain::mock::Server;
use wechatpay_chain::{Client, Value, json};

fn start() -> (Server, Client) {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    (gateway, wxpay)
}

/// Why the stand-in says that it refused the last call.
fn noted(gateway: &Server) -> String {
    gateway.calls().last().unwrap().refused().unwrap().to_owned()
}

/// The same of all calls.
fn all_noted(gateway: &Server) -> Vec<String> {
    gateway.calls().iter().filter_map(|call| call.refused().map(str::to_owned)).collect()
}

#[test]
fn a_request_of_apiv2_is_refused_by_return_code() {
    let (gateway, wxpay) = start();
    let with = |name: &str, value: Value| {
        let mut order = order(&wxpay);
        order[name] = value;
        wxpay["v2/pay/unifiedorder"].post(order)
    };
    let cases = [
        (with("total_fee", json!("1.5")), "total_fee参数格式错误", "body /total_fee: integer expected, found string"),
        (
            with("receipt", json!("X")),
            "receipt参数格式错误",
            "body /receipt: one of Y, N expected, found another string; did you mean Y?",
        ),
        (
            wxpay["v2/secapi/pay/refund"].post(order(&wxpay)),
            "缺少参数out_refund_no",
            "body /out_refund_no: string missing\nbody /refund_fee: integer missing",
        ),
    ];
    assert_eq!(all_noted(&gateway).len(), cases.len());
    for ((result, message, why), noted) in cases.into_iter().zip(all_noted(&gateway)) {
        let error = result.unwrap_err();
        let no = error.rejection().unwrap();
        assert_eq!((no.status().as_u16(), no.message(), no.is_verified()), (200, message, false), "{error}");
        assert_eq!(noted, why);
    }
    // What is not documented is ignored, as is what is empty.
    with("extra", json!("1")).unwrap();
    with("receipt", json!("")).unwrap();
    // Its own checks come first.
    let stranger = gateway.builder().secret(support::SECRET).build().unwrap();
    let error = stranger["v2/secapi/pay/refund"].post(json!({"mch_id": wxpay.mchid()})).unwrap_err();
    assert_eq!(error.rejection().unwrap().message(), "签名错误");
    assert_eq!(noted(&gateway), "签名错误");
    // Members that hold JSON are read.
    let combined = json!({
        "combine_appid": "wx8888888888888888", "combine_mch_id": wxpay.mchid(), "combine_out_trade_no": "1", "sign_type": "HMAC-SHA256", "sub_order_list": "[1",
    });
    let error = wxpay["v2/pay/closecombinedorder"].post(combined).unwrap_err();
    assert_eq!(error.rejection().unwrap().message(), "sub_order_list参数格式错误");
}

#[test]
fn an_unknown_path_or_verb_of_apiv2_is_told_by_status_and_words() {
    let (gateway, wxpay) = start();
    let error = wxpay["v2/pay/unifiedordr"].post(order(&wxpay)).unwrap_err();
    let no = error.rejection().unwrap();
    assert_eq!(no.status(), 404);
    let told = noted(&gateway);
    assert!(told.ends_with("did you mean v2/pay/unifiedorder?"), "{told}");
    assert!(String::from_utf8_lossy(no.body()).contains("did you mean v2/pay/unifiedorder?"), "{error}");
    let error = wxpay["v2/pay/orderquery"].query("mch_id", wxpay.mchid()).get().unwrap_err();
    assert_eq!(error.rejection().unwrap().status(), 405);
    assert_eq!(noted(&gateway), "/pay/orderquery has no GET, only POST");
    // One of the other protocol is none of this one.
    let error = wxpay["v2/v3/pay/transactions/native"].post(order(&wxpay)).unwrap_err();
    assert_eq!(error.rejection().unwrap().status(), 404);
}
