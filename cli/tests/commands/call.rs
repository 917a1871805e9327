//! `wxpay call`, against the stand-in.

use std::fs;

use serde_json::{Value, json};
use wechatpay_chain::Method;
use wechatpay_chain::mock::{Fault, Reply, Server};

use super::gateway::{run, words};
use super::support;

const NATIVE: &str = "v3/pay/transactions/native";

fn order() -> Value {
    json!({
        "appid": "wxd678efh567hg6787", "mchid": "1900000109", "description": "a book", "out_trade_no": "1217752501",
        "notify_url": "https://shop.example/paid", "amount": {"total": 1, "currency": "CNY"},
    })
}

fn start() -> (Server, tempfile::TempDir) {
    let (gateway, folder) = (Server::start().unwrap(), tempfile::tempdir().unwrap());
    fs::write(folder.path().join("order.json"), order().to_string()).unwrap();
    (gateway, folder)
}

#[test]
fn a_call_is_answered_as_text_and_as_a_document() {
    let (gateway, folder) = start();
    let url = "weixin://wxpay/x";
    gateway.on(Method::POST, NATIVE).reply(json!({"code_url": url})).times(3);
    let called = run(&gateway, folder.path(), &format!("call {NATIVE} -d @order.json --json --check"));
    let document = called.json();
    assert_eq!(
        (called.code, document["status"].as_u64(), &document["body"]),
        (Some(0), Some(200), &json!({"code_url": url}))
    );
    assert_eq!(
        (&document["verified"], &document["pending"], &document["output"]),
        (&json!(true), &json!(false), &Value::Null)
    );
    assert!(
        document["verified_by"].is_string() && document["request_id"].is_string() && document["warnings"] == json!([])
    );
    assert_eq!(document["request"]["method"], "POST");
    assert!(document["request"]["headers"].get("authorization").is_none());
    assert_eq!(document["attempts"].as_array().unwrap().len(), 1);
    let text = run(&gateway, folder.path(), &format!("call {NATIVE} -d @order.json --qr -i"));
    assert!(
        text.out.starts_with("HTTP/1.1 200 OK\n") && text.out.contains("\"code_url\": \"weixin://wxpay/x\""),
        "{}",
        text.out
    );
    assert!(
        text.err.contains("200 OK · ") && text.err.contains(" · verified by ") && text.err.contains('█'),
        "{}",
        text.err
    );
    let quiet = run(&gateway, folder.path(), &format!("call {NATIVE} -d @order.json --quiet"));
    assert_eq!(quiet.err, "");
    assert_eq!(gateway.calls().len(), 3);
    assert_eq!(*gateway.calls()[0].json(), order());
}

#[test]
fn a_path_is_written_in_several_ways() {
    let (gateway, folder) = start();
    gateway.lenient();
    let path = "v3/merchant-service/complaints-v2/200201";
    gateway.on(Method::GET, path).reply(json!({})).times(3);
    for line in [
        "call get v3.merchantService.complaintsV2._complaint_id_ -v complaint_id=200201 --json",
        "call /v3/merchant-service/complaints-v2/{id} -v id=200201 --json",
        "call GET v3/merchant-service/complaints-v2/200201?a=b -q c=张 --json",
    ] {
        assert_eq!(run(&gateway, folder.path(), line).code, Some(0), "{line}");
    }
    assert_eq!(gateway.calls()[2].query(), Some("a=b&c=%E5%BC%A0"));
    let missing = run(&gateway, folder.path(), "call v3/x/{number} --json").error();
    assert!(missing["exit"] == 2 && missing["message"]["en"].as_str().unwrap().contains("number"), "{missing}");
}

#[test]
fn a_dry_run_sends_nothing_and_shows_no_signature() {
    let (gateway, folder) = start();
    let shown = run(&gateway, folder.path(), &format!("call {NATIVE} -d @order.json --dry-run --json"));
    let document = shown.json();
    assert_eq!(
        (shown.code, &document["dry_run"], document["request"]["target"].as_str()),
        (Some(0), &json!(true), Some("/v3/pay/transactions/native"))
    );
    let body = document["request"]["body"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(body).unwrap(), order());
    let message = document["sign"]["message"].as_str().unwrap();
    let (time, nonce) = (&document["sign"]["timestamp"], document["sign"]["nonce"].as_str().unwrap());
    assert_eq!(message, format!("POST\n/v3/pay/transactions/native\n{time}\n{nonce}\n{body}\n"));
    assert!(!shown.out.contains("authorization") && !shown.out.contains("signature"));
    let text = run(&gateway, folder.path(), &format!("call {NATIVE} -d @order.json --dry-run"));
    assert!(
        text.out.starts_with("POST /v3/pay/transactions/native HTTP/1.1\n") && text.out.contains("\nPOST\\n\n"),
        "{}",
        text.out
    );
    assert!(gateway.calls().is_empty());
}

#[test]
fn a_dry_run_of_apiv2_is_signed_xml_without_the_key() {
    let (gateway, folder) = start();
    let data = r#"{"appid":"wxd678efh567hg6787","mch_id":"1900000109","out_trade_no":"1217752501"}"#;
    let shown = words(&gateway, folder.path(), &["call", "v2/pay/orderquery", "-d", data, "--dry-run", "--json"]);
    let document = shown.json();
    let (body, message) =
        (document["request"]["body"].as_str().unwrap(), document["sign"]["message"].as_str().unwrap());
    assert!(body.starts_with("<xml>") && body.contains("<sign>"), "{body}");
    assert!(message.starts_with("appid=wxd678efh567hg6787&") && message.ends_with("&key=<secret>"), "{message}");
    assert!(document["sign"].get("sign").is_none() && document["sign"]["type"].is_string());
    assert!(gateway.calls().is_empty());
}

#[test]
fn a_write_to_another_machine_is_asked_about() {
    let (gateway, folder) = start();
    let vars: Vec<_> = gateway.env().into_iter().filter(|(name, _)| !name.ends_with("BASE_URI")).collect();
    let vars: Vec<_> = vars.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let unconfirmed = support::run(folder.path(), &["call", NATIVE, "-d", "@order.json", "--json"], &vars).error();
    assert_eq!((unconfirmed["exit"].as_i64(), unconfirmed["reason"].as_str()), (Some(2), Some("unconfirmed")));
    assert!(unconfirmed["message"]["en"].as_str().unwrap().contains("api.mch.weixin.qq.com"));
    let dry = support::run(folder.path(), &["call", NATIVE, "-d", "@order.json", "--dry-run", "--json"], &vars);
    assert_eq!(dry.code, Some(0), "{}", dry.out);
}

#[test]
fn what_the_catalogue_finds_warns_or_refuses() {
    let (gateway, folder) = start();
    gateway.lenient();
    gateway.on(Method::POST, NATIVE).reply(json!({"code_url": "x"}));
    let wrong = r#"{"mchid":1}"#;
    let warned = words(&gateway, folder.path(), &["call", NATIVE, "-d", wrong, "--json"]).json();
    let ids: Vec<_> =
        warned["warnings"].as_array().unwrap().iter().map(|warning| warning["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"missing") && ids.contains(&"wrong_type"), "{ids:?}");
    let refused = words(&gateway, folder.path(), &["call", NATIVE, "-d", wrong, "--json", "--check"]);
    assert_eq!(refused.error()["exit"], 2);
    let unknown = run(&gateway, folder.path(), "call v3/pay/transactions/nativ --json --check").error();
    assert!(unknown["message"]["en"].as_str().unwrap().contains(NATIVE), "{unknown}");
    assert_eq!(gateway.calls().len(), 1);
}

#[test]
fn secret_members_go_out_encrypted() {
    let (gateway, folder) = start();
    let path = "v3/profitsharing/receivers/add";
    gateway
        .on(Method::POST, path)
        .reply(json!({"type": "MERCHANT_ID", "account": "1900000110", "relation_type": "STORE"}))
        .times(2);
    let body = r#"{"appid":"wxd678efh567hg6787","type":"MERCHANT_ID","account":"1900000110","name":"张三的店","relation_type":"STORE"}"#;
    for flag in ["--encrypt-known", "--encrypt=/name"] {
        let run = words(&gateway, folder.path(), &["call", path, "-d", body, flag, "--json"]);
        assert_eq!((run.code, &run.json()["warnings"]), (Some(0), &json!([])), "{}", run.out);
        assert!(!run.out.contains("张三"));
    }
    for call in gateway.calls() {
        assert!(call.json()["name"] == "张三的店" && !String::from_utf8_lossy(call.body()).contains("张三"));
    }
    let dry = words(&gateway, folder.path(), &["call", path, "-d", body, "--encrypt", "/name", "--dry-run", "--json"]);
    assert!(dry.code == Some(0) && !dry.out.contains("张三"), "{}", dry.out);
}

/// Every exit code of a call, with its kind.
#[test]
fn what_went_wrong_is_the_exit_code() {
    let (gateway, folder) = start();
    gateway.on(Method::GET, "v3/certificates").status(403, json!({"code": "NO_AUTH", "message": "无权限\u{1b}[31m"}));
    let refused = run(&gateway, folder.path(), "call v3/certificates --json").error();
    assert_eq!(
        (refused["exit"].as_i64(), refused["code"].as_str(), refused["status"].as_u64()),
        (Some(4), Some("NO_AUTH"), Some(403))
    );
    gateway.on(Method::GET, "v3/certificates").status(403, json!({"code": "NO_AUTH", "message": "无权限\u{1b}[31m"}));
    let text = run(&gateway, folder.path(), "call v3/certificates --lang zh");
    assert!(text.code == Some(4) && text.err.starts_with("错误：") && !text.err.contains('\u{1b}'), "{}", text.err);
    gateway.on(Method::GET, "v3/certificates").fault(Fault::Unsigned);
    assert_eq!(run(&gateway, folder.path(), "call v3/certificates --retry 1 --json").error()["exit"], 5);
    gateway.on(Method::POST, NATIVE).fault(Fault::Unsigned);
    let unknown = run(&gateway, folder.path(), &format!("call {NATIVE} -d @order.json --json")).error();
    assert_eq!((unknown["exit"].as_i64(), &unknown["outcome_unknown"]), (Some(7), &json!(true)));
    let url = gateway.url();
    let vars: Vec<_> = gateway.env();
    drop(gateway);
    let vars: Vec<_> = vars.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let gone =
        support::run(folder.path(), &["call", "v3/certificates", "--json", "--retry", "1", "--base-uri", &url], &vars);
    assert_eq!(gone.error()["exit"], 6);
    let none = support::run(folder.path(), &["call", NATIVE, "-d", "@none.json", "--json"], &vars);
    assert_eq!(none.error()["exit"], 8);
    assert_eq!(support::run(folder.path(), &["call", "v3/certificates", "--json"], &[]).error()["exit"], 3);
}

#[test]
fn a_file_is_followed_verified_and_kept() {
    let (gateway, folder) = start();
    gateway.bills(3);
    let line = "call v3/bill/tradebill -q bill_date=2026-11-24 -o bill.csv --json";
    let document = run(&gateway, folder.path(), line).json();
    assert_eq!(
        (document["output"]["file"].as_str(), &document["output"]["hash_verified"]),
        (Some("bill.csv"), &json!(true))
    );
    let bytes = fs::metadata(folder.path().join("bill.csv")).unwrap().len();
    assert_eq!(document["output"]["bytes"].as_u64(), Some(bytes));
    let calls = gateway.calls().len();
    assert_eq!(run(&gateway, folder.path(), line).error()["exit"], 8);
    assert_eq!(gateway.calls().len(), calls, "nothing is asked for a file that cannot be kept");
    let piped = run(&gateway, folder.path(), "call v3/bill/tradebill -q bill_date=2026-11-24 -o -");
    assert_eq!(piped.out.as_bytes(), fs::read(folder.path().join("bill.csv")).unwrap());
    assert_eq!(run(&gateway, folder.path(), "call v3/bill/tradebill -o - --json").error()["exit"], 2);
}

#[test]
fn a_write_whose_answer_is_not_kept_was_carried_out() {
    let (gateway, folder) = start();
    gateway.lenient();
    let file = format!("{}v3/billdownload/file?token=x", gateway.url());
    let named = json!({"download_url": file, "hash_type": "SHA1", "hash_value": "0".repeat(40)});
    gateway.on(Method::POST, NATIVE).reply(named);
    gateway.on(Method::GET, "v3/billdownload/file").reply(Reply::file("text/plain", "another file"));
    let data = order().to_string();
    let line = ["call", NATIVE, "-d", &data, "-o", "answer.csv", "--json"];
    let error = words(&gateway, folder.path(), &line).error();
    assert_eq!((&error["exit"], &error["outcome_unknown"]), (&json!(7), &json!(true)), "{error}");
    assert!(error["message"]["en"].as_str().unwrap().starts_with("the call was answered 200"), "{error}");
    assert!(!folder.path().join("answer.csv").exists());
    assert_eq!(gateway.calls().iter().filter(|call| call.method() == Method::POST).count(), 1);
}

#[test]
fn an_endpoint_that_answers_a_file_needs_a_place_for_it() {
    let (gateway, folder) = start();
    let statements = "v3/global/statements -q date=20261121 -q mchid=1900000109";
    let refused = run(&gateway, folder.path(), &format!("call {statements} --json")).error();
    assert!(refused["exit"] == 2 && gateway.calls().is_empty(), "{refused}");
    gateway.on(Method::GET, "v3/global/statements").reply(Reply::file("text/csv", "a,b\r\n"));
    let document = run(&gateway, folder.path(), &format!("call {statements} -o s.csv --json")).json();
    assert_eq!(document["output"]["bytes"], 5);
    assert_eq!(fs::read(folder.path().join("s.csv")).unwrap(), b"a,b\r\n");
}
