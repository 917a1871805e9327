//! `wxpay certs`.

use std::fs;

use serde_json::json;
use wechatpay_chain::Method;
use wechatpay_chain::mock::{Server, Validity};

use super::gateway::run;
use super::openssl::openssl;
use super::support;

#[test]
fn certificates_are_listed_kept_and_shown() {
    let (gateway, folder) = (Server::start().unwrap(), tempfile::tempdir().unwrap());
    gateway.issue_certificate(Validity::Now).unwrap();
    let listed = run(&gateway, folder.path(), "certs list --json");
    let document = listed.json();
    let first = &document["certificates"][0];
    assert!(
        listed.code == Some(0) && first["days_left"].as_u64().unwrap() > 0 && first["file"].is_null(),
        "{document}"
    );
    let saved = run(&gateway, folder.path(), "certs save platform --json").json();
    let (serial, file) =
        (saved["certificates"][0]["serial"].as_str().unwrap(), saved["certificates"][0]["file"].as_str().unwrap());
    assert_eq!(file, format!("platform/wechatpay_{serial}.pem"));
    assert_eq!(openssl(folder.path(), &format!("x509 -in {file} -noout -serial")).trim(), format!("serial={serial}"));
    assert_eq!(run(&gateway, folder.path(), "certs save platform --json").error()["exit"], 8);
    assert_eq!(run(&gateway, folder.path(), "certs save platform --force --json").code, Some(0));
    let calls = gateway.calls().len();
    let shown = run(&gateway, folder.path(), &format!("certs show {file} --json")).json();
    assert_eq!((shown["certificates"][0]["serial"].as_str(), gateway.calls().len()), (Some(serial), calls));
    fs::write(folder.path().join("junk"), "x").unwrap();
    assert_eq!(run(&gateway, folder.path(), "certs show junk --json").error()["exit"], 5);
}

/// By certificates alone, the one that signs is among those that are listed.
#[test]
fn without_a_public_key_the_answer_is_verified_by_what_it_holds() {
    let (gateway, folder) = (Server::start().unwrap(), tempfile::tempdir().unwrap());
    let serial = gateway.issue_certificate(Validity::Now).unwrap();
    gateway.sign_with(&serial).unwrap();
    let vars: Vec<_> = gateway.env().into_iter().filter(|(name, _)| !name.contains("PUBLIC_KEY")).collect();
    let vars: Vec<_> = vars.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let listed = support::run(folder.path(), &["certs", "list", "--json"], &vars);
    let document = listed.json();
    assert_eq!(listed.code, Some(0), "{document}");
    let one = &document["certificates"][0];
    assert_eq!((one["serial"].as_str(), &one["signs"]), (Some(serial.as_str()), &json!(true)));
}

#[test]
fn a_merchant_without_certificates_is_told_of_the_public_key() {
    let (gateway, folder) = (Server::start().unwrap(), tempfile::tempdir().unwrap());
    let none = json!({"code": "RESOURCE_NOT_EXISTS", "message": "无可用的平台证书"});
    gateway.on(Method::GET, "v3/certificates").status(404, none);
    gateway.on(Method::GET, "v3/certificates").reply(json!({"data": []}));
    for _ in 0..2 {
        let error = run(&gateway, folder.path(), "certs list --json").error();
        assert_eq!((error["exit"].as_i64(), error["reason"].as_str()), (Some(4), Some("no_certificates")));
        assert!(error["remedy"]["zh"].as_str().unwrap().contains("微信支付公钥"));
    }
}

#[test]
fn the_same_without_any_platform_key() {
    let (gateway, folder) = (Server::start().unwrap(), tempfile::tempdir().unwrap());
    let vars: Vec<_> = gateway.env().into_iter().filter(|(name, _)| !name.contains("PUBLIC_KEY")).collect();
    let vars: Vec<_> = vars.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let error = support::run(folder.path(), &["certs", "list", "--json"], &vars).error();
    assert_eq!((error["exit"].as_i64(), error["reason"].as_str()), (Some(4), Some("no_certificates")));
    let keyless: Vec<_> = vars.iter().copied().filter(|(name, _)| *name != "WECHATPAY_API_V3_KEY").collect();
    assert_eq!(support::run(folder.path(), &["certs", "list", "--json"], &keyless).error()["exit"], 3);
}
