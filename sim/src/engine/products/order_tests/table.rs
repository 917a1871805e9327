//! Each row of the table of orders, in APIv3.

use serde_json::{Value, json};

use super::acts::{M, close, fields, native, openid, order, pay, placed, query, refusal, refused};
use crate::engine::testing::{NOW, call, calls, control, until, world};
use crate::engine::world::World;

#[test]
fn each_trade_type_has_its_credential() {
    let mut world = world();
    let code = fields(native(&mut world, NOW, order("A-00001")));
    assert!(code["code_url"].as_str().unwrap().starts_with("weixin://wxpay/bizpayurl?pr="));
    let mut jsapi = order("A-00002");
    jsapi["payer"] = json!({"openid": openid(&world, "alice")});
    let jsapi = fields(calls(&mut world, NOW, call(M, "POST", "v3/pay/transactions/jsapi", jsapi)));
    let prepay_id = jsapi["prepay_id"].as_str().unwrap();
    assert!(prepay_id.starts_with("wx20261125100000") && prepay_id.len() == 36, "{prepay_id}");
    let app = fields(calls(&mut world, NOW, call(M, "POST", "v3/pay/transactions/app", order("A-00003"))));
    assert!(app["prepay_id"].is_string());
    let h5 = fields(calls(&mut world, NOW, call(M, "POST", "v3/pay/transactions/h5", order("A-00004"))));
    assert!(h5["h5_url"].as_str().unwrap().starts_with("http://127.0.0.1:8787/_/h5?prepay_id=wx"));
}

#[test]
fn the_same_again_gets_a_new_credential_and_the_old_code_is_dead() {
    let mut world = world();
    let first = fields(native(&mut world, NOW, order("A-00001")));
    let second = fields(native(&mut world, NOW, order("A-00001")));
    assert_ne!(first["code_url"], second["code_url"]);
    let known = world.orders.by_number(M, "A-00001").unwrap();
    assert_eq!(known.credentials.iter().map(|credential| credential.is_dead).collect::<Vec<_>>(), [true, false]);
    assert_eq!(world.orders.iter().count(), 1);
}

#[test]
fn other_parameters_are_refused_in_every_state() {
    let mut world = placed("A-00001");
    let mut other = order("A-00001");
    other["amount"]["total"] = json!(101);
    let expected = (400, "INVALID_REQUEST".to_owned(), 268_498_688);
    assert_eq!(refusal(native(&mut world, NOW, other.clone())), expected);
    close(&mut world, NOW, "A-00001").unwrap();
    assert_eq!(refusal(native(&mut world, NOW, other.clone())), expected);
    let mut world = placed("A-00001");
    pay(&mut world, NOW, "A-00001", json!({}));
    assert_eq!(refusal(native(&mut world, NOW, other.clone())), expected);
    world.rules.set("order.repeat_changed", Some(json!({"status": 403, "code": "OUT_TRADE_NO_USED"})));
    assert_eq!(refusal(native(&mut world, NOW, other)), (403, "OUT_TRADE_NO_USED".to_owned(), 0));
}

#[test]
fn another_trade_type_a_paid_and_a_closed_order_are_not_placed_again() {
    let mut world = placed("A-00001");
    let app = calls(&mut world, NOW, call(M, "POST", "v3/pay/transactions/app", order("A-00001")));
    assert_eq!(refusal(app), (403, "OUT_TRADE_NO_USED".to_owned(), 0));
    pay(&mut world, NOW, "A-00001", json!({}));
    assert_eq!(refusal(native(&mut world, NOW, order("A-00001"))), (400, "INVALID_REQUEST".to_owned(), 268_498_689));
    native(&mut world, NOW, order("A-00002")).unwrap();
    close(&mut world, NOW, "A-00002").unwrap();
    assert_eq!(refusal(native(&mut world, NOW, order("A-00002"))), (400, "ORDER_CLOSED".to_owned(), 268_447_914));
}

#[test]
fn a_payment_has_number_time_money_and_one_notice() {
    let mut world = placed("A-00001");
    let paid = pay(&mut world, NOW, "A-00001", json!({"payer": "bob", "bank_type": "CMB_DEBIT"}));
    assert_eq!((paid["state"].as_str(), paid["payer"]["name"].as_str()), (Some("SUCCESS"), Some("bob")));
    assert!(paid["transaction_id"].as_str().unwrap().starts_with("42000"));
    assert_eq!(paid["refs"]["notices"].as_array().unwrap().len(), 1);
    let shown = fields(query(&mut world, NOW, "A-00001"));
    assert_eq!(shown["trade_state"], "SUCCESS");
    assert_eq!(shown["success_time"], "2026-11-25T10:00:00+08:00");
    assert_eq!(shown["amount"], json!({"total": 100, "payer_total": 100, "currency": "CNY", "payer_currency": "CNY"}));
    assert_eq!((shown["bank_type"].as_str(), shown["trade_type"].as_str()), (Some("CMB_DEBIT"), Some("NATIVE")));
    assert_eq!(shown["payer"]["openid"], openid(&world, "bob"));
    let notice = world.notices.iter().next().unwrap();
    let resource: Value = serde_json::from_str(&notice.resource.text()).unwrap();
    assert_eq!(
        (notice.event_type.as_str(), resource["out_trade_no"].as_str()),
        ("TRANSACTION.SUCCESS", Some("A-00001"))
    );
    let balance = crate::engine::control::orders::wallet(&world, "bob");
    assert_eq!(balance, 100_000_000 - 100);
}

#[test]
fn a_try_that_fails_is_noted_and_nobody_is_told() {
    let mut world = placed("A-00001");
    for outcome in ["WRONG_PASSWORD", "NOT_ENOUGH", "CANCEL", "RISK"] {
        let order = pay(&mut world, NOW, "A-00001", json!({"outcome": outcome}));
        assert_eq!(order["state"], "NOTPAY");
        assert_eq!(order["attempts"].as_array().unwrap().last().unwrap()["outcome"], outcome);
    }
    control(&mut world, NOW, "PATCH", "payers/alice", json!({"balance": 99})).unwrap();
    let order = pay(&mut world, NOW, "A-00001", json!({}));
    assert_eq!(order["attempts"][4]["outcome"], "NOT_ENOUGH");
    assert_eq!(order["state"], "NOTPAY");
    assert_eq!(world.notices.iter().count(), 0);
}

#[test]
fn what_cannot_be_paid_says_what_the_client_says() {
    let mut world = placed("A-00001");
    control(&mut world, NOW, "POST", "orders/A-00001/scan", json!({"payer": "alice"})).unwrap();
    let other = refused(&mut world, NOW, "A-00001", json!({"payer": "bob"}));
    assert_eq!(other, ("PAYER_MISMATCH", "商家订单信息有误，请重新下单支付".to_owned()));
    let late = refused(&mut world, NOW.plus_seconds(2 * 3600 + 1), "A-00001", json!({"payer": "alice"}));
    assert_eq!(late, ("EXPIRED", "支付请求已失效".to_owned()));
    assert_eq!(refused(&mut world, NOW, "A-00001", json!({"payer": "carol"})).0, "NOT_FOUND");
    control(&mut world, NOW, "POST", "orders/A-00001/expire", json!({})).unwrap();
    assert_eq!(refused(&mut world, NOW, "A-00001", json!({"payer": "alice"})).0, "EXPIRED");
    let mut jsapi = order("A-00002");
    jsapi["payer"] = json!({"openid": openid(&world, "alice")});
    calls(&mut world, NOW, call(M, "POST", "v3/pay/transactions/jsapi", jsapi)).unwrap();
    let other = refused(&mut world, NOW, "A-00002", json!({"payer": "bob"}));
    assert_eq!(other, ("PAYER_MISMATCH", "下单账号与支付账号不一致".to_owned()));
    let mut h5 = order("A-00003");
    h5["scene_info"] = json!({"payer_client_ip": "203.0.113.7", "h5_info": {"type": "Wap"}});
    calls(&mut world, NOW, call(M, "POST", "v3/pay/transactions/h5", h5)).unwrap();
    assert_eq!(refused(&mut world, NOW.plus_seconds(301), "A-00003", json!({})).0, "EXPIRED");
}

#[test]
fn a_time_to_end_is_bounded_and_meant_by_the_wall_clock() {
    let mut world = world();
    let expires = |world: &mut World, number: &str, at: Option<&str>| {
        let mut body = order(number);
        if let Some(at) = at {
            body["time_expire"] = at.into();
        }
        native(world, NOW, body).unwrap();
        world.orders.by_number(M, number).unwrap().expires_at
    };
    assert_eq!(expires(&mut world, "A-00001", None), NOW.plus_seconds(7 * 86400));
    assert_eq!(expires(&mut world, "A-00002", Some("2026-11-25T10:00:05+08:00")), NOW.plus_seconds(60));
    assert_eq!(expires(&mut world, "A-00003", Some("2027-11-25T10:00:00+08:00")), NOW.plus_seconds(7 * 86400));
    assert_eq!(expires(&mut world, "A-00004", Some("2026-11-25T10:30:00+08:00")), NOW.plus_seconds(1800));
    world.clock = crate::engine::clock::Clock::Frozen { now: NOW.plus_seconds(86400) };
    let mut body = order("A-00005");
    body["time_expire"] = "2026-11-25T10:30:00+08:00".into();
    native(&mut world, NOW.plus_seconds(86400), body).unwrap();
    assert_eq!(world.orders.by_number(M, "A-00005").unwrap().expires_at, NOW.plus_seconds(86400 + 1800));
}

#[test]
fn closing_has_an_answer_in_each_state() {
    let mut world = placed("A-00001");
    assert_eq!(close(&mut world, NOW, "A-00001").unwrap().status, 204);
    assert_eq!(close(&mut world, NOW, "A-00001").unwrap().status, 204);
    assert_eq!(fields(query(&mut world, NOW, "A-00001"))["trade_state"], "CLOSED");
    assert_eq!(refused(&mut world, NOW, "A-00001", json!({})), ("STATE", "支付请求已失效".to_owned()));
    native(&mut world, NOW, order("A-00002")).unwrap();
    pay(&mut world, NOW, "A-00002", json!({}));
    assert_eq!(refusal(close(&mut world, NOW, "A-00002")), (400, "ORDER_PAID".to_owned(), 268_449_538));
    assert_eq!(close(&mut world, NOW, "B-00009").unwrap().status, 204);
    assert_eq!(refusal(query(&mut world, NOW, "B-00009")), (404, "ORDER_NOT_EXIST".to_owned(), 268_512_771));
    assert_eq!(refusal(native(&mut world, NOW, order("B-00009"))), (400, "INVALID_REQUEST".to_owned(), 268_498_688));
    world.rules.set("close.unknown", Some(404.into()));
    assert_eq!(refusal(close(&mut world, NOW, "B-00010")).0, 404);
}

#[test]
fn an_order_that_nobody_pays_is_closed_by_itself() {
    let mut world = placed("A-00001");
    until(&mut world, NOW.plus_seconds(7 * 86400 - 1));
    assert_eq!(fields(query(&mut world, NOW, "A-00001"))["trade_state"], "NOTPAY");
    until(&mut world, NOW.plus_seconds(7 * 86400));
    let shown = control(&mut world, NOW, "GET", "orders/A-00001", Value::Null).unwrap();
    assert_eq!((shown["state"].as_str(), shown["closed_by"].as_str()), (Some("CLOSED"), Some("time")));
    assert_eq!(world.notices.iter().count(), 0);
}

#[test]
fn a_query_shows_what_is_known_in_the_state() {
    let mut world = world();
    let mut body = order("A-00001");
    body["attach"] = "x".into();
    native(&mut world, NOW, body).unwrap();
    let expected = json!({
        "appid": "wx0000000000000001", "mchid": M, "out_trade_no": "A-00001", "trade_state": "NOTPAY",
        "trade_state_desc": "订单未支付", "amount": {"total": 100, "currency": "CNY"},
    });
    assert_eq!(fields(query(&mut world, NOW, "A-00001")), expected);
    let paid = pay(&mut world, NOW, "A-00001", json!({"coupon": {"amount": 30, "type": "NOCASH"}}));
    let id = paid["transaction_id"].as_str().unwrap().to_owned();
    let path = |mchid: &str| format!("v3/pay/transactions/id/{id}?mchid={mchid}");
    let shown = fields(calls(&mut world, NOW, call(M, "GET", &path(M), Value::Null)));
    assert_eq!((shown["attach"].as_str(), shown["amount"]["payer_total"].as_i64()), (Some("x"), Some(70)));
    assert_eq!(shown["promotion_detail"][0]["type"], "NOCASH");
    let other = calls(&mut world, NOW, call("1900000002", "GET", &path("1900000002"), Value::Null));
    assert_eq!(refusal(other), (400, "INVALID_REQUEST".to_owned(), 268_447_843));
    let unknown =
        calls(&mut world, NOW, call(M, "GET", &format!("v3/pay/transactions/id/4200?mchid={M}"), Value::Null));
    assert_eq!(refusal(unknown).0, 404);
}

#[test]
fn orders_are_paid_by_themselves_if_the_settings_say_so() {
    let mut world = world();
    let auto = crate::engine::settings::After { after_s: 2, payer: Some("bob".into()), ..Default::default() };
    world.settings.auto.pay = Some(auto);
    native(&mut world, NOW, order("A-00001")).unwrap();
    until(&mut world, NOW.plus_seconds(1));
    assert_eq!(fields(query(&mut world, NOW, "A-00001"))["trade_state"], "NOTPAY");
    until(&mut world, NOW.plus_seconds(2));
    let shown = control(&mut world, NOW, "GET", "orders/A-00001", Value::Null).unwrap();
    assert_eq!((shown["state"].as_str(), shown["payer"]["name"].as_str()), (Some("SUCCESS"), Some("bob")));
}
