//! Each rule of transfers, changed and changed back.

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

fn ask(world: &mut World, number: &str, amount: i64, other: Value) -> Outcome {
    let call = post(world, number, amount, other);
    testing::calls(world, NOW, call)
}

#[test]
fn refusals() {
    changes("transfer.repeat_changed", 400, |world| {
        create(world, "T1", 100);
        ask(world, "T1", 101, json!({}))
    });
    changes("transfer.not_found", 404, |world| cancel(world, NOW, "T9"));
    changes("transfer.cancel_late", 400, |world| {
        create(world, "T1", 100);
        confirm(world, "T1");
        cancel(world, NOW, "T1")
    });
    changes("transfer.cancel_final", 400, |world| {
        create(world, "T1", 100);
        confirm(world, "T1");
        testing::until(world, NOW.plus_seconds(1));
        cancel(world, NOW, "T1")
    });
    changes("transfer.name", 400, |world| ask(world, "T1", 200_000, json!({})));
    changes("transfer.scene", 400, |world| ask(world, "T1", 100, json!({"transfer_scene_id": "1004"})));
    changes("transfer.perception", 400, |world| ask(world, "T1", 100, json!({"user_recv_perception": "礼物"})));
}

#[test]
fn by_rule_what_is_on_its_way_can_be_cancelled() {
    let mut world = world();
    world.rules.set("transfer.cancel_late", Some(json!(200)));
    create(&mut world, "T1", 100);
    confirm(&mut world, "T1");
    assert_eq!(fields(cancel(&mut world, NOW, "T1"))["state"], "CANCELING");
    testing::until(&mut world, NOW.plus_seconds(1));
    assert_eq!(state(&world, "T1"), ("CANCELLED", Some("MCH_CANCEL")));
    assert_eq!(money(&world), [OPERATION, 0, ALICE]);
}

#[test]
fn amounts_and_times() {
    let mut world = world();
    for (id, value) in [("transfer.min", 50), ("transfer.max", 60), ("transfer.name_from", 55), ("transfer.confirm", 5)]
    {
        world.rules.set(id, Some(json!(value)));
    }
    for amount in [49, 61] {
        assert_eq!(ask(&mut world, "T1", amount, json!({"user_name": "爱丽丝"})).unwrap_err().code, "PARAM_ERROR");
    }
    assert_eq!(ask(&mut world, "T1", 55, json!({})).unwrap_err().code, "PARAM_ERROR");
    ask(&mut world, "T1", 54, json!({})).unwrap();
    ask(&mut world, "T2", 60, json!({"user_name": "爱丽丝"})).unwrap();
    testing::until(&mut world, NOW.plus_seconds(5));
    assert_eq!(state(&world, "T1"), ("FAIL", Some("OVERDUE_CLOSE")));
    for id in ["transfer.min", "transfer.max", "transfer.name_from", "transfer.confirm"] {
        world.rules.set(id, None);
    }
    ask(&mut world, "T3", 10, json!({})).unwrap();
    ask(&mut world, "T4", 199_999, json!({})).unwrap();
    testing::until(&mut world, NOW.plus_seconds(DAY - 1));
    assert_eq!(state(&world, "T3"), ("WAIT_USER_CONFIRM", None));
}

#[test]
fn days_of_asking() {
    let mut world = world();
    create(&mut world, "T1", 100);
    world.rules.set("transfer.days", Some(json!(1)));
    let get = || testing::call(MERCHANT, "GET", &format!("{BILLS}/out-bill-no/T1"), Value::Null);
    assert_eq!(testing::calls(&mut world, NOW.plus_seconds(DAY + 1), get()).unwrap_err().status, 404);
    world.rules.set("transfer.days", None);
    testing::calls(&mut world, NOW.plus_seconds(DAY + 1), get()).unwrap();
}

#[test]
fn the_settings_say_when_things_happen_by_themselves() {
    let mut world = world();
    world.settings.auto.transfer.as_mut().unwrap().after_s = 7;
    world.settings.auto.cancel.as_mut().unwrap().after_s = 9;
    create(&mut world, "T1", 100);
    create(&mut world, "T2", 100);
    confirm(&mut world, "T1");
    fields(cancel(&mut world, NOW, "T2"));
    testing::until(&mut world, NOW.plus_seconds(6));
    assert_eq!((state(&world, "T1").0, state(&world, "T2").0), ("TRANSFERING", "CANCELING"));
    testing::until(&mut world, NOW.plus_seconds(7));
    assert_eq!((state(&world, "T1").0, state(&world, "T2").0), ("SUCCESS", "CANCELING"));
    testing::until(&mut world, NOW.plus_seconds(9));
    assert_eq!(state(&world, "T2").0, "CANCELLED");
    world.settings.auto.cancel = None;
    create(&mut world, "T3", 100);
    fields(cancel(&mut world, NOW, "T3"));
    testing::until(&mut world, NOW.plus_seconds(9 * DAY));
    assert_eq!(state(&world, "T3").0, "CANCELING");
    assert_eq!(control(&mut world, "transfers/T3/cancelled", json!({})).unwrap()["fail_reason"], "MCH_CANCEL");
}
