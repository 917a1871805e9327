//! Who may place an order, for whom, and whose openid it is.

use serde_json::{Value, json};

use super::acts::{M, fields, native, openid, order, pay, refusal};
use crate::engine::answer::Outcome;
use crate::engine::merchants::Status;
use crate::engine::openids;
use crate::engine::testing::{NOW, call, calls, world};
use crate::engine::world::World;

#[test]
fn a_partners_order_is_its_sub_merchants() {
    const P: &str = "1900000010";
    let mut world = world();
    let body = |number: &str| {
        json!({
            "sp_appid": "wx0000000000000001", "sp_mchid": P, "sub_mchid": "1900000011", "description": "a book",
            "out_trade_no": number, "notify_url": "http://127.0.0.1:9/paid", "amount": {"total": 100, "currency": "CNY"},
        })
    };
    let place =
        |world: &mut World, body: Value| calls(world, NOW, call(P, "POST", "v3/pay/partner/transactions/native", body));
    place(&mut world, body("A-00001")).unwrap();
    pay(&mut world, NOW, "A-00001", json!({}));
    let path = |sub: &str| format!("v3/pay/partner/transactions/out-trade-no/A-00001?sp_mchid={P}&sub_mchid={sub}");
    let shown = fields(calls(&mut world, NOW, call(P, "GET", &path("1900000011"), Value::Null)));
    assert_eq!((shown["sp_mchid"].as_str(), shown["sub_mchid"].as_str()), (Some(P), Some("1900000011")));
    assert_eq!(shown["payer"]["sp_openid"], openid(&world, "alice"));
    let other = calls(&mut world, NOW, call(P, "GET", &path("1900000012"), Value::Null));
    assert_eq!(refusal(other).2, 268_447_845);
    for (sub, expected) in [("", 268_443_704), (P, 268_443_705), ("1900000002", 268_443_701)] {
        let mut wrong = body("A-00002");
        wrong["sub_mchid"] = sub.into();
        assert_eq!(refusal(place(&mut world, wrong)).2, expected, "{sub}");
    }
    let mut unknown = body("A-00002");
    unknown["sub_mchid"] = "1999999999".into();
    assert_eq!(refusal(place(&mut world, unknown)).1, "MCH_NOT_EXISTS");
    let mut foreign = body("A-00002");
    foreign["sub_appid"] = "wx0000000000000099".into();
    assert_eq!(place(&mut world, foreign).unwrap_err().message, "sub_mch_id与sub_appid不匹配");
    let basic = calls(
        &mut world,
        NOW,
        call(P, "GET", &format!("v3/pay/transactions/out-trade-no/A-00001?mchid={P}"), Value::Null),
    );
    assert_eq!(refusal(basic).0, 404);
}

#[test]
fn who_may_not_is_refused() {
    let mut world = world();
    let mut foreign = order("A-00001");
    foreign["appid"] = "wx0000000000000099".into();
    assert_eq!(refusal(native(&mut world, NOW, foreign)), (400, "APPID_MCHID_NOT_MATCH".to_owned(), 268_445_527));
    let jsapi = |world: &mut World, openid: Value| {
        let mut body = order("A-00001");
        body["payer"] = json!({"openid": openid});
        calls(world, NOW, call(M, "POST", "v3/pay/transactions/jsapi", body))
    };
    assert_eq!(refusal(jsapi(&mut world, "".into())).2, 268_501_013);
    let elsewhere = crate::engine::openids::openid("wx0000000000000002", &world.payers["alice"]);
    assert_eq!(jsapi(&mut world, elsewhere.into()).unwrap_err().message, "appid与openid不匹配");
    world.settings.openids = "known".to_owned();
    assert!(jsapi(&mut world, "oSomebody".into()).is_err());
    world.settings.openids = "any".to_owned();
    jsapi(&mut world, "oSomebody".into()).unwrap();
    assert!(world.payers.contains_key("oSomebody"));
    world.merchants.get_mut(M).unwrap().products = Some(["jsapi".to_owned()].into());
    assert_eq!(refusal(native(&mut world, NOW, order("A-00009"))), (403, "NO_AUTH".to_owned(), 0));
}

const P: &str = "1900000010";

/// An order of the partner's for a payer.
fn partner_jsapi(world: &mut World, payer: Value, sub_appid: Option<&str>) -> Outcome {
    let mut body = json!({
        "sp_appid": "wx0000000000000001", "sp_mchid": P, "sub_mchid": "1900000011", "description": "a book",
        "out_trade_no": "A-00001", "notify_url": "http://127.0.0.1:9/paid",
        "amount": {"total": 100, "currency": "CNY"}, "payer": payer,
    });
    if let Some(sub_appid) = sub_appid {
        body["sub_appid"] = sub_appid.into();
    }
    calls(world, NOW, call(P, "POST", "v3/pay/partner/transactions/jsapi", body))
}

#[test]
fn a_partners_payer_is_known_to_its_app_or_to_the_sub_merchants() {
    const SUB: &str = "wx0000000000000011";
    let mut world = world();
    let (alice, bob) = (openid(&world, "alice"), openids::openid(SUB, &world.payers["bob"]));
    assert_eq!(refusal(partner_jsapi(&mut world, json!({}), None)).2, 268_501_013);
    let alone = partner_jsapi(&mut world, json!({"sub_openid": bob}), None).unwrap_err();
    assert_eq!((alone.status, alone.message.as_str()), (400, "传入sub_openid时必须传入sub_appid"));
    let same = partner_jsapi(&mut world, json!({"sp_openid": alice}), Some("wx0000000000000001")).unwrap_err();
    assert_eq!((same.status, same.message.as_str()), (400, "sub_appid不能与sp_appid相同"));
    let elsewhere = partner_jsapi(&mut world, json!({"sp_openid": bob}), None);
    assert_eq!(refusal(elsewhere), (500, "OPENID_MISMATCH".to_owned(), 0));
    assert!(world.orders.iter().next().is_none());
    partner_jsapi(&mut world, json!({"sub_openid": bob}), Some(SUB)).unwrap();
    assert_eq!(pay(&mut world, NOW, "A-00001", json!({}))["payer"]["name"], "bob");
    let path = format!("v3/pay/partner/transactions/out-trade-no/A-00001?sp_mchid={P}&sub_mchid=1900000011");
    let shown = fields(calls(&mut world, NOW, call(P, "GET", &path, Value::Null)));
    assert_eq!((shown["sub_appid"].as_str(), shown["payer"]["sub_openid"].as_str()), (Some(SUB), Some(bob.as_str())));
    assert_eq!(shown["payer"]["sp_openid"], openid(&world, "bob"));
}

#[test]
fn each_family_closes_its_own_orders() {
    let mut world = world();
    let alice = openid(&world, "alice");
    partner_jsapi(&mut world, json!({"sp_openid": alice}), None).unwrap();
    let mut close = |path: &str, body: Value| calls(&mut world, NOW, call(P, "POST", path, body));
    let basic = close("v3/pay/transactions/out-trade-no/A-00001/close", json!({"mchid": P}));
    assert_eq!(refusal(basic).1, "ORDER_NOT_EXIST");
    let path = "v3/pay/partner/transactions/out-trade-no/A-00001/close";
    let other = close(path, json!({"sp_mchid": P, "sub_mchid": "1900000012"}));
    assert_eq!(refusal(other).2, 268_447_845);
    assert_eq!(close(path, json!({"sp_mchid": P, "sub_mchid": "1900000011"})).unwrap().status, 204);
}

#[test]
fn a_merchant_that_is_restricted_or_unknown_places_nothing() {
    let mut world = world();
    for status in [Status::Restricted, Status::Closed] {
        world.merchants.get_mut(M).unwrap().status = status;
        assert_eq!(refusal(native(&mut world, NOW, order("A-00001"))).1, "NO_AUTH");
    }
    let nobody = calls(&mut world, NOW, call("1999999999", "POST", "v3/pay/transactions/native", order("A-00001")));
    assert_eq!(refusal(nobody).1, "MCH_NOT_EXISTS");
}

#[test]
fn an_openid_that_nobody_has_pays_as_a_payer_of_its_own() {
    let mut world = world();
    let mut body = order("A-00001");
    body["payer"] = json!({"openid": "oSomebody"});
    calls(&mut world, NOW, call(M, "POST", "v3/pay/transactions/jsapi", body)).unwrap();
    let paid = pay(&mut world, NOW, "A-00001", json!({}));
    assert_eq!(paid["payer"], json!({"name": "oSomebody", "openid": "oSomebody"}));
    assert_eq!(crate::engine::control::orders::wallet(&world, "oSomebody"), 100_000_000 - 100);
}

#[test]
fn another_partners_sub_merchant_is_not_related() {
    let mut world = world();
    world.merchants.get_mut("1900000011").unwrap().parent = Some("1900000099".to_owned());
    let payer = json!({"sp_openid": openid(&world, "alice")});
    assert_eq!(refusal(partner_jsapi(&mut world, payer, None)).2, 268_443_701);
}
