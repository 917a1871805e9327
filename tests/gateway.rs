//! The stand-in gateway is as strict as the real one, and does what it is told.
#![cfg(all(feature = "async", feature = "mock", feature = "sync", feature = "tls"))]

mod support;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;

use support::{EMPTY, HOOK, PRESIGN, hook, payload, presign, read_request, token};
use wechatpay_chain::mock::{Fault, Reply, Server, Validity};
use wechatpay_chain::{Client, ErrorKind, Method, PrivateKey, Value, http, json};

/// Sends a request text as it is and gives the status and the JSON of the answer.
fn send(gateway: &Server, request: &str) -> (u16, Value) {
    let address = gateway.url().trim_start_matches("http://").trim_end_matches('/').to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    write!(stream, "{request}").unwrap();
    let answer = read_request(&mut stream);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.to_ascii_lowercase().contains("wechatpay-signature: "), "every answer is signed: {head}");
    (head.split(' ').nth(1).unwrap().parse().unwrap(), serde_json::from_str(body).unwrap_or_default())
}

/// A `GET` whose `Authorization` is right but for what `change` does to its text.
fn request(gateway: &Server, time: i64, nonce: &str, change: impl Fn(String) -> String, headers: &str) -> String {
    let env: BTreeMap<_, _> = gateway.env().into_iter().collect();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let time = now.checked_add_signed(time).unwrap();
    let message = format!("GET\n/v3/certificates\n{time}\n{nonce}\n\n");
    let key = PrivateKey::from_pem(&env["WECHATPAY_PRIVATE_KEY"]).unwrap();
    let signature = base64(&key.sign(message.as_bytes()).unwrap());
    let (mchid, serial) = (&env["WECHATPAY_MCHID"], &env["WECHATPAY_SERIAL"]);
    let authorization = change(format!(
        "WECHATPAY2-SHA256-RSA2048 mchid=\"{mchid}\",nonce_str=\"{nonce}\",timestamp=\"{time}\",serial_no=\"{serial}\",signature=\"{signature}\""
    ));
    let host = "host: x\r\ncontent-length: 0\r\n";
    format!("GET /v3/certificates HTTP/1.1\r\n{host}{headers}authorization: {authorization}\r\n\r\n")
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |chunk: &[u8]| {
        let bits = chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        let digit = |place: usize| char::from(ALPHABET[(bits >> (18 - 6 * place)) as usize & 63]);
        (0..4).map(|place| if place <= chunk.len() { digit(place) } else { '=' }).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

const HEADERS: &str = "accept: application/json\r\nuser-agent: test\r\n";

#[test]
fn a_right_request_is_accepted_and_each_wrong_one_refused() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, "v3/certificates").reply(json!({"data": []}));
    let same = |text: String| text;
    assert_eq!(send(&gateway, &request(&gateway, 0, "n1", same, HEADERS)), (200, json!({"data": []})));
    let replace = |from: &'static str, to: &'static str| move |text: String| text.replace(from, to);
    for (request, expected) in [
        (request(&gateway, 0, "n1", same, HEADERS), "nonce_str was used before"),
        (request(&gateway, 0, &"n".repeat(33), same, HEADERS), "nonce_str must have 1 to 32 characters"),
        (request(&gateway, -301, "n2", same, HEADERS), "more than 5 minutes off"),
        (request(&gateway, 310, "n3", same, HEADERS), "more than 5 minutes off"),
        (request(&gateway, 0, "n4", replace("SHA256-RSA2048", "SM2-WITH-SM3"), HEADERS), "the scheme is not"),
        (request(&gateway, 0, "n5", replace("1900000109", "1900000110"), HEADERS), "mchid is not"),
        (request(&gateway, 0, "n6", replace("3775B6A4", "3775B6A5"), HEADERS), "serial_no is not"),
        (request(&gateway, 0, "n7", replace(",serial_no=", ",serial="), HEADERS), "unknown item"),
        (request(&gateway, 0, "n8", replace("mchid=", "nonce_str=\"x\",mchid="), HEADERS), "stands twice"),
        (
            request(&gateway, 0, "n9", |text| text.split(",signature").next().unwrap().to_owned(), HEADERS),
            "lacks one of",
        ),
        (request(&gateway, 0, "n10", replace("signature=\"", "signature=\"*"), HEADERS), "not base64"),
        (request(&gateway, 0, "n11", replace("n11", "n12"), HEADERS), "sign not match"),
        (request(&gateway, 0, "n13", |_| String::new(), HEADERS), "has no items"),
        (request(&gateway, 0, "n14", replace("\"", ""), HEADERS), "not in quotes"),
    ] {
        let (status, body) = send(&gateway, &request);
        assert_eq!((status, body["code"].as_str()), (401, Some("SIGN_ERROR")), "{expected}: {body}");
        assert!(body["message"].as_str().unwrap().contains(expected), "{expected}: {body}");
        let information = &body["detail"]["sign_information"];
        assert_eq!((&information["method"], &information["url"]), (&json!("GET"), &json!("/v3/certificates")));
        assert!(information["truncated_sign_message"].as_str().unwrap().starts_with("GET\n/v3/certificates\n"));
    }
    for (headers, expected) in [
        ("user-agent: t\r\n", "Accept"),
        ("accept: text/html\r\nuser-agent: t\r\n", "Accept"),
        ("accept: */*\r\n", "User-Agent"),
    ] {
        let (status, body) = send(&gateway, &request(&gateway, 0, &format!("h{}", headers.len()), same, headers));
        assert_eq!((status, &body["detail"]["field"]), (400, &json!(expected)));
    }
    assert_eq!(gateway.calls().len(), 18, "refused requests are noted too");
}

#[test]
fn a_wrong_key_is_a_verified_401_that_did_nothing() {
    let (gateway, wxpay) = presign();
    let mut other = gateway.builder().serial("ABCDEF").build().unwrap()[PRESIGN].post(payload()).unwrap_err();
    let rejection = other.rejection().unwrap();
    assert!(rejection.is_verified() && rejection.is("SIGN_ERROR") && !other.outcome_unknown() && !other.is_retryable());
    other = wxpay.chain(PRESIGN).header("Content-Type", "text/plain").post(payload()).unwrap_err();
    assert_eq!(other.rejection().unwrap().detail().unwrap()["field"], "Content-Type");
}

#[test]
fn routes_answer_in_order_and_run_out() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    gateway.on(Method::GET, "v3/pay/transactions/id/{id}").reply(json!({"trade_state": "NOTPAY"})).times(1);
    gateway.on(Method::GET, "v3/pay/transactions/id/{id}").reply_with(
        |call| json!({"transaction_id": call.variable("id"), "query": call.query(), "method": call.method().as_str()}),
    );
    gateway.on(Method::POST, EMPTY).reply((http::StatusCode::CREATED, json!({})));
    let order = wxpay.chain("v3/pay/transactions/id/{id}").var("id", "42").query("mchid", "1900000109");
    assert_eq!(order.get().unwrap().get::<String>("/trade_state").unwrap(), "NOTPAY");
    let second = order.get().unwrap().value().unwrap();
    assert_eq!(second, json!({"transaction_id": "42", "query": "mchid=1900000109", "method": "GET"}));
    assert_eq!(wxpay[EMPTY].post(json!({})).unwrap().status(), 201);
    // A file nobody has said anything of.
    let error = wxpay["v3/billdownload/file?token=x"].get().unwrap_err();
    assert!(error.to_string().contains("the stand-in has no answer for GET /v3/billdownload/file"), "{error}");
    assert_eq!(error.rejection().unwrap().code(), "NOT_FOUND");
    let calls = gateway.calls();
    assert_eq!(
        calls.iter().map(wechatpay_chain::mock::Call::path).collect::<Vec<_>>()[2..],
        ["/v3/ecommerce/applyments/1/revoke", "/v3/billdownload/file"]
    );
    assert_eq!((calls[2].body().as_ref(), calls[2].json()), (&b"{}"[..], &json!({})));
}

#[test]
fn a_later_route_wins_and_limited_ones_take_turns_before_it() {
    let gateway = Server::start().unwrap();
    let wxpay = gateway.client().unwrap();
    let on = |path: &str| gateway.on(Method::GET, path.to_owned());
    let told = |path: &str| {
        wxpay
            .chain(path)
            .get()
            .map_or_else(|error| format!("{:?}", error.kind()), |response| response.get("/n").unwrap())
    };
    on(HOOK).reply(json!({"n": "set-up"}));
    on("/v3/merchant-service/complaint-notifications").reply(json!({"n": "test"}));
    assert_eq!([told(HOOK), told(HOOK)], ["test", "test"]);
    on(HOOK).fault(Fault::Redirect).times(1);
    on(HOOK).reply(json!({"n": "once"})).times(2);
    assert_eq!([(); 4].map(|()| told(HOOK)), ["Rejected", "once", "once", "test"]);
    on(HOOK).reply(json!({"n": "never"})).times(0);
    on(HOOK).reply(json!({"n": "last"}));
    assert_eq!(told(HOOK), "last");
    // The one written out is another endpoint, whichever was given first.
    on("v3/refund/domestic/refunds/A1").reply(json!({"n": "A1"}));
    on("v3/refund/domestic/refunds/{no}").reply(json!({"n": "any"}));
    on("v3/refund/domestic/refunds/A2").reply(json!({"n": "A2"}));
    assert_eq!(
        ["v3/refund/domestic/refunds/A1", "v3/refund/domestic/refunds/A2", "v3/refund/domestic/refunds/A3"].map(told),
        ["A1", "A2", "any"]
    );
    on("v3/refund/domestic/refunds/{other}").reply(json!({"n": "another"}));
    assert_eq!(told("v3/refund/domestic/refunds/A3"), "another");
    // Another verb is another endpoint.
    gateway.on(Method::POST, HOOK).reply(json!({"n": "post"}));
    assert_eq!(told(HOOK), "last");
}

#[test]
fn reset_forgets_routes_calls_and_faults() {
    let (gateway, wxpay) = presign();
    gateway.bills(3);
    gateway.issue_certificate(Validity::Now).unwrap();
    let request = request(&gateway, 0, "n1", |text| text, HEADERS);
    assert_eq!(send(&gateway, &request).0, 200);
    gateway.on(Method::POST, PRESIGN).fault(Fault::Unsigned);
    assert_eq!(wxpay[PRESIGN].post(payload()).unwrap_err().kind(), ErrorKind::Verify);
    gateway.reset();
    assert!(gateway.calls().is_empty());
    for response in [wxpay[PRESIGN].post(payload()), wxpay["v3/bill/tradebill?bill_date=2026-11-21"].get()] {
        assert_eq!(response.unwrap().headers()["mock-example"], "1");
    }
    assert_eq!(send(&gateway, &request).0, 404, "no nonce was seen, and there are no certificates");
    gateway.on(Method::POST, PRESIGN).reply(json!({"presign_token": "again"}));
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "again");
    assert_eq!(gateway.calls().len(), 4);
}

#[test]
fn answers_that_have_no_body_are_signed_without_one() {
    // No endpoint has HEAD.
    let gateway = Server::builder().lenient().start().unwrap();
    let wxpay = gateway.client().unwrap();
    gateway.on(Method::GET, HOOK).status(204, json!({"never": "sent"}));
    gateway.on(Method::HEAD, HOOK).reply(json!({"never": "sent"}));
    gateway.on(Method::POST, HOOK).status(304, json!({}));
    assert_eq!(wxpay[HOOK].get().unwrap().status(), 204);
    assert_eq!(wxpay[HOOK].send(Method::HEAD, ()).unwrap().bytes().len(), 0);
    assert!(wxpay[HOOK].post(hook()).unwrap_err().rejection().unwrap().is_verified());
}

#[test]
fn a_panic_in_a_reply_surfaces_in_the_test() {
    let gateway = Server::start().unwrap();
    gateway.on(Method::GET, HOOK).reply_with(|_| -> Reply { panic!("the amount is wrong") });
    let error = gateway.client().unwrap()[HOOK].get().unwrap_err();
    assert_eq!(error.rejection().unwrap().code(), "MOCK_PANICKED");
    let panic = catch_unwind(AssertUnwindSafe(|| drop(gateway))).unwrap_err();
    assert_eq!(*panic.downcast_ref::<&str>().unwrap(), "the amount is wrong");
}

#[test]
fn a_stopped_stand_in_refuses_connections() {
    let (gateway, wxpay) = presign();
    assert_eq!(token(wxpay[PRESIGN].post(payload())), "tk");
    drop(gateway);
    let error = wxpay[PRESIGN].post(payload()).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Connect | ErrorKind::Transport), "{error}");
}

#[test]
fn another_process_gets_its_client_from_the_environment() {
    const NAME: &str = "another_process_gets_its_client_from_the_environment";
    if std::env::var_os("WECHATPAY_MCHID").is_some() {
        // This is the other process: the run below, with the variables set.
        assert_eq!(token(Client::from_env().unwrap().chain(PRESIGN).post(payload())), "tk");
        return;
    }
    let (gateway, _) = presign();
    let mut child = Command::new(std::env::current_exe().unwrap());
    let output = child.args(["--exact", NAME]).envs(gateway.env()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(gateway.calls().len(), 1);
}
