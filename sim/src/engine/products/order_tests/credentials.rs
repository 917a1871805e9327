//! What a payer pays with: how long each lives, and whose it is.

use serde_json::{Value, json};

use super::acts::{M, fields, native, openid, order, pay, refused};
use crate::engine::testing::{NOW, call, calls, control, world};
use crate::engine::time::Time;
use crate::engine::world::World;

const HOUR: i64 = 3600;

/// Places an order at a time; gives what it is paid with by its own part.
fn credential(world: &mut World, now: Time, kind: &str, number: &str) -> String {
    let mut body = order(number);
    if kind == "jsapi" {
        body["payer"] = json!({"openid": openid(world, "alice")});
    }
    let answer = fields(calls(world, now, call(M, "POST", &format!("v3/pay/transactions/{kind}"), body)));
    let value = answer.as_object().unwrap().values().next().unwrap().as_str().unwrap();
    let end = value.split("prepay_id=").last().unwrap().split('&').next().unwrap();
    end.rsplit('=').next().unwrap().to_owned()
}

#[test]
fn an_old_code_is_dead() {
    let mut world = world();
    let old = credential(&mut world, NOW, "native", "A-00001");
    let new = credential(&mut world, NOW, "native", "A-00001");
    assert_eq!(refused(&mut world, NOW, &old, json!({})), ("EXPIRED", "支付请求已失效".to_owned()));
    let scanned = control(&mut world, NOW, "POST", &format!("orders/{old}/scan"), json!({"payer": "bob"}));
    assert_eq!(scanned.unwrap_err().code, "EXPIRED");
    assert_eq!(pay(&mut world, NOW, &new, json!({}))["state"], "SUCCESS");
}

#[test]
fn an_old_prepay_id_lives_on_its_two_hours() {
    for (later, state) in [(2 * HOUR, Some("SUCCESS")), (2 * HOUR + 1, None)] {
        let mut world = world();
        let old = credential(&mut world, NOW, "jsapi", "A-00001");
        let new = credential(&mut world, NOW.plus_seconds(HOUR), "jsapi", "A-00001");
        assert_ne!(old, new);
        let at = NOW.plus_seconds(later);
        let paid = control(&mut world, at, "POST", &format!("orders/{old}/pay"), json!({}));
        assert_eq!(paid.ok().and_then(|order| order["state"].as_str().map(str::to_owned)).as_deref(), state);
        if state.is_none() {
            assert_eq!(pay(&mut world, at, &new, json!({}))["state"], "SUCCESS");
        }
    }
}

#[test]
fn codes_live_two_hours_and_links_five_minutes() {
    for (kind, seconds) in [("native", 2 * HOUR), ("h5", 300)] {
        for (later, is_paid) in [(seconds, true), (seconds + 1, false)] {
            let mut world = world();
            let by = credential(&mut world, NOW, kind, "A-00001");
            let paid = control(&mut world, NOW.plus_seconds(later), "POST", &format!("orders/{by}/pay"), json!({}));
            assert_eq!(paid.is_ok(), is_paid, "{kind} {later}");
        }
    }
}

#[test]
fn who_opened_a_code_or_a_link_is_the_only_one_to_pay() {
    for kind in ["native", "h5"] {
        let mut world = world();
        let by = credential(&mut world, NOW, kind, "A-00001");
        pay(&mut world, NOW, &by, json!({"payer": "alice", "outcome": "CANCEL"}));
        let other = refused(&mut world, NOW, &by, json!({"payer": "bob"}));
        assert_eq!(other, ("PAYER_MISMATCH", "商家订单信息有误，请重新下单支付".to_owned()));
        // Placed again it is anybody's again.
        let again = credential(&mut world, NOW, kind, "A-00001");
        assert_eq!(pay(&mut world, NOW, &again, json!({"payer": "bob"}))["payer"]["name"], "bob");
    }
}

#[test]
fn time_expire_ends_the_order_whatever_its_credential() {
    let mut world = world();
    let mut body = order("A-00001");
    body["time_expire"] = "2026-11-25T10:30:00+08:00".into();
    native(&mut world, NOW, body).unwrap();
    let end = NOW.plus_seconds(1800);
    assert_eq!(refused(&mut world, end, "A-00001", json!({})).0, "EXPIRED");
    let shown = control(&mut world, end, "GET", "orders/A-00001", Value::Null).unwrap();
    assert_eq!(shown["state"], "NOTPAY");
    assert_eq!(pay(&mut world, end.plus_seconds(-1), "A-00001", json!({}))["state"], "SUCCESS");
}

#[test]
fn a_code_can_be_a_page_of_the_simulators() {
    let mut world = world();
    world.settings.code_url = "http".to_owned();
    let url = fields(native(&mut world, NOW, order("A-00001")))["code_url"].as_str().unwrap().to_owned();
    let shown = control(&mut world, NOW, "GET", "orders/A-00001", Value::Null).unwrap();
    assert!(url.starts_with("http://127.0.0.1:8787/_/pay/"), "{url}");
    assert_eq!(shown["credential"]["pay_url"], url);
}

#[test]
fn an_order_of_an_older_state_file_is_placed_again_by_the_same_request_alone() {
    let mut world = world();
    let first = credential(&mut world, NOW, "native", "A-00001");
    let id = world.orders.by_number(M, "A-00001").unwrap().id.clone();
    // Older programs kept the request itself.
    world.orders.update(&id, |known| known.request = order("A-00001").to_string().into());
    assert_ne!(credential(&mut world, NOW, "native", "A-00001"), first);
    let mut other = order("A-00001");
    other["description"] = "another book".into();
    let refusal = calls(&mut world, NOW, call(M, "POST", "v3/pay/transactions/native", other)).unwrap_err();
    assert_eq!(refusal.message, "请求重入时，参数与首次请求时不一致");
}

#[test]
fn an_order_is_found_by_each_credential_that_it_ever_had() {
    let mut world = world();
    let values: Vec<_> = (0..3).map(|_| credential(&mut world, NOW, "native", "A-00001")).collect();
    let other = credential(&mut world, NOW, "native", "A-00002");
    let number = |by: &str| world.orders.by_credential(by).map(|order| order.out_trade_no.to_string());
    assert!(values.iter().all(|by| number(by).as_deref() == Some("A-00001")));
    assert_eq!((number(&other).as_deref(), number("none")), (Some("A-00002"), None));
}
