//! `wxpay notice send`, to a handler that verifies with the SDK.

use std::fs;
use std::path::Path;

use serde_json::json;
use wechatpay_chain::http::{HeaderMap, HeaderName};
use wechatpay_chain::{Client, Notice, PrivateKey, PublicKey};

use super::merchant::{API_V3_KEY, ID, MCHID, OWN, PLATFORM, SERIAL};
use super::servers::{Server, answer, closed};
use super::support::run;

/// The files of a simulator.
pub(super) fn keys(folder: &Path) {
    let keys = folder.join(".wxpay-sim");
    fs::create_dir_all(keys.join("platform")).unwrap();
    fs::create_dir_all(keys.join("merchants").join(MCHID)).unwrap();
    fs::write(keys.join("platform/pub_key.key.pem"), PLATFORM.serialize_pem()).unwrap();
    fs::write(keys.join("platform/pub_key_id.txt"), format!("{ID}\n")).unwrap();
    fs::write(keys.join("merchants").join(MCHID).join("api_v3_key.txt"), API_V3_KEY).unwrap();
}

/// A handler as the SDK's documentation has it.
fn handler() -> Server {
    let client = Client::builder()
        .mchid(MCHID)
        .serial(SERIAL)
        .private_key(PrivateKey::from_pem(OWN.serialize_pem()).unwrap())
        .platform_key(ID, PublicKey::from_pem(PLATFORM.public_key_pem()).unwrap())
        .api_v3_key(API_V3_KEY)
        .build()
        .unwrap();
    Server::start(move |request| {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in head.lines().skip(1).filter_map(|line| line.split_once(": ")) {
            headers.insert(HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        let reply = match client.notice(&headers, body.as_bytes()) {
            Ok(notice) if notice.resource()["out_trade_no"].is_string() => Notice::accept(),
            Ok(_) => Notice::reply(json!({})),
            Err(error) => Notice::refuse(&error),
        };
        answer(reply.status().as_u16(), "", reply.body())
    })
}

#[test]
fn a_handler_accepts_the_right_one_and_refuses_each_wrong_one() {
    let (folder, handler) = (tempfile::tempdir().unwrap(), handler());
    keys(folder.path());
    let url = handler.url();
    let words = ["notice", "send", &url, "--event", "TRANSACTION.SUCCESS", "--json"];
    let sent = run(folder.path(), &[&words[..], &["--times", "3"]].concat(), &[]);
    let document = sent.json();
    assert_eq!(
        (sent.code, &document["ok"], document["expected"].as_str()),
        (Some(0), &json!(true), Some("accept")),
        "{document}"
    );
    assert_eq!(document["sent"].as_array().unwrap().len(), 3);
    for fault in ["forged", "tampered", "stale", "probe", "unknown-serial", "wrong-key"] {
        let sent = run(folder.path(), &[&words[..], &["--fault", fault]].concat(), &[]);
        let document = sent.json();
        assert_eq!(
            (sent.code, &document["ok"], document["expected"].as_str()),
            (Some(0), &json!(true), Some("refuse")),
            "{fault}: {document}"
        );
        assert!(!sent.out.contains(API_V3_KEY));
    }
    assert_eq!(handler.seen().len(), 9);
}

#[test]
fn a_handler_that_believes_everything_is_found_out() {
    let (folder, handler) = (tempfile::tempdir().unwrap(), Server::start(|_| answer(200, "", "{}")));
    keys(folder.path());
    let words = ["notice", "send", &handler.url(), "--event", "REFUND.SUCCESS", "--fault", "forged"];
    let sent = run(folder.path(), &words, &[]);
    assert!(sent.code == Some(1) && sent.out.contains("✗ expected: refuse"), "{}{}", sent.out, sent.err);
}

#[test]
fn what_cannot_be_sent_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let here = |words: &[&str]| run(folder.path(), &[&["notice", "send"], words, &["--json"]].concat(), &[]).error();
    let url = format!("http://127.0.0.1:{}/", closed());
    assert_eq!(here(&[&url, "--event", "TRANSACTION.SUCCESS"])["exit"], 8);
    keys(folder.path());
    assert_eq!(here(&[&url, "--event", "TRANSACTION.SUCCESS"])["exit"], 6);
    assert_eq!(here(&[&url, "--event", "NO.SUCH"])["exit"], 2);
    assert_eq!(here(&["ftp://127.0.0.1/", "--event", "TRANSACTION.SUCCESS"])["exit"], 2);
    let far = here(&["https://shop.example/paid", "--event", "TRANSACTION.SUCCESS"]);
    assert_eq!((far["exit"].as_i64(), far["reason"].as_str()), (Some(2), Some("unconfirmed")));
}
