//! Steps 6 to 13: rates, bodies, headers, ciphertext, form, and who may what.

use serde_json::{Value, json};
use wechatpay_chain::Client;
use wechatpay_sim::Simulator;

use super::by_hand::{Answer, Ask, Done, ECHO, HELLO, NATIVE, exchange, host, last, plain, refused, start, step};

#[test]
fn step_6_limits_are_off_until_they_are_set() {
    let sim = start();
    let send = || Ask::new(&sim, "POST", ECHO, HELLO).send(&sim);
    assert!((0..5).all(|_| send().status == 200));
    sim.patch("settings", json!({"limits": {"on": true, "v3/security/echo": 1}})).unwrap();
    let answers: Vec<_> = (0..6).map(|_| send()).collect();
    let limited = answers.iter().find(|answer| answer.status == 429).expect("one of six in a second");
    assert_eq!(limited.json()["code"], "FREQUENCY_LIMITED");
    assert!(limited.header("Request-ID").unwrap().ends_with("-268447840") && limited.is_signed());
}

#[test]
fn step_8_a_body_is_a_json_object_and_says_so() {
    let sim = start();
    let wrong = [
        Ask::new(&sim, "POST", ECHO, HELLO).without("Content-Type"),
        Ask::new(&sim, "POST", ECHO, HELLO).header("Content-Type", "text/plain"),
        Ask::new(&sim, "POST", ECHO, "[1]"),
        Ask::new(&sim, "POST", ECHO, "{"),
        Ask { body: b"{\"echo_message\":\"\xff\"}".to_vec(), ..Ask::new(&sim, "POST", ECHO, HELLO) },
    ];
    for ask in wrong {
        let answer = ask.send(&sim);
        assert_eq!(answer.code(), (400, "PARAM_ERROR".to_owned()), "{:?}", last(&sim)["refused"]);
        assert!(answer.is_signed());
        assert_eq!(step(&sim), "8");
    }
}

#[test]
fn a_body_that_is_too_long_is_not_read_to_its_end() {
    let sim = start();
    let head = format!(
        "POST {ECHO} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: 1048577\r\n\r\n",
        host(&sim)
    );
    let answer = exchange(&sim, &[head.as_bytes(), &vec![b' '; 1_048_577]].concat());
    assert_eq!((answer.status, answer.json()["code"].as_str(), answer.is_signed()), (400, Some("PARAM_ERROR"), false));
    assert_eq!(refused(&sim).1, "too_long");
}

#[test]
fn a_head_with_too_many_headers_is_refused() {
    let sim = start();
    let headers = "X-One: 1\r\n".repeat(70);
    assert_eq!(plain(&sim, "POST", ECHO, &headers, "").status, 431);
}

#[test]
fn step_9_idempotency_key_is_required_where_the_page_says_so() {
    let sim = start();
    let target = "/v3/marketing/partnerships/build";
    let body = r#"{"partner":{"type":"APPID","appid":"wx0000000000000001"},"authorized_data":{"business_type":"FAVOR_STOCK"}}"#;
    let answer = Ask::new(&sim, "POST", target, body).send(&sim);
    assert_eq!((answer.code(), answer.is_signed()), ((400, "PARAM_ERROR".to_owned()), true));
    assert_eq!(step(&sim), "9");
    let answer = Ask::new(&sim, "POST", target, body).header("Idempotency-Key", "1").send(&sim);
    assert_eq!(answer.status, 200, "{:?}", last(&sim)["refused"]);
}

fn sdk(sim: &Simulator) -> Client {
    sim.client().unwrap()
}

#[test]
fn step_10_ciphertext_is_opened_by_the_key_that_is_named() -> Done {
    let sim = start();
    let wxpay = sdk(&sim);
    let sealed = wxpay.encrypt("张三")?;
    let body = |text: &str| json!({"echo_message": "x", "encrypted_echo_message": text}).to_string();
    let ask = |text: &str| Ask::new(&sim, "POST", ECHO, &body(text));
    let right = ask(sealed.ciphertext()).header("Wechatpay-Serial", sealed.serial()).send(&sim);
    assert_eq!(wxpay.decrypt(right.json()["encrypted_echo_message"].as_str().unwrap())?, "张三");
    let call = last(&sim);
    assert_eq!(call["plain"]["encrypted_echo_message"], "张三");
    assert_eq!(call["body"], body(sealed.ciphertext()).as_str());
    let other = sim.get("platform")?["certificates"][0]["serial"].as_str().unwrap().to_owned();
    let damaged = "A".repeat(342) + "==";
    for (text, serial, why, field) in [
        (sealed.ciphertext(), "", "serial", "Wechatpay-Serial"),
        (sealed.ciphertext(), "PUB_KEY_ID_0", "serial", "Wechatpay-Serial"),
        // This merchant's mode has no certificates.
        (sealed.ciphertext(), other.as_str(), "serial", "Wechatpay-Serial"),
        ("张三", sealed.serial(), "plain_text", "/encrypted_echo_message"),
        (damaged.as_str(), sealed.serial(), "ciphertext", "/encrypted_echo_message"),
    ] {
        let answer = ask(text).header("Wechatpay-Serial", serial).send(&sim);
        assert_eq!((answer.code(), answer.is_signed()), ((400, "PARAM_ERROR".to_owned()), true));
        assert_eq!(answer.json()["detail"]["field"], field);
        let (step, found, _) = refused(&sim);
        assert_eq!((step.as_str(), found.as_str()), ("10", why));
    }
    assert_eq!(
        ask("张三").header("Wechatpay-Serial", sealed.serial()).send(&sim).json()["message"],
        "平台私钥解密失败"
    );
    Ok(())
}

#[test]
fn step_11_the_form_is_checked() {
    let sim = start();
    let answer = Ask::new(&sim, "POST", ECHO, r#"{"echo_message":"x","echo":"y"}"#).send(&sim);
    assert_eq!(answer.json()["message"], "请求中含有未在API文档中定义的参数");
    assert!(answer.header("Request-ID").unwrap().ends_with("-270924358"));
    assert_eq!((step(&sim).as_str(), refused(&sim).1.as_str()), ("11", "unknown_member"));
    let answer = Ask::new(&sim, "POST", ECHO, "{}").send(&sim);
    assert_eq!(answer.json()["detail"]["field"], "/echo_message");
}

fn order(mchid: &str, appid: &str) -> String {
    json!({
        "appid": appid, "mchid": mchid, "description": "tea", "out_trade_no": "20261125001",
        "notify_url": "http://127.0.0.1/n", "amount": {"total": 1, "currency": "CNY"},
    })
    .to_string()
}

#[test]
fn step_12_who_signs_is_who_is_named() {
    let sim = start();
    let answer = Ask::new(&sim, "POST", NATIVE, &order("1900000002", "wx0000000000000001")).send(&sim);
    assert_eq!(answer.code(), (400, "INVALID_REQUEST".to_owned()));
    assert_eq!(answer.json()["message"], "http header中的mchid与post payload中的mchid不匹配");
    assert_eq!(step(&sim), "12");
    let query = "/v3/pay/transactions/out-trade-no/20261125001?mchid=1900000002";
    assert_eq!(Ask::new(&sim, "GET", query, "").send(&sim).code(), (400, "INVALID_REQUEST".to_owned()));
    sim.patch("rules", json!({"mismatch.mchid": {"status": 403, "code": "NO_AUTH", "message": "x"}})).unwrap();
    assert_eq!(Ask::new(&sim, "GET", query, "").send(&sim).code(), (403, "NO_AUTH".to_owned()));
}

#[test]
fn step_13_the_app_is_bound_and_the_sub_merchant_related() {
    let sim = start();
    let code = |answer: Answer| {
        let id = answer.header("Request-ID").unwrap().rsplit_once('-').unwrap().1.to_owned();
        (answer.status, answer.json()["code"].as_str().unwrap().to_owned(), id)
    };
    let answer = Ask::new(&sim, "POST", NATIVE, &order("1900000001", "wx0000000000000099")).send(&sim);
    assert_eq!(code(answer), (400, "APPID_MCHID_NOT_MATCH".to_owned(), "268445527".to_owned()));
    let partner = |sub: &str, more: Value| {
        let mut body = json!({
            "sp_appid": "wx0000000000000001", "sp_mchid": "1900000010", "sub_mchid": sub, "description": "tea",
            "out_trade_no": "20261125001", "notify_url": "http://127.0.0.1/n", "amount": {"total": 1, "currency": "CNY"},
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let target = "/v3/pay/partner/transactions/native";
        code(Ask::of(&sim, "1900000010", "POST", target, &body.to_string()).send(&sim))
    };
    let invalid = |internal: &str| (400, "INVALID_REQUEST".to_owned(), internal.to_owned());
    assert_eq!(partner("1900000010", json!({})), invalid("268443705"));
    assert_eq!(partner("1900000001", json!({})), invalid("268443701"));
    assert_eq!(partner("1900009999", json!({})), (400, "MCH_NOT_EXISTS".to_owned(), "0".to_owned()));
    assert_eq!(partner("1900000011", json!({"sub_appid": "wx0000000000000099"})), invalid("0"));
    assert_eq!(partner("1900000011", json!({"sub_appid": "wx0000000000000001"})), invalid("0"));
    let refund = json!({
        "out_trade_no": "20261125001", "out_refund_no": "R1", "amount": {"refund": 1, "total": 1, "currency": "CNY"},
    });
    let target = "/v3/refund/domestic/refunds";
    let answer = Ask::of(&sim, "1900000010", "POST", target, &refund.to_string()).send(&sim);
    assert_eq!(code(answer), invalid("268443704"));
}

#[test]
fn step_13_a_closed_merchant_may_do_nothing() {
    let sim = start();
    sim.patch("merchants/1900000001", json!({"status": "closed"})).unwrap();
    let answer = Ask::new(&sim, "POST", ECHO, HELLO).send(&sim);
    assert_eq!(answer.code(), (403, "NO_AUTH".to_owned()));
}
