//! The same seed, a clock that stands, and the same requests: the same bodies, but for signatures, ciphertexts, dates, and what the wall
//! clock measured.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use wechatpay_chain::SignType;
use wechatpay_chain::gateway::v2;
use wechatpay_sim::Simulator;

use super::by_hand::{Answer, Ask, Done, NATIVE, host, plain, seconds};
use super::receiver::{Answer as Response, Receiver};

const REFUNDS: &str = "/v3/refund/domestic/refunds";
const SHOP: &str = "https://shop.example.com/paid";

/// One run: all requests one after another, and what was answered.
struct Run {
    sim: Simulator,
    receiver: Receiver,
    timestamp: u64,
    nonces: u64,
    secret: String,
    bodies: Vec<(String, String)>,
}

impl Run {
    fn begin(keys: &Path, seed: u64, timestamp: u64) -> Self {
        let sim = Simulator::builder().seed(seed).frozen("2026-11-25T10:00:00+08:00").keys(keys).start().unwrap();
        let receiver = Receiver::new(|number, _| Response::new(if number == 2 { 500 } else { 200 }).body("SUCCESS"));
        let secrets = sim.get("merchants/1900000001/secrets").unwrap();
        let secret = secrets["secret"].as_str().unwrap().to_owned();
        // The receiver's port is that of the day.
        let map = json!({"notify": {"map": {"https://shop.example.com/paid": receiver.url()}}});
        sim.patch("settings", map).unwrap();
        Self { sim, receiver, timestamp, nonces: 0, secret, bodies: Vec::new() }
    }

    fn note(&mut self, what: String, answer: &Answer) -> Value {
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        let json = serde_json::from_str(&body).unwrap_or_default();
        let headers: Vec<_> = answer.headers.iter().filter(|(name, _)| !is_of_the_moment(name)).collect();
        self.bodies.push((what, format!("{} {headers:?}\n{}", answer.status, self.normal(&body))));
        json
    }

    /// Without what cannot be the same: ports, what was measured, signatures.
    fn normal(&self, body: &str) -> String {
        let receiver = self.receiver.url();
        let body = body.replace(&host(&self.sim), "HOST").replace(&receiver, "RECEIVER");
        match serde_json::from_str::<Value>(&body) {
            Ok(mut value) => {
                forget(&mut value);
                value.to_string()
            }
            Err(_) => body,
        }
    }

    fn call_of(&mut self, mchid: &str, method: &str, target: &str, body: &Value) -> Value {
        self.nonces += 1;
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let mut ask = Ask::of(&self.sim, mchid, method, target, &text);
        (ask.timestamp, ask.nonce) = (self.timestamp.to_string(), format!("nonce{}", self.nonces));
        let answer = ask.send(&self.sim);
        self.note(format!("{method} {target} {text}"), &answer)
    }

    fn call(&mut self, method: &str, target: &str, body: Value) -> Value {
        self.call_of("1900000001", method, target, &body)
    }

    fn v2(&mut self, path: &str, pairs: &[(&str, &str)]) {
        self.nonces += 1;
        let nonce = format!("n{}", self.nonces);
        let usual = [("appid", "wx0000000000000001"), ("mch_id", "1900000001"), ("nonce_str", &nonce)];
        let pairs = usual.iter().chain(pairs).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut fields: BTreeMap<_, _> = pairs.collect();
        fields.insert("sign".to_owned(), v2::sign(&fields, SignType::Md5, &self.secret).unwrap());
        let answer = plain(&self.sim, "POST", path, "Content-Type: text/xml\r\n", &v2::write(&fields));
        self.note(format!("POST {path}"), &answer);
    }

    fn control(&mut self, method: &str, path: &str, body: &Value) -> Value {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let answer = plain(&self.sim, method, &format!("/_/api/{path}"), "Content-Type: application/json\r\n", &text);
        assert!(answer.status < 300, "{path}: {}", String::from_utf8_lossy(&answer.body));
        self.note(format!("{method} {path}"), &answer)
    }

    fn get(&mut self, path: &str) -> Value {
        self.control("GET", path, &Value::Null)
    }

    fn post(&mut self, path: &str, body: Value) -> Value {
        self.control("POST", path, &body)
    }
}

fn is_of_the_moment(name: &str) -> bool {
    ["wechatpay-timestamp", "wechatpay-signature", "date", "authorization", "content-length"]
        .contains(&name.to_ascii_lowercase().as_str())
}

/// Members of the wall clock, and signatures.
fn forget(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| {
                !is_of_the_moment(name)
                    && !["ms", "micros", "wall", "offset_s", "started_at", "message"].contains(&name.as_str())
            });
            if members.contains_key("effective_at") {
                // The end of a certificate that was made by the wall clock.
                members.remove("expires_at");
            }
            members.values_mut().for_each(forget);
        }
        Value::Array(items) => {
            // In the state headers are pairs.
            items.retain(|item| !item[0].as_str().is_some_and(is_of_the_moment));
            items.iter_mut().for_each(forget);
        }
        _ => {}
    }
}

fn order(number: &str, more: Value) -> Value {
    let mut order = json!({
        "appid": "wx0000000000000001", "mchid": "1900000001", "description": "茶, green", "out_trade_no": number,
        "attach": "x", "notify_url": SHOP, "amount": {"total": 10_000, "currency": "CNY"},
    });
    order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    order
}

fn refund(order: &str, number: &str, amount: i64) -> Value {
    json!({
        "out_trade_no": order, "out_refund_no": number, "notify_url": SHOP, "reason": "broken",
        "amount": {"refund": amount, "total": 10_000, "currency": "CNY"},
    })
}

fn orders(run: &mut Run) {
    run.call("POST", NATIVE, order("A-00001", json!({})));
    run.call("POST", NATIVE, order("A-00001", json!({})));
    run.call("POST", NATIVE, order("A-00001", json!({"attach": "y"})));
    let openid = run.get("payers")["items"][0]["openids"]["wx0000000000000001"].clone();
    run.call("POST", "/v3/pay/transactions/jsapi", order("A-00002", json!({"payer": {"openid": openid}})));
    run.call("POST", "/v3/pay/transactions/app", order("A-00003", json!({})));
    let scene = json!({"scene_info": {"payer_client_ip": "1.2.3.4", "h5_info": {"type": "Wap"}}});
    run.call("POST", "/v3/pay/transactions/h5", order("A-00004", scene));
    run.call("POST", NATIVE, json!({"appid": 1}));
    let partner = json!({
        "sp_appid": "wx0000000000000001", "sp_mchid": "1900000010", "sub_mchid": "1900000011", "description": "tea",
        "out_trade_no": "P-00001", "notify_url": SHOP, "amount": {"total": 500, "currency": "CNY"},
    });
    run.call_of("1900000010", "POST", "/v3/pay/partner/transactions/native", &partner);
    run.post("orders/P-00001/pay?wait=notices", json!({"payer": "bob"}));
    run.post("orders/A-00001/scan", json!({"payer": "alice"}));
    run.post("orders/A-00001/pay", json!({"payer": "alice", "outcome": "WRONG_PASSWORD"}));
    let paid = run.post("orders/A-00001/pay?wait=notices", json!({"coupon": {"amount": 100, "type": "CASH"}}));
    run.post("orders/A-00002/pay?wait=notices", json!({}));
    run.call("GET", "/v3/pay/transactions/out-trade-no/A-00001?mchid=1900000001", Value::Null);
    let id = paid["transaction_id"].as_str().unwrap().to_owned();
    run.call("GET", &format!("/v3/pay/transactions/id/{id}?mchid=1900000001"), Value::Null);
    run.call("POST", "/v3/pay/transactions/out-trade-no/A-00003/close", json!({"mchid": "1900000001"}));
    run.call("POST", "/v3/pay/transactions/out-trade-no/A-00001/close", json!({"mchid": "1900000001"}));
}

fn codes(run: &mut Run) {
    let code = run.get("payers/bob/auth_code")["auth_code"].clone();
    let charge = json!({
        "appid": "wx0000000000000001", "mchid": "1900000001", "description": "tea", "out_trade_no": "C-00001",
        "payer": {"auth_code": code}, "amount": {"total": 300, "currency": "CNY"}, "scene_info": {"store_info": {"id": "1"}},
    });
    run.call("POST", "/v3/pay/transactions/codepay", charge);
    let reverse = json!({"appid": "wx0000000000000001", "mchid": "1900000001"});
    run.call("POST", "/v3/pay/transactions/out-trade-no/C-00001/reverse", reverse);
    let micropay = [("body", "tea"), ("out_trade_no", "C-00002"), ("spbill_create_ip", "1.2.3.4")];
    let much = [micropay[0], micropay[1], micropay[2], ("auth_code", "130000000000000009"), ("total_fee", "200000")];
    run.v2("/pay/micropay", &much);
    run.v2("/secapi/pay/reverse", &[("out_trade_no", "C-00002")]);
    let order = [
        ("body", "tea"),
        ("out_trade_no", "C-00003"),
        ("total_fee", "10000"),
        ("spbill_create_ip", "1.2.3.4"),
        ("notify_url", SHOP),
        ("trade_type", "NATIVE"),
    ];
    run.v2("/pay/unifiedorder", &order);
    run.post("orders/C-00003/pay?wait=notices", json!({}));
    run.v2("/pay/orderquery", &[("out_trade_no", "C-00003")]);
    run.v2("/pay/closeorder", &[("out_trade_no", "C-00003")]);
    let refund = [
        ("out_trade_no", "C-00003"),
        ("out_refund_no", "V1"),
        ("total_fee", "10000"),
        ("refund_fee", "1000"),
        ("notify_url", SHOP),
    ];
    run.v2("/secapi/pay/refund", &refund);
    run.v2("/pay/refundquery", &[("out_refund_no", "V1")]);
}

fn refunds_and_bills(run: &mut Run) {
    run.call("POST", REFUNDS, refund("A-00001", "R1", 3_000));
    run.call("POST", REFUNDS, refund("A-00001", "R1", 3_000));
    run.call("POST", REFUNDS, refund("A-00001", "R1", 4_000));
    run.call("POST", REFUNDS, refund("A-00002", "R2", 10_000));
    run.post("refunds/R2/result", json!({"status": "ABNORMAL"}));
    run.post("orders/A-00001/refund", json!({"refund": 1}));
    run.post("clock/advance", json!({"by": 30}));
    run.call("GET", &format!("{REFUNDS}/R1"), Value::Null);
    run.post("clock/next", json!({"count": 1}));
    run.post("clock/advance", json!({"by": 90_000}));
    for target in [
        "/v3/bill/tradebill?bill_date=2026-11-25&bill_type=ALL",
        "/v3/bill/tradebill?bill_date=2026-11-25&tar_type=GZIP",
        "/v3/bill/fundflowbill?bill_date=2026-11-25&account_type=BASIC",
    ] {
        let address = run.call("GET", target, Value::Null);
        let url = address["download_url"].as_str().unwrap();
        let path = url.strip_prefix("http://").unwrap().split_once('/').unwrap().1.to_owned();
        run.call("GET", &format!("/{path}"), Value::Null);
    }
    run.v2("/pay/downloadbill", &[("bill_date", "20261125"), ("bill_type", "ALL")]);
}

fn everything_else(run: &mut Run) {
    run.call("POST", "/v3/security/echo", json!({"echo_message": "hello"}));
    run.call_of("1900000002", "GET", "/v3/certificates", &Value::Null);
    run.call("GET", "/v3/certificates", Value::Null);
    run.call("GET", "/v3/marketing/favor/stocks?stock_creator_mchid=1900000001&limit=7&offset=2", Value::Null);
    run.call("GET", "/v3/nowhere", Value::Null);
    for fault in ["TAMPERED", "SYSTEM_ERROR_AFTER", "NEW_MEMBERS", "RATE_LIMIT(3)"] {
        run.post("faults", json!({"fault": fault, "rate": 0.5, "times": 2}));
        for number in 0..4 {
            run.call("POST", NATIVE, order(&format!("F-{number:05}"), json!({"attach": fault})));
        }
    }
    run.post("notices?wait=notices", json!({"event_type": "COMPLAINT.CREATE", "mchid": "1900000001", "url": SHOP}));
    for path in [
        "info",
        "clock",
        "settings",
        "rules",
        "orders?limit=1000",
        "refunds",
        "notices?limit=1000",
        "faults",
        "findings",
        "payers",
        "merchants",
        "platform",
        "merchants/1900000001/ledger?limit=1000",
        "invariants",
        "replies",
        "state",
        "calls?limit=1000",
        "orders/A-00001",
        "bills/1900000001/2026-11-25/trade.csv?bill_type=ALL",
    ] {
        run.get(path);
    }
}

fn all(keys: &Path, seed: u64, timestamp: u64) -> (Vec<(String, String)>, Vec<String>) {
    let mut run = Run::begin(keys, seed, timestamp);
    orders(&mut run);
    codes(&mut run);
    refunds_and_bills(&mut run);
    everything_else(&mut run);
    let came = run.receiver.received();
    let notices = came.iter().map(|one| String::from_utf8_lossy(&one.body).into_owned()).collect();
    (run.bodies, notices)
}

#[test]
fn the_same_requests_have_the_same_answers() -> Done {
    let keys = tempfile::tempdir()?;
    {
        // All keys are made before, for they come from no seed.
        let sim = Simulator::builder().keys(keys.path()).start()?;
        sim.get("merchants")?;
    }
    let timestamp = seconds();
    let (first, first_notices) = all(keys.path(), 42, timestamp);
    let (second, second_notices) = all(keys.path(), 42, timestamp);
    assert!(first.len() > 80, "{}", first.len());
    for ((asked, one), (_, other)) in first.iter().zip(&second) {
        assert_eq!(one, other, "{asked}");
    }
    assert_eq!(first.len(), second.len());
    assert!(first_notices.len() > 8, "{}", first_notices.len());
    assert_eq!(first_notices, second_notices);

    let (other, _) = all(keys.path(), 43, timestamp);
    let different = first.iter().zip(&other).filter(|(one, other)| one.1 != other.1).count();
    assert!(different > first.len() / 3, "another seed, other numbers: {different}");
    Ok(())
}
