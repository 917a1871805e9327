//! Every family of messages of the page on errors, as it comes.

use std::time::Duration;

use wechatpay_chain::mock::{Fault, Server};
use wechatpay_chain::{BoxError, Client, Error, Method, PrivateKey, Value, json};

use super::bench::{Done, start};

const NATIVE: &str = "v3/pay/transactions/native";

const PAGES: [&str; 2] = [include_str!("../../../en/errors.md"), include_str!("../../../zh/errors.md")];

/// The error says it, and both pages have a row for it.
#[track_caller]
fn says(error: &Error, words: &str) {
    assert!(error.to_string().contains(words), "{error}");
    for page in PAGES {
        assert!(page.contains(&format!("\n| `{words}` | ")), "no row for {words}");
    }
}

fn order() -> Value {
    json!({
        "appid": "wx0000000000000001", "mchid": "1900000109", "description": "a book", "out_trade_no": "A-00001",
        "notify_url": "https://shop.example.com/wxpay/notify", "amount": {"total": 100, "currency": "CNY"},
    })
}

/// A private key that is not the stand-in's merchant's.
fn other_key() -> Result<String, BoxError> {
    let secrets = start().0.get("merchants/1900000001/secrets")?;
    Ok(secrets["private_key"].as_str().ok_or("no key")?.to_owned())
}

#[test]
fn settings_and_keys() -> Done {
    let gateway = Server::start()?;
    says(&Client::builder().mchid("1900000109").build().unwrap_err(), "missing settings");
    says(&gateway.builder().api_v3_key("short").build().unwrap_err(), "expected 32 ASCII characters");
    says(&PrivateKey::load(gateway.public_key()).unwrap_err(), "expected the private key");
    says(&PrivateKey::from_path("/no/such/key.pem").unwrap_err(), "cannot read the file");
    says(&PrivateKey::load("abc").unwrap_err(), "no PEM text");
    let two = gateway.builder().merchant_identity(gateway.merchant_certificate(), other_key()?);
    says(&two.build().unwrap_err(), "the key is not the one of the certificate");
    Ok(())
}

#[test]
fn calls_that_cannot_be_sent() -> Done {
    let gateway = Server::start()?;
    let wxpay = gateway.client()?;
    says(&wxpay.chain("v3/a/{b}").get().unwrap_err(), "has no value");
    says(&wxpay.chain("v3/a").arg("").get().unwrap_err(), "is empty");
    says(&wxpay.chain("https://a/b").get().unwrap_err(), "a path never decides the host");
    says(&wxpay.chain("v3/a").header("Authorization", "x").get().unwrap_err(), "is set by the client");
    says(&wxpay.chain(NATIVE).encrypt("/nobody").post(order()).unwrap_err(), "the payload has no");
    // Nobody listens there.
    let alone = gateway.builder().base_uri("http://127.0.0.1:9/").build()?;
    says(&alone.chain(NATIVE).post(order()).unwrap_err(), "nothing was sent");
    assert!(gateway.calls().is_empty());
    Ok(())
}

#[test]
fn answers_that_prove_nothing() -> Done {
    let gateway = Server::start()?;
    let wxpay = gateway.client()?;
    let with = |fault: Fault, words: &str| {
        gateway.reset();
        gateway.on(Method::POST, NATIVE).fault(fault);
        let error = wxpay.chain(NATIVE).timeout(Duration::from_secs(20)).post(order()).unwrap_err();
        assert!(error.outcome_unknown(), "{error}");
        says(&error, words);
    };
    with(Fault::Reset, "broke before an answer");
    with(Fault::Truncated, "broke off in its body");
    with(Fault::BadSignature, "its signature does not match the key");
    with(Fault::Unsigned, "it lacks Wechatpay-Serial");
    with(Fault::Stale, "behind the local clock");
    with(Fault::UnknownSerial, "it is signed with the key");
    with(Fault::Probe, "one of WeChat Pay's probes");
    Ok(())
}

#[test]
fn no_answer_in_time() -> Done {
    let gateway = Server::start()?;
    gateway.on(Method::POST, NATIVE).fault(Fault::Slow(Duration::from_secs(600)));
    let call = gateway.client()?.chain(NATIVE).timeout(Duration::from_millis(300));
    // Where even connecting takes as long, nothing was sent, and another sentence says so.
    let mut errors = (0..50).map(|_| call.post(order()).unwrap_err());
    let late = errors.find(Error::outcome_unknown).ok_or("it never connected in time")?;
    says(&late, "no answer within");
    Ok(())
}

#[test]
fn what_was_verified_but_is_not_what_was_meant() -> Done {
    let gateway = Server::start()?;
    let wxpay = gateway.client()?;
    let answer = wxpay.chain(NATIVE).post(order())?;
    says(&answer.get::<String>("/nobody").unwrap_err(), "the answer has no");
    let notice = gateway.notice("TRANSACTION.SUCCESS", "transaction", json!({"amount": {"total": 1}}));
    let (headers, body) = notice.parts()?;
    says(&wxpay.notice(&headers, &body)?.expect("/amount/total", 2).unwrap_err(), "of the notification is");
    let other = gateway.builder().api_v3_key("0123456789abcdefGHIJKLMNOPQRSTUV").build()?;
    says(&other.notice(&headers, &body).unwrap_err(), "it does not decrypt");
    let other = gateway.builder().private_key(PrivateKey::load(other_key()?)?).build()?;
    says(&other.chain(NATIVE).post(order()).unwrap_err(), "the gateway saw the same text signed");
    Ok(())
}

#[test]
fn every_row_of_the_messages_is_said_by_one_of_these_tests() {
    let source = include_str!("messages.rs");
    for page in PAGES {
        let table = page.split("\n## ").nth(2).expect("the third section");
        let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        let unsaid: Vec<_> = rows.filter(|words| !source.contains(&format!("\"{words}\""))).collect();
        assert!(unsaid.is_empty(), "{unsaid:?}");
        assert!(table.lines().count() > 20);
    }
}
