//! `wxpay pay-params`, beside OpenSSL.

use super::merchant::{MCHID, Merchant, SECRET};
use super::openssl::{openssl, verifies};
use super::support::{Run, run};

fn here(merchant: &Merchant, line: &str) -> Run {
    run(merchant.folder.path(), &line.split(' ').collect::<Vec<_>>(), &merchant.vars())
}

#[test]
fn the_parameters_are_signed_as_openssl_says() {
    let merchant = Merchant::new();
    let folder = merchant.folder.path();
    openssl(folder, "x509 -in apiclient_cert.pem -pubkey -noout -out public.pem");
    let jsapi = here(&merchant, "pay-params jsapi --appid wx1 --prepay-id wx20 --json").json();
    let text = |name: &str| jsapi["params"][name].as_str().unwrap().to_owned();
    let message = format!("wx1\n{}\n{}\nprepay_id=wx20\n", text("timeStamp"), text("nonceStr"));
    verifies(folder, "public.pem", message.as_bytes(), &text("paySign"));
    assert_eq!(
        (jsapi["kind"].as_str(), text("appId").as_str(), text("signType").as_str()),
        (Some("jsapi"), "wx1", "RSA")
    );
    let app = here(&merchant, "pay-params app --appid wx1 --prepay-id wx20");
    let app: serde_json::Value = serde_json::from_str(&app.out).unwrap();
    let text = |name: &str| app[name].as_str().unwrap().to_owned();
    let message = format!("wx1\n{}\n{}\nwx20\n", text("timestamp"), text("noncestr"));
    verifies(folder, "public.pem", message.as_bytes(), &text("sign"));
    let mini = here(&merchant, "pay-params mini --appid wx1 --prepay-id wx20 --json").json();
    assert!(mini["params"].get("appId").is_none() && mini["params"]["paySign"].is_string());
    let transfer = here(&merchant, "pay-params transfer --appid wx1 --package a== --openid o1 --json").json();
    assert_eq!(
        transfer["params"],
        serde_json::json!({"mchId": MCHID, "appId": "wx1", "package": "a==", "openId": "o1"})
    );
}

#[test]
fn those_of_apiv2_are_signed_with_its_key() {
    let merchant = Merchant::of_v2();
    for (kind, digest) in
        [("MD5", "dgst -md5 -r m".to_owned()), ("HMAC-SHA256", format!("dgst -sha256 -hmac {SECRET} -r m"))]
    {
        let line = format!("pay-params jsapi --appid wx1 --prepay-id wx20 --v2 --sign-type {kind} --json");
        let run = here(&merchant, &line);
        let params = &run.json()["params"];
        let text = |name: &str| params[name].as_str().unwrap();
        let message = format!(
            "appId=wx1&nonceStr={}&package=prepay_id=wx20&signType={kind}&timeStamp={}&key={SECRET}",
            text("nonceStr"),
            text("timeStamp")
        );
        std::fs::write(merchant.path("m"), message).unwrap();
        let expected = openssl(merchant.folder.path(), &digest).split(' ').next().unwrap().to_uppercase();
        assert_eq!(text("paySign"), expected);
        assert!(!run.out.contains(SECRET));
    }
}

#[test]
fn what_is_missing_or_contradicts_is_named() {
    let merchant = Merchant::new();
    for (line, named) in [
        ("pay-params jsapi --prepay-id wx20", "--appid"),
        ("pay-params jsapi --appid wx1", "--prepay-id"),
        ("pay-params transfer --appid wx1", "--package"),
        ("pay-params jsapi --appid wx1 --prepay-id wx20 --openid o", "--openid"),
        ("pay-params transfer --appid wx1 --package a --v2", "--v2"),
    ] {
        let error = here(&merchant, &format!("{line} --json")).error();
        assert!(error["exit"] == 2 && error["message"]["en"].as_str().unwrap().contains(named), "{line}: {error}");
    }
    assert_eq!(here(&merchant, "pay-params jsapi --appid wx1 --prepay-id prepay_id=x --json").error()["exit"], 2);
    assert_eq!(
        run(merchant.folder.path(), &["pay-params", "jsapi", "--appid", "a", "--prepay-id", "b", "--json"], &[])
            .error()["exit"],
        3
    );
}
