//! Servers that are no simulator: ciphertext, certificates, and answers that are not WeChat Pay's.

use std::time::{Duration, SystemTime};

use http::StatusCode;
use serde_json::json;
use wechatpay_chain::{Method, PrivateKey, gateway, mock};

use super::merchant::{self, Merchant, OTHER, PLATFORM, PLATFORM_SERIAL, certificate};
use super::servers::{Server, answer};
use super::verdicts::{found, is_well};
use super::{PLAIN, doctor, owned};

#[test]
fn the_ciphertext_of_an_answer_is_opened_and_compared() {
    let gateway = mock::Server::start().unwrap();
    let vars: Vec<_> = gateway.env().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let doctor = |vars: &[_]| doctor(vars, PLAIN, &[]);
    is_well(&doctor(&vars), "public_key");
    for sealed in [
        "bm8gY2lwaGVydGV4dA==".to_owned(),
        wechatpay_chain::PublicKey::from_pem(OTHER.public_key_pem()).unwrap().encrypt("x").unwrap(),
    ] {
        let echo = move |call: &mock::Call| {
            let text = &call.json()["echo_message"];
            match call.json()["encrypted_echo_message"].is_string() {
                true => json!({"echo_message": text, "encrypted_echo_message": sealed}),
                false => json!({"echo_message": text}),
            }
        };
        gateway.on(Method::POST, "v3/security/echo").reply_with(echo).times(2);
        found(&doctor(&vars), "decrypt.answer", "fail");
    }
    gateway.on(Method::POST, "v3/security/echo").reply(json!({"echo_message": "another"})).times(1);
    found(&doctor(&vars), "echo.accepted", "fail");
    // A gateway that does not offer the self test is as good.
    gateway
        .on(Method::POST, "v3/security/echo")
        .reply((StatusCode::NOT_FOUND, json!({"code": "RESOURCE_NOT_EXISTS", "message": "x"})));
    is_well(&doctor(&vars), "public_key");
}

/// What a gateway answers that lists these certificates and signs by the first of them; it does not offer the self test.
fn listing(certificates: Vec<String>) -> impl Fn(&str) -> String {
    move |request| {
        if request.starts_with("POST") {
            return answer(404, "", &json!({"code": "RESOURCE_NOT_EXISTS", "message": "x"}).to_string());
        }
        let entry = |text: &String| {
            let sealed = gateway::seal(merchant::API_V3_KEY, "61f9c719728a", "certificate", text.as_bytes()).unwrap();
            json!({"serial_no": "x", "encrypt_certificate": {"algorithm": sealed.algorithm, "nonce": sealed.nonce,
                "associated_data": sealed.associated_data, "ciphertext": sealed.ciphertext}})
        };
        let body = json!({"data": certificates.iter().map(entry).collect::<Vec<_>>()}).to_string();
        let key = gateway::PlatformKey::new(PLATFORM_SERIAL, PrivateKey::from_pem(PLATFORM.serialize_pem()).unwrap());
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let headers = key
            .sign(now, "a nonce", body.as_bytes())
            .unwrap()
            .headers()
            .map(|(name, value)| format!("{name}: {value}\r\n"));
        answer(200, &headers.concat(), &body)
    }
}

#[test]
fn platform_certificates_that_are_not_the_present_ones_are_told_of() {
    let own = |days| certificate(&PLATFORM, PLATFORM_SERIAL, "Tenpay.com sign", (-1, days));
    let newer = certificate(&OTHER, "6157F09EFDC096DE15EBE81A47057A7232F1B8E1", "Tenpay.com sign", (-1, 1500));
    let at = |listed: Vec<String>, merchant: &Merchant| {
        let server = Server::start(listing(listed));
        let vars: Vec<_> =
            merchant.vars().into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let run = doctor(&vars, &[], &[("WECHATPAY_BASE_URI", &server.url())]);
        let lines: Vec<_> = server.seen().iter().map(|seen| seen.lines().next().unwrap().to_owned()).collect();
        let expected = ["GET /v3/certificates HTTP/1.1", "POST /v3/security/echo HTTP/1.1"];
        assert_eq!(lines, expected, "the list, and the self test that is not offered");
        run
    };
    let fetching = Merchant::new().unset("PUBLIC_KEY_ID").unset("PUBLIC_KEY");
    let ending = found(&at(vec![own(20)], &fetching), "platform.current", "warn");
    assert!(ending["message"]["en"].as_str().unwrap().contains("ends on"), "{ending}");
    is_well(&at(vec![own(20), newer.clone()], &fetching), "certificate");
    let given = Merchant::of_certificates();
    is_well(&at(vec![own(900)], &given), "certificate");
    let lacking = found(&at(vec![own(900), newer], &given), "platform.current", "warn");
    assert_eq!(lacking["seen"], "6157F09EFDC096DE15EBE81A47057A7232F1B8E1");
    // Signed by one that is given, although the list does not open.
    let wrong = Merchant::of_certificates().set("API_V3_KEY", &merchant::API_V3_KEY.replace('0', "1"));
    found(&at(vec![own(900)], &wrong), "apiv3key.decrypts", "fail");
}

#[test]
fn answers_that_are_not_wechat_pays_or_refuse_are_told_apart() {
    let vars = owned(&Merchant::new());
    let json = |code: &str, message: &str| json!({"code": code, "message": message}).to_string();
    let hour_ago = httpdate::fmt_http_date(SystemTime::now() - Duration::from_secs(3600));
    let minute_ago = httpdate::fmt_http_date(SystemTime::now() - Duration::from_secs(60));
    let none = json("RESOURCE_NOT_EXISTS", "无可用的平台证书");
    for (status, head, body, id, state) in [
        (200, String::new(), "<html>welcome</html>".to_owned(), "http.answer", "fail"),
        (404, String::new(), String::new(), "http.answer", "fail"),
        (403, String::new(), json("NO_AUTH", "此IP地址不允许调用该接口"), "access.ip", "fail"),
        (403, String::new(), json("NO_AUTH", "商户号该产品权限未开通"), "access.permitted", "fail"),
        (401, String::new(), json("SIGN_ERROR", "Http头Authorization值格式错误"), "sign.accepted", "fail"),
        (401, String::new(), json("SIGN_ERROR", "商户证书序列号有误"), "sign.accepted", "fail"),
        (404, format!("Date: {hour_ago}\r\n"), none.clone(), "clock.skew", "fail"),
        (404, format!("Date: {minute_ago}\r\n"), none.clone(), "clock.skew", "warn"),
        (200, String::new(), json!({"data": []}).to_string(), "answer.signed", "fail"),
    ] {
        let told = format!("{status} {body}");
        let server = Server::start(move |_| answer(status, &head, &body));
        let run = doctor(&vars, &[], &[("WECHATPAY_BASE_URI", &server.url())]);
        assert_eq!(run.json()["first"], id, "{told}");
        found(&run, id, state);
    }
    let server = Server::start(move |_| answer(404, "", &none));
    is_well(&doctor(&vars, &[], &[("WECHATPAY_BASE_URI", &server.url())]), "public_key");
}
