//! 付款码: every way a charge can end, and that the customer is charged once.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls", feature = "v2"))]

mod support;

use std::thread;
use std::time::{Duration, Instant};

use support::{block_on, full, nobody};
use wechatpay_chain::mock::{Fault, Server};
use wechatpay_chain::{Client, ErrorKind, Method, Micropay, Value, json};

const CHARGE: &str = "v2/pay/micropay";
const QUERY: &str = "v2/pay/orderquery";
const REVERSE: &str = "v2/secapi/pay/reverse";

/// Two seconds of asking, one of reversing.
const DEADLINE: Duration = Duration::from_secs(3);

fn order(wxpay: &Client) -> Value {
    json!({"appid": "wx8888888888888888", "mch_id": wxpay.mchid(), "sub_mch_id": "1900000100", "out_trade_no": "1217752501", "total_fee": 100,
        "body": "shop", "spbill_create_ip": "8.8.8.8", "auth_code": "120061098828009406"})
}

fn refuse(gateway: &Server, path: &str, code: &str) {
    gateway.on(Method::POST, path).reply(json!({"result_code": "FAIL", "err_code": code, "err_code_des": code}));
}

fn state(gateway: &Server, state: &str, times: usize) {
    gateway.on(Method::POST, QUERY).reply(json!({"trade_state": state, "total_fee": 100})).times(times);
}

fn run(gateway: &Server) -> Micropay {
    let wxpay = gateway.client().unwrap();
    let started = Instant::now();
    let end = wxpay.micropay(order(&wxpay)).deadline(DEADLINE).run().unwrap();
    // Answers that are too late would come six seconds after it, or later.
    assert!(started.elapsed() < DEADLINE + Duration::from_secs(3), "{:?}", started.elapsed());
    assert_eq!(count(gateway, "/pay/micropay"), 1, "the customer is charged once");
    end
}

fn count(gateway: &Server, path: &str) -> usize {
    gateway.calls().iter().filter(|call| call.path() == path).count()
}

#[test]
fn paid_at_once() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, CHARGE).reply(json!({"transaction_id": "4200"}));
    let wxpay = gateway.client().unwrap();
    for end in [wxpay.micropay(order(&wxpay)).run(), block_on(wxpay.micropay(order(&wxpay)).run_async())] {
        let Ok(Micropay::Paid(answer)) = end else { panic!("{end:?}") };
        assert_eq!(answer["transaction_id"], "4200");
    }
    assert_eq!(gateway.calls().len(), 2);
}

#[test]
fn paid_after_four_polls() {
    let gateway = Server::start().unwrap();
    refuse(&gateway, CHARGE, "USERPAYING");
    // One fewer than fit into the time if they cost none of it.
    state(&gateway, "USERPAYING", 3);
    state(&gateway, "SUCCESS", 1);
    let Micropay::Paid(answer) = run(&gateway) else { panic!("not paid") };
    assert_eq!((&answer["trade_state"], count(&gateway, "/pay/orderquery")), (&json!("SUCCESS"), 4));
    let query = &gateway.calls()[1];
    assert_eq!(
        (&query.json()["out_trade_no"], &query.json()["sub_mch_id"]),
        (&json!("1217752501"), &json!("1900000100"))
    );
    assert!(query.json().get("auth_code").is_none());
}

#[test]
fn the_customer_cancels() {
    let gateway = Server::start().unwrap();
    refuse(&gateway, CHARGE, "USERPAYING");
    state(&gateway, "USERPAYING", 1);
    state(&gateway, "PAYERROR", 1);
    assert!(matches!(run(&gateway), Micropay::Failed(answer) if answer["trade_state"] == "PAYERROR"));
    // Not paid, and nobody is about to: reversed at once, so that nobody can.
    let gateway = Server::start().unwrap();
    refuse(&gateway, CHARGE, "USERPAYING");
    state(&gateway, "NOTPAY", 1);
    gateway.on(Method::POST, REVERSE).reply(json!({"recall": "N"}));
    assert_eq!(run(&gateway), Micropay::Reversed);
}

#[test]
fn a_refusal_is_a_failure_at_once() {
    let gateway = Server::start().unwrap();
    refuse(&gateway, CHARGE, "NOTENOUGH");
    assert!(matches!(run(&gateway), Micropay::Failed(answer) if answer["err_code"] == "NOTENOUGH"));
    assert_eq!(gateway.calls().len(), 1);
}

#[test]
fn a_system_error_or_a_broken_connection_then_paid() {
    let faults = [
        None,
        Some(Fault::Reset),
        Some(Fault::BadSignature),
        Some(Fault::Html),
        Some(Fault::Slow(Duration::from_secs(9))),
    ];
    let one = |fault| {
        let gateway = Server::start().unwrap();
        match fault {
            None => refuse(&gateway, CHARGE, "SYSTEMERROR"),
            Some(fault) => _ = gateway.on(Method::POST, CHARGE).fault(fault),
        }
        gateway.on(Method::POST, QUERY).fault(Fault::Truncated).times(1);
        state(&gateway, "SUCCESS", 1);
        assert!(matches!(run(&gateway), Micropay::Paid(_)), "{fault:?}");
    };
    // At once, because each waits for most of its time.
    thread::scope(|scope| faults.into_iter().for_each(|fault| drop(scope.spawn(move || one(fault)))));
}

#[test]
fn an_order_that_is_paid_already_is_asked_about() {
    let gateway = Server::start().unwrap();
    refuse(&gateway, CHARGE, "ORDERPAID");
    state(&gateway, "SUCCESS", 1);
    assert!(matches!(run(&gateway), Micropay::Paid(_)));
}

#[test]
fn a_reversal_that_is_needed_twice() {
    let gateway = Server::start().unwrap();
    refuse(&gateway, CHARGE, "USERPAYING");
    gateway.on(Method::POST, QUERY).reply(json!({"trade_state": "USERPAYING"}));
    gateway
        .on(Method::POST, REVERSE)
        .reply(json!({"result_code": "FAIL", "err_code": "USERPAYING", "recall": "Y"}))
        .times(1);
    gateway.on(Method::POST, REVERSE).reply(json!({"recall": "N"}));
    assert_eq!(run(&gateway), Micropay::Reversed);
    assert_eq!(count(&gateway, "/secapi/pay/reverse"), 2);
}

#[test]
fn paid_is_not_said_while_a_reversal_may_still_happen() {
    let gateway = Server::start().unwrap();
    refuse(&gateway, CHARGE, "USERPAYING");
    state(&gateway, "NOTPAY", 1);
    gateway.on(Method::POST, REVERSE).fault(Fault::Reset);
    gateway.on(Method::POST, QUERY).reply(json!({"trade_state": "SUCCESS"}));
    assert_eq!(run(&gateway), Micropay::Unknown { out_trade_no: "1217752501".to_owned() });
    // A reversal that was refused for good changes nothing: then it is paid.
    let gateway = Server::start().unwrap();
    refuse(&gateway, CHARGE, "USERPAYING");
    state(&gateway, "NOTPAY", 1);
    gateway
        .on(Method::POST, REVERSE)
        .reply(json!({"result_code": "FAIL", "err_code": "REVERSE_EXPIRE", "recall": "N"}));
    gateway.on(Method::POST, QUERY).reply(json!({"trade_state": "SUCCESS"}));
    assert!(matches!(run(&gateway), Micropay::Paid(_)));
}

#[test]
fn what_is_not_settled_at_the_deadline_is_unknown() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, CHARGE).fault(Fault::Reset);
    for path in [QUERY, REVERSE] {
        gateway.on(Method::POST, path).fault(Fault::Slow(Duration::from_secs(30)));
    }
    assert_eq!(run(&gateway), Micropay::Unknown { out_trade_no: "1217752501".to_owned() });
}

#[test]
fn nothing_is_charged_that_could_not_be_reversed() {
    let gateway = Server::start().unwrap();
    let bare = Client::builder()
        .mchid("1900000109")
        .secret("stand-in.api-v2-key.of.32.bytes.")
        .base_uri(gateway.url())
        .build()
        .unwrap();
    let error = bare.micropay(order(&bare)).run().unwrap_err();
    assert!(error.kind() == ErrorKind::Config && error.to_string().contains("merchant_identity"), "{}", full(&error));
    let wxpay = gateway.client().unwrap();
    for (name, value, text) in [
        ("out_trade_no", json!(""), "out_trade_no is missing"),
        ("out_trade_no", json!(7), "out_trade_no is missing"),
        ("mch_id", json!("1"), "the client's mchid"),
        ("detail", json!([]), "\"detail\" is an array"),
    ] {
        let mut order = order(&wxpay);
        order[name] = value;
        let error = wxpay.micropay(order).run().unwrap_err();
        assert!(error.kind() == ErrorKind::Request && error.to_string().contains(text), "{}", full(&error));
    }
    let error = wxpay.micropay(order(&wxpay)).deadline(Duration::ZERO).run().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(gateway.calls().is_empty());
    // What never left is an error that says so, and no riddle.
    let wxpay = gateway.builder().base_uri(format!("http://{}/", nobody())).build().unwrap();
    let error = wxpay.micropay(order(&wxpay)).deadline(DEADLINE).run().unwrap_err();
    assert!(error.kind() == ErrorKind::Connect && !error.outcome_unknown(), "{}", full(&error));
}

#[test]
fn an_answer_about_another_order_is_none() {
    let other = json!({"out_trade_no": "SOMEBODY-ELSES", "total_fee": 1, "transaction_id": "4200"});
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, CHARGE).reply(other);
    let mut replayed = json!({"trade_state": "SUCCESS", "out_trade_no": "SOMEBODY-ELSES"});
    gateway.on(Method::POST, QUERY).reply(replayed.clone()).times(1);
    replayed["out_trade_no"] = "1217752501".into();
    replayed["total_fee"] = 1.into();
    gateway.on(Method::POST, QUERY).reply(replayed).times(1);
    state(&gateway, "SUCCESS", 1);
    let Micropay::Paid(answer) = run(&gateway) else { panic!("not paid") };
    assert_eq!((&answer["total_fee"], count(&gateway, "/pay/orderquery")), (&json!("100"), 3));
}

#[test]
fn an_order_from_before_is_asked_about_and_never_reversed() {
    for code in ["ORDERPAID", "OUT_TRADE_NO_USED"] {
        let gateway = Server::start().unwrap();
        refuse(&gateway, CHARGE, code);
        gateway.on(Method::POST, QUERY).fault(Fault::Html);
        assert!(matches!(run(&gateway), Micropay::Unknown { .. }), "{code}");
        assert_eq!(count(&gateway, "/secapi/pay/reverse"), 0);
    }
    // Paid, and some of it on its way back: neither paid nor unpaid.
    let gateway = Server::start().unwrap();
    refuse(&gateway, CHARGE, "SYSTEMERROR");
    state(&gateway, "REFUND", 1);
    assert!(matches!(run(&gateway), Micropay::Unknown { .. }));
    assert_eq!(count(&gateway, "/secapi/pay/reverse"), 0);
}

#[test]
fn a_refusal_without_a_code_is_asked_about() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, CHARGE).reply(json!({"result_code": "FAIL"}));
    state(&gateway, "SUCCESS", 1);
    assert!(matches!(run(&gateway), Micropay::Paid(_)));
}

#[test]
fn a_layer_that_repeats_what_it_cut_off_does_not_make_it_certain() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, CHARGE).fault(Fault::Slow(Duration::from_secs(30))).times(1);
    refuse(&gateway, CHARGE, "AUTH_CODE_INVALID");
    state(&gateway, "SUCCESS", 1);
    let layer = support::middleware(|request, stack| async move {
        use tower::ServiceExt as _;
        let first = tokio::time::timeout(Duration::from_millis(200), stack.clone().oneshot(request.clone())).await;
        match first {
            Ok(result) => result,
            Err(_) => stack.oneshot(request).await,
        }
    });
    let wxpay = gateway.builder().layer(layer).build().unwrap();
    let end = wxpay.micropay(order(&wxpay)).deadline(DEADLINE).run().unwrap();
    assert!(matches!(end, Micropay::Paid(_)), "{end:?}");
}

#[test]
fn any_deadline_is_one() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, CHARGE).reply(json!({}));
    let wxpay = gateway.client().unwrap();
    for deadline in [Duration::MAX, Duration::from_secs(u64::MAX)] {
        assert!(matches!(wxpay.micropay(order(&wxpay)).deadline(deadline).run(), Ok(Micropay::Paid(_))));
    }
}
