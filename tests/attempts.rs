//! What an error says after several attempts: an open outcome stays open, a settled one is not opened again.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use support::{HttpRequest as Request, block_on, full, middleware, nobody, quick, raw_server, respond};
use tower::ServiceExt as _;
use wechatpay_chain::mock::{Fault, Server};
use wechatpay_chain::{BoxError, ErrorKind, Method, PrivateKey, Signer, Stack, json};

const PATH: &str = "v3/refund/domestic/refunds";
const TOO_OFTEN: &str = r#"{"code":"FREQUENCY_LIMITED"}"#;

#[test]
fn what_one_attempt_left_open_a_later_refusal_does_not_close() {
    let gateway = Server::start().unwrap();
    let losing = middleware(|mut request: Request, stack: Stack| async move {
        request.extensions_mut().clear();
        stack.oneshot(request).await
    });
    for layered in [false, true] {
        let mut connections = 0;
        let address = raw_server(move |stream, _| {
            connections += 1;
            if connections > 1 {
                respond(stream, "429 Too Many Requests", "retry-after: 0\r\n", TOO_OFTEN);
            }
        });
        let builder = gateway.builder().base_uri(format!("http://{address}/")).retry(quick(2));
        let builder = if layered { builder.layer(losing.clone()) } else { builder };
        let error = builder.build().unwrap()[PATH].idempotent().post(json!({})).unwrap_err();
        assert!(error.kind() == ErrorKind::Rejected && error.outcome_unknown(), "{layered}: {}", full(&error));
    }
}

#[test]
fn a_refusal_says_nothing_of_what_a_layer_has_under_way_beside_it() {
    let (mut connections, (arrived, has_arrived)) = (0, mpsc::channel());
    let address = raw_server(move |stream, _| {
        connections += 1;
        match connections {
            1 => {
                arrived.send(()).unwrap();
                // It is held, and never answered.
                std::mem::forget(stream);
            }
            _ => respond(stream, "429 Too Many Requests", "", TOO_OFTEN),
        }
    });
    let has_arrived = Arc::new(Mutex::new(has_arrived));
    let hedging = middleware(move |request: Request, stack: Stack| {
        let has_arrived = Arc::clone(&has_arrived);
        async move {
            let first = tokio::spawn(stack.clone().oneshot(request.clone()));
            tokio::task::spawn_blocking(move || has_arrived.lock().unwrap().recv()).await??;
            let second = stack.oneshot(request).await;
            assert!(!first.is_finished());
            second
        }
    });
    let builder = Server::start().unwrap().builder().base_uri(format!("http://{address}/")).layer(hedging);
    let error = builder.build().unwrap()[PATH].post(json!({})).unwrap_err();
    assert!(error.kind() == ErrorKind::Rejected && error.outcome_unknown(), "{}", full(&error));
}

/// A key service that signs once.
struct Once(AtomicUsize, PrivateKey);

impl Signer for Once {
    async fn sign(&self, message: Bytes) -> Result<Vec<u8>, BoxError> {
        match self.0.fetch_add(1, Ordering::SeqCst) {
            0 => Ok(self.1.sign(&message)?),
            _ => Err("the key service is gone".into()),
        }
    }
}

#[test]
fn what_one_attempt_was_refused_a_later_one_that_is_not_sent_does_not_open() {
    let address = raw_server(|stream, _| respond(stream, "429 Too Many Requests", "retry-after: 0\r\n", TOO_OFTEN));
    let key = PrivateKey::from_pem(include_str!("fixtures/merchant_key.pem")).unwrap();
    let builder = Server::start().unwrap().builder().base_uri(format!("http://{address}/"));
    let wxpay = builder.signer(Once(AtomicUsize::new(0), key)).retry(quick(2)).build().unwrap();
    let error = wxpay[PATH].post(json!({})).unwrap_err();
    assert!(error.kind() == ErrorKind::Sign && !error.outcome_unknown(), "{}", full(&error));
    assert_eq!(error.attempts().len(), 1);
}

/// A key service that keeps its thread until the call's time is over.
struct Slow(Duration, PrivateKey);

impl Signer for Slow {
    async fn sign(&self, message: Bytes) -> Result<Vec<u8>, BoxError> {
        let started = Instant::now();
        while started.elapsed() <= self.0 {
            thread::yield_now();
        }
        Ok(self.1.sign(&message)?)
    }
}

#[test]
fn what_was_signed_too_late_is_not_sent() {
    let (gateway, timeout) = (Server::start().unwrap(), Duration::from_millis(100));
    gateway.on(Method::POST, PATH).reply(json!({}));
    let key = || PrivateKey::from_pem(include_str!("fixtures/merchant_key.pem")).unwrap();
    let wxpay = gateway.builder().signer(Slow(timeout, key())).timeout(timeout).build().unwrap();
    for result in [wxpay[PATH].post(json!({})), block_on(wxpay[PATH].post_async(json!({})))] {
        let error = result.unwrap_err();
        assert!(error.kind() == ErrorKind::Timeout && !error.outcome_unknown(), "{}", full(&error));
        assert!(error.attempts().is_empty() && error.to_string().contains("not sent within 100ms"), "{}", full(&error));
    }
    assert!(gateway.calls().is_empty());
    // With time left it is sent, and refused, because the key is another.
    let wxpay = gateway.builder().signer(Slow(timeout, key())).build().unwrap();
    assert_eq!(wxpay[PATH].post(json!({})).unwrap_err().kind(), ErrorKind::Rejected);
}

#[test]
fn a_layer_that_repeats_for_ever_ends_with_the_calls_time() {
    let repeating = middleware(|request: Request, stack: Stack| async move {
        loop {
            let result = stack.clone().oneshot(request.clone()).await;
            let own =
                |error: &BoxError| error.downcast_ref::<wechatpay_chain::Error>().map(wechatpay_chain::Error::kind);
            match result.as_ref().map_err(own) {
                Err(Some(ErrorKind::Connect | ErrorKind::Timeout)) => {}
                _ => return result,
            }
        }
    });
    let gateway = Server::start().unwrap();
    let builder = gateway.builder().base_uri(format!("http://{}/", nobody())).timeout(Duration::from_millis(200));
    let wxpay = builder.layer(repeating).build().unwrap();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        tell.send(wxpay[PATH].post(json!({}))).unwrap();
        tell.send(block_on(wxpay[PATH].post_async(json!({})))).unwrap();
    });
    for _ in 0..2 {
        let error = told.recv_timeout(Duration::from_secs(20)).expect("the call ends").unwrap_err();
        assert!(error.kind() == ErrorKind::Timeout && !error.outcome_unknown(), "{}", full(&error));
    }
}

#[test]
fn a_write_that_a_layer_repeated_goes_to_no_other_host() {
    let (gateway, backup) = (Server::start().unwrap(), Server::start().unwrap());
    gateway.on(Method::POST, PATH).fault(Fault::Reset);
    backup.on(Method::POST, PATH).reply(json!({}));
    let gone = nobody();
    let repeating = middleware(move |mut request: Request, stack: Stack| async move {
        stack.clone().oneshot(request.clone()).await.unwrap_err();
        *request.uri_mut() = format!("http://{gone}/{PATH}").parse().unwrap();
        stack.oneshot(request).await
    });
    let wxpay = gateway.builder().backup_uri(backup.url()).layer(repeating).build().unwrap();
    let error = wxpay[PATH].post(json!({})).unwrap_err();
    assert!(error.kind() == ErrorKind::Connect && error.outcome_unknown(), "{}", full(&error));
    assert_eq!((gateway.calls().len(), backup.calls().len()), (1, 0));
}

#[cfg(feature = "v2")]
#[test]
fn a_call_of_apiv2_below_a_layer_knows_that_nothing_was_sent() {
    let passing = middleware(|request: Request, stack: Stack| stack.oneshot(request));
    let builder = wechatpay_chain::Client::builder().mchid("1900000109").secret(support::SECRET);
    let wxpay = builder.base_uri(format!("http://{}/", nobody())).layer(passing).build().unwrap();
    let error = wxpay["v2/pay/unifiedorder"].post(support::order(&wxpay)).unwrap_err();
    assert!(error.kind() == ErrorKind::Connect && !error.outcome_unknown(), "{}", full(&error));
}
