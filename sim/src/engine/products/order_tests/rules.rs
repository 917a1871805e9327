//! Each rule of orders, changed and changed back.

use serde_json::{Value, json};

use super::acts::{M, close, native, order, pay, placed, query};
use crate::engine::answer::Outcome;
use crate::engine::openids;
use crate::engine::testing::{NOW, call, calls, until, world};
use crate::engine::world::World;

fn post(world: &mut World, path: &str, body: Value) -> Outcome {
    calls(world, NOW, call(M, "POST", path, body))
}

/// Refused by a rule, by another value of it, and by the rule as it was.
fn changes(id: &str, status: u16, refuse: impl Fn(&mut World) -> Outcome) {
    let mut world = world();
    let before = refuse(&mut world).unwrap_err();
    assert_eq!(before.status, status, "{id}");
    let mut world = self::world();
    let other = json!({"status": 418, "code": "OTHER", "message": "other", "internal": 7});
    world.rules.set(id, Some(other));
    let changed = refuse(&mut world).unwrap_err();
    assert_eq!((changed.status, changed.code.as_str(), changed.message.as_str()), (418, "OTHER", "other"), "{id}");
    assert_eq!(changed.internal, 7, "{id}");
    let mut world = self::world();
    world.rules.set(id, Some(json!({"status": 418})));
    world.rules.set(id, None);
    assert_eq!(refuse(&mut world).unwrap_err(), before, "{id}");
}

fn other_total(number: &str) -> Value {
    let mut other = order(number);
    other["amount"]["total"] = json!(101);
    other
}

#[test]
fn repetitions() {
    let place = |world: &mut World| native(world, NOW, order("A-00001")).unwrap();
    changes("order.repeat_changed", 400, |world| {
        place(world);
        native(world, NOW, other_total("A-00001"))
    });
    changes("order.repeat_type", 403, |world| {
        place(world);
        post(world, "v3/pay/transactions/app", order("A-00001"))
    });
    changes("order.repeat_paid", 400, |world| {
        place(world);
        pay(world, NOW, "A-00001", json!({}));
        native(world, NOW, order("A-00001"))
    });
    changes("order.repeat_closed", 400, |world| {
        place(world);
        close(world, NOW, "A-00001").unwrap();
        native(world, NOW, order("A-00001"))
    });
}

#[test]
fn closing() {
    changes("close.paid", 400, |world| {
        native(world, NOW, order("A-00001")).unwrap();
        pay(world, NOW, "A-00001", json!({}));
        close(world, NOW, "A-00001")
    });
    let mut world = world();
    world.rules.set("close.unknown", Some(json!({"status": 404, "code": "ORDER_NOT_EXIST"})));
    assert_eq!(close(&mut world, NOW, "A-00001").unwrap_err().code, "ORDER_NOT_EXIST");
    native(&mut world, NOW, order("A-00001")).unwrap();
    world.rules.set("close.unknown", None);
    assert_eq!(close(&mut world, NOW, "A-00002").unwrap().status, 204);
}

#[test]
fn openids_and_relations() {
    changes("mismatch.openid", 400, |world| {
        let mut body = order("A-00001");
        body["payer"] = json!({"openid": openids::openid("wx0000000000000002", &world.payers["alice"])});
        post(world, "v3/pay/transactions/jsapi", body)
    });
    changes("partner.relation", 400, |world| {
        const P: &str = "1900000010";
        let mut body = order("A-00001");
        let members = body.as_object_mut().unwrap();
        members.extend(
            [("sp_mchid", P), ("sp_appid", "wx0000000000000001"), ("sub_mchid", "1900000002")]
                .map(|(name, value)| (name.to_owned(), value.into())),
        );
        calls(world, NOW, call(P, "POST", "v3/pay/partner/transactions/native", body))
    });
}

#[test]
fn times() {
    let mut world = world();
    world.rules.set("order.expire_max", Some(json!(15 * 86_400)));
    world.rules.set("order.auto_close", Some(json!(14 * 86_400)));
    native(&mut world, NOW, order("A-00001")).unwrap();
    let expires = |world: &World, number: &str| world.orders.by_number(M, number).unwrap().expires_at;
    assert_eq!(expires(&world, "A-00001"), NOW.plus_seconds(15 * 86_400));
    world.rules.set("order.expire_max", None);
    world.rules.set("order.auto_close", None);
    native(&mut world, NOW, order("A-00002")).unwrap();
    assert_eq!(expires(&world, "A-00002"), NOW.plus_seconds(7 * 86_400));
    let state = |world: &World, number: &str| world.orders.by_number(M, number).unwrap().state.as_str();
    until(&mut world, NOW.plus_seconds(7 * 86_400));
    assert_eq!((state(&world, "A-00001"), state(&world, "A-00002")), ("NOTPAY", "CLOSED"));
    until(&mut world, NOW.plus_seconds(14 * 86_400));
    assert_eq!(state(&world, "A-00001"), "CLOSED");
}

fn charge(world: &mut World, number: &str, total: i64, code: &str) -> Outcome {
    let body = json!({
        "appid": "wx0000000000000001", "mchid": M, "description": "a book", "out_trade_no": number,
        "payer": {"auth_code": code}, "amount": {"total": total, "currency": "CNY"},
        "scene_info": {"store_info": {"id": "1"}},
    });
    post(world, "v3/pay/transactions/codepay", body)
}

#[test]
fn payment_codes() {
    changes("codepay.auth_code", 400, |world| charge(world, "A-00001", 1, "1"));
    let mut world = world();
    world.rules.set("codepay.password_over", Some(json!(99)));
    assert_eq!(charge(&mut world, "A-00001", 100, "130000000000000001").unwrap().status, 202);
    world.rules.set("codepay.userpaying", Some(json!(400)));
    assert_eq!(charge(&mut world, "A-00001", 100, "130000000000000001").unwrap_err().status, 400);
    world.rules.set("codepay.password_over", None);
    world.rules.set("codepay.userpaying", None);
    assert_eq!(charge(&mut world, "A-00002", 100, "130000000000000002").unwrap().status, 200);
    assert_eq!(charge(&mut world, "A-00003", 100_001, "130000000000000003").unwrap().status, 202);
}

#[test]
fn a_burnt_number_is_refused_as_a_changed_request() {
    let mut world = placed("A-00001");
    close(&mut world, NOW, "B-00001").unwrap();
    world.rules.set("order.repeat_changed", Some(json!({"status": 403, "code": "OUT_TRADE_NO_USED"})));
    assert_eq!(native(&mut world, NOW, order("B-00001")).unwrap_err().code, "OUT_TRADE_NO_USED");
    assert_eq!(query(&mut world, NOW, "B-00001").unwrap_err().code, "ORDER_NOT_EXIST");
}
