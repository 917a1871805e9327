//! The flags of `wxpay call` that change what goes out, each as the stand-in or the simulator got it.

use std::fs;

use serde_json::{Value, json};
use wechatpay_chain::Method;
use wechatpay_chain::mock::{Fault, Server};
use wechatpay_sim::Simulator;

use super::gateway::{run, words};
use super::support;

const NATIVE: &str = "v3/pay/transactions/native";

#[test]
fn a_header_goes_along() {
    let (gateway, folder) = (Server::start().unwrap(), tempfile::tempdir().unwrap());
    gateway.on(Method::GET, "v3/certificates").reply(json!({"data": []}));
    let line = ["call", "v3/certificates", "-H", "X-Shop: a b", "--header", "X-Other:7", "--json"];
    let document = words(&gateway, folder.path(), &line).json();
    assert_eq!(document["request"]["headers"]["x-shop"], "a b");
    let call = &gateway.calls()[0];
    assert!(call.headers()["x-shop"] == "a b" && call.headers()["x-other"] == "7", "{:?}", call.headers());
    for header in ["no colon", "a b: c", "X-Shop: a\nb", "Authorization: mine"] {
        let error = words(&gateway, folder.path(), &["call", "v3/certificates", "-H", header, "--json"]).error();
        assert_eq!(error["exit"], 2, "{header}: {error}");
    }
    assert_eq!(gateway.calls().len(), 1);
}

#[test]
fn a_write_is_repeated_only_when_that_is_harmless() {
    let (gateway, folder) = (Server::start().unwrap(), tempfile::tempdir().unwrap());
    let call = |flags: &str| {
        gateway.lenient();
        // The last one counts first.
        gateway.on(Method::POST, NATIVE).reply(json!({"code_url": "x"}));
        gateway.on(Method::POST, NATIVE).fault(Fault::Reset).times(1);
        let before = gateway.calls().len();
        let run = words(
            &gateway,
            folder.path(),
            &[&["call", NATIVE, "-d", "{}", "--json"][..], &flags.split(' ').collect::<Vec<_>>()].concat(),
        );
        let sent = gateway.calls().len() - before;
        gateway.reset();
        (run, sent)
    };
    let (once, sent) = call("--retry 3");
    assert_eq!((once.error()["exit"].as_i64(), sent), (Some(7), 1));
    let (again, sent) = call("--retry 3 --idempotent");
    assert_eq!(
        (again.code, again.json()["attempts"].as_array().unwrap().len(), sent),
        (Some(0), 2, 2),
        "{}",
        again.out
    );
}

#[test]
fn the_merchant_certificate_is_presented_where_it_is_asked_for() {
    let (gateway, folder) = (Server::start_mtls().unwrap(), tempfile::tempdir().unwrap());
    gateway.on(Method::GET, "v3/certificates").reply(json!({"data": []}));
    fs::write(folder.path().join("cert.pem"), gateway.merchant_certificate()).unwrap();
    fs::write(folder.path().join("ca.pem"), gateway.ca()).unwrap();
    let line = "call v3/certificates --json --certificate cert.pem --ca ca.pem --retry 1";
    let without = run(&gateway, folder.path(), line).error();
    assert_eq!(without["exit"], 6, "{without}");
    assert!(gateway.calls().is_empty());
    let with = run(&gateway, folder.path(), &format!("{line} --mtls"));
    assert_eq!((with.code, with.json()["status"].as_u64()), (Some(0), Some(200)), "{}", with.out);
    // Without a certificate there is nothing to present.
    let vars: Vec<_> = gateway.env().into_iter().filter(|(name, _)| *name != "WECHATPAY_CERTIFICATE").collect();
    let vars: Vec<_> = vars.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let line = ["call", "v3/certificates", "--json", "--ca", "ca.pem", "--mtls"];
    let none = support::run(folder.path(), &line, &vars).error();
    assert!(none["message"]["en"].as_str().unwrap().contains("certificate"), "{none}");
    assert_eq!(gateway.calls().len(), 1);
}

#[test]
fn a_file_is_uploaded_with_its_meta() {
    let (gateway, folder) = (Server::start().unwrap(), tempfile::tempdir().unwrap());
    let upload = "v3/merchant/media/upload";
    gateway.on(Method::POST, upload).reply(json!({"media_id": "media"}));
    fs::write(folder.path().join("logo.png"), b"\x89PNG picture").unwrap();
    let document = run(&gateway, folder.path(), &format!("call {upload} --file logo.png --json")).json();
    assert_eq!(document["body"]["media_id"], "media");
    let call = &gateway.calls()[0];
    let head = call.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(head.starts_with("multipart/form-data; boundary="), "{head}");
    let body = call.body().to_vec();
    assert!(body.windows(12).any(|window| window == b"\x89PNG picture"));
    let text = String::from_utf8_lossy(&body).into_owned();
    // SHA-256 of the twelve bytes, as `sha256sum` has it.
    let sum = "61578ad7d8afde50f365251304f0c5e711cfb3f18d4fc2f620f1969bac827f2f";
    assert!(text.contains("\"filename\":\"logo.png\"") && text.contains(sum), "{text}");
    for (line, exit) in [
        (format!("call {upload} --file none.png --json"), 8),
        (format!("call {upload} --file logo.png -d {{}} --json"), 2),
        (format!("call {upload} --meta {{}} --json"), 2),
        (format!("call {upload} --file logo.png --meta [] --json"), 2),
    ] {
        assert_eq!(run(&gateway, folder.path(), &line).error()["exit"], exit, "{line}");
    }
    assert_eq!(gateway.calls().len(), 1);
}

/// An order of `APIv2`: sent, answered in XML, verified by its sign; first by the stand-in, then paid at the simulator.
#[test]
fn a_call_of_apiv2_is_sent_and_verified() {
    let (gateway, folder) = (Server::start().unwrap(), tempfile::tempdir().unwrap());
    gateway.on(Method::POST, "v2/pay/orderquery").reply(json!({"trade_state": "SUCCESS", "total_fee": "1"})).times(1);
    let data = r#"{"appid":"wxd678efh567hg6787","mch_id":"1900000109","out_trade_no":"1217752501"}"#;
    let line = ["call", "v2/pay/orderquery", "-d", data, "--retry", "1", "--json"];
    let document = words(&gateway, folder.path(), &line).json();
    assert_eq!((&document["verified"], &document["verified_by"]), (&json!(true), &Value::Null), "{document}");
    assert_eq!((&document["body"]["trade_state"], &document["body"]["total_fee"]), (&json!("SUCCESS"), &json!("1")));
    let call = &gateway.calls()[0];
    assert!(call.body().starts_with(b"<xml>") && call.path().ends_with("pay/orderquery"));
    gateway.on(Method::POST, "v2/pay/orderquery").fault(Fault::BadSignature).times(1);
    assert_eq!(words(&gateway, folder.path(), &line).error()["exit"], 5);

    let sim = Simulator::builder().seed(1).start().unwrap();
    let env = sim.get("env?format=json&mchid=1900000001").unwrap();
    let env = env.as_object().unwrap().iter().filter(|(name, _)| !name.starts_with("WECHATPAY_SIM_"));
    let vars: Vec<_> = env.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect();
    let data = r#"{"appid":"wx00000000000001","mch_id":"1900000001","out_trade_no":"none","nonce_str":"x"}"#;
    let refused = support::run(folder.path(), &["call", "v2/pay/orderquery", "-d", data, "--json"], &vars).error();
    assert_eq!((refused["exit"].as_i64(), refused["kind"].as_str()), (Some(4), Some("Rejected")), "{refused}");
    assert_eq!(refused["verified"], true, "{refused}");
}
