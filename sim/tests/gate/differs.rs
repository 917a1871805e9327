//! A signature that does not verify, and the mistake that explains it: each word of the journal once.

use serde_json::{Value, json};
use wechatpay_sim::Simulator;

use super::by_hand::{Ask, ECHO, host, key, last};

const BODY: &str = r#"{"echo_message":"茶/tea","notify_url":"http://127.0.0.1/n"}"#;
const QUERY: &str = "/v3/pay/transactions/out-trade-no/A%7C1?mchid=1900000001";

fn start() -> Simulator {
    Simulator::builder().start().unwrap()
}

/// What the journal says of a request that was signed wrongly: why, what differs, the hint.
fn found(sim: &Simulator, ask: Ask) -> (String, Value, String) {
    let answer = ask.send(sim);
    assert_eq!(answer.code(), (401, "SIGN_ERROR".to_owned()));
    let refused = last(sim)["refused"].clone();
    assert_eq!(refused["step"], "5d");
    assert!(refused["doc"].as_str().unwrap().starts_with("https://pay.weixin.qq.com/"));
    let text = |name: &str| refused[name].as_str().unwrap_or_default().to_owned();
    (text("why"), refused["differs"].clone(), text("hint"))
}

#[test]
fn newline_missing_and_doubled() {
    let sim = start();
    for (target, body) in [(ECHO, BODY), (QUERY, "")] {
        let method = if body.is_empty() { "GET" } else { "POST" };
        let mut ask = Ask::new(&sim, method, target, body);
        let right = ask.right();
        ask.message = Some(right[..right.len() - 1].to_vec());
        let (why, differs, _) = found(&sim, ask.clone());
        assert_eq!(why, "newline_missing");
        assert_eq!(differs, json!({"line": 5, "sent": body, "expected": format!("{body}\n")}));
        ask.message = Some([&right[..], b"\n"].concat());
        ask.nonce.push('x');
        let mut doubled = ask.clone();
        doubled.message = Some([&ask.right()[..], b"\n"].concat());
        assert_eq!(found(&sim, doubled).0, "newline_doubled");
    }
}

#[test]
fn targets() {
    let sim = start();
    let decoded = "/v3/pay/transactions/out-trade-no/A|1?mchid=1900000001";
    let double = "/v3/pay/transactions/out-trade-no/A%257C1?mchid=1900000001";
    let path = "/v3/pay/transactions/out-trade-no/A%7C1";
    let of_host = format!("{}{QUERY}", host(&sim));
    let of_production = format!("https://api.mch.weixin.qq.com{QUERY}");
    for (signed, expected) in [
        (path, "path_without_query"),
        (of_production.as_str(), "host_in_path"),
        (of_host.as_str(), "host_in_path"),
        (decoded, "target_decoded"),
        (double, "target_double_encoded"),
    ] {
        let ask = Ask::new(&sim, "GET", QUERY, "");
        let timestamp = ask.timestamp.clone();
        let (why, differs, hint) = found(&sim, ask.signing(signed, &timestamp, b""));
        assert_eq!(why, expected, "{signed}");
        assert_eq!(differs, json!({"line": 2, "sent": signed, "expected": QUERY}));
        assert!(hint.contains("second line"));
    }
}

#[test]
fn body_reserialised() {
    let sim = start();
    for signed in [
        r#"{"echo_message": "茶/tea", "notify_url": "http://127.0.0.1/n"}"#,
        r#"{"echo_message":"\u8336\/tea","notify_url":"http:\/\/127.0.0.1\/n"}"#,
        "{\n  \"echo_message\": \"茶/tea\",\n  \"notify_url\": \"http://127.0.0.1/n\"\n}",
        "",
    ] {
        let ask = Ask::new(&sim, "POST", ECHO, BODY);
        let timestamp = ask.timestamp.clone();
        let (why, differs, _) = found(&sim, ask.signing(ECHO, &timestamp, signed.as_bytes()));
        assert_eq!(why, "body_reserialised", "{signed}");
        assert_eq!(differs, json!({"line": 5, "sent": signed, "expected": BODY}));
    }
}

#[test]
fn milliseconds() {
    let sim = start();
    let ask = Ask::new(&sim, "POST", ECHO, BODY);
    let sent = format!("{}123", ask.timestamp);
    let (expected, (why, differs, _)) = (ask.timestamp.clone(), found(&sim, ask.signing(ECHO, &sent, BODY.as_bytes())));
    assert_eq!(why, "milliseconds");
    assert_eq!(differs, json!({"line": 3, "sent": sent, "expected": expected}));
}

#[test]
fn other_keys() {
    let sim = start();
    let mut ask = Ask::new(&sim, "POST", ECHO, BODY);
    ask.key = Some(key(&sim, "1900000002").1);
    let (why, differs, hint) = found(&sim, ask);
    assert_eq!((why.as_str(), differs), ("other_merchant_key", Value::Null));
    assert!(hint.contains("1900000002"), "{hint}");
}

#[test]
fn platform_key() {
    let folder = tempfile::tempdir().unwrap();
    let sim = Simulator::builder().keys(folder.path()).start().unwrap();
    let mut ask = Ask::new(&sim, "POST", ECHO, BODY);
    let path = folder.path().join("platform/pub_key.key.pem");
    ask.key = Some(wechatpay_chain::PrivateKey::from_path(path).unwrap());
    let (why, _, hint) = found(&sim, ask);
    assert_eq!(why, "platform_key");
    assert!(hint.contains("PUB_KEY_ID_"), "{hint}");
}

#[test]
fn another_certificate_of_the_merchant_is_said_to_be_its_own() {
    let sim = start();
    let old = Ask::new(&sim, "POST", ECHO, BODY);
    sim.post("merchants/1900000001/certificates", json!({})).unwrap();
    let mut ask = Ask::new(&sim, "POST", ECHO, BODY);
    assert_ne!(ask.serial, old.serial);
    ask.key = old.key;
    let (why, _, hint) = found(&sim, ask);
    assert_eq!(why, "other_merchant_key");
    assert!(hint.contains("another key of this merchant"), "{hint}");
}

#[test]
fn body_instead_of_meta() {
    let sim = start();
    let meta = r#"{"filename":"a.png","sha256":"0"}"#;
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n{meta}\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nx\r\n--x--\r\n"
    );
    let target = "/v3/merchant/media/upload";
    let ask = Ask::new(&sim, "POST", target, &body).header("Content-Type", "multipart/form-data; boundary=x");
    let (why, differs, _) = found(&sim, ask);
    assert_eq!(why, "body_instead_of_meta");
    assert_eq!(differs["expected"], meta);
}

#[test]
fn what_nothing_explains_is_unknown() {
    let sim = start();
    let mut ask = Ask::new(&sim, "POST", ECHO, BODY);
    ask.message = Some(b"something else".to_vec());
    let (why, differs, hint) = found(&sim, ask);
    assert_eq!((why.as_str(), differs, hint.as_str()), ("unknown", Value::Null, "sign not match"));
}
