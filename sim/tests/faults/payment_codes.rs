//! The four official cases of payment codes, of either version, also outside the sandbox's paths.

use wechatpay_chain::ErrorKind::{Rejected, Transport};
use wechatpay_chain::{Rejection, Value, json};

use super::shop::{Answered, Done, Shop, block_on, kind, once};

/// By version: where it is charged, and where it is asked for.
const WAYS: [(&str, &str); 3] = [
    ("v3/pay/transactions/codepay", "v3/pay/transactions/out-trade-no"),
    ("v2/pay/micropay", "v2/pay/orderquery"),
    ("v2/xdc/apiv2sandbox/pay/micropay", "v2/xdc/apiv2sandbox/pay/orderquery"),
];

fn charge(path: &str, number: &str, code: &str) -> Value {
    match path.starts_with("v3/") {
        true => json!({
            "appid": "wx0000000000000001", "mchid": "1900000001", "description": "tea", "out_trade_no": number,
            "payer": {"auth_code": code}, "amount": {"total": 100, "currency": "CNY"},
            "scene_info": {"store_info": {"id": "1"}},
        }),
        false => json!({
            "appid": "wx0000000000000001", "mch_id": "1900000001", "body": "tea", "out_trade_no": number,
            "auth_code": code, "total_fee": 100, "spbill_create_ip": "1.2.3.4",
        }),
    }
}

fn query(shop: &Shop, path: &str, number: &str) -> Answered {
    match path.starts_with("v3/") {
        true => once(&shop.wxpay, format!("{path}/{number}")).query("mchid", "1900000001").get(),
        false => once(&shop.wxpay, path)
            .post(json!({"appid": "wx0000000000000001", "mch_id": "1900000001", "out_trade_no": number})),
    }
}

fn state(shop: &Shop, number: &str) -> Value {
    shop.sim.get(&format!("orders/{number}")).unwrap()["state"].clone()
}

/// Charges a new code, every other time asynchronously.
fn charged(shop: &Shop, path: &str, number: &str, later: bool) -> Answered {
    let code = shop.sim.get("payers/alice/auth_code").unwrap()["auth_code"].as_str().unwrap().to_owned();
    let (chain, body) = (once(&shop.wxpay, path), charge(path, number, &code));
    if later { block_on(chain.post_async(body)) } else { chain.post(body) }
}

fn each(mut test: impl FnMut(&Shop, (&'static str, &'static str), &str, bool)) {
    let shop = Shop::open();
    for (index, way) in WAYS.into_iter().enumerate() {
        for later in [false, true] {
            test(&shop, way, &format!("A-{index:05}{later}"), later);
        }
    }
    shop.is_in_order();
}

/// Whether the SDK says that the payer has to enter the password: APIv2 by a refusal, APIv3 by a 202.
fn is_userpaying(answer: &Answered) -> bool {
    match answer {
        Ok(answer) => answer.status() == 202 && answer["code"] == "USERPAYING",
        Err(error) => error.outcome_unknown() && error.rejection().map(Rejection::code) == Some("USERPAYING"),
    }
}

#[test]
fn the_payer_has_to_enter_the_password() {
    each(|shop, (path, _), number, later| {
        shop.fault("MICROPAY_USERPAYING", number);
        let answer = charged(shop, path, number, later);
        assert!(is_userpaying(&answer), "{path}: {answer:?}");
        assert_eq!(state(shop, number), "USERPAYING");
        shop.sim.pay(number).send().unwrap();
        assert_eq!(state(shop, number), "SUCCESS");
    });
}

#[test]
fn paid_and_nobody_hears_of_it() {
    each(|shop, (path, asked), number, later| {
        shop.fault("MICROPAY_TIMEOUT(1)", number);
        let error = charged(shop, path, number, later).unwrap_err();
        assert!(error.kind() == Transport && error.outcome_unknown(), "{path}: {error}");
        assert_eq!(state(shop, number), "SUCCESS");
        assert_eq!(query(shop, asked, number).unwrap()["trade_state"], "SUCCESS");
    });
}

#[test]
fn the_payer_enters_a_wrong_password() {
    each(|shop, (path, asked), number, later| {
        shop.fault("MICROPAY_PAYERROR", number);
        let answer = charged(shop, path, number, later);
        assert!(is_userpaying(&answer), "{path}: {answer:?}");
        assert_eq!(query(shop, asked, number).unwrap()["trade_state"], "PAYERROR");
    });
}

#[test]
fn neither_the_charge_nor_queries_are_answered() -> Done {
    each(|shop, (path, asked), number, later| {
        shop.fault("MICROPAY_PAY_QUERY_TIMEOUT(1)", number);
        let error = charged(shop, path, number, later).unwrap_err();
        assert!(error.kind() == Transport && error.outcome_unknown(), "{path}: {error}");
        assert_eq!(state(shop, number), "USERPAYING");
        assert_eq!(kind(&query(shop, asked, number)), Some(Transport), "{path}");
    });
    // By a token in the text too, which the query does not repeat: it is not answered all the same.
    let shop = Shop::open();
    let mut body = charge("v2/pay/micropay", "B-00001", "130000000000000001");
    body["body"] = json!("tea #MICROPAY_PAY_QUERY_TIMEOUT(1)");
    assert_eq!(kind(&once(&shop.wxpay, "v2/pay/micropay").post(body)), Some(Transport));
    let asked = once(&shop.wxpay, "v2/pay/orderquery").timeout(std::time::Duration::from_secs(4));
    let body = json!({"appid": "wx0000000000000001", "mch_id": "1900000001", "out_trade_no": "B-00001"});
    let error = asked.post(body).unwrap_err();
    assert!(matches!(error.kind(), Transport | wechatpay_chain::ErrorKind::Timeout), "{error}");
    Ok(())
}

#[test]
fn codes_that_only_a_bank_gives_come_by_a_trigger() {
    let shop = Shop::open();
    for (index, code) in
        ["NOTSUPORTCARD", "BANKERROR", "SYSTEMERROR", "NOTENOUGH", "USERPAYING"].into_iter().enumerate()
    {
        let number = format!("A-{index:05}");
        let mut body = charge("v2/pay/micropay", &number, "130000000000000001");
        body["body"] = json!(format!("tea #{code}"));
        let error = once(&shop.wxpay, "v2/pay/micropay").post(body).unwrap_err();
        assert_eq!((error.kind(), error.rejection().map(Rejection::code)), (Rejected, Some(code)), "{error}");
        let open = matches!(code, "BANKERROR" | "SYSTEMERROR" | "USERPAYING");
        assert_eq!(error.outcome_unknown(), open, "{code}");
        assert!(shop.sim.get(&format!("orders/{number}")).is_err(), "{code}: nothing is charged");
    }
}
