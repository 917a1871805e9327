//! Every fault of the stand-in, by every kind of verb, blocking and asynchronous: the kind, what is known, and in time.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::fmt::Write as _;
use std::thread;
use std::time::{Duration, Instant};

use support::{EMPTY, HOOK, REFUND, REFUND_1, block_on, full, hook, refund};
use wechatpay_chain::mock::{Fault, Server};
use wechatpay_chain::{Chain, Client, ErrorKind, Method, Response, Result, Retry, json};

/// For the fault that is meant to run into it; the others have their verdict long before ten seconds.
const SHORT: Duration = Duration::from_secs(2);
const LONG: Duration = Duration::from_secs(10);

/// The fault, its kind, whether a write's outcome is then unknown, and what the error must say.
const FAULTS: [(Fault, ErrorKind, &str); 14] = [
    (Fault::BadSignature, ErrorKind::Verify, "does not match the key PUB_KEY_ID_"),
    (Fault::NotBase64, ErrorKind::Verify, "not base64"),
    (
        Fault::Unsigned,
        ErrorKind::Verify,
        "lacks Wechatpay-Serial, Wechatpay-Timestamp, Wechatpay-Nonce, Wechatpay-Signature",
    ),
    (Fault::Stale, ErrorKind::Verify, "s behind the local clock"),
    (Fault::Future, ErrorKind::Verify, "s ahead of the local clock"),
    (Fault::UnknownSerial, ErrorKind::Verify, "this client holds PUB_KEY_ID_"),
    (Fault::Probe, ErrorKind::Verify, "WECHATPAY/SIGNTEST/"),
    (Fault::Reset, ErrorKind::Transport, "broke before an answer"),
    (Fault::Truncated, ErrorKind::Transport, "broke off in its body"),
    (Fault::Garbage, ErrorKind::Transport, "broke before an answer"),
    (Fault::Oversized, ErrorKind::Transport, "longer than 16777216 bytes"),
    (Fault::Html, ErrorKind::Rejected, "502 Bad Gateway and 37 bytes of a web page: \"<html>"),
    (Fault::Redirect, ErrorKind::Rejected, "302 Found"),
    (Fault::Slow(Duration::from_secs(30)), ErrorKind::Timeout, "no answer within 2s"),
];

fn client(gateway: &Server, timeout: Duration) -> Client {
    gateway.builder().timeout(timeout).retry(Retry::attempts(3).base(Duration::from_millis(1))).build().unwrap()
}

/// An endpoint with `PATCH`, of which a body may leave out everything.
const STORE: &str = "v3/merchant-store/stores/1";

/// A name, and the call itself.
type Verb = (&'static str, fn(&Client) -> Result<Response>);

fn chain(wxpay: &Client, path: &str) -> Chain {
    let chain = wxpay.chain(path);
    if wxpay.hosts()[0].uri().starts_with("https") { chain.mtls() } else { chain }
}

/// The calls that a fault is tried with: a read, writes with and without a body, and an idempotent one.
const VERBS: [Verb; 12] = [
    ("GET", |wxpay| chain(wxpay, REFUND_1).get()),
    ("GET async", |wxpay| block_on(chain(wxpay, REFUND_1).get_async())),
    ("POST", |wxpay| chain(wxpay, REFUND).post(refund(1))),
    ("POST async", |wxpay| block_on(chain(wxpay, REFUND).post_async(refund(1)))),
    ("POST empty", |wxpay| chain(wxpay, EMPTY).post(())),
    ("DELETE", |wxpay| chain(wxpay, HOOK).delete()),
    ("DELETE async", |wxpay| block_on(chain(wxpay, HOOK).delete_async())),
    ("PUT", |wxpay| chain(wxpay, HOOK).put(hook())),
    ("PATCH", |wxpay| chain(wxpay, STORE).patch(json!({"sub_mchid": "1900000110"}))),
    ("PATCH async", |wxpay| block_on(chain(wxpay, STORE).patch_async(json!({"sub_mchid": "1900000110"})))),
    ("idempotent", |wxpay| chain(wxpay, REFUND).idempotent().post(refund(1))),
    ("idempotent async", |wxpay| block_on(chain(wxpay, REFUND).idempotent().post_async(refund(1)))),
];

/// One after another; or at once, because those that wait for their deadline would else wait twelve times.
fn results(wxpay: &Client, at_once: bool) -> Vec<Result<Response>> {
    if !at_once {
        return VERBS.iter().map(|(_, call)| call(wxpay)).collect();
    }
    thread::scope(|scope| {
        let calls = VERBS.map(|(_, call)| scope.spawn(move || call(wxpay)));
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    })
}

/// One row of the table: what each verb's error is, by one letter for its kind, `?` where the outcome is unknown, and the attempts.
fn row(fault: Fault, kind: ErrorKind, text: &str, gateway: &Server) -> String {
    for (method, path) in [
        (Method::GET, REFUND_1),
        (Method::POST, REFUND),
        (Method::POST, EMPTY),
        (Method::DELETE, HOOK),
        (Method::PUT, HOOK),
        (Method::PATCH, STORE),
    ] {
        gateway.on(method, path).fault(fault);
    }
    let slow = matches!(fault, Fault::Slow(_));
    let timeout = if slow { SHORT } else { LONG };
    let (started, mut line, mut sent) = (Instant::now(), String::new(), 0);
    let results = results(&client(gateway, timeout), slow);
    // The answer that is too late would come after thirty seconds.
    let limit = if slow { timeout + Duration::from_secs(10) } else { timeout * 12 };
    assert!(started.elapsed() < limit, "{fault:?}");
    for ((verb, _), result) in VERBS.iter().zip(results) {
        let error = result.unwrap_err();
        let what = format!("{fault:?} {verb}: {}", full(&error));
        let repeatable = verb.starts_with("GET") || verb.starts_with("idempotent");
        let unknown = !verb.starts_with("GET") && fault != Fault::Redirect;
        // A deadline leaves no time for another attempt, and a redirect would come again.
        let attempts = if repeatable && !slow && fault != Fault::Redirect { 3 } else { 1 };
        assert_eq!(error.kind(), kind, "{what}");
        assert!(error.to_string().contains(text), "{what}");
        assert_eq!(error.outcome_unknown(), unknown, "{what}");
        assert_eq!(error.to_string().starts_with("outcome unknown, query before repeating: "), unknown, "{what}");
        assert_eq!(error.is_retryable(), fault != Fault::Redirect && repeatable, "{what}");
        assert_eq!(error.attempts().len(), attempts, "{what}");
        assert!(error.attempts().iter().all(|attempt| gateway.url().contains(attempt.host())), "{what}");
        sent += attempts;
        write!(line, " {kind:?}{}{attempts}", if unknown { '?' } else { ' ' }).unwrap();
    }
    assert_eq!(gateway.calls().len(), sent, "nothing is sent that no attempt tells of: {fault:?}");
    line
}

/// `cargo test --all-features --test faults -- --nocapture` prints the table.
#[test]
fn each_fault_is_what_it_is_and_in_time() {
    let mut table = String::new();
    for (fault, kind, text) in FAULTS {
        for (wire, gateway) in [("plain", Server::start().unwrap()), ("TLS", Server::start_mtls().unwrap())] {
            let line = row(fault, kind, text, &gateway);
            let name = format!("{fault:?}");
            let name = name.split('(').next().unwrap();
            writeln!(table, "{name:<13} {wire:<5}{line}").unwrap();
        }
    }
    println!(
        "fault         wire       GET GET async      POST POST async POST empty DELETE DELETE async PUT PATCH PATCH async idempotent (twice)\n{table}"
    );
}

#[test]
fn a_refusal_tells_what_the_gateway_said() {
    let gateway = Server::start().unwrap();
    let detail = json!({"field": "/amount/total", "issue": "must be a number", "location": "body"});
    let body = json!({"code": "PARAM_ERROR", "message": "参数错误", "detail": detail});
    gateway.on(Method::POST, REFUND).status(400, body.clone());
    let error = client(&gateway, LONG).chain(REFUND).post(refund(1)).unwrap_err();
    let rejection = error.rejection().unwrap();
    assert_eq!((rejection.status().as_u16(), rejection.code(), rejection.message()), (400, "PARAM_ERROR", "参数错误"));
    assert_eq!(rejection.detail(), Some(&detail));
    assert_eq!(rejection.body(), serde_json::to_vec(&body).unwrap());
    assert!(rejection.is_verified() && rejection.is("paramerror"));
    assert!(!error.outcome_unknown() && !error.is_retryable());
    assert_eq!(error.request_id(), rejection.request_id());
    assert!(error.request_id().unwrap().starts_with("08MOCK"));
    let said = "PARAM_ERROR 参数错误 (field /amount/total in body: must be a number)";
    let expected = format!("the gateway refused with 400 Bad Request: {said} (Request-ID 08MOCK");
    assert!(error.to_string().starts_with(&expected), "{error}");
    let attempt = &error.attempts()[0];
    assert_eq!((attempt.status().unwrap().as_u16(), attempt.request_id()), (400, error.request_id()));
    assert!(attempt.elapsed() > Duration::ZERO);
}

#[test]
fn the_code_decides_before_the_status() {
    let gateway = Server::start().unwrap();
    let rows = [
        (500, "SYSTEM_ERROR", true),
        (400, "BANKERROR", true),
        (500, "OPENID_MISMATCH", false),
        (403, "NOT_ENOUGH", false),
        (429, "FREQUENCY_LIMITED", false),
        (503, "SERVICE_UNAVAILABLE", true),
    ];
    for (status, code, unknown) in rows {
        gateway.on(Method::POST, REFUND).status(status, json!({"code": code, "message": "m"}));
        let error = client(&gateway, LONG).chain(REFUND).post(refund(1)).unwrap_err();
        assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Rejected, unknown), "{status} {code}");
    }
}

#[test]
fn accepted_and_empty_answers_are_responses() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::POST, REFUND).status(202, json!({"code": "USERPAYING"})).times(1);
    gateway.on(Method::POST, REFUND).reply(());
    let wxpay = client(&gateway, LONG);
    let pending = wxpay.chain(REFUND).post(refund(1)).unwrap();
    assert!(pending.is_pending() && pending.get::<String>("/code").unwrap() == "USERPAYING");
    let closed = wxpay.chain(REFUND).post(refund(1)).unwrap();
    assert_eq!((closed.status().as_u16(), closed.value().unwrap()), (204, json!(null)));
    assert_eq!(closed.attempts()[0].status(), Some(closed.status()));
    assert!(closed.request_id().unwrap().starts_with("08MOCK"));
    assert_eq!(closed.headers()["wechatpay-signature-type"], "WECHATPAY2-SHA256-RSA2048");
}
