//! Notifications: verified, then decrypted; refused for the right reason; answered so that nothing is lost.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::time::{Duration, Instant};

use support::{block_on, full};
use wechatpay_chain::mock::{Server, Validity};
use wechatpay_chain::{BoxError, Client, Error, ErrorKind, Event, Notice, Value, Verifier, bytes::Bytes, http, json};

fn payment() -> Value {
    json!({
        "mchid": "1900000109", "out_trade_no": "1217752501", "transaction_id": "4200001", "trade_state": "SUCCESS",
        "amount": {"total": 100, "currency": "CNY"}, "payer": {"openid": "oUpF8uMuAJO"},
    })
}

fn pair() -> (Server, Client) {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    (gateway, wxpay)
}

#[test]
fn a_right_notification_is_read() {
    let (gateway, wxpay) = pair();
    let (headers, body) = gateway.notice("TRANSACTION.SUCCESS", "transaction", payment()).parts().unwrap();
    let notice = wxpay.notice(&headers, &body).unwrap();
    assert!(notice.id().starts_with("EV-"));
    assert_eq!((notice.event_type(), notice.original_type()), ("TRANSACTION.SUCCESS", Some("transaction")));
    assert_eq!((notice.summary(), notice.create_time()), ("stand-in", "2026-11-22T16:20:04+08:00"));
    assert_eq!((notice.event(), notice.resource()), (Event::Payment, &payment()));
    assert_eq!(notice.key(), "TRANSACTION.SUCCESS|transaction|1217752501|");
    notice
        .expect("/amount/total", 100)
        .unwrap()
        .expect("/amount/currency", "CNY")
        .unwrap()
        .expect("/mchid", wxpay.mchid())
        .unwrap();
    let error = notice.expect("/amount/total", 1).unwrap_err();
    assert_eq!(error.to_string(), "/amount/total of the notification is 100, expected 1");
    assert!(notice.expect("/amount/gone", 1).unwrap_err().to_string().contains("is absent, expected 1"));
    assert_eq!(notice.resource_as::<serde_json::Map<String, Value>>().unwrap()["mchid"], "1900000109");
    let error = notice.resource_as::<Vec<u8>>().unwrap_err();
    assert!(error.kind() == ErrorKind::Decode && !error.to_string().contains("oUpF8uMuAJO"), "{error}");
    assert!(!format!("{notice:?}").contains("oUpF8uMuAJO"));

    let again = block_on(wxpay.notice_async(&headers, &body)).unwrap();
    let header = |name: &str| headers.get(name)?.to_str().ok();
    assert_eq!(again.key(), wxpay.notice_with(header, &body).unwrap().key());
}

#[test]
fn forgers_probes_and_accidents_are_refused_for_the_right_reason() {
    let (gateway, wxpay) = pair();
    let notice = || gateway.notice("TRANSACTION.SUCCESS", "transaction", payment());
    for (notice, expected) in [
        (notice().forged(), "does not match the key PUB_KEY_ID_"),
        (notice().stale(), "behind the local clock"),
        (notice().probe(), "WECHATPAY/SIGNTEST/"),
        (notice().tampered(), "hand over the raw bytes"),
    ] {
        let (headers, body) = notice.parts().unwrap();
        for error in
            [wxpay.notice(&headers, &body).unwrap_err(), block_on(wxpay.notice_async(&headers, &body)).unwrap_err()]
        {
            assert_eq!(error.kind(), ErrorKind::Verify);
            assert!(error.to_string().starts_with("the notification is not verified: "), "{error}");
            assert!(error.to_string().contains(expected), "{error}");
            assert_eq!(Notice::refuse(&error).status(), 401);
        }
    }
    let (headers, body) = notice().parts().unwrap();
    let rewritten = serde_json::to_vec_pretty(&serde_json::from_slice::<Value>(&body).unwrap()).unwrap();
    let error = wxpay.notice(&headers, &rewritten).unwrap_err();
    assert!(error.to_string().contains("raw bytes"), "{error}");
    for name in ["wechatpay-serial", "wechatpay-timestamp", "wechatpay-nonce", "wechatpay-signature"] {
        let mut less = headers.clone();
        less.remove(name);
        assert_eq!(wxpay.notice(&less, &body).unwrap_err().kind(), ErrorKind::Verify);
    }
}

#[test]
fn keys_decide_before_contents() {
    let (gateway, _) = pair();
    let (headers, body) = gateway.notice("REFUND.SUCCESS", "refund", json!({"out_refund_no": "1"})).parts().unwrap();
    let wrong = gateway.builder().api_v3_key("x".repeat(32)).build().unwrap();
    let error = wrong.notice(&headers, &body).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decrypt);
    assert_eq!(Notice::refuse(&error).status(), 500);
    assert!(error.to_string().contains("api_v3_key"), "{error}");

    // Signed, but not the documented JSON: the signature is right, what it covers is not.
    let serial = gateway.issue_certificate(Validity::Now).unwrap();
    let unknown = gateway.merchant_builder().auto_certificates().build().unwrap();
    gateway.sign_with(&serial).unwrap();
    let (headers, body) = gateway.notice("REFUND.SUCCESS", "refund", json!({"out_refund_no": "1"})).parts().unwrap();
    let error = unknown.notice(&headers, &body).unwrap_err();
    assert!(error.to_string().contains("this client holds none"), "{error}");
    // It is looked for in the background; the repeated notification finds it.
    while unknown.certificates().status().serials.is_empty() {
        std::thread::yield_now();
    }
    assert_eq!(unknown.notice(&headers, &body).unwrap().event(), Event::Refund);
    let fresh = gateway.merchant_builder().auto_certificates().build().unwrap();
    assert_eq!(block_on(fresh.notice_async(&headers, &body)).unwrap().event(), Event::Refund);
}

struct Asked(wechatpay_chain::PublicKey);

impl Verifier for Asked {
    async fn verify(&self, _: &str, message: Bytes, signature: Bytes) -> Result<bool, BoxError> {
        Ok(self.0.verify(&message, &signature))
    }
}

#[test]
fn a_remote_verifier_is_asked_by_the_async_form_only() {
    let (gateway, _) = pair();
    let key = gateway.env().into_iter().find(|(name, _)| *name == "WECHATPAY_PUBLIC_KEY").unwrap().1;
    let key = wechatpay_chain::PublicKey::from_pem(key).unwrap();
    let wxpay = gateway.merchant_builder().verifier(Asked(key)).build().unwrap();
    let notice = gateway.notice("MCHTRANSFER.BILL.FINISHED", "mch_payment", json!({"out_bill_no": "9"}));
    let (headers, body) = notice.parts().unwrap();
    assert_eq!(block_on(wxpay.notice_async(&headers, &body)).unwrap().event(), Event::Transfer);
    assert_eq!(wxpay.notice(&headers, &body).unwrap_err().kind(), ErrorKind::Config);
    let (headers, body) = notice.forged().parts().unwrap();
    assert_eq!(block_on(wxpay.notice_async(&headers, &body)).unwrap_err().kind(), ErrorKind::Verify);
}

#[test]
fn answers_say_what_the_gateway_expects_and_nothing_of_the_error() {
    assert_eq!((Notice::accept().status().as_u16(), Notice::accept().body().as_str()), (204, ""));
    let reply = Notice::reply(json!({"code": "SUCCESS"}));
    assert_eq!((reply.status().as_u16(), reply.body().as_str()), (200, r#"{"code":"SUCCESS"}"#));
    assert_eq!(reply.headers()["content-type"], "application/json");
    let (gateway, wxpay) = pair();
    let error: Error = wxpay.notice(&http::HeaderMap::new(), b"secret").unwrap_err();
    let refused = Notice::refuse(&error);
    assert_eq!((refused.status().as_u16(), refused.body().as_str()), (401, r#"{"code":"FAIL","message":"失败"}"#));

    let signed = block_on(wxpay.signed_reply(json!({"code": "SUCCESS"}))).unwrap();
    let header = &signed.headers()["authorization"];
    assert!(
        header.is_sensitive() && header.to_str().unwrap().starts_with("WECHATPAY2-SHA256-RSA2048 mchid=\"1900000109\"")
    );
    let no_key = gateway.env();
    assert!(no_key.iter().any(|(name, _)| *name == "WECHATPAY_API_V3_KEY"));
}

#[test]
fn without_the_apiv3_key_the_error_names_it() {
    let (gateway, _) = pair();
    let env: std::collections::BTreeMap<_, _> = gateway.env().into_iter().collect();
    let wxpay = Client::builder()
        .mchid("1900000109")
        .serial(&env["WECHATPAY_SERIAL"])
        .private_key(wechatpay_chain::PrivateKey::from_pem(&env["WECHATPAY_PRIVATE_KEY"]).unwrap())
        .platform_key(
            &env["WECHATPAY_PUBLIC_KEY_ID"],
            wechatpay_chain::PublicKey::from_pem(&env["WECHATPAY_PUBLIC_KEY"]).unwrap(),
        )
        .build()
        .unwrap();
    let (headers, body) = gateway.notice("REFUND.SUCCESS", "refund", json!({})).parts().unwrap();
    let error = wxpay.notice(&headers, &body).unwrap_err();
    assert!(error.kind() == ErrorKind::Config && error.to_string().contains("api_v3_key"), "{}", full(&error));
}

/// A verifier that never says anything.
struct Hanging;

impl Verifier for Hanging {
    async fn verify(&self, _: &str, _: Bytes, _: Bytes) -> Result<bool, BoxError> {
        std::future::pending().await
    }
}

fn in_time(error: &Error, started: Instant, by: &str) {
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    assert_eq!(error.kind(), ErrorKind::Timeout, "{}", full(error));
    let expected = format!("the notification could not be verified within 300ms: {by} took too long");
    assert_eq!(error.to_string(), expected);
    assert_eq!((Notice::refuse(error).status().as_u16(), error.outcome_unknown()), (500, false));
}

#[test]
fn a_notification_is_verified_within_the_clients_timeout() {
    let limit = Duration::from_millis(300);
    let (gateway, _) = pair();
    let (headers, body) = gateway.notice("REFUND.SUCCESS", "refund", json!({"out_refund_no": "1"})).parts().unwrap();
    let wxpay = gateway.merchant_builder().verifier(Hanging).timeout(limit).build().unwrap();
    let started = Instant::now();
    in_time(&block_on(wxpay.notice_async(&headers, &body)).unwrap_err(), started, "the Verifier");

    // A download that hangs: nobody ever answers there.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let uri = format!("http://{}/", silent.local_addr().unwrap());
    let wxpay = gateway.merchant_builder().auto_certificates().base_uri(&uri).timeout(limit).build().unwrap();
    let started = Instant::now();
    let error = block_on(wxpay.notice_async(&headers, &body)).unwrap_err();
    in_time(&error, started, "the download of the platform certificates");
    // On a runtime of the caller's too, which needs no timers of its own.
    let wxpay = gateway.merchant_builder().auto_certificates().base_uri(&uri).timeout(limit).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let started = Instant::now();
    let error = runtime.block_on(wxpay.notice_async(&headers, &body)).unwrap_err();
    in_time(&error, started, "the download of the platform certificates");
    // What is refused without waiting is refused for its own reason.
    let error = block_on(wxpay.notice_async(&http::HeaderMap::new(), &body)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verify);
}
