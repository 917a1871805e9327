//! What must neither move money nor stay behind.

use serde_json::{Value, json};

use super::acts::{M, fields, native, order, pay, placed, query, refused};
use crate::engine::control::orders::wallet;
use crate::engine::ledger::Account;
use crate::engine::settings::After;
use crate::engine::testing::{NOW, call, calls, control, until, world};
use crate::engine::world::World;

fn is_sound(world: &mut World) {
    assert_eq!(control(world, NOW, "GET", "invariants", Value::Null).unwrap()["ok"], true);
}

#[test]
fn a_payment_that_failed_leaves_neither_payer_nor_coupon() {
    let mut world = placed("A-00001");
    control(&mut world, NOW, "PATCH", "payers/alice", json!({"balance": 10})).unwrap();
    let coupon = json!({"amount": 30, "type": "CASH"});
    let tried = pay(&mut world, NOW, "A-00001", json!({"payer": "alice", "coupon": coupon}));
    assert_eq!((&tried["state"], &tried["payer"]), (&json!("NOTPAY"), &Value::Null));
    assert_eq!(wallet(&world, "alice"), 10);
    // The code is alice's who opened it; a new one is anybody's.
    native(&mut world, NOW, order("A-00001")).unwrap();
    let paid = pay(&mut world, NOW, "A-00001", json!({"payer": "bob"}));
    assert_eq!((&paid["payer_total"], &paid["payer"]["name"]), (&json!(100), &json!("bob")));
    is_sound(&mut world);
}

#[test]
fn a_payer_who_closed_the_account_does_not_pay() {
    let mut world = placed("A-00001");
    control(&mut world, NOW, "PATCH", "payers/alice", json!({"closed": true})).unwrap();
    assert_eq!(pay(&mut world, NOW, "A-00001", json!({"payer": "alice"}))["state"], "NOTPAY");
    assert_eq!(wallet(&world, "alice"), 100_000_000);
}

#[test]
fn the_fee_is_that_of_the_payment_whatever_it_is_today() {
    let mut world = world();
    let mut body = order("A-00001");
    body["amount"]["total"] = json!(10_000);
    native(&mut world, NOW, body).unwrap();
    pay(&mut world, NOW, "A-00001", json!({}));
    control(&mut world, NOW, "PATCH", &format!("merchants/{M}"), json!({"fee_bp": 100})).unwrap();
    let refund = control(&mut world, NOW, "POST", "orders/A-00001/refund", json!({"refund": 10_000})).unwrap();
    assert_eq!(refund["fee_back"], 60);
    assert_eq!(world.ledger.balance(&Account::WechatFees), 0);
    is_sound(&mut world);
}

#[test]
fn an_order_that_nobody_can_pay_does_not_pay_itself() {
    for end in ["close", "expire"] {
        let mut world = world();
        world.settings.auto.pay = Some(After { after_s: 2, ..After::default() });
        native(&mut world, NOW, order("A-00001")).unwrap();
        control(&mut world, NOW, "POST", &format!("orders/A-00001/{end}"), json!({})).unwrap();
        until(&mut world, NOW.plus_seconds(2));
        assert_eq!(wallet(&world, "alice"), 100_000_000, "{end}");
        assert_ne!(fields(query(&mut world, NOW, "A-00001"))["trade_state"], "SUCCESS");
    }
}

#[test]
fn each_other_parameter_is_another_request_and_their_order_is_not() {
    for (pointer, value) in [
        ("/description", json!("another book")),
        ("/notify_url", json!("http://127.0.0.1:9/other")),
        ("/attach", json!("x")),
        ("/time_expire", json!("2026-11-25T12:00:00+08:00")),
        ("/goods_tag", json!("TAG")),
        ("/settle_info", json!({"profit_sharing": true})),
        ("/scene_info", json!({"payer_client_ip": "203.0.113.7"})),
    ] {
        let mut world = placed("A-00001");
        let mut other = order("A-00001");
        other[pointer.trim_start_matches('/')] = value;
        assert_eq!(native(&mut world, NOW, other).unwrap_err().internal, 268_498_688, "{pointer}");
    }
    let mut world = placed("A-00001");
    let members: Vec<String> =
        order("A-00001").as_object().unwrap().iter().rev().map(|(name, value)| format!("{name:?}:{value}")).collect();
    let turned: Value = serde_json::from_str(&format!("{{{}}}", members.join(","))).unwrap();
    native(&mut world, NOW, turned).unwrap();
    assert_eq!(world.orders.iter().count(), 1);
}

#[test]
fn a_number_is_of_its_merchant_and_of_all_sub_merchants_together() {
    let mut world = placed("A-00001");
    let mut other = order("A-00001");
    other["mchid"] = json!("1900000002");
    calls(&mut world, NOW, call("1900000002", "POST", "v3/pay/transactions/native", other)).unwrap();
    let partners = |sub: &str| {
        json!({
            "sp_appid": "wx0000000000000001", "sp_mchid": "1900000010", "sub_mchid": sub, "description": "a book",
            "out_trade_no": "A-00001", "notify_url": "http://127.0.0.1:9/paid", "amount": {"total": 100, "currency": "CNY"},
        })
    };
    let mut place = |sub: &str| {
        let path = "v3/pay/partner/transactions/native";
        calls(&mut world, NOW, call("1900000010", "POST", path, partners(sub)))
    };
    place("1900000011").unwrap();
    assert_eq!(place("1900000012").unwrap_err().internal, 268_498_688);
    let ambiguous = refused(&mut world, NOW, "A-00001", json!({}));
    assert_eq!(ambiguous.0, "AMBIGUOUS");
}
