//! Every rule: what one sees of it, what one sees once it is changed, and that it is as before once it is put back. Over sockets, with the SDK
//! and the control interface.

mod bench;
mod bills;
#[allow(dead_code, reason = "other tests use the rest of it")]
#[path = "../gate/by_hand.rs"]
mod by_hand;
mod combined;
mod complaints;
mod notices;
mod orders;
mod reach;
mod refunds;

use std::collections::BTreeSet;

use bench::{Bench, Case};
use serde_json::json;

fn all() -> impl Iterator<Item = Case> {
    let first = [orders::cases(), refunds::cases(), bills::cases(), notices::cases(), reach::cases()];
    first.into_iter().chain([combined::cases(), complaints::cases()]).flatten()
}

/// Rules whose products have tests of their own for them.
const ELSEWHERE: &[&str] = &["transfer.", "sharing."];

#[test]
fn every_rule_is_here() {
    let bench = Bench::start();
    let rules = bench.sim.get("rules").unwrap();
    let ids = rules["items"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap());
    let is_here = |id: &&str| !ELSEWHERE.iter().any(|prefix| id.starts_with(prefix));
    let known: BTreeSet<&str> = ids.filter(is_here).collect();
    let tested: BTreeSet<&str> = all().map(|case| case.id).collect();
    assert_eq!(tested, known);
}

/// The rule as it is, changed, and put back.
fn check(cases: Vec<Case>) {
    let bench = Bench::start();
    for Case { id, other, usual, changed, effect } in cases {
        assert_eq!(effect(&bench), usual, "{id} as it is");
        bench.sim.patch("rules", json!({id: other})).unwrap();
        assert_eq!(effect(&bench), changed, "{id} changed");
        bench.sim.patch("rules", json!({id: null})).unwrap();
        assert_eq!(effect(&bench), usual, "{id} put back");
    }
}

#[test]
fn rules_of_orders_and_payment_codes() {
    check(orders::cases());
}

#[test]
fn rules_of_refunds() {
    check(refunds::cases());
}

#[test]
fn rules_of_bills() {
    check(bills::cases());
}

#[test]
fn rules_of_notices() {
    check(notices::cases());
}

#[test]
fn rules_of_signatures_form_and_parties() {
    check(reach::cases());
}

#[test]
fn rules_of_combined_orders() {
    check(combined::cases());
}

#[test]
fn rules_of_complaints() {
    check(complaints::cases());
}

#[test]
fn a_status_alone_leaves_the_words_as_they_are() {
    let bench = Bench::start();
    bench.sim.patch("rules", json!({"order.unknown": 410})).unwrap();
    assert_eq!(orders::unknown(&bench), "410 ORDER_NOT_EXIST 订单不存在");
    bench.sim.patch("rules", json!({"order.unknown": {"status": 400, "code": "INVALID_REQUEST"}})).unwrap();
    assert_eq!(orders::unknown(&bench), "400 INVALID_REQUEST 订单不存在");
}
