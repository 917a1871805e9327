//! What the stand-in takes that no endpoint knows: where it is told to, until it is reset.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls", feature = "v2"))]

mod support;

use support::foreign::post;
use support::{HOOK, NATIVE, native, order, refund_v2};
use wechatpay_chain::mock::Server;
use wechatpay_chain::{Client, Media, Method, Response, Result, json};

fn start() -> (Server, Client) {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    (gateway, wxpay)
}

/// The member for which a call was refused.
#[track_caller]
fn field(result: Result<Response>) -> String {
    result.unwrap_err().rejection().unwrap().field().unwrap_or_default().to_owned()
}

#[test]
fn a_pointer_that_is_allowed_is_taken_and_nothing_else() {
    let (gateway, wxpay) = start();
    let mut order = native();
    order["extra_member"] = json!({"any": 1});
    order["amount"]["tip"] = json!(1);
    gateway.allow("/extra_member");
    assert_eq!(field(wxpay[NATIVE].post(&order)), "/amount/tip");
    gateway.allow("/amount");
    wxpay[NATIVE].post(&order).unwrap();
    order["amount"]["total"] = json!("not a number");
    wxpay[NATIVE].post(&order).unwrap();
    // Items, and queries.
    let mut share = json!({
        "transaction_id": "1", "out_order_no": "1", "unfreeze_unsplit": true,
        "receivers": [{"type": "MERCHANT_ID", "account": "1", "amount": 1, "description": "a", "mark": 1}],
    });
    let orders = wxpay.chain("v3/profitsharing/orders");
    gateway.allow("/receivers/*/mark");
    orders.post(&share).unwrap();
    share["receivers"][0]["other"] = json!(1);
    assert_eq!(field(orders.post(&share)), "/receivers/0/other");
    assert!(wxpay[HOOK].query("page", 1).get().is_err());
    gateway.allow("/page");
    wxpay[HOOK].query("page", 1).get().unwrap();
    // Of an upload its meta.
    let media = Media::new("a.png", "content");
    let meta = json!({"filename": "a.png", "sha256": media.sha256(), "page": 1});
    wxpay["v3/merchant/media/upload"].post(media.meta(meta)).unwrap();
    // Of APIv2.
    gateway.allow("/refund_fee");
    let mut refund = refund_v2(&wxpay);
    refund["refund_fee"] = json!("none");
    wxpay["v2/secapi/pay/refund"].post(refund).unwrap();
    // It is about members, not about endpoints.
    assert!(wxpay["v3/pay/transactions/natve"].post(native()).is_err());
}

#[test]
#[should_panic(expected = "\"extra\" is no JSON pointer, expected such as /amount/total")]
fn what_is_no_pointer_is_not_allowed_silently() {
    Server::start().unwrap().allow("extra");
}

#[test]
fn a_lenient_stand_in_takes_everything_but_a_wrong_signature() {
    let (gateway, wxpay) = start();
    gateway.on(Method::PATCH, "v3/brand-new/things").reply(json!({"n": 1}));
    let new = || wxpay["v3/brand-new/things"].patch(json!({"any": "thing"}));
    assert!(new().is_err());
    gateway.lenient();
    assert_eq!(new().unwrap()["n"], 1);
    assert_eq!(
        wxpay[NATIVE].post(json!({"extra": 1})).unwrap()["code_url"],
        "code_url",
        "known endpoints have examples"
    );
    wxpay["v2/pay/unifiedorder"].post(json!({"mch_id": wxpay.mchid()})).unwrap();
    let stranger = gateway.builder().serial("ABCDEF").build().unwrap();
    assert_eq!(stranger[NATIVE].post(native()).unwrap_err().rejection().unwrap().status(), 401);
    assert_eq!(post(&gateway, &format!("/{NATIVE}"), "{\"a\":null}").status, 400);
    // Nobody has an answer for an endpoint that nobody knows.
    let error = wxpay["v3/brand-new/others"].get().unwrap_err();
    assert!(error.to_string().contains("the stand-in has no answer for GET /v3/brand-new/others"), "{error}");
    let error = wxpay["v2/pay/others"].post(order(&wxpay)).unwrap_err();
    assert_eq!(error.rejection().unwrap().code(), "NOT_FOUND");
}

#[test]
fn a_reset_brings_back_what_was_taken_at_the_start() {
    let new = |wxpay: &Client| {
        wxpay["v3/pay/transactions/natve"].post(native()).unwrap_err().rejection().unwrap().message().to_owned()
    };
    let (strict, wxpay) = start();
    strict.lenient();
    strict.allow("/extra");
    assert!(new(&wxpay).contains("has no answer"));
    strict.reset();
    assert!(new(&wxpay).contains("did you mean"));
    let mut extra = native();
    extra["extra"] = json!(1);
    assert_eq!(field(wxpay[NATIVE].post(extra)), "/extra");
    let lenient = Server::builder().lenient().start().unwrap();
    lenient.reset();
    assert!(new(&lenient.client().unwrap()).contains("has no answer"));
}
