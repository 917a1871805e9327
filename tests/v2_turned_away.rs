//! `return_code` FAIL: over TLS the documented texts say that nothing was done; any other, and whatever came without TLS, leaves it open.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls", feature = "v2"))]

mod support;

use std::time::{Duration, Instant};

use support::{SECRET, answering, block_on, full, order};
use wechatpay_chain::mock::{Call, Reply, Server};
use wechatpay_chain::{Client, Error, ErrorKind, Method, Micropay, Value, http, json};

const ORDER: &str = "v2/pay/unifiedorder";
const CHARGE: &str = "v2/pay/micropay";

fn fail(return_msg: &str) -> Value {
    json!({"return_code": "FAIL", "return_msg": return_msg})
}

fn refused(gateway: &Server, answer: impl Into<Reply>) -> [Error; 2] {
    gateway.on(Method::POST, ORDER).reply(answer).times(2);
    let wxpay = gateway.client().unwrap();
    [wxpay[ORDER].post(order(&wxpay)).unwrap_err(), block_on(wxpay[ORDER].post_async(order(&wxpay))).unwrap_err()]
}

#[test]
fn what_turns_the_request_away_is_definite_over_tls() {
    let gateway = Server::start_tls().unwrap();
    for text in [
        "签名错误",
        "签名失败",
        "SIGNERROR",
        "sign error",
        "签名错误，请检查后再试",
        "缺少参数",
        "LACK_PARAMS",
        "参数错误:输入的商户订单号有误",
        "invalid request param",
        "XML格式错误",
        "NOT_UTF8",
        "请使用UTF8编码格式",
        "请使用post方法",
        "POST_DATA_EMPTY",
        "AppID不存在",
        "商户号mch_id或sub_mch_id不存在",
        "appid和mch_id不匹配",
        "appid and mch_id not match",
    ] {
        for error in refused(&gateway, fail(text)) {
            assert_eq!(error.kind(), ErrorKind::Rejected, "{}", full(&error));
            assert!(!error.outcome_unknown() && !error.is_retryable(), "{}", full(&error));
            let no = error.rejection().unwrap();
            assert_eq!((no.status().as_u16(), no.code(), no.message(), no.is_verified()), (200, "", text, false));
        }
    }
    // With the code of the same, where one comes along.
    let both = json!({"return_code": "FAIL", "return_msg": "签名错误", "result_code": "FAIL", "err_code": "SIGNERROR"});
    assert!(refused(&gateway, both).iter().all(|error| !error.outcome_unknown()));
}

#[test]
fn any_other_text_leaves_it_open() {
    let gateway = Server::start_tls().unwrap();
    for text in [
        "",
        "系统繁忙，签名服务异常, 请重试",
        "SYSTEMERROR",
        "签名错误，请稍后重试",
        "sign error, retry later",
        "签名错误率过高",
        "参数错误，系统超时",
        "something new",
    ] {
        for error in refused(&gateway, fail(text)) {
            assert!(error.kind() == ErrorKind::Rejected && error.outcome_unknown(), "{text}: {}", full(&error));
        }
    }
    let with = |more: Value| {
        let mut answer = fail("签名错误");
        answer.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        answer
    };
    for answer in [
        with(json!({"err_code": "SYSTEMERROR"})),
        with(json!({"error_code": "20002"})),
        with(json!({"err_code_des": "系统繁忙"})),
        with(json!({"result_code": "SUCCESS"})),
    ] {
        for error in refused(&gateway, answer.clone()) {
            assert!(error.outcome_unknown(), "{answer}: {}", full(&error));
        }
    }
    // Another status is no answer of APIv2's own.
    for error in refused(&gateway, (http::StatusCode::BAD_GATEWAY, fail("签名错误"))) {
        assert!(error.outcome_unknown(), "{}", full(&error));
    }
    // A yes with the text of a no is none, and open as before.
    let yes =
        json!({"return_code": "SUCCESS", "return_msg": "签名错误", "result_code": "FAIL", "err_code": "SYSTEMERROR"});
    assert!(refused(&gateway, yes).iter().all(Error::outcome_unknown));
}

#[test]
fn without_tls_anybody_may_have_written_it() {
    let gateway = Server::start().unwrap();
    for error in refused(&gateway, fail("签名错误")) {
        assert!(error.kind() == ErrorKind::Rejected && error.outcome_unknown(), "{}", full(&error));
    }
    let wxpay = answering("<xml><return_code>FAIL</return_code><return_msg>签名错误</return_msg></xml>");
    assert!(wxpay[ORDER].post(order(&wxpay)).unwrap_err().outcome_unknown());
}

#[test]
fn what_an_earlier_attempt_left_open_stays_open() {
    use wechatpay_chain::mock::Fault;
    let gateway = Server::start_tls().unwrap();
    gateway.on(Method::POST, ORDER).fault(Fault::Reset).times(1);
    gateway.on(Method::POST, ORDER).reply(fail("签名错误"));
    let wxpay = gateway.builder().retry(support::quick(3)).build().unwrap();
    let error = wxpay[ORDER].idempotent().post(order(&wxpay)).unwrap_err();
    assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::Rejected, 2), "{}", full(&error));
    assert!(error.outcome_unknown() && !error.is_retryable(), "{}", full(&error));
}

#[test]
fn a_layer_that_writes_it_itself_proves_nothing() {
    let gateway = Server::start_tls().unwrap();
    gateway.on(Method::POST, ORDER).reply(fail("系统繁忙"));
    let layer = support::middleware(|request, stack| async move {
        use tower::ServiceExt as _;
        let answer = stack.oneshot(request).await?;
        let text = "<xml><return_code>FAIL</return_code><return_msg>签名错误</return_msg></xml>";
        Ok(answer.map(|_| text.into()))
    });
    let wxpay = gateway.builder().layer(layer).build().unwrap();
    assert!(wxpay[ORDER].post(order(&wxpay)).unwrap_err().outcome_unknown());
    // One that lets the gateway's own through loses nothing.
    let gateway = Server::start_tls().unwrap();
    gateway.on(Method::POST, ORDER).reply(fail("签名错误"));
    let through = support::middleware(|request, stack| async move {
        use tower::ServiceExt as _;
        stack.oneshot(request).await
    });
    let wxpay = gateway.builder().layer(through).build().unwrap();
    assert!(!wxpay[ORDER].post(order(&wxpay)).unwrap_err().outcome_unknown());
}

#[test]
fn micropay_with_a_wrong_key_fails_at_once() {
    let gateway = Server::start_tls().unwrap();
    let wxpay = gateway.builder().secret(SECRET).build().unwrap();
    let started = Instant::now();
    for end in [wxpay.micropay(charge(&wxpay)).run(), block_on(wxpay.micropay(charge(&wxpay)).run_async())] {
        let Ok(Micropay::Failed(answer)) = end else { panic!("{end:?}") };
        assert_eq!(answer, json!({"return_code": "FAIL", "return_msg": "签名错误"}));
    }
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert_eq!(gateway.calls().iter().map(Call::path).collect::<Vec<_>>(), ["/pay/micropay"; 2]);
}

#[test]
fn micropay_asks_on_where_it_is_open() {
    let gateway = Server::start_tls().unwrap();
    gateway.on(Method::POST, CHARGE).reply(fail("系统繁忙，请稍后再试"));
    gateway.on(Method::POST, "v2/pay/orderquery").reply(json!({"trade_state": "SUCCESS", "total_fee": 100}));
    let wxpay = gateway.client().unwrap();
    let end = wxpay.micropay(charge(&wxpay)).deadline(Duration::from_secs(3)).run().unwrap();
    assert!(matches!(end, Micropay::Paid(_)), "{end:?}");
}

fn charge(wxpay: &Client) -> Value {
    json!({"appid": "wx8888888888888888", "mch_id": wxpay.mchid(), "out_trade_no": "1217752501", "total_fee": 100, "body": "shop",
        "spbill_create_ip": "8.8.8.8", "auth_code": "120061098828009406"})
}
