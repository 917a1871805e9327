//! Steps 1 to 5, each refusal: what the client sees, and what the journal says.

use serde_json::json;
use wechatpay_chain::PublicKey;
use wechatpay_chain::gateway::answer_message;
use wechatpay_sim::Simulator;

use super::by_hand::{Answer, Ask, Done, ECHO, HELLO, NATIVE, last, plain, refused, seconds, start, step};

#[test]
fn a_right_request_is_answered_and_signed_in_the_documented_case() -> Done {
    let sim = start();
    let answer = Ask::new(&sim, "POST", ECHO, HELLO).send(&sim);
    assert_eq!((answer.status, answer.json()), (200, json!({"echo_message": "hello"})));
    let header = |name: &str| answer.header(name).unwrap_or_else(|| panic!("{name} in {:?}", answer.headers));
    assert_eq!(header("Content-Type"), "application/json; charset=utf-8");
    assert_eq!(header("Wechatpay-Signature-Type"), "WECHATPAY2-SHA256-RSA2048");
    let (id, code) = header("Request-ID").rsplit_once('-').unwrap();
    assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) && code == "0", "{id}-{code}");
    assert!(header("Wechatpay-Timestamp").parse::<u64>()?.abs_diff(seconds()) <= 5);
    assert!(header("Date").ends_with("GMT"));
    assert_signed(&sim, &answer);
    Ok(())
}

/// The signature is that of the public key over the bytes of the body.
fn assert_signed(sim: &Simulator, answer: &Answer) {
    use base64::Engine as _;
    let env = sim.get("env").unwrap();
    assert_eq!(answer.header("Wechatpay-Serial"), env["WECHATPAY_PUBLIC_KEY_ID"].as_str());
    let key = PublicKey::from_pem(env["WECHATPAY_PUBLIC_KEY"].as_str().unwrap()).unwrap();
    let header = |name: &str| answer.header(name).unwrap();
    let message = answer_message(header("Wechatpay-Timestamp"), header("Wechatpay-Nonce"), &answer.body);
    let signature = base64::engine::general_purpose::STANDARD.decode(header("Wechatpay-Signature")).unwrap();
    assert!(key.verify(&message, &signature));
}

#[test]
fn an_answer_without_a_body_has_the_headers_too() {
    let sim = start();
    let target = "/v3/pay/transactions/out-trade-no/20261125001/close";
    let answer = Ask::new(&sim, "POST", target, r#"{"mchid":"1900000001"}"#).send(&sim);
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert!(answer.header("Request-ID").is_some());
    assert_signed(&sim, &answer);
}

#[test]
fn step_1_an_unknown_path_is_404_without_anything() {
    let sim = start();
    for target in ["/v3/pay/transactions/natve", "/", "/brand/x"] {
        let answer = Ask::new(&sim, "POST", target, HELLO).send(&sim);
        assert_eq!((answer.status, answer.body.len(), answer.header("Request-ID")), (404, 0, None), "{target}");
        assert!(!answer.is_signed());
    }
    plain(&sim, "POST", "/v3/pay/transactions/natve", "", "");
    let call = last(&sim);
    assert_eq!(call["verdict"], "unknown_path");
    assert!(call["refused"]["hint"].as_str().unwrap().ends_with("the nearest is /v3/pay/transactions/native"));
}

#[test]
fn step_2_another_verb_is_405_without_a_body() {
    let sim = start();
    let answer = Ask::new(&sim, "PUT", NATIVE, HELLO).send(&sim);
    assert_eq!((answer.status, answer.body.len(), answer.is_signed()), (405, 0, false));
    assert_eq!(step(&sim), "2");
}

#[test]
fn step_3_accept_and_user_agent_are_asked_for() {
    let sim = start();
    for missing in ["Accept", "User-Agent"] {
        let answer = Ask::new(&sim, "POST", ECHO, HELLO).without(missing).send(&sim);
        assert_eq!(answer.code(), (400, "INVALID_REQUEST".to_owned()));
        assert_eq!(answer.json()["message"], "Http头缺少Accept或User-Agent");
        assert!(!answer.is_signed() && answer.header("Request-ID").is_some());
        assert_eq!(step(&sim), "3");
    }
}

#[test]
fn step_3_comes_after_the_signature_on_paths_of_orders() {
    let sim = start();
    let mut ask = Ask::new(&sim, "POST", NATIVE, HELLO).without("Accept");
    let answer = ask.clone().send(&sim);
    assert_eq!(answer.code(), (400, "INVALID_REQUEST".to_owned()));
    assert!(answer.is_signed());
    ask.authorization = Some(String::new());
    assert_eq!(ask.send(&sim).code(), (401, "SIGN_ERROR".to_owned()));
}

#[test]
fn step_4_the_header_is_read_strictly() {
    let sim = start();
    let right = Ask::new(&sim, "POST", ECHO, HELLO).authorization();
    let usual = "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》";
    for (header, why) in [
        (String::new(), "authorization_missing"),
        (right.replace("WECHATPAY2-SHA256-RSA2048", "Bearer"), "authorization_scheme"),
        (right.replace("nonce_str=", "nonce="), "authorization_malformed"),
        (right.replace("nonce_str=", "mchid="), "authorization_repeated"),
        (right.replace(",timestamp=", ";timestamp="), "authorization_malformed"),
    ] {
        for (target, message) in [(ECHO, usual), (NATIVE, "签名信息错误，验签失败")] {
            let mut ask = Ask::new(&sim, "POST", target, HELLO);
            ask.authorization = Some(header.clone());
            let answer = ask.send(&sim);
            assert_eq!(answer.code(), (401, "SIGN_ERROR".to_owned()), "{why}");
            assert_eq!((answer.json()["message"].as_str(), answer.is_signed()), (Some(message), false));
            assert_eq!(answer.header("Request-ID").is_some(), target == ECHO);
            let (step, found, _) = refused(&sim);
            assert_eq!((step.as_str(), found.as_str()), ("4", why));
        }
    }
    // Any order will do.
    let (scheme, items) = right.split_once(' ').unwrap();
    let backwards = items.split(',').rev().collect::<Vec<_>>().join(",");
    let mut ask = Ask::new(&sim, "POST", ECHO, HELLO);
    ask.authorization = Some(format!("{scheme} {backwards}"));
    assert_eq!(ask.send(&sim).status, 200);
}

#[test]
fn step_5a_the_clock_may_be_off_by_five_minutes() {
    let sim = start();
    let at = |timestamp: String| {
        let mut ask = Ask::new(&sim, "POST", ECHO, HELLO);
        ask.timestamp = timestamp;
        ask.send(&sim)
    };
    for off in [295, -295] {
        assert_eq!(at(seconds().checked_add_signed(off).unwrap().to_string()).status, 200);
    }
    for (timestamp, why) in [
        ((seconds() + 310).to_string(), "clock"),
        ((seconds() - 310).to_string(), "clock"),
        (format!("{}000", seconds()), "milliseconds"),
        ("soon".to_owned(), "timestamp"),
    ] {
        let answer = at(timestamp);
        assert_eq!(answer.code(), (401, "SIGN_ERROR".to_owned()));
        assert_eq!(answer.json()["message"], "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟");
        assert!(answer.header("Request-ID").unwrap().ends_with("-268443699") && !answer.is_signed());
        let (step, found, _) = refused(&sim);
        assert_eq!((step.as_str(), found.as_str()), ("5a", why));
    }
}

#[test]
fn step_5b_mchid_and_serial_are_known() {
    let sim = start();
    let mut ask = Ask::new(&sim, "POST", ECHO, HELLO);
    ask.serial = "3775B6A45ACD588826D15E583A95F5DD3775B6A4".to_owned();
    let answer = ask.send(&sim);
    assert_eq!((answer.status, answer.json()["message"].as_str()), (401, Some("商户证书序列号有误")));
    assert_eq!(refused(&sim).1, "unknown_serial");
    assert_ne!(last(&sim)["body"], "");
}

#[test]
fn step_5b_of_a_merchant_that_nobody_knows_no_secret_is_kept() {
    let sim = start();
    let mut ask = Ask::new(&sim, "POST", ECHO, r#"{"echo_message":"a real customer"}"#);
    ask.mchid = "1900009191".to_owned();
    let signature = ask.authorization().split_once("signature=\"").unwrap().1.to_owned();
    assert_eq!(ask.send(&sim).json()["message"], "商户证书序列号有误");
    let (step, why, hint) = refused(&sim);
    assert_eq!((step.as_str(), why.as_str()), ("5b", "unknown_mchid"));
    assert!(hint.contains("production settings?"));
    let shown = last(&sim).to_string();
    assert!(!shown.contains("a real customer") && !shown.contains(&signature[..40]), "{shown}");
}

#[test]
fn step_5b_a_revoked_certificate_is_none() {
    let sim = start();
    let ask = Ask::new(&sim, "POST", ECHO, HELLO);
    sim.delete(&format!("merchants/1900000001/certificates/{}", ask.serial)).unwrap();
    assert_eq!(ask.send(&sim).json()["message"], "商户证书序列号有误");
}

#[test]
fn step_5c_a_nonce_has_1_to_32_characters_and_is_used_once() {
    let sim = start();
    for (nonce, status) in [(String::new(), 401), ("n".repeat(33), 401), ("n".repeat(32), 200)] {
        let mut ask = Ask::new(&sim, "POST", ECHO, HELLO);
        ask.nonce = nonce;
        assert_eq!(ask.send(&sim).status, status);
    }
    let ask = Ask::new(&sim, "POST", ECHO, HELLO);
    assert_eq!(ask.clone().send(&sim).header("Sim-Warning"), None);
    let again = ask.clone().send(&sim);
    assert_eq!((again.status, again.header("Sim-Warning")), (200, Some("sign.nonce_reuse")));
    assert_eq!(last(&sim)["warnings"][0]["id"], "sign.nonce_reuse");
    sim.patch("rules", json!({"sign.nonce_reuse": "refuse"})).unwrap();
    assert_eq!(ask.send(&sim).code(), (401, "SIGN_ERROR".to_owned()));
    assert_eq!((step(&sim).as_str(), refused(&sim).1.as_str()), ("5c", "nonce_reused"));
}

#[test]
fn step_5d_a_wrong_signature_is_told_with_what_was_to_be_signed() {
    let sim = start();
    let mut ask = Ask::new(&sim, "POST", ECHO, r#"{"echo_message":"茶茶茶茶茶茶茶茶茶茶茶茶"}"#);
    ask.message = Some(b"nothing like it".to_vec());
    let right = ask.right();
    let answer = ask.clone().send(&sim);
    let shown = String::from_utf8_lossy(&right[..64]).into_owned();
    let expected = json!({
        "code": "SIGN_ERROR",
        "message": "签名错误",
        "detail": {
            "detail": {"issue": "sign not match"},
            "field": "signature",
            "location": "authorization",
            "sign_information": {
                "method": "POST", "url": ECHO, "sign_message_length": right.len(), "truncated_sign_message": shown,
            },
        },
    });
    assert_eq!((answer.status, answer.json(), answer.is_signed()), (401, expected, false));
    let call = last(&sim);
    assert_eq!((&call["refused"]["step"], &call["refused"]["why"]), (&json!("5d"), &json!("unknown")));
    assert_eq!(
        (call["message"].as_str(), call["verdict"].as_str()),
        (std::str::from_utf8(&right).ok(), Some("refused"))
    );
    sim.patch("rules", json!({"sign.detail": "short"})).unwrap();
    assert_eq!(ask.send(&sim).json(), json!({"code": "SIGN_ERROR", "message": "签名错误"}));
}

#[test]
fn step_5d_what_is_not_base64_is_no_signature() {
    let sim = start();
    let mut ask = Ask::new(&sim, "POST", ECHO, HELLO);
    let header = ask.authorization();
    let start = header.split_once("signature=").unwrap().0;
    ask.authorization = Some(format!("{start}signature=\"***\""));
    assert_eq!(ask.send(&sim).json()["message"], "签名错误");
    assert_eq!(refused(&sim).1, "not_base64");
}
