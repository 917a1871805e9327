//! Which fault fires when.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::engine::call::Version;
use crate::engine::clock::Clock;
use crate::engine::time::Time;

const NATIVE: &str = "v3/pay/transactions/native";

fn world() -> World {
    let now = Time::parse("2026-11-25T10:00:00+08:00").unwrap();
    World::new(7, Clock::Frozen { now }, now)
}

/// A call by the first merchant.
fn choose(world: &mut World, template: &str, header: Option<&str>, body: &Value) -> Option<Planned> {
    let (variables, query) = (BTreeMap::from([("out_trade_no".to_owned(), "A1".to_owned())]), BTreeMap::new());
    let version = if template.starts_with("v2/") { Version::V2 } else { Version::V3 };
    let facts = CallFacts {
        version,
        method: if template.starts_with("v3/bill") { "GET" } else { "POST" },
        template,
        path: template,
        mchid: "1900000001",
        header,
        variables: if template.contains('{') { &variables } else { &query },
        query: &query,
        body,
    };
    for_call(world, &facts)
}

fn set(world: &mut World, fault: &str, matching: &Value) -> usize {
    let matching = serde_json::from_value(matching.clone()).unwrap();
    let id = world.ids.own("flt");
    world.faults.standing.push(Standing::new(id, matching, Fault::parse(fault).unwrap()));
    world.faults.standing.len() - 1
}

fn name(planned: Option<Planned>) -> Option<String> {
    planned.map(|planned| planned.name)
}

#[test]
fn the_four_ways_are_looked_at_in_their_order() {
    let mut world = world();
    let body = json!({"out_trade_no": "A1", "description": "#TRUNCATED", "amount": {"total": 66_600_001}});
    let plain = json!({"out_trade_no": "A1", "amount": {"total": 66_600_001}});
    set(&mut world, "GARBAGE", &json!({}));
    world.settings.triggers.amounts.insert("66600001".to_owned(), "SLOW(5)".to_owned());
    assert_eq!(name(choose(&mut world, NATIVE, Some("RESET_AFTER"), &body)).as_deref(), Some("RESET_AFTER"));
    assert_eq!(name(choose(&mut world, NATIVE, None, &body)).as_deref(), Some("TRUNCATED"));
    assert_eq!(name(choose(&mut world, NATIVE, None, &plain)).as_deref(), Some("SLOW(5)"));
    world.settings.triggers.amounts.clear();
    world.settings.triggers.text = false;
    assert_eq!(name(choose(&mut world, NATIVE, None, &body)).as_deref(), Some("GARBAGE"));
    assert_eq!(name(choose(&mut world, NATIVE, None, &body)), None);
}

#[test]
fn a_header_that_names_nothing_is_refused() {
    let planned = choose(&mut world(), NATIVE, Some("reset"), &Value::Null).unwrap();
    let Act::Refuse(refusal, None) = planned.act else { panic!("{:?}", planned.act) };
    assert_eq!((refusal.status, refusal.code.as_str()), (400, "PARAM_ERROR"));
    assert_eq!(planned.warning.unwrap().id, "fault.unreadable");
}

#[test]
fn a_rule_fires_so_many_times_after_letting_some_pass() {
    let mut world = world();
    let index = set(&mut world, "GARBAGE", &json!({"method": "post", "path": "/v3/pay/transactions/native"}));
    world.faults.standing[index].times = Some(2);
    world.faults.standing[index].skip = 1;
    let fired: Vec<bool> = (0..5).map(|_| choose(&mut world, NATIVE, None, &Value::Null).is_some()).collect();
    assert_eq!(fired, [false, true, true, false, false]);
    assert_eq!(world.faults.standing[index].fired, 2);
}

#[test]
fn a_rule_is_meant_for_what_it_matches() {
    let close = "v3/pay/transactions/out-trade-no/{out_trade_no}/close";
    for (matching, template, fits) in [
        (json!({}), NATIVE, true),
        (json!({"method": "GET"}), NATIVE, false),
        (json!({"path": "v3/pay/*"}), NATIVE, true),
        (json!({"path": "v3/refund/*"}), NATIVE, false),
        (json!({"path": "v3/pay/transactions/out-trade-no/{n}/close"}), close, true),
        (json!({"path": "v3/pay/transactions/out-trade-no/{n}"}), close, false),
        (json!({"path": "pay/unifiedorder"}), "v2/pay/unifiedorder", true),
        (json!({"mchid": "1900000001"}), NATIVE, true),
        (json!({"mchid": "1900000002"}), NATIVE, false),
        (json!({"number": "A1"}), close, true),
        (json!({"number": "B1"}), NATIVE, true),
        (json!({"number": "A2"}), close, false),
        (json!({"attempt": 1}), NATIVE, true),
        (json!({"attempt": 2}), NATIVE, false),
        (json!({"event_type": "TRANSACTION.SUCCESS"}), NATIVE, false),
    ] {
        let mut world = world();
        set(&mut world, "TAMPERED", &matching);
        let found = choose(&mut world, template, None, &json!({"out_trade_no": "B1"}));
        assert_eq!(found.is_some(), fits, "{matching} {template}");
    }
}

#[test]
fn attempts_are_counted_by_number() {
    let mut world = world();
    let index = set(&mut world, "RESET_AFTER", &json!({"attempt": 2}));
    world.faults.standing[index].times = None;
    let numbers = ["A1", "B1", "A1", "A1", "B1"];
    let fired = numbers.map(|number| choose(&mut world, NATIVE, None, &json!({"out_trade_no": number})).is_some());
    assert_eq!(fired, [false, false, true, false, true]);
}

#[test]
fn the_rate_draws_from_the_seed() {
    let draw = |seed: u64, rate: f64| {
        let mut world = world();
        world.ids = crate::engine::ids::Ids::new(seed);
        let index = set(&mut world, "GARBAGE", &json!({}));
        world.faults.standing[index].times = None;
        world.faults.standing[index].rate = rate;
        (0..1000).map(|_| choose(&mut world, NATIVE, None, &Value::Null).is_some()).collect::<Vec<_>>()
    };
    let count = |drawn: Vec<bool>| drawn.into_iter().filter(|fired| *fired).count();
    assert_eq!(draw(1, 0.3), draw(1, 0.3));
    assert_ne!(draw(1, 0.3), draw(2, 0.3));
    assert!((250..350).contains(&count(draw(1, 0.3))));
    assert_eq!((count(draw(1, 0.0)), count(draw(1, 1.0))), (0, 1000));
}

#[test]
fn what_has_no_meaning_for_a_call_waits_for_one_that_it_has() {
    let mut world = world();
    set(&mut world, "WRONG_HASH", &json!({}));
    set(&mut world, "MICROPAY_PAYERROR", &json!({}));
    set(&mut world, "LOST", &json!({}));
    assert_eq!(choose(&mut world, NATIVE, None, &Value::Null), None);
    let found = choose(&mut world, "v3/bill/tradebill", None, &Value::Null);
    assert_eq!(name(found).as_deref(), Some("WRONG_HASH"));
    let found = choose(&mut world, "v2/pay/micropay", None, &Value::Null).unwrap();
    assert_eq!((found.case, found.executes), (Some(Case::Payerror), true));
}

#[test]
fn faults_that_end_by_themselves_end() {
    let mut world = world();
    let body = json!({"out_trade_no": "A1", "description": "#ACCEPTED_202"});
    assert_eq!(name(choose(&mut world, NATIVE, None, &body)).as_deref(), Some("ACCEPTED_202"));
    assert_eq!(choose(&mut world, NATIVE, None, &body), None);
    let index = set(&mut world, "STATEMENT_CREATING(3)", &json!({}));
    let fired = (0..5).filter(|_| choose(&mut world, "v3/bill/tradebill", None, &Value::Null).is_some()).count();
    assert_eq!((fired, world.faults.standing[index].fired), (3, 3));
}

#[test]
fn a_call_sets_a_fault_of_its_notice_once() {
    let mut world = world();
    let body = json!({"out_trade_no": "A1", "description": "#DUPLICATE(3)"});
    for _ in 0..2 {
        let planned = choose(&mut world, NATIVE, None, &body).unwrap();
        assert_eq!((planned.act, planned.executes), (Act::Nothing, true));
    }
    let notice = |number: &str, event_type: &'static str| (json!({"out_trade_no": number}), event_type);
    let mut ask = |(resource, event_type): (Value, &'static str)| {
        let facts =
            NoticeFacts { version: Version::V3, event_type, mchid: "1900000001", resource: &resource, attempt: 1 };
        for_notice(&mut world, &facts).map(|fault| fault.to_string())
    };
    assert_eq!(ask(notice("B1", "TRANSACTION.SUCCESS")), None);
    assert_eq!(ask(notice("A1", "TRANSACTION.SUCCESS")).as_deref(), Some("DUPLICATE(3)"));
    assert_eq!(ask(notice("A1", "TRANSACTION.SUCCESS")), None);
}

#[test]
fn a_notice_meets_rules_of_notices_only() {
    for (fault, matching, attempt, fits) in [
        ("LOST", json!({}), 1, true),
        ("REORDERED", json!({}), 1, true),
        ("REORDERED", json!({"path": "v3/*"}), 1, false),
        ("GARBAGE", json!({}), 1, false),
        ("LOST", json!({"event_type": "REFUND.*"}), 1, true),
        ("LOST", json!({"event_type": "TRANSACTION.SUCCESS"}), 1, false),
        ("LOST", json!({"attempt": 2}), 1, false),
        ("LOST", json!({"attempt": 2}), 2, true),
        ("LOST", json!({"number": "R1"}), 1, true),
        ("LOST", json!({"mchid": "1900000002"}), 1, false),
    ] {
        let mut world = world();
        set(&mut world, fault, &matching);
        let resource = json!({"out_refund_no": "R1"});
        let (version, event_type, mchid) = (Version::V3, "REFUND.SUCCESS", "1900000001");
        let facts = NoticeFacts { version, event_type, mchid, resource: &resource, attempt };
        assert_eq!(for_notice(&mut world, &facts).is_some(), fits, "{fault} {matching} {attempt}");
    }
}

#[test]
fn what_has_no_meaning_for_a_notice_of_apiv2_does_not_fire_on_it() {
    let mut world = world();
    let index = set(&mut world, "NO_AAD", &json!({}));
    let resource = json!({"out_trade_no": "A1"});
    let ask = |world: &mut World, version| {
        let (event_type, mchid) = ("TRANSACTION.SUCCESS", "1900000001");
        let facts = NoticeFacts { version, event_type, mchid, resource: &resource, attempt: 1 };
        for_notice(world, &facts).is_some()
    };
    assert!(!ask(&mut world, Version::V2));
    assert_eq!(world.faults.standing[index].fired, 0);
    assert!(ask(&mut world, Version::V3));
    let body = json!({"out_trade_no": "A1", "body": "#EMPTY_AAD"});
    assert_eq!(choose(&mut world, "v2/pay/unifiedorder", None, &body), None);
    assert_eq!(world.faults.standing.len(), 1, "nothing waits for what never comes");
}

#[test]
fn queries_of_a_silent_payment_are_not_answered() {
    let mut world = world();
    let body = json!({"out_trade_no": "A1", "body": "#MICROPAY_PAY_QUERY_TIMEOUT"});
    let charge = choose(&mut world, "v2/pay/micropay", None, &body).unwrap();
    assert_eq!((charge.case, charge.act), (Some(Case::Silent), Act::Silence(60)));
    let query = choose(&mut world, "v3/pay/transactions/out-trade-no/{out_trade_no}", None, &Value::Null).unwrap();
    assert_eq!((query.case, query.act), (None, Act::Silence(60)));
    assert_eq!(choose(&mut world, "v2/pay/orderquery", None, &json!({"out_trade_no": "B1"})), None);
}
