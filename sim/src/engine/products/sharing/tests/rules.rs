//! Each rule of sharing, changed and changed back.

use super::*;

/// Refused by a rule, by another value of it, and by the rule as it was.
fn changes(id: &str, status: u16, refuse: impl Fn(&mut World) -> Outcome) {
    let mut world = world();
    let before = refuse(&mut world).unwrap_err();
    assert_eq!(before.status, status, "{id}");
    let mut world = self::world();
    world.rules.set(id, Some(json!({"status": 418, "code": "OTHER", "message": "other", "internal": 7})));
    let changed = refuse(&mut world).unwrap_err();
    assert_eq!((changed.status, changed.code.as_str(), changed.internal), (418, "OTHER", 7), "{id}");
    let mut world = self::world();
    world.rules.set(id, Some(json!({"status": 418})));
    world.rules.set(id, None);
    assert_eq!(refuse(&mut world).unwrap_err(), before, "{id}");
}

fn request(world: &mut World, now: Time, number: &str, receivers: Value, other: Value) -> Outcome {
    let call = post(world, number, receivers, other);
    testing::calls(world, now, call)
}

fn one(world: &mut World, number: &str, amount: i64) -> Outcome {
    request(world, READY, number, json!([to(OTHER, amount)]), json!({}))
}

#[test]
fn refusals_of_sharing() {
    changes("sharing.order", 404, |world| {
        request(world, READY, "S1", json!([to(OTHER, 1)]), json!({"transaction_id": "4200000000000000000000000000"}))
    });
    changes("sharing.not_own", 400, |world| {
        let mut call = post(world, "S1", json!([to(OTHER, 1)]), json!({}));
        OTHER.clone_into(&mut call.mchid);
        testing::calls(world, READY, call)
    });
    changes("sharing.not_sharing", 400, |world| {
        let id = world.orders.by_number(MERCHANT, "A00001").unwrap().id.clone();
        world.orders.update(&id, |order| order.profit_sharing = false);
        one(world, "S1", 1)
    });
    changes("sharing.repeat_changed", 400, |world| {
        one(world, "S1", 1).unwrap();
        one(world, "S1", 2)
    });
    changes("sharing.early", 400, |world| request(world, NOW, "S1", json!([to(OTHER, 1)]), json!({})));
    changes("sharing.ended", 400, |world| {
        let call = unfreeze(world, "U1");
        testing::calls(world, READY, call).unwrap();
        one(world, "S1", 1)
    });
    changes("sharing.requests_refused", 400, |world| {
        for number in 0..50 {
            one(world, &format!("N{number}"), 1).unwrap();
        }
        one(world, "S1", 1)
    });
    changes("sharing.relation", 400, |world| request(world, READY, "S1", json!([to(PARTNER, 1)]), json!({})));
    changes("sharing.name", 400, |world| {
        let openid = add_payer(world, "bob");
        let mut receiver = to(&openid, 1);
        receiver["name"] = "爱丽丝".into();
        request(world, READY, "S1", json!([receiver]), json!({}))
    });
    changes("sharing.ratio", 400, |world| one(world, "S1", 3_001));
    changes("sharing.not_enough", 403, |world| {
        world.merchants.get_mut(MERCHANT).unwrap().share_ratio_bp = 10_000;
        one(world, "S1", 9_941)
    });
    changes("sharing.unknown", 404, |world| {
        let path = format!("{ORDERS}/S9?transaction_id={}", transaction(world));
        testing::calls(world, READY, testing::call(MERCHANT, "GET", &path, Value::Null))
    });
}

#[test]
fn refusals_of_receivers() {
    changes("sharing.relations_refused", 400, |world| {
        world.rules.set("sharing.relations", Some(json!(1)));
        let body = json!({"appid": APPID, "type": "MERCHANT_ID", "account": PARTNER, "relation_type": "STORE"});
        testing::calls(world, NOW, testing::call(MERCHANT, "POST", ADD, body))
    });
}

fn back(world: &mut World, now: Time, number: &str, amount: i64) -> Outcome {
    testing::calls(world, now, give_back("S1", number, amount, json!({})))
}

#[test]
fn refusals_of_returns() {
    changes("sharing.return_changed", 400, |world| {
        shared(world, "S1", 100);
        back(world, DONE, "B1", 1).unwrap();
        back(world, DONE, "B1", 2)
    });
    changes("sharing.return_receiver", 400, |world| {
        share(world, "S1", 100);
        back(world, READY, "B1", 1)
    });
    changes("sharing.return_not_allowed", 400, |world| {
        shared(world, "S1", 100);
        world.merchants.get_mut(OTHER).unwrap().allow_return = false;
        back(world, DONE, "B1", 1)
    });
    changes("sharing.return_overdue", 400, |world| {
        shared(world, "S1", 100);
        back(world, DONE.plus_seconds(180 * DAY + 1), "B1", 1)
    });
    changes("sharing.returns_refused", 400, |world| {
        shared(world, "S1", 100);
        for number in 0..50 {
            back(world, DONE, &format!("N{number}"), 1).unwrap();
        }
        back(world, DONE, "B1", 1)
    });
    changes("sharing.return_too_much", 400, |world| {
        shared(world, "S1", 100);
        back(world, DONE, "B1", 101)
    });
}

#[test]
fn numbers_and_times() {
    let mut world = world();
    for (id, value) in [("sharing.wait_s", 0), ("sharing.requests", 1), ("sharing.receivers", 1)] {
        world.rules.set(id, Some(json!(value)));
    }
    let openid = add_payer(&mut world, "bob");
    let two = json!([to(OTHER, 1), to(&openid, 1)]);
    assert_eq!(request(&mut world, NOW, "S1", two.clone(), json!({})).unwrap_err().code, "PARAM_ERROR");
    request(&mut world, NOW, "S1", json!([to(OTHER, 1)]), json!({})).unwrap();
    assert_eq!(one(&mut world, "S2", 1).unwrap_err().code, "PARAM_ERROR");
    for id in ["sharing.wait_s", "sharing.requests", "sharing.receivers"] {
        world.rules.set(id, None);
    }
    assert_eq!(request(&mut world, NOW, "S2", two.clone(), json!({})).unwrap_err().message, "订单处理中，请稍后重试");
    request(&mut world, READY, "S2", two, json!({})).unwrap();
}

#[test]
fn relations_a_merchant_may_have() {
    let mut world = world();
    let body =
        |account: &str| json!({"appid": APPID, "type": "MERCHANT_ID", "account": account, "relation_type": "STORE"});
    world.rules.set("sharing.relations", Some(json!(1)));
    let call = testing::call(MERCHANT, "POST", ADD, body(PARTNER));
    assert_eq!(refused(&mut world, call.clone()).1, "INVALID_REQUEST");
    // One that is there already is answered as before.
    fields(testing::calls(&mut world, NOW, testing::call(MERCHANT, "POST", ADD, body(OTHER))));
    // Each that is deleted makes room for another.
    let delete = json!({"appid": APPID, "type": "MERCHANT_ID", "account": OTHER});
    fields(testing::calls(
        &mut world,
        NOW,
        testing::call(MERCHANT, "POST", "v3/profitsharing/receivers/delete", delete),
    ));
    fields(testing::calls(&mut world, NOW, call));
    world.rules.set("sharing.relations", None);
    fields(testing::calls(&mut world, NOW, testing::call(MERCHANT, "POST", ADD, body(OTHER))));
}

#[test]
fn the_release() {
    let mut world = testing::world();
    world.rules.set("sharing.release", Some(json!(60)));
    paid(&mut world, "A00001", 10_000);
    world.rules.set("sharing.release", None);
    paid(&mut world, "A00002", 10_000);
    testing::until(&mut world, NOW.plus_seconds(60));
    assert_eq!(money(&world), [9_940, 9_940, 0]);
    testing::until(&mut world, NOW.plus_seconds(30 * DAY));
    assert_eq!(money(&world), [19_880, 0, 0]);
}

#[test]
fn returns_in_number_and_days() {
    let mut world = world();
    shared(&mut world, "S1", 100);
    world.rules.set("sharing.returns", Some(json!(1)));
    world.rules.set("sharing.return_days", Some(json!(1)));
    assert_eq!(back(&mut world, DONE.plus_seconds(DAY + 1), "B1", 1).unwrap_err().message, "分账已超过可回退期限");
    back(&mut world, DONE, "B1", 1).unwrap();
    assert_eq!(back(&mut world, DONE, "B2", 1).unwrap_err().message, "分账回退次数超过限制");
    world.rules.set("sharing.returns", None);
    world.rules.set("sharing.return_days", None);
    back(&mut world, DONE.plus_seconds(DAY + 1), "B2", 1).unwrap();
}

#[test]
fn the_event_has_another_name_by_rule() {
    let mut world = world();
    world.merchants.get_mut(OTHER).unwrap().sharing_notify_url = Some("http://127.0.0.1:3000/s".to_owned());
    let events = |world: &World| -> Vec<String> {
        let notices = world.notices.iter().filter(|notice| notice.original_type == "profitsharing");
        notices.map(|notice| notice.event_type.to_string()).collect()
    };
    world.rules.set("sharing.event", Some(json!("PROFITSHARING.SUCCESS")));
    shared(&mut world, "S1", 100);
    back(&mut world, DONE, "B1", 1).unwrap();
    assert_eq!(events(&world), ["PROFITSHARING.SUCCESS", "PROFITSHARING.RETURN"]);
    world.rules.set("sharing.event", None);
    back(&mut world, DONE, "B2", 1).unwrap();
    assert_eq!(events(&world)[2], "TRANSACTION.SUCCESS");
}
