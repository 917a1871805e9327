//! Mutual TLS against a server that demands a certificate: with one, without one, with another's, and which calls present it.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls", feature = "v2"))]

mod support;

use support::{HOOK, block_on, full, hook, order, refund_v2};
use wechatpay_chain::mock::Server;
use wechatpay_chain::{Client, ErrorKind, Method, json};

const REFUND: &str = "v2/secapi/pay/refund";
const ORDER: &str = "v2/pay/unifiedorder";

fn fixture(name: &str) -> String {
    std::fs::read_to_string(format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn gateway() -> Server {
    let gateway = Server::start_mtls().unwrap();
    gateway.on(Method::POST, REFUND).reply(json!({"refund_id": "5000"}));
    gateway.on(Method::POST, ORDER).reply(json!({}));
    gateway.on(Method::GET, HOOK).reply(json!({"x": 1}));
    gateway
}

#[test]
fn known_endpoints_present_the_certificate_by_themselves_and_others_when_told() {
    let gateway = gateway();
    let wxpay = gateway.client().unwrap();
    let (order, refund) = (order(&wxpay), refund_v2(&wxpay));
    for _ in 0..2 {
        assert_eq!(wxpay[REFUND].post(&refund).unwrap().get::<String>("/refund_id").unwrap(), "5000");
        block_on(wxpay[ORDER].mtls().post_async(&order)).unwrap();
        assert_eq!(wxpay.chain(HOOK).mtls().get().unwrap().get::<u8>("/x").unwrap(), 1);
    }
    assert_eq!(gateway.calls().len(), 6);
}

#[test]
fn without_a_certificate_the_error_says_so_and_nothing_was_taken() {
    let gateway = gateway();
    let wxpay = gateway.client().unwrap();
    let order = order(&wxpay);
    for error in [wxpay[ORDER].post(&order).unwrap_err(), wxpay.chain(HOOK).get().unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Connect, "{}", full(&error));
        assert!(error.to_string().contains("demands the merchant certificate"), "{}", full(&error));
        assert!(!error.outcome_unknown() && error.is_retryable(), "{}", full(&error));
    }
    assert!(gateway.calls().is_empty());
}

#[test]
fn anothers_certificate_is_refused_and_nothing_was_taken() {
    let gateway = gateway();
    let wxpay = Client::builder()
        .mchid("1900000109")
        .secret("stand-in.api-v2-key.of.32.bytes.")
        .base_uri(gateway.url())
        .root_certificate(gateway.authority())
        .merchant_identity(fixture("merchant_cert.pem"), fixture("merchant_key.pem"))
        .build()
        .unwrap();
    for _ in 0..2 {
        let error = wxpay[REFUND].post(refund_v2(&wxpay)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{}", full(&error));
        assert!(error.to_string().contains("refused the certificate of merchant_identity"), "{}", full(&error));
        assert!(!error.outcome_unknown(), "{}", full(&error));
    }
    assert!(gateway.calls().is_empty());
}

#[test]
fn an_identity_that_is_none_says_how_to_make_one() {
    let builder = || Client::builder().mchid("1900000109").secret("stand-in.api-v2-key.of.32.bytes.");
    let error = builder().merchant_identity("MIIK not PEM", fixture("merchant_key.pem")).build().unwrap_err();
    assert!(error.kind() == ErrorKind::Config && error.to_string().contains("openssl pkcs12"), "{error}");
    let error =
        builder().merchant_identity(fixture("merchant_cert.pem"), fixture("short_key.pem")).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[test]
fn over_plain_http_what_is_to_be_presented_is_refused_and_what_is_known_to_ask_goes_out() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, REFUND).reply(json!({"refund_id": "5000"}));
    let wxpay = gateway.client().unwrap();
    let without =
        Client::builder().mchid("1900000109").secret("stand-in.api-v2-key.of.32.bytes.").base_uri(gateway.url());
    let tls = gateway.builder().base_uri("https://127.0.0.1/").build().unwrap();
    let (order, refund) = (order(&wxpay), refund_v2(&wxpay));
    for error in [
        wxpay.chain(HOOK).mtls().get().unwrap_err(),
        block_on(wxpay.chain(HOOK).mtls().post_async(hook())).unwrap_err(),
        wxpay.chain(HOOK).mtls().to_request(Method::GET, ()).unwrap_err(),
        wxpay[ORDER].mtls().post(&order).unwrap_err(),
        wxpay[REFUND].mtls().post(&refund).unwrap_err(),
        without.build().unwrap()[ORDER].mtls().post(&order).unwrap_err(),
        tls.chain(HOOK).base_uri(gateway.url()).mtls().get().unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Request, "{}", full(&error));
        assert!(error.to_string().contains("`.mtls()`") && error.to_string().contains("plain http"), "{error}");
        assert!(!error.outcome_unknown() && !error.is_retryable() && error.attempts().is_empty());
    }
    assert!(gateway.calls().is_empty());
    assert!(wxpay.chain(HOOK).base_uri("https://127.0.0.1/").mtls().to_request(Method::GET, ()).is_ok());
    assert_eq!(wxpay[REFUND].post(&refund).unwrap().get::<String>("/refund_id").unwrap(), "5000");
}
