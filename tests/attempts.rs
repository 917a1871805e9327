//! What an error says after several attempts: an open outcome stays open, a settled one is not opened again.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use support::{
    HttpRequest as Request, REFUND, REFUND_1, block_on, full, middleware, nobody, quick, raw_server, refund, respond,
};
use tower::ServiceExt as _;
use wechatpay_chain::mock::{Fault, Server};
use wechatpay_chain::{BoxError, ErrorKind, Method, PrivateKey, Signer, Stack, Temporary, json};

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
        let error = builder.build().unwrap()[REFUND].idempotent().post(refund(1)).unwrap_err();
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
    let error = builder.build().unwrap()[REFUND].post(refund(1)).unwrap_err();
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
    let error = wxpay[REFUND].post(refund(1)).unwrap_err();
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
    gateway.on(Method::POST, REFUND).reply(json!({}));
    let key = || PrivateKey::from_pem(include_str!("fixtures/merchant_key.pem")).unwrap();
    let wxpay = gateway.builder().signer(Slow(timeout, key())).timeout(timeout).build().unwrap();
    for result in [wxpay[REFUND].post(refund(1)), block_on(wxpay[REFUND].post_async(refund(1)))] {
        let error = result.unwrap_err();
        assert!(error.kind() == ErrorKind::Timeout && !error.outcome_unknown(), "{}", full(&error));
        assert!(error.attempts().is_empty() && error.to_string().contains("not sent within 100ms"), "{}", full(&error));
    }
    assert!(gateway.calls().is_empty());
    // With time left it is sent, and refused, because the key is another.
    let wxpay = gateway.builder().signer(Slow(timeout, key())).build().unwrap();
    assert_eq!(wxpay[REFUND].post(refund(1)).unwrap_err().kind(), ErrorKind::Rejected);
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
        tell.send(wxpay[REFUND].post(refund(1))).unwrap();
        tell.send(block_on(wxpay[REFUND].post_async(refund(1)))).unwrap();
    });
    for _ in 0..2 {
        let error = told.recv_timeout(Duration::from_secs(20)).expect("the call ends").unwrap_err();
        assert!(error.kind() == ErrorKind::Timeout && !error.outcome_unknown(), "{}", full(&error));
    }
}

#[test]
fn a_write_that_a_layer_repeated_goes_to_no_other_host() {
    let (gateway, backup) = (Server::start().unwrap(), Server::start().unwrap());
    gateway.on(Method::POST, REFUND).fault(Fault::Reset);
    backup.on(Method::POST, REFUND).reply(json!({}));
    let gone = nobody();
    let repeating = middleware(move |mut request: Request, stack: Stack| async move {
        stack.clone().oneshot(request.clone()).await.unwrap_err();
        *request.uri_mut() = format!("http://{gone}/{REFUND}").parse().unwrap();
        stack.oneshot(request).await
    });
    let wxpay = gateway.builder().backup_uri(backup.url()).layer(repeating).build().unwrap();
    let error = wxpay[REFUND].post(refund(1)).unwrap_err();
    assert!(error.kind() == ErrorKind::Connect && error.outcome_unknown(), "{}", full(&error));
    assert_eq!((gateway.calls().len(), backup.calls().len()), (1, 0));
}

#[test]
fn a_success_that_a_layer_passed_over_is_known_and_goes_to_no_other_host() {
    let (gateway, backup) = (Server::start().unwrap(), Server::start().unwrap());
    let gone = nobody();
    let repeating = middleware(move |mut request: Request, stack: Stack| async move {
        assert!(stack.clone().oneshot(request.clone()).await?.status().is_success());
        *request.uri_mut() = format!("http://{gone}/{REFUND}").parse().unwrap();
        stack.oneshot(request).await
    });
    for other in [&gateway, &backup] {
        other.on(Method::POST, REFUND).reply(json!({"status": "PROCESSING"}));
    }
    let wxpay = gateway.builder().backup_uri(backup.url()).layer(repeating).build().unwrap();
    let error = wxpay[REFUND].post(refund(1)).unwrap_err();
    let said = (error.kind(), error.outcome_unknown(), error.is_retryable());
    assert_eq!(said, (ErrorKind::Connect, true, false), "{}", full(&error));
    assert_eq!((gateway.calls().len(), backup.calls().len()), (1, 0));
}

#[cfg(feature = "v2")]
#[test]
fn a_success_of_apiv2_that_a_layer_passed_over_is_known_too() {
    let (gateway, gone) = (Server::start().unwrap(), nobody());
    gateway.on(Method::POST, "v2/pay/unifiedorder").reply(json!({"prepay_id": "wx1"}));
    let repeating = middleware(move |mut request: Request, stack: Stack| async move {
        assert!(stack.clone().oneshot(request.clone()).await?.status().is_success());
        *request.uri_mut() = format!("http://{gone}/pay/unifiedorder").parse().unwrap();
        stack.oneshot(request).await
    });
    let wxpay = gateway.builder().layer(repeating).build().unwrap();
    let error = wxpay["v2/pay/unifiedorder"].post(support::order(&wxpay)).unwrap_err();
    assert!(error.kind() == ErrorKind::Connect && error.outcome_unknown(), "{}", full(&error));
    assert_eq!(gateway.calls().len(), 1);
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

/// A key service that says what the test wants, one answer after another, then signs; and how often it was asked.
#[derive(Clone)]
struct Says(Arc<Mutex<Vec<BoxError>>>, Arc<AtomicUsize>, PrivateKey);

impl Says {
    fn new(gateway: &Server, errors: impl IntoIterator<Item = BoxError>) -> Self {
        let pem = gateway.env().into_iter().find(|(name, _)| *name == "WECHATPAY_PRIVATE_KEY").unwrap().1;
        let mut errors: Vec<_> = errors.into_iter().collect();
        errors.reverse();
        Self(Arc::new(Mutex::new(errors)), Arc::default(), PrivateKey::from_pem(pem).unwrap())
    }

    fn asked(&self) -> usize {
        self.1.load(Ordering::SeqCst)
    }
}

impl Signer for Says {
    async fn sign(&self, message: Bytes) -> Result<Vec<u8>, BoxError> {
        self.1.fetch_add(1, Ordering::SeqCst);
        match self.0.lock().unwrap().pop() {
            Some(error) => Err(error),
            None => Ok(self.2.sign(&message)?),
        }
    }
}

fn temporary() -> BoxError {
    Temporary::new("the key service is restarting").into()
}

#[test]
fn a_signer_is_asked_again_only_if_it_says_that_it_may_help() {
    let passing = middleware(|request: Request, stack: Stack| stack.oneshot(request));
    for layered in [false, true] {
        let gateway = Server::start().unwrap();
        gateway.on(Method::GET, REFUND_1).reply(json!({}));
        let call = |errors: Vec<BoxError>| {
            let signer = Says::new(&gateway, errors);
            let builder = gateway.builder().signer(signer.clone()).retry(quick(3));
            let builder = if layered { builder.layer(passing.clone()) } else { builder };
            (builder.build().unwrap()[REFUND_1].get(), signer.asked())
        };
        let (result, asked) = call(vec!["no such key".into(), temporary()]);
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.is_retryable(), error.attempts().len(), asked), (ErrorKind::Sign, false, 0, 1));
        assert_eq!(full(&error), "the signer failed; nothing was sent: no such key");

        // As often as it may be, and as deep as it may be.
        let (result, asked) =
            call(vec![temporary(), Box::new(std::io::Error::other(temporary())), temporary(), temporary()]);
        let error = result.unwrap_err();
        assert_eq!(
            (error.kind(), error.is_retryable(), error.outcome_unknown(), asked),
            (ErrorKind::Sign, true, false, 3)
        );
        assert_eq!(
            full(&error),
            "the signer failed; nothing was sent: a failure that may pass: the key service is restarting"
        );
        let trail = error.attempts().iter().map(|attempt| (attempt.host(), attempt.status())).collect::<Vec<_>>();
        let host = gateway.url()["http://".len()..].trim_end_matches('/').to_owned();
        assert_eq!(trail, [(host.as_str(), None); 3]);

        // What is final ends it.
        let (result, asked) = call(vec![temporary(), "no such key".into(), temporary()]);
        let error = result.unwrap_err();
        assert_eq!((error.is_retryable(), error.attempts().len(), asked), (false, 1, 2));

        assert!(gateway.calls().is_empty());
        let (result, asked) = call(vec![temporary(), temporary()]);
        let statuses: Vec<_> =
            result.unwrap().attempts().iter().map(|attempt| attempt.status().map(|s| s.as_u16())).collect();
        assert_eq!((statuses, asked, gateway.calls().len()), (vec![None, None, Some(200)], 3, 1));
    }
}

#[test]
fn a_write_that_a_signer_put_off_is_repeated_by_whoever_says_so() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, REFUND).reply(json!({}));
    let signer = Says::new(&gateway, [temporary(), temporary(), temporary(), "gone".into()]);
    let wxpay = gateway.builder().signer(signer.clone()).build().unwrap();
    let error = wxpay[REFUND].post(refund(1)).unwrap_err();
    assert_eq!((error.kind(), error.is_retryable(), error.outcome_unknown()), (ErrorKind::Sign, true, false));
    assert_eq!((error.attempts().len(), signer.asked()), (1, 1));
    let error = wxpay[REFUND].idempotent().retry(quick(3)).post(refund(1)).unwrap_err();
    assert_eq!((error.is_retryable(), error.attempts().len(), signer.asked()), (false, 2, 4));
    assert!(wxpay[REFUND].post(refund(1)).is_ok());
    assert_eq!(gateway.calls().len(), 1);
}

#[test]
fn what_else_a_signer_signs_says_too_whether_it_may_pass() {
    let gateway = Server::start().unwrap();
    let with = |errors: Vec<BoxError>| {
        gateway.merchant_builder().signer(Says::new(&gateway, errors)).auto_certificates().build().unwrap()
    };
    for (error, may_pass) in [(temporary as fn() -> BoxError, true), (|| "gone".into(), false)] {
        // The download of certificates that a call waits for.
        let of_download = with(vec![error()])[REFUND_1].get().unwrap_err();
        let of_parameters = block_on(with(vec![error()]).pay_params().jsapi_async("wx8", "wx2014")).unwrap_err();
        for error in [of_download, of_parameters] {
            let found = (error.kind(), error.is_retryable(), error.outcome_unknown());
            assert_eq!(found, (ErrorKind::Sign, may_pass, false), "{}", full(&error));
        }
    }
    assert!(gateway.calls().is_empty());
}
