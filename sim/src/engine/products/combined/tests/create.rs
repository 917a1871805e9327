//! Placing combined orders, and placing them again.

use serde_json::{Value, json};

use super::acts::{M, M2, close, fields, native, openid, order, pay, placed, post, query, refusal, states, sub};
use crate::engine::answer::Outcome;
use crate::engine::testing::{NOW, call, calls, until, world};
use crate::engine::world::World;

#[test]
fn each_trade_type_has_its_credential() {
    let mut world = world();
    let code = fields(native(&mut world, NOW, order("C-00001")));
    assert!(code["code_url"].as_str().unwrap().starts_with("weixin://wxpay/bizpayurl?pr="));
    let mut jsapi = order("C-00002");
    jsapi["combine_payer_info"] = json!({"openid": openid(&world, "wx0000000000000001", "alice")});
    assert!(fields(post(&mut world, NOW, "jsapi", jsapi))["prepay_id"].as_str().unwrap().starts_with("wx2026"));
    assert!(fields(post(&mut world, NOW, "app", order("C-00003")))["prepay_id"].is_string());
    let h5 = fields(post(&mut world, NOW, "h5", order("C-00004")));
    assert!(h5["h5_url"].as_str().unwrap().starts_with("http://127.0.0.1:8787/_/h5?prepay_id=wx"));
}

#[test]
fn the_same_again_gets_a_new_credential_and_the_old_code_is_dead() {
    let mut world = placed("C-00001");
    let mut again = order("C-00001");
    let notify = again.as_object_mut().unwrap().remove("notify_url").unwrap();
    again["notify_url"] = notify;
    native(&mut world, NOW, again).unwrap();
    let known = world.orders.by_combined(M, "C-00001").unwrap();
    assert_eq!(known.credentials.iter().map(|credential| credential.is_dead).collect::<Vec<_>>(), [true, false]);
    assert_eq!(world.orders.iter().count(), 3);
}

#[test]
fn other_parameters_are_refused_in_every_state() {
    let expected = (400, "INVALID_REQUEST".to_owned(), 268_498_688);
    let mut other = order("C-00001");
    other["sub_orders"][1]["amount"]["total_amount"] = json!(201);
    let mut unpaid = placed("C-00001");
    assert_eq!(refusal(native(&mut unpaid, NOW, other.clone())), expected);
    let mut closed = placed("C-00001");
    close(&mut closed, NOW, "C-00001", &[(M, "C-00001-1"), (M2, "C-00001-2")]).unwrap();
    assert_eq!(refusal(native(&mut closed, NOW, other.clone())), expected);
    let mut paid = super::acts::paid("C-00001");
    assert_eq!(refusal(native(&mut paid, NOW, other.clone())), expected);
    paid.rules.set("order.repeat_changed", Some(json!({"status": 403, "code": "OUT_TRADE_NO_USED"})));
    assert_eq!(refusal(native(&mut paid, NOW, other)), (403, "OUT_TRADE_NO_USED".to_owned(), 0));
}

#[test]
fn another_settlement_alone_is_refused_in_its_own_words() {
    let mut world = placed("C-00001");
    let mut other = order("C-00001");
    other["sub_orders"][0]["settle_info"] = json!({"profit_sharing": true});
    let refused = native(&mut world, NOW, other.clone()).unwrap_err();
    assert_eq!((refused.status, refused.code.as_str()), (400, "INVALID_REQUEST"));
    assert_eq!(refused.message, "重复下单且结算信息不一致");
    other["sub_orders"][0]["attach"] = "y".into();
    assert_eq!(native(&mut world, NOW, other.clone()).unwrap_err().message, "请求重入时，参数与首次请求时不一致");
    other["sub_orders"][0]["attach"] = order("C-00001")["sub_orders"][0]["attach"].clone();
    world.rules.set("combine.settle_changed", Some(json!({"status": 409, "code": "X", "message": "y"})));
    assert_eq!(refusal(native(&mut world, NOW, other)), (409, "X".to_owned(), 0));
}

#[test]
fn another_trade_type_a_paid_and_a_closed_order_are_not_placed_again() {
    let mut world = placed("C-00001");
    assert_eq!(refusal(post(&mut world, NOW, "app", order("C-00001"))), (403, "OUT_TRADE_NO_USED".to_owned(), 0));
    pay(&mut world, NOW, "C-00001", json!({}));
    assert_eq!(refusal(native(&mut world, NOW, order("C-00001"))), (400, "INVALID_REQUEST".to_owned(), 268_498_689));
    native(&mut world, NOW, order("C-00002")).unwrap();
    close(&mut world, NOW, "C-00002", &[(M, "C-00002-1"), (M2, "C-00002-2")]).unwrap();
    assert_eq!(refusal(native(&mut world, NOW, order("C-00002"))), (400, "ORDER_CLOSED".to_owned(), 268_447_914));
}

/// An order of so many sub-orders.
fn many(number: &str, count: usize) -> Value {
    let mut order = order(number);
    order["sub_orders"] = (0..count).map(|at| sub(M, &format!("{number}-{at}"), 1)).collect();
    order
}

#[test]
fn a_merchant_combines_2_to_10_and_a_partner_1_to_50() {
    let mut world = world();
    for (count, fits) in [(0, false), (1, false), (2, true), (10, true), (11, false)] {
        let answer = native(&mut world, NOW, many(&format!("C-{count:05}"), count));
        assert_eq!(answer.is_ok(), fits, "{count}");
        if let Err(refusal) = answer {
            assert_eq!((refusal.status, refusal.code.as_str()), (400, "PARAM_ERROR"));
            assert_eq!(refusal.detail.unwrap()["field"], "/sub_orders");
        }
    }
    for (count, fits) in [(0, false), (1, true), (50, true), (51, false)] {
        let mut order = many(&format!("P-{count:05}"), count);
        order["combine_mchid"] = super::acts::P.into();
        for sub in order["sub_orders"].as_array_mut().unwrap() {
            (sub["mchid"], sub["sub_mchid"]) = (super::acts::P.into(), super::acts::S1.into());
        }
        assert_eq!(native(&mut world, NOW, order).is_ok(), fits, "{count}");
    }
    world.rules.set("combine.merchant_most", Some(json!(11)));
    native(&mut world, NOW, many("C-00011", 11)).unwrap();
}

#[test]
fn numbers_have_6_characters_and_a_partners_2() {
    let mut world = world();
    let short = native(&mut world, NOW, order("C-001")).unwrap_err();
    assert_eq!(
        (short.code.as_str(), &short.detail.unwrap()["field"]),
        ("PARAM_ERROR", &json!("/combine_out_trade_no"))
    );
    let mut sub_short = order("C-00001");
    sub_short["sub_orders"][1]["out_trade_no"] = "C-1".into();
    let sub_short = native(&mut world, NOW, sub_short).unwrap_err();
    assert_eq!(sub_short.detail.unwrap()["field"], "/sub_orders/1/out_trade_no");
    native(&mut world, NOW, super::acts::partners("C1")).unwrap();
    assert!(native(&mut world, NOW, super::acts::partners("C")).is_err());
}

/// A basic order under a number.
fn basic(world: &mut World, number: &str) -> Outcome {
    let body = json!({
        "appid": "wx0000000000000001", "mchid": M, "description": "a book", "out_trade_no": number,
        "notify_url": "http://127.0.0.1:9/paid", "amount": {"total": 100, "currency": "CNY"},
    });
    calls(world, NOW, call(M, "POST", "v3/pay/transactions/native", body))
}

#[test]
fn a_sub_orders_number_is_used_once_by_its_merchant() {
    let used = (403, "OUT_TRADE_NO_USED".to_owned(), 0);
    let mut world = placed("C-00001");
    let mut twice = order("C-00002");
    twice["sub_orders"][1] = twice["sub_orders"][0].clone();
    assert_eq!(refusal(native(&mut world, NOW, twice)), used);
    let mut elsewhere = order("C-00002");
    elsewhere["sub_orders"][0]["out_trade_no"] = "C-00001-1".into();
    assert_eq!(refusal(native(&mut world, NOW, elsewhere)), used);
    basic(&mut world, "B-00001").unwrap();
    let mut of_basic = order("C-00002");
    of_basic["sub_orders"][0]["out_trade_no"] = "B-00001".into();
    assert_eq!(refusal(native(&mut world, NOW, of_basic)), used);
    assert_eq!(refusal(basic(&mut world, "C-00001-1")), used);
    // Another merchant's number is another number, and so is the combined order's.
    let mut others = order("C-00002");
    others["sub_orders"][0]["out_trade_no"] = "C-00001-2".into();
    others["sub_orders"][1]["out_trade_no"] = "C-00001-1".into();
    native(&mut world, NOW, others).unwrap();
    basic(&mut world, "C-00001").unwrap();
    assert_eq!(world.orders.iter().count(), 8);
}

#[test]
fn a_burnt_number_is_refused_as_a_changed_request() {
    let mut world = world();
    assert_eq!(close(&mut world, NOW, "C-00001", &[(M, "C-00001-1"), (M2, "C-00001-2")]).unwrap().status, 204);
    assert_eq!(refusal(query(&mut world, NOW, M, "C-00001")), (404, "ORDER_NOT_EXIST".to_owned(), 268_512_771));
    assert_eq!(refusal(native(&mut world, NOW, order("C-00001"))).2, 268_498_688);
    let basic = call(M, "POST", "v3/pay/transactions/out-trade-no/C-00002-1/close", json!({"mchid": M}));
    calls(&mut world, NOW, basic).unwrap();
    assert_eq!(refusal(native(&mut world, NOW, order("C-00002"))).2, 268_498_688);
    native(&mut world, NOW, order("C-00003")).unwrap();
}

#[test]
fn what_is_refused_has_changed_nothing() {
    let mut world = world();
    let before = serde_json::to_value(&world).unwrap();
    let mut unknown = order("C-00001");
    unknown["sub_orders"][1]["mchid"] = "1999999999".into();
    native(&mut world, NOW, unknown).unwrap_err();
    let mut twice = order("C-00001");
    twice["sub_orders"][1] = twice["sub_orders"][0].clone();
    native(&mut world, NOW, twice).unwrap_err();
    assert_eq!(serde_json::to_value(&world).unwrap(), before);
}

#[test]
fn a_time_to_end_and_the_seventh_day_are_those_of_all_sub_orders() {
    let mut world = world();
    let mut body = order("C-00001");
    body["time_expire"] = "2026-11-25T10:30:00+08:00".into();
    native(&mut world, NOW, body).unwrap();
    let known = world.orders.by_number(M2, "C-00001-2").unwrap();
    assert_eq!(known.expires_at, NOW.plus_seconds(1800));
    until(&mut world, NOW.plus_seconds(7 * 86400 - 1));
    assert_eq!(states(&mut world, NOW, "C-00001"), ["NOTPAY"; 3]);
    until(&mut world, NOW.plus_seconds(7 * 86400));
    assert_eq!(states(&mut world, NOW, "C-00001"), ["CLOSED"; 3]);
    assert_eq!(world.notices.iter().count(), 0);
}

#[test]
fn they_are_paid_by_themselves_if_the_settings_say_so() {
    let mut world = world();
    let auto = crate::engine::settings::After { after_s: 2, payer: Some("bob".into()), ..Default::default() };
    world.settings.auto.pay = Some(auto);
    native(&mut world, NOW, order("C-00001")).unwrap();
    until(&mut world, NOW.plus_seconds(2));
    assert_eq!(states(&mut world, NOW, "C-00001"), ["SUCCESS"; 3]);
    assert_eq!(world.notices.iter().count(), 1);
}

#[test]
fn a_subsidy_is_taken_with_a_warning() {
    let mut world = world();
    let mut body = order("C-00001");
    body["sub_orders"][0]["settle_info"] = json!({"profit_sharing": true, "subsidy_amount": 10});
    assert_eq!(native(&mut world, NOW, body).unwrap().warnings[0].id, "combine.subsidy");
}
