//! Who may combine, whose sub-orders, and whose openid it is.

use serde_json::{Value, json};

use super::acts::{APP, M, P, S1, fields, native, openid, order, partners, pay, post, query, refusal};
use crate::engine::answer::Outcome;
use crate::engine::merchants::Status;
use crate::engine::testing::{NOW, world};
use crate::engine::world::World;

/// Places an order in which one member is another; `at` is its pointer.
fn with(world: &mut World, mut order: Value, at: &str, value: impl Into<Value>) -> Outcome {
    *order.pointer_mut(at).unwrap() = value.into();
    native(world, NOW, order)
}

#[test]
fn every_merchant_is_known_and_has_the_app() {
    let mut world = world();
    let unknown = with(&mut world, order("C-00001"), "/sub_orders/1/mchid", "1999999999");
    assert_eq!(refusal(unknown), (400, "MCH_NOT_EXISTS".to_owned(), 0));
    let mismatch = (400, "APPID_MCHID_NOT_MATCH".to_owned(), 268_445_527);
    assert_eq!(refusal(with(&mut world, order("C-00001"), "/combine_appid", "wx0000000000000099")), mismatch);
    world.merchants.get_mut("1900000002").unwrap().appids.retain(|app| app.appid != APP);
    assert_eq!(refusal(native(&mut world, NOW, order("C-00001"))), mismatch);
}

#[test]
fn who_may_not_combine_or_be_paid_is_refused() {
    let denied = (403, "NO_AUTH".to_owned(), 0);
    let mut world = world();
    world.merchants.get_mut(M).unwrap().products = Some(["native".to_owned()].into());
    assert_eq!(refusal(native(&mut world, NOW, order("C-00001"))), denied);
    world.merchants.get_mut(M).unwrap().products = Some(["combine".to_owned()].into());
    native(&mut world, NOW, order("C-00001")).unwrap();
    world.merchants.get_mut("1900000002").unwrap().status = Status::Restricted;
    assert_eq!(refusal(native(&mut world, NOW, order("C-00002"))), denied);
    world.merchants.get_mut(M).unwrap().status = Status::Restricted;
    assert_eq!(refusal(native(&mut world, NOW, order("C-00002"))), denied);
}

#[test]
fn a_merchant_names_no_sub_merchant() {
    let mut world = world();
    let mut body = order("C-00001");
    body["sub_orders"][1]["sub_mchid"] = S1.into();
    let refused = native(&mut world, NOW, body).unwrap_err();
    assert_eq!((refused.status, refused.internal), (400, 270_924_358));
    assert_eq!(refused.detail.unwrap()["value"], json!(["/body/sub_orders/1/sub_mchid"]));
}

#[test]
fn a_partner_names_sub_merchants_of_its_own() {
    let mut world = world();
    for (sub, internal) in [("", 268_443_704), (P, 268_443_705), ("1900000002", 268_443_701)] {
        let refused = with(&mut world, partners("C-00001"), "/sub_orders/1/sub_mchid", sub);
        assert_eq!(refusal(refused), (400, "INVALID_REQUEST".to_owned(), internal), "{sub}");
    }
    let unknown = with(&mut world, partners("C-00001"), "/sub_orders/1/sub_mchid", "1999999999");
    assert_eq!(refusal(unknown).1, "MCH_NOT_EXISTS");
    // The merchant of a sub-order is the partner of its sub-merchant.
    assert_eq!(refusal(with(&mut world, partners("C-00001"), "/sub_orders/1/mchid", M)).2, 268_443_701);
    for (appid, message) in
        [("wx0000000000000099", "sub_mch_id与sub_appid不匹配"), (APP, "sub_appid不能与combine_appid相同")]
    {
        let mut body = partners("C-00001");
        body["sub_orders"][0]["sub_appid"] = appid.into();
        assert_eq!(native(&mut world, NOW, body).unwrap_err().message, message);
    }
    native(&mut world, NOW, partners("C-00001")).unwrap();
    assert_eq!(refusal(query(&mut world, NOW, M, "C-00001")).0, 404);
}

fn jsapi(world: &mut World, mut order: Value, payer: Value) -> Outcome {
    order["combine_payer_info"] = payer;
    post(world, NOW, "jsapi", order)
}

#[test]
fn an_openid_is_due_in_jsapi_and_known_to_the_app() {
    let mut world = world();
    assert_eq!(refusal(jsapi(&mut world, order("C-00001"), json!({}))).2, 268_501_013);
    let elsewhere = openid(&world, "wx0000000000000002", "alice");
    let refused = jsapi(&mut world, order("C-00001"), json!({"openid": elsewhere}));
    assert_eq!(refusal(refused), (500, "OPENID_MISMATCH".to_owned(), 0));
    world.settings.openids = "known".to_owned();
    assert!(jsapi(&mut world, order("C-00001"), json!({"openid": "oNobody"})).is_err());
    world.settings.openids = "any".to_owned();
    jsapi(&mut world, order("C-00001"), json!({"openid": "oNobody"})).unwrap();
    assert_eq!(pay(&mut world, NOW, "C-00001", json!({}))["payer"]["name"], "oNobody");
}

#[test]
fn a_payer_may_be_known_to_the_sub_merchants_app_alone() {
    const SUB: &str = "wx0000000000000011";
    let mut world = world();
    let bob = openid(&world, SUB, "bob");
    let alone = jsapi(&mut world, partners("C-00001"), json!({"sub_openid": bob})).unwrap_err();
    assert_eq!((alone.status, alone.message.as_str()), (400, "传入sub_openid时必须传入sub_appid"));
    let mut body = partners("C-00001");
    body["sub_orders"][1]["sub_appid"] = SUB.into();
    let elsewhere = openid(&world, APP, "bob");
    assert_eq!(refusal(jsapi(&mut world, body.clone(), json!({"sub_openid": elsewhere}))).1, "OPENID_MISMATCH");
    jsapi(&mut world, body, json!({"sub_openid": bob})).unwrap();
    assert_eq!(pay(&mut world, NOW, "C-00001", json!({}))["payer"]["name"], "bob");
    let shown = fields(query(&mut world, NOW, P, "C-00001"));
    assert_eq!(shown["sub_orders"][1]["sub_openid"], bob.as_str());
    assert_eq!(
        (&shown["sub_orders"][1]["sub_appid"], &shown["sub_orders"][0]["sub_openid"]),
        (&SUB.into(), &Value::Null)
    );
    assert_eq!(shown["combine_payer_info"]["openid"], openid(&world, APP, "bob"));
}
