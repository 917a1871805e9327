//! What a combined order's query, notification and basic queries show.

use serde_json::{Value, json};

use super::acts::{
    APP, M, M2, P, S1, fields, native, openid, order, paid, partners, pay, placed, query, refusal, transaction_id,
};
use crate::engine::testing::{NOW, call, calls, world};

#[test]
fn before_the_payment() {
    let mut world = world();
    let mut body = order("C-00001");
    body["scene_info"] = json!({"device_id": "POS1:1", "payer_client_ip": "203.0.113.7"});
    native(&mut world, NOW, body).unwrap();
    let sub = |mchid: &str, number: &str, total: i64| {
        json!({
            "mchid": mchid, "out_trade_no": number, "trade_state": "NOTPAY",
            "amount": {"total_amount": total, "payer_amount": 0, "currency": "CNY"},
        })
    };
    let expected = json!({
        "combine_appid": APP, "combine_mchid": M, "combine_out_trade_no": "C-00001", "scene_info": {"device_id": "POS1:1"},
        "sub_orders": [sub(M, "C-00001-1", 100), sub(M2, "C-00001-2", 200)],
    });
    assert_eq!(fields(query(&mut world, NOW, M, "C-00001")), expected);
}

#[test]
fn after_the_payment_and_in_the_one_notice() {
    let mut world = placed("C-00001");
    pay(&mut world, NOW, "C-00001", json!({"payer": "bob", "bank_type": "CMB_DEBIT"}));
    let sub = |mchid: &str, number: &str, total: i64| {
        json!({
            "mchid": mchid, "out_trade_no": number, "transaction_id": transaction_id(&world, mchid, number),
            "trade_state": "SUCCESS", "trade_type": "NATIVE", "bank_type": "CMB_DEBIT", "attach": format!("for {number}"),
            "success_time": "2026-11-25T10:00:00+08:00",
            "amount": {"total_amount": total, "payer_amount": total, "currency": "CNY", "payer_currency": "CNY"},
        })
    };
    let expected = json!({
        "combine_appid": APP, "combine_mchid": M, "combine_out_trade_no": "C-00001",
        "combine_payer_info": {"openid": openid(&world, APP, "bob")},
        "sub_orders": [sub(M, "C-00001-1", 100), sub(M2, "C-00001-2", 200)],
    });
    assert_ne!(transaction_id(&world, M, "C-00001-1"), transaction_id(&world, M2, "C-00001-2"));
    assert_eq!(fields(query(&mut world, NOW, M, "C-00001")), expected);
    let notices: Vec<_> = world.notices.iter().collect();
    assert_eq!(notices.len(), 1);
    let notice = notices[0];
    assert_eq!((notice.event_type.as_str(), notice.original_type.as_str()), ("TRANSACTION.SUCCESS", "transaction"));
    assert_eq!(
        (notice.summary.as_str(), notice.mchid.as_str(), &*notice.url),
        ("支付成功", M, "http://127.0.0.1:9/paid")
    );
    assert_eq!(serde_json::from_str::<Value>(&notice.resource.text()).unwrap(), expected);
}

#[test]
fn what_it_shows_is_what_the_catalogue_says() {
    let mut world = placed("C-00001");
    native(&mut world, NOW, partners("P-00001")).unwrap();
    for step in 0..2 {
        for (mchid, number) in [(M, "C-00001"), (P, "P-00001")] {
            let path = format!("v3/combine-transactions/out-trade-no/{number}");
            let operation = wechatpay_catalog::operation("GET", &path).unwrap();
            let shown = fields(query(&mut world, NOW, mchid, number));
            assert_eq!(operation.check_response(&shown), [], "{shown}");
            if step == 0 {
                pay(&mut world, NOW, number, json!({"coupon": {"amount": 30, "type": "CASH"}}));
            }
        }
    }
}

#[test]
fn a_partners_shows_sub_merchants() {
    let mut world = world();
    native(&mut world, NOW, partners("C-00001")).unwrap();
    let shown = fields(query(&mut world, NOW, P, "C-00001"));
    assert_eq!((&shown["sub_orders"][0]["mchid"], &shown["sub_orders"][0]["sub_mchid"]), (&P.into(), &S1.into()));
}

#[test]
fn a_coupon_stands_at_its_sub_orders() {
    let mut world = placed("C-00001");
    pay(&mut world, NOW, "C-00001", json!({"coupon": {"amount": 60, "type": "NOCASH"}}));
    let shown = fields(query(&mut world, NOW, M, "C-00001"));
    let subs = shown["sub_orders"].as_array().unwrap();
    let amounts: Vec<_> = subs.iter().map(|sub| sub["amount"]["payer_amount"].as_i64().unwrap()).collect();
    assert_eq!(amounts, [80, 160]);
    assert_eq!(
        (&subs[0]["promotion_detail"][0]["amount"], &subs[1]["promotion_detail"][0]["type"]),
        (&20.into(), &"NOCASH".into())
    );
}

#[test]
fn a_basic_query_finds_neither_the_order_nor_a_sub_order() {
    let unknown = (404, "ORDER_NOT_EXIST".to_owned(), 268_512_771);
    let mut world = paid("C-00001");
    let id = transaction_id(&world, M, "C-00001-1");
    for path in ["out-trade-no/C-00001", "out-trade-no/C-00001-1", &format!("id/{id}")] {
        let asked = call(M, "GET", &format!("v3/pay/transactions/{path}?mchid={M}"), Value::Null);
        assert_eq!(refusal(calls(&mut world, NOW, asked)), unknown, "{path}");
    }
    for (path, body) in [("close", json!({"mchid": M})), ("reverse", json!({"mchid": M}))] {
        let asked = call(M, "POST", &format!("v3/pay/transactions/out-trade-no/C-00001-1/{path}"), body);
        assert_eq!(refusal(calls(&mut world, NOW, asked)), unknown, "{path}");
    }
    let v2 = json!({"appid": APP, "mch_id": M, "out_trade_no": "C-00001-1"});
    for path in ["v2/pay/orderquery", "v2/pay/closeorder", "v2/secapi/pay/reverse"] {
        let refused = calls(&mut world, NOW, call(M, "POST", path, v2.clone())).unwrap_err();
        assert_eq!(refused.code, "ORDERNOTEXIST", "{path}");
    }
    assert!(world.burnt.is_empty());
}
