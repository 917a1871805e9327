//! `wxpay sign`, beside OpenSSL.

use std::fs;

use super::gateway::{run, words};
use super::merchant::{MCHID, Merchant, SECRET, SERIAL};
use super::openssl::{openssl, verifies};
use super::support;
use wechatpay_chain::mock::Server;

#[test]
fn the_five_lines_are_signed_as_openssl_says() {
    let merchant = Merchant::new();
    let folder = merchant.folder.path();
    openssl(folder, "x509 -in apiclient_cert.pem -pubkey -noout -out public.pem");
    fs::write(folder.join("order.json"), r#"{"description":"茶 & 水","attach":null,"amount":{"total":1}}"#).unwrap();
    let line =
        "sign post v3/pay/transactions/native -d @order.json -q a=1 --timestamp 1554208460 --nonce 593BEC0C --json";
    let signed = support::run(folder, &line.split(' ').collect::<Vec<_>>(), &merchant.vars());
    let document = signed.json();
    let body = r#"{"amount":{"total":1},"description":"茶 & 水"}"#;
    let message = format!("POST\n/v3/pay/transactions/native?a=1\n1554208460\n593BEC0C\n{body}\n");
    assert_eq!((signed.code, document["message"].as_str()), (Some(0), Some(message.as_str())));
    let signature = document["signature"].as_str().unwrap();
    verifies(folder, "public.pem", message.as_bytes(), signature);
    let authorization = format!(
        "WECHATPAY2-SHA256-RSA2048 mchid=\"{MCHID}\",nonce_str=\"593BEC0C\",timestamp=\"1554208460\",serial_no=\"{SERIAL}\",signature=\"{signature}\""
    );
    assert_eq!(document["authorization"], authorization);
    assert_eq!((document["serial"].as_str(), document["timestamp"].as_u64()), (Some(SERIAL), Some(1_554_208_460)));
    let text = support::run(folder, &line.split(' ').take(11).collect::<Vec<_>>(), &merchant.vars());
    assert!(
        text.out.starts_with("1  POST\\n\n2  /v3/pay/transactions/native?a=1\\n\n3  1554208460\\n\n"),
        "{}",
        text.out
    );
    assert!(text.out.trim_end().ends_with(&authorization));
    fs::write(folder.join("raw"), "{ \"a\" : 1 }\n").unwrap();
    let raw = "sign post v3/x -d @raw --raw --timestamp 1 --nonce n --json";
    let raw = support::run(folder, &raw.split(' ').collect::<Vec<_>>(), &merchant.vars()).json();
    assert_eq!(raw["message"], "POST\n/v3/x\n1\nn\n{ \"a\" : 1 }\n\n");
}

#[test]
fn a_file_is_signed_byte_for_byte() {
    let merchant = Merchant::new();
    let folder = merchant.folder.path();
    openssl(folder, "x509 -in apiclient_cert.pem -pubkey -noout -out public.pem");
    fs::write(folder.join("m"), b"a\n\r\n\xff").unwrap();
    let document = support::run(folder, &["sign", "--message", "m", "--json"], &merchant.vars()).json();
    verifies(folder, "public.pem", b"a\n\r\n\xff", document["signature"].as_str().unwrap());
    assert_eq!(document["serial"], SERIAL);
    let missing = support::run(folder, &["sign", "--message", "none", "--json"], &merchant.vars());
    assert_eq!(missing.error()["exit"], 8);
    let unset = support::run(folder, &["sign", "--message", "m", "--json"], &[]);
    assert_eq!(unset.error()["exit"], 3);
    assert_eq!(support::run(folder, &["sign", "get", "v3/x", "--json"], &[]).error()["exit"], 3);
}

#[test]
fn apiv2_is_signed_without_showing_its_key() {
    let merchant = Merchant::of_v2();
    let folder = merchant.folder.path();
    let data = format!(r#"{{"appid":"wx1","mch_id":"{MCHID}","out_trade_no":"A"}}"#);
    let words = ["sign", "v2/pay/orderquery", "-d", &data, "--nonce", "N1", "--json"];
    let run = support::run(folder, &words, &merchant.vars());
    let document = run.json();
    let message = document["message"].as_str().unwrap_or_else(|| panic!("{document}")).to_owned();
    assert!(message.starts_with(&format!("appid=wx1&mch_id={MCHID}&nonce_str=N1&out_trade_no=A")), "{message}");
    assert!(message.ends_with("&key=<secret>") && !run.out.contains(SECRET), "{message}");
    fs::write(folder.join("m"), message.replace("<secret>", SECRET)).unwrap();
    let kind = document["type"].as_str().unwrap();
    let line = if kind == "MD5" { "dgst -md5 -r m".to_owned() } else { format!("dgst -sha256 -hmac {SECRET} -r m") };
    let expected = openssl(folder, &line).split(' ').next().unwrap().to_uppercase();
    assert_eq!(document["sign"], expected);
    let timed = [&words[..6], &["--timestamp", "1", "--json"]].concat();
    assert_eq!(support::run(folder, &timed, &merchant.vars()).error()["exit"], 2);
}

#[test]
fn wrong_words_are_told_before_anything_is_read() {
    let (gateway, folder) = (Server::start().unwrap(), tempfile::tempdir().unwrap());
    for line in [
        "sign fetch v3/x --json",
        "sign get v3/x/{id} --json",
        "sign get v3/x --nonce a\"b --json",
        "sign post v3/x -d {x --json",
        "sign get v3..x --json",
    ] {
        assert_eq!(run(&gateway, folder.path(), line).error()["exit"], 2, "{line}");
    }
    assert_eq!(words(&gateway, folder.path(), &["sign"]).code, Some(2));
    assert!(gateway.calls().is_empty());
}
