//! `wxpay notice`.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use serde_json::{Value, json};
use wechatpay_chain::http::{HeaderMap, HeaderName, HeaderValue};
use wechatpay_chain::mock::{Notification, Server};
use wechatpay_chain::{PrivateKey, gateway};

use super::gateway::run;
use super::merchant::{ID, Merchant, PLATFORM};
use super::support;

fn start() -> (Server, tempfile::TempDir) {
    (Server::start().unwrap(), tempfile::tempdir().unwrap())
}

pub(super) fn paid(gateway: &Server) -> Notification {
    gateway.notice(
        "TRANSACTION.SUCCESS",
        "transaction",
        json!({"out_trade_no": "1217752501", "trade_state": "SUCCESS"}),
    )
}

fn head(headers: &HeaderMap) -> String {
    let line =
        |(name, value): (&HeaderName, &HeaderValue)| [name.as_str(), ": ", value.to_str().unwrap(), "\r\n"].concat();
    headers.iter().map(line).collect()
}

pub(super) fn save(folder: &Path, notice: &Notification) {
    let (headers, body) = notice.parts().unwrap();
    let head = format!("POST /paid HTTP/1.1\r\n{}\r\n", head(&headers));
    fs::write(folder.join("n.http"), [head.as_bytes(), &body].concat()).unwrap();
    fs::write(folder.join("headers"), self::head(&headers)).unwrap();
    fs::write(folder.join("body"), &body).unwrap();
}

#[test]
fn a_good_one_is_verified_and_opened() {
    let (gateway, folder) = start();
    save(folder.path(), &paid(&gateway));
    for line in ["notice verify n.http --json", "notice verify body --headers headers --json --at now"] {
        let verified = run(&gateway, folder.path(), line);
        let document = verified.json();
        assert_eq!(
            (verified.code, &document["verified"], &document["fresh"]),
            (Some(0), &json!(true), &json!(true)),
            "{document}"
        );
        assert_eq!(
            (document["version"].as_str(), document["notice"]["event_type"].as_str()),
            (Some("v3"), Some("TRANSACTION.SUCCESS"))
        );
        assert!(document.get("resource").is_none() && !verified.out.contains("1217752501"));
    }
    let opened = run(&gateway, folder.path(), "notice decrypt n.http --json").json();
    assert_eq!(
        (opened["event"].as_str(), opened["resource"]["out_trade_no"].as_str()),
        (Some("Payment"), Some("1217752501"))
    );
    assert_eq!(opened["key"], "TRANSACTION.SUCCESS|transaction|1217752501|");
    let unverified = run(&gateway, folder.path(), "notice decrypt body --unverified --json").json();
    assert_eq!((&unverified["verified"], &unverified["key"]), (&json!(false), &Value::Null));
    assert_eq!(unverified["resource"], opened["resource"]);
    assert!(gateway.calls().is_empty());
}

#[test]
fn each_reason_has_its_word() {
    let (gateway, folder) = start();
    for (notice, at, reason) in [
        (paid(&gateway).forged(), "received", "signature"),
        (paid(&gateway).tampered(), "received", "signature"),
        (paid(&gateway).probe(), "received", "probe"),
        (paid(&gateway).stale(), "now", "stale"),
        (paid(&gateway), "2019-04-02T20:34:20+08:00", "stale"),
    ] {
        save(folder.path(), &notice);
        let run = run(&gateway, folder.path(), &format!("notice verify n.http --at {at} --json"));
        let error = run.error();
        assert_eq!((error["exit"].as_i64(), error["reason"].as_str()), (Some(5), Some(reason)), "{error}");
    }
    save(folder.path(), &paid(&gateway).stale());
    let old = run(&gateway, folder.path(), "notice verify n.http --json").json();
    assert_eq!((&old["verified"], &old["fresh"]), (&json!(true), &json!(false)));
    save(folder.path(), &paid(&gateway));
    let changed = |from: &str, to: &str| {
        let headers = fs::read_to_string(folder.path().join("headers")).unwrap();
        let line = headers.lines().find(|line| line.starts_with(from)).unwrap().to_owned();
        fs::write(folder.path().join("changed"), headers.replace(&line, to)).unwrap();
        run(&gateway, folder.path(), "notice verify body --headers changed --json").error()
    };
    let own = gateway.client().unwrap().serial().to_owned();
    assert_eq!(changed("wechatpay-nonce", "x: y")["reason"], "headers_missing");
    assert_eq!(changed("wechatpay-serial", "wechatpay-serial: PUB_KEY_ID_01")["reason"], "unknown_serial");
    assert_eq!(changed("wechatpay-serial", &format!("wechatpay-serial: {own}"))["reason"], "own_serial");
    assert_eq!(changed("wechatpay-signature:", "wechatpay-signature: ***")["reason"], "not_base64");
    fs::write(folder.path().join("junk"), "nothing").unwrap();
    assert_eq!(run(&gateway, folder.path(), "notice verify junk --json").error()["exit"], 2);
}

/// What WeChat Pay signed and is no JSON all the same.
#[test]
fn a_signed_body_that_is_no_json_has_a_word_too() {
    let merchant = Merchant::new();
    let key = gateway::PlatformKey::new(ID, PrivateKey::from_pem(PLATFORM.serialize_pem()).unwrap());
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let body = "{\"id\":";
    let signed = key.sign(now, "a nonce", body.as_bytes()).unwrap();
    let head: String = signed.headers().map(|(name, value)| format!("{name}: {value}\r\n")).concat();
    merchant.write("n.http", &format!("POST /paid HTTP/1.1\r\n{head}\r\n{body}"));
    for command in ["verify", "decrypt"] {
        let run = support::run(merchant.folder.path(), &["notice", command, "n.http", "--json"], &merchant.vars());
        let error = run.error();
        assert_eq!(
            (error["exit"].as_i64(), error["kind"].as_str(), error["reason"].as_str()),
            (Some(5), Some("Decode"), Some("not_json")),
            "{command}: {error}"
        );
    }
}

#[test]
fn another_apiv3_key_opens_nothing() {
    let (gateway, folder) = start();
    save(folder.path(), &paid(&gateway));
    let other = "abcdefghijklmnopqrstuvwxyz012345";
    for words in
        [&["notice", "decrypt", "n.http", "--json"][..], &["notice", "decrypt", "body", "--unverified", "--json"]]
    {
        let vars = gateway.env();
        let mut vars: Vec<_> = vars.iter().map(|(name, value)| (*name, value.as_str())).collect();
        vars.retain(|(name, _)| *name != "WECHATPAY_API_V3_KEY");
        vars.push(("WECHATPAY_API_V3_KEY", other));
        let run = support::run(folder.path(), words, &vars);
        let error = run.error();
        assert_eq!(
            (error["exit"].as_i64(), error["kind"].as_str(), error["reason"].as_str()),
            (Some(5), Some("Decrypt"), Some("apiv3key"))
        );
        assert!(!run.out.contains(other));
    }
}

#[test]
fn apiv2_is_recognised() {
    let (gateway, folder) = start();
    let body = gateway.notice_v2(json!({"result_code": "SUCCESS", "out_trade_no": "1217752501", "total_fee": "100"}));
    fs::write(folder.path().join("n.xml"), &body).unwrap();
    let verified = run(&gateway, folder.path(), "notice verify n.xml --json");
    let document = verified.json();
    assert_eq!(
        (verified.code, document["version"].as_str(), &document["verified"]),
        (Some(0), Some("v2"), &json!(true)),
        "{document}"
    );
    let opened = run(&gateway, folder.path(), "notice decrypt n.xml --json").json();
    assert_eq!(opened["resource"]["total_fee"], "100");
    fs::write(folder.path().join("n.xml"), body.replace("1217752501", "1217752502")).unwrap();
    let changed = run(&gateway, folder.path(), "notice verify n.xml --json").error();
    assert_eq!((changed["exit"].as_i64(), changed["reason"].as_str()), (Some(5), Some("signature")));
    let start = body.find("<sign>").unwrap();
    let end = body.find("</sign>").unwrap() + "</sign>".len();
    fs::write(folder.path().join("n.xml"), format!("{}{}", &body[..start], &body[end..])).unwrap();
    assert_eq!(run(&gateway, folder.path(), "notice verify n.xml --json").error()["reason"], "no_sign");
}
