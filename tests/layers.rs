//! Middleware around the stack, layers on their own, remote signers and verifiers; and that nothing forges a proof.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use support::{
    HOOK, HttpRequest as Request, HttpResponse as Response, PRESIGN, block_on, full, middleware, payload, presign,
    token,
};
use tower::{Layer as _, Service, ServiceBuilder, ServiceExt as _, service_fn};
use wechatpay_chain::mock::{Fault, Server};
use wechatpay_chain::{
    BoxError, Client, Error, ErrorKind, HyperService, Method, PrivateKey, PublicKey, Signer, Stack, Verifier, http,
    json,
};

#[test]
fn the_first_layer_is_outermost_and_all_are_outside_the_signature() {
    let (gateway, _) = presign();
    let order = Arc::new(Mutex::new(Vec::new()));
    let layer = |name: &'static str| {
        let order = Arc::clone(&order);
        middleware(move |mut request: Request, stack: Stack| {
            order.lock().unwrap().push(name);
            assert!(!request.headers().contains_key("authorization"));
            request.headers_mut().append("x-passed", name.parse().unwrap());
            stack.oneshot(request)
        })
    };
    let wxpay = gateway.builder().layer(layer("first")).layer(layer("second")).build().unwrap();
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
    assert_eq!(*order.lock().unwrap(), ["first", "second"]);
    let calls = gateway.calls();
    let passed: Vec<_> = calls[0].headers().get_all("x-passed").iter().collect();
    assert_eq!(passed, ["first", "second"]);
}

#[test]
fn a_retry_in_a_layer_signs_anew() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, "v3/certificates").status(500, json!({"code": "SYSTEM_ERROR"})).times(2);
    gateway.on(Method::GET, "v3/certificates").reply(json!({"data": []}));
    let retry = middleware(|request: Request, stack: Stack| async move {
        loop {
            let response = stack.clone().oneshot(request.clone()).await?;
            if !response.status().is_server_error() {
                return Ok(response);
            }
        }
    });
    let wxpay = gateway.builder().layer(retry).build().unwrap();
    let response = wxpay["v3/certificates"].get().unwrap();
    assert_eq!(response.attempts().len(), 3);
    assert_eq!(response.attempts()[1].status().unwrap(), 500);
    let calls = gateway.calls();
    let signatures: HashSet<_> = calls.iter().map(|call| call.headers()["authorization"].clone()).collect();
    assert_eq!(signatures.len(), 3, "every attempt has its own nonce and signature");
}

#[test]
fn errors_of_layers_are_named_and_ours_are_unboxed() {
    let (gateway, _) = presign();
    let foreign = middleware(|_, _| async { Err("quota exhausted".into()) });
    let wxpay = gateway.builder().layer(foreign).build().unwrap();
    let error = wxpay[PRESIGN].post(payload()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Middleware);
    assert!(full(&error).ends_with("a layer of the application failed: quota exhausted"), "{}", full(&error));
    assert!(error.outcome_unknown() && !error.is_retryable());
    assert!(!wxpay[PRESIGN].get().unwrap_err().outcome_unknown());

    gateway.on(Method::GET, HOOK).fault(Fault::Unsigned);
    let pass = middleware(|request, stack| stack.oneshot(request));
    let wxpay = gateway.builder().layer(pass).build().unwrap();
    assert_eq!(wxpay[HOOK].get().unwrap_err().kind(), ErrorKind::Verify);
}

#[test]
fn no_layer_can_make_an_answer_look_verified() {
    let (gateway, _) = presign();
    let changed_body = middleware(|request, stack| async move {
        let mut response = stack.oneshot(request).await?;
        *response.body_mut() = Bytes::from_static(br#"{"presign_token":"forged"}"#);
        Ok(response)
    });
    let changed_status = middleware(|request, stack| async move {
        let mut response = stack.oneshot(request).await?;
        *response.status_mut() = http::StatusCode::CREATED;
        Ok(response)
    });
    let invented = middleware(|_, _| async { Ok(Response::new(Bytes::from_static(b"{}"))) });
    let lost = middleware(|request: Request, stack: Stack| async move {
        let (mut parts, body) = request.into_parts();
        parts.extensions = http::Extensions::new();
        stack.oneshot(Request::from_parts(parts, body)).await
    });
    let earlier: Arc<Mutex<Option<Response>>> = Arc::default();
    let replayed = middleware(move |request, stack| {
        let earlier = Arc::clone(&earlier);
        async move {
            if let Some(response) = earlier.lock().unwrap().clone() {
                return Ok(response);
            }
            let response = stack.oneshot(request).await?;
            *earlier.lock().unwrap() = Some(response.clone());
            Ok(response)
        }
    });
    let builders = [
        gateway.builder().layer(changed_body),
        gateway.builder().layer(changed_status),
        gateway.builder().layer(invented),
        gateway.builder().layer(lost),
    ];
    for builder in builders {
        let error = builder.build().unwrap()[PRESIGN].post(payload()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Middleware);
        assert!(error.outcome_unknown() && error.to_string().contains("nothing is verified"), "{error}");
    }
    let wxpay = gateway.builder().layer(replayed).build().unwrap();
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
    assert_eq!(wxpay[PRESIGN].post(payload()).unwrap_err().kind(), ErrorKind::Middleware);
}

#[test]
fn a_refusal_that_a_layer_made_up_is_not_verified() {
    let (gateway, _) = presign();
    let invented = middleware(|_, _| async {
        Ok(http::Response::builder().status(400).body(Bytes::from_static(br#"{"code":"PARAM_ERROR"}"#)).unwrap())
    });
    let error = gateway.builder().layer(invented).build().unwrap()[PRESIGN].post(payload()).unwrap_err();
    assert!(!error.rejection().unwrap().is_verified() && error.outcome_unknown());
}

#[test]
fn the_layers_stand_alone() {
    let (gateway, wxpay) = presign();
    let stack = ServiceBuilder::new()
        .layer(wxpay.sign_layer().unwrap())
        .layer(wxpay.verify_layer().unwrap())
        .service(HyperService::new().unwrap());
    let request = wxpay[PRESIGN].to_request(Method::POST, payload()).unwrap();
    let response = block_on(stack.clone().oneshot(request.clone())).unwrap();
    assert_eq!(response.body(), r#"{"presign_token":"tk"}"#);

    gateway.on(Method::GET, HOOK).fault(Fault::BadSignature);
    let request = wxpay[HOOK].to_request(Method::GET, ()).unwrap();
    let error = block_on(stack.oneshot(request)).unwrap_err();
    assert_eq!(error.downcast::<Error>().unwrap().kind(), ErrorKind::Verify);

    // The verifying layer over any other service: an answer nobody signed does not pass.
    let fake = service_fn(|_: Request| async { Ok::<_, BoxError>(Response::new(Bytes::from_static(b"{}"))) });
    let mut service = wxpay.verify_layer().unwrap().layer(fake);
    let request = wxpay[HOOK].to_request(Method::GET, ()).unwrap();
    assert!(block_on(service.call(request)).is_err());
}

/// A signer in another place, with a log.
struct Remote {
    key: PrivateKey,
    calls: Arc<AtomicUsize>,
}

impl Signer for Remote {
    async fn sign(&self, message: Bytes) -> Result<Vec<u8>, BoxError> {
        tokio::task::yield_now().await;
        self.calls.fetch_add(1, Ordering::SeqCst);
        Ok(self.key.sign(&message)?)
    }
}

impl Verifier for Remote {
    async fn verify(&self, serial: &str, message: Bytes, signature: Bytes) -> Result<bool, BoxError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        match serial.starts_with("PUB_KEY_ID_") {
            true => Ok(self.key.public_key()?.verify(&message, &signature)),
            false => Err("unknown serial".into()),
        }
    }
}

/// Asks the platform's public key, as a remote verifier would.
struct Asked(PublicKey);

impl Verifier for Asked {
    async fn verify(&self, serial: &str, message: Bytes, signature: Bytes) -> Result<bool, BoxError> {
        match serial.len() > "PUB_KEY_ID_0".len() {
            true => Ok(self.0.verify(&message, &signature)),
            false => Err("no such key".into()),
        }
    }
}

fn variable(gateway: &Server, name: &str) -> String {
    gateway.env().into_iter().find(|(known, _)| *known == name).unwrap().1
}

#[test]
fn remote_signers_and_verifiers_take_the_place_of_the_keys() {
    let (gateway, local) = presign();
    let calls = Arc::new(AtomicUsize::new(0));
    let key = PrivateKey::from_pem(variable(&gateway, "WECHATPAY_PRIVATE_KEY")).unwrap();
    let platform = PublicKey::from_pem(variable(&gateway, "WECHATPAY_PUBLIC_KEY")).unwrap();
    let wxpay = Client::builder()
        .mchid(local.mchid())
        .serial(local.serial())
        .signer(Remote { key, calls: Arc::clone(&calls) })
        .verifier(Asked(platform))
        .base_uri(gateway.url())
        .build()
        .unwrap();
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    assert!(!gateway.calls()[0].headers().contains_key("wechatpay-serial"), "no key is held that could be named");

    for (fault, expected) in [
        (Fault::BadSignature, "does not match"),
        (Fault::UnknownSerial, "no such key"),
        (Fault::NotBase64, "not base64"),
    ] {
        gateway.on(Method::GET, HOOK).fault(fault);
        let error = wxpay[HOOK].get().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verify);
        assert!(full(&error).contains(expected), "{}", full(&error));
    }
}

#[test]
fn a_verifier_that_says_no_is_believed() {
    let (gateway, local) = presign();
    let calls = Arc::new(AtomicUsize::new(0));
    // The merchant's key verifies nothing that the platform signed.
    let key = PrivateKey::from_pem(variable(&gateway, "WECHATPAY_PRIVATE_KEY")).unwrap();
    let wxpay = gateway.builder().verifier(Remote { key, calls: Arc::clone(&calls) }).build().unwrap();
    let error = wxpay[PRESIGN].post(payload()).unwrap_err();
    assert!(error.kind() == ErrorKind::Verify && error.outcome_unknown());
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    assert_eq!(token(local[PRESIGN].post(payload())), "tk");
}
