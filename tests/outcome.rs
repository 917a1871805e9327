//! That `outcome_unknown()` is never false where the gateway may have acted: races, layers that lose or repeat things.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use support::{
    HOOK, HttpRequest as Request, PRESIGN, REFUND, REFUND_1, block_on, full, middleware, payload, presign, refund,
    token,
};
use tower::{ServiceExt as _, layer::layer_fn};
use wechatpay_chain::mock::{Fault, Server};
use wechatpay_chain::{Client, ErrorKind, Method, Stack, http, json};

#[test]
fn a_deadline_never_says_nothing_was_sent_about_what_arrived() {
    let (gateway, wxpay) = presign();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    never_claims_what_arrived(&runtime, &gateway, &wxpay);
    let (gateway, _) = presign();
    let driven = gateway.builder().runtime(runtime.handle().clone()).build().unwrap();
    never_claims_what_arrived(&runtime, &gateway, &driven);
}

fn never_claims_what_arrived(runtime: &tokio::runtime::Runtime, gateway: &Server, wxpay: &Client) {
    gateway.on(Method::POST, REFUND).reply(json!({"status": "PROCESSING"}));
    let claimed: Vec<u64> = runtime.block_on(async {
        let mut claimed = Vec::new();
        for round in 0..15 {
            let calls: Vec<_> = (0..60)
                .map(|n| {
                    let (id, chain) =
                        (round * 60 + n, wxpay.chain(REFUND).timeout(Duration::from_micros(500 + n * 400)));
                    tokio::spawn(async move { (id, chain.post_async(refund(id)).await) })
                })
                .collect();
            for call in calls {
                if let (id, Err(error)) = call.await.unwrap() {
                    assert!(matches!(error.kind(), ErrorKind::Timeout), "{}", full(&error));
                    claimed.extend((!error.outcome_unknown()).then_some(id));
                }
            }
        }
        claimed
    });
    // A call through the same client is answered after everything before it was read.
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
    let arrived: Vec<_> =
        gateway.calls().iter().filter_map(|call| call.json()["out_refund_no"].as_str()?.parse::<u64>().ok()).collect();
    let lies: Vec<_> = claimed.iter().filter(|id| arrived.contains(id)).collect();
    assert!(lies.is_empty(), "of {} said not to be sent, these arrived: {lies:?}", claimed.len());
}

#[test]
fn a_layer_that_loses_the_calls_state_does_not_hide_what_was_sent() {
    let rebuild = middleware(|request: Request, stack: Stack| async move {
        let (mut parts, body) = request.into_parts();
        parts.extensions = http::Extensions::new();
        stack.oneshot(Request::from_parts(parts, body)).await
    });
    for fault in
        [Fault::Reset, Fault::Truncated, Fault::Garbage, Fault::Oversized, Fault::Slow(Duration::from_secs(30))]
    {
        let gateway = Server::start().unwrap();
        gateway.on(Method::POST, REFUND).fault(fault);
        let timeout = if let Fault::Slow(_) = fault { 1 } else { 10 };
        let builder = gateway.builder().timeout(Duration::from_secs(timeout));
        let error = builder.layer(rebuild.clone()).build().unwrap().chain(REFUND).post(refund(1)).unwrap_err();
        assert!(error.outcome_unknown() && !error.is_retryable(), "{fault:?}: {}", full(&error));
        assert!(!error.to_string().contains("nothing was sent"), "{error}");
        assert_eq!(gateway.calls().len(), 1);
    }
}

#[test]
fn what_the_first_attempt_left_open_the_second_does_not_settle() {
    let twice = middleware(|request: Request, stack: Stack| async move {
        match stack.clone().oneshot(request.clone()).await {
            Ok(response) if response.status().is_success() => Ok(response),
            _ => stack.oneshot(request).await,
        }
    });
    let firsts: [fn(&Server); 3] = [
        |gateway| drop(gateway.on(Method::POST, REFUND).fault(Fault::Reset).times(1)),
        |gateway| drop(gateway.on(Method::POST, REFUND).fault(Fault::BadSignature).times(1)),
        |gateway| drop(gateway.on(Method::POST, REFUND).status(500, json!({"code": "SYSTEM_ERROR"})).times(1)),
    ];
    for first in firsts {
        for status in [400, 401, 404, 429] {
            let gateway = Server::start().unwrap();
            first(&gateway);
            gateway.on(Method::POST, REFUND).status(status, json!({"code": "X"}));
            let wxpay = gateway.builder().layer(twice.clone()).build().unwrap();
            let error = wxpay.chain(REFUND).post(refund(1)).unwrap_err();
            assert!(error.outcome_unknown() && !error.is_retryable(), "{status}: {}", full(&error));
            assert_eq!((error.attempts().len(), gateway.calls().len()), (2, 2));
        }
    }
    // Both settled: nothing is open.
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, REFUND).status(400, json!({"code": "PARAM_ERROR"}));
    let error = gateway.builder().layer(twice).build().unwrap().chain(REFUND).post(refund(1)).unwrap_err();
    assert!(!error.outcome_unknown());
}

#[test]
fn the_error_of_another_call_inside_a_layer_keeps_its_outcome() {
    let other = Server::start().unwrap();
    other.on(Method::POST, REFUND).fault(Fault::Reset);
    let inner: Client = other.client().unwrap();
    let failover = middleware(move |_, _| {
        let inner = inner.clone();
        async move {
            inner.chain(REFUND).post_async(refund(1)).await?;
            unreachable!("the other gateway resets")
        }
    });
    let gateway = Server::start().unwrap();
    let error = gateway.builder().layer(failover).build().unwrap().chain(REFUND).post(refund(1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(error.outcome_unknown() && !error.is_retryable());
    assert_eq!((error.attempts().len(), other.calls().len(), gateway.calls().len()), (1, 1, 0));
}

#[test]
fn a_sync_call_in_a_task_that_a_layer_spawned_ends() {
    let (gateway, plain) = presign();
    let spawning = middleware(move |request: Request, stack: Stack| {
        let plain = plain.clone();
        async move {
            let blocking = tokio::spawn(async move { token(plain[PRESIGN].post(payload())) });
            assert_eq!(blocking.await.unwrap(), "tk");
            stack.oneshot(request).await
        }
    });
    let wxpay = gateway.builder().layer(spawning).build().unwrap();
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
    assert_eq!(token(block_on(wxpay[PRESIGN].post_async(payload()))), "tk");
    assert_eq!(gateway.calls().len(), 4);
}

#[test]
fn a_layer_may_spawn_when_it_is_made() {
    let made = Arc::new(AtomicUsize::new(0));
    let spawning = {
        let made = Arc::clone(&made);
        layer_fn(move |stack: Stack| {
            let made = Arc::clone(&made);
            drop(tokio::spawn(async move { made.fetch_add(1, Ordering::SeqCst) }));
            stack
        })
    };
    let (gateway, _) = presign();
    let wxpay = gateway.builder().layer(spawning).build().unwrap();
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
    assert_eq!(made.load(Ordering::SeqCst), 1);
}

#[test]
fn exemption_belongs_to_the_request_that_goes_out_and_to_files_only() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, "v3/billdownload/file").fault(Fault::Unsigned).times(1);
    gateway.on(Method::GET, "v3/billdownload/file").status(403, json!({"code": "NO_AUTH"}));
    gateway.on(Method::GET, "v3/global/statements").status(400, json!({"code": "INVALID_REQUEST"}));
    gateway.on(Method::GET, HOOK).fault(Fault::Unsigned);
    let wxpay = gateway.client().unwrap();
    assert!(wxpay["v3/billdownload/file?token=x"].get().is_ok(), "a bill is not signed");
    assert!(wxpay["v3/billdownload/file?token=x"].get().unwrap_err().rejection().unwrap().is_verified());
    let refused = wxpay["v3/global/statements?date=20261121&mchid=1900000109"].get().unwrap_err();
    assert_eq!(refused.rejection().unwrap().code(), "INVALID_REQUEST");
    assert!(refused.rejection().unwrap().is_verified());

    let moved = middleware(|mut request: Request, stack: Stack| {
        let uri = request.uri().to_string().replace("v3/billdownload/file?token=x", HOOK);
        *request.uri_mut() = uri.parse().unwrap();
        stack.oneshot(request)
    });
    let wxpay = gateway.builder().layer(moved).build().unwrap();
    assert_eq!(wxpay["v3/billdownload/file?token=x"].get().unwrap_err().kind(), ErrorKind::Verify);
}

#[test]
fn the_answer_to_another_request_proves_nothing() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, REFUND_1).reply(json!({"state": "SUCCESS"}));
    let elsewhere = middleware(|mut request: Request, stack: Stack| {
        *request.method_mut() = Method::GET;
        let uri = request.uri().to_string().replace(REFUND, REFUND_1);
        *request.uri_mut() = uri.parse().unwrap();
        *request.body_mut() = Bytes::new();
        stack.oneshot(request)
    });
    let error = gateway.builder().layer(elsewhere).build().unwrap().chain(REFUND).post(refund(1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Middleware);
    assert!(error.outcome_unknown());
}

#[test]
fn overseas_statements_are_known_by_their_whole_path_too() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, "hk/v3/statements").reply(json!({}));
    let wxpay = gateway.builder().base_uri(format!("{}hk/", gateway.url())).build().unwrap();
    // The stand-in signs the body, not the digest: the rule of statements finds its header missing.
    let error = wxpay["v3/statements?date=20261121&mchid=1900000109"].get().unwrap_err();
    assert!(error.to_string().contains("lacks Wechatpay-Statement-Sha1"), "{error}");
}
