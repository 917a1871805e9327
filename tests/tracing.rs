//! What is told to `tracing`, and what never is.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls", feature = "tracing"))]

mod support;

use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::{HOOK, PRESIGN, payload};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use wechatpay_chain::mock::{Fault, Server};
use wechatpay_chain::{Method, Retry, json};

const OPENID: &str = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o";
const NAME: &str = "王小明";

/// Writes down all that is told.
#[derive(Clone, Default)]
struct Book(Arc<Mutex<Vec<String>>>, Arc<AtomicU64>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl Book {
    fn note(&self, start: String, record: impl FnOnce(&mut Line)) {
        let mut line = Line(start);
        record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl Subscriber for Book {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "wechatpay_chain"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.note(format!("SPAN {} {}", span.metadata().level(), span.metadata().name()), |line| span.record(line));
        Id::from_u64(self.1.fetch_add(1, Ordering::SeqCst) + 1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.note("RECORD".to_owned(), |line| values.record(line));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        assert!([Level::DEBUG, Level::WARN].contains(event.metadata().level()));
        self.note(format!("{}", event.metadata().level()), |line| event.record(line));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[test]
fn a_call_is_told_as_the_contract_says_and_its_values_are_not() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, "v3/offlineface/contracts/{openid}").fault(Fault::Reset).times(1);
    gateway.on(Method::GET, "v3/offlineface/contracts/{openid}").reply(json!({"name": NAME}));
    let body = json!({"code": "PARAM_ERROR", "message": NAME, "detail": {"value": OPENID}});
    gateway.on(Method::POST, PRESIGN).status(400, body);
    let wxpay = gateway.builder().retry(Retry::attempts(3).base(Duration::ZERO)).build().unwrap();
    let book = Book::default();
    tracing::subscriber::with_default(book.clone(), || {
        wxpay.chain(format!("v3/offlineface/contracts/{OPENID}")).query("appid", NAME).get().unwrap();
        let mut payload = payload();
        payload["business_name"] = json!(NAME);
        wxpay[PRESIGN].header("X-Name", "x-secret").post(payload).unwrap_err();
    });
    let lines = book.lines();
    let text = lines.join("\n");
    for secret in [OPENID, NAME, "x-secret", "signature", "WECHATPAY2"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    let has = |start: &str, parts: &[&str]| {
        let found = lines.iter().find(|line| line.starts_with(start) && parts.iter().all(|part| line.contains(part)));
        assert!(found.is_some(), "{start} {parts:?}\n{text}");
    };
    has(
        "SPAN INFO wechatpay.call",
        &["otel.kind=\"client\"", "http.request.method=GET", "url.template=v3/offlineface/contracts/{}"],
    );
    has("WARN", &["attempt", "error.type=\"Transport\"", "server.address=\"127.0.0.1:", "wechatpay.duration_ms="]);
    has(
        "DEBUG",
        &["attempt", "http.response.status_code=200", "wechatpay.request_id=\"08MOCK", "wechatpay.verified=true"],
    );
    has("RECORD", &["wechatpay.attempts=2"]);
    has("SPAN INFO wechatpay.call", &["http.request.method=POST", "url.template=v3/offlineface/contracts/presign"]);
    has(
        "WARN",
        &[
            "attempt",
            "http.response.status_code=400",
            "wechatpay.code=\"PARAM_ERROR\"",
            "error.type=\"Rejected\"",
            "wechatpay.verified=true",
        ],
    );
    has("RECORD", &["wechatpay.outcome_unknown=false"]);
}

#[test]
fn no_value_in_a_path_made_at_run_time_is_told() {
    // Paths that no endpoint has are told too.
    let gateway = Server::builder().lenient().start().unwrap();
    let wxpay = gateway.client().unwrap();
    let values = [
        "zhangsan",
        "alice",
        "Alice",
        "ALICE",
        "13800000000",
        "oupf8umuajo",
        OPENID,
        "zhang.san",
        "zhang-san",
        "native-app",
        "a%20b",
        "%E5%BC%A0%E4%B8%89",
        "order-20261121",
        "wx8888888888888888",
    ];
    for value in values {
        let book = Book::default();
        tracing::subscriber::with_default(book.clone(), || {
            let id = wxpay.chain(format!("v3/pay/transactions/id/{value}")).get();
            wxpay.chain("v3/pay/transactions").chain(format!("{value}/close")).post(json!({})).unwrap_err();
            let by_arg = wxpay.chain("v3/pay/transactions/id").arg(value).query("mchid", value).get();
            let template = &wxpay["v3/pay/transactions/id/{transaction_id}{?mchid}"];
            let by_var = template.var("transaction_id", value).var("mchid", value).get();
            assert!(id.is_ok() && by_arg.is_ok() && by_var.is_ok(), "answered by examples");
            wxpay
                .download_url(format!("{}v3/merchant-service/images/{value}?token={value}", gateway.url()))
                .unwrap()
                .to_writer(std::io::sink())
                .unwrap_err();
        });
        let text = book.lines().join("\n");
        assert!(!text.contains(value), "{value}: {text}");
        for template in [
            "v3/pay/transactions/id/{} ",
            "v3/pay/transactions/{}/close ",
            "v3/pay/transactions/id/{transaction_id} ",
            "/v3/merchant-service/images/{} ",
        ] {
            assert!(text.contains(&format!("url.template={template}")), "{template}: {text}");
        }
    }
}

#[test]
fn a_write_that_is_dropped_after_it_was_sent_is_told() {
    let gateway = Server::start().unwrap();
    for method in [Method::POST, Method::GET] {
        gateway.on(method, HOOK).fault(Fault::Slow(Duration::from_secs(30)));
    }
    let wxpay = gateway.client().unwrap();
    let book = Book::default();
    let _told = tracing::subscriber::set_default(book.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        for call in [wxpay[HOOK].get_async(), wxpay[HOOK].post_async(json!({"url": NAME}))] {
            let before = gateway.calls().len();
            let mut call = Box::pin(call);
            let arrived = async {
                while gateway.calls().len() == before {
                    tokio::task::yield_now().await;
                }
            };
            tokio::select! {
                result = &mut call => panic!("{result:?}"),
                () = arrived => {}
            }
        }
    });
    let dropped: Vec<_> = book.lines().into_iter().filter(|line| line.contains("dropped after it was sent")).collect();
    assert_eq!(dropped.len(), 1, "a read leaves nothing open: {dropped:?}");
    assert!(
        dropped[0].starts_with("WARN")
            && dropped[0].contains("url.template=v3/merchant-service/complaint-notifications"),
        "{dropped:?}"
    );
}
