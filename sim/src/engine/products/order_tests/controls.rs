//! What the control interface shows of orders and payers, and what it does to them.

use serde_json::{Value, json};

use super::acts::{M, native, order, pay, placed, refused};
use crate::engine::control::request::ControlError;
use crate::engine::testing::{NOW, call, calls, control, world};
use crate::engine::world::World;

#[test]
fn lists_are_filtered_and_paged_the_newest_first() {
    let mut world = world();
    for number in ["A-00001", "A-00002", "A-00003"] {
        native(&mut world, NOW, order(number)).unwrap();
    }
    pay(&mut world, NOW, "A-00002", json!({}));
    let numbers = |world: &mut World, path: &str| -> (Vec<String>, Value) {
        let list = control(world, NOW, "GET", path, Value::Null).unwrap();
        let items = list["items"].as_array().unwrap();
        (items.iter().map(|item| item["out_trade_no"].as_str().unwrap().to_owned()).collect(), list["next"].clone())
    };
    let (first, next) = numbers(&mut world, "orders?limit=2");
    assert_eq!(first, ["A-00003", "A-00002"]);
    let (rest, end) = numbers(&mut world, &format!("orders?limit=2&after={}", next.as_str().unwrap()));
    assert_eq!((rest, end), (vec!["A-00001".to_owned()], Value::Null));
    assert_eq!(numbers(&mut world, "orders?state=SUCCESS").0, ["A-00002"]);
    assert!(numbers(&mut world, "orders?mchid=1900000002").0.is_empty());
    assert_eq!(control(&mut world, NOW, "GET", "orders?limit=0", Value::Null).unwrap_err().code, "BAD_REQUEST");
    let mut other = order("A-00001");
    other["mchid"] = "1900000002".into();
    calls(&mut world, NOW, call("1900000002", "POST", "v3/pay/transactions/native", other)).unwrap();
    assert_eq!(control(&mut world, NOW, "GET", "orders/A-00001", Value::Null).unwrap_err().code, "AMBIGUOUS");
    assert!(control(&mut world, NOW, "GET", "orders/A-00001?mchid=1900000002", Value::Null).is_ok());
}

/// A control that fails: its code.
fn code(world: &mut World, method: &'static str, path: &str, body: Value) -> &'static str {
    control(world, NOW, method, path, body).unwrap_err().code
}

#[test]
fn an_order_has_exactly_these_members() {
    let mut world = placed("A-00001");
    let open = control(&mut world, NOW, "GET", "orders/A-00001", Value::Null).unwrap();
    let code = open["credential"]["value"].as_str().unwrap().rsplit('=').next().unwrap().to_owned();
    let expected = json!({
        "id": "ord_1", "kind": "order", "version": "v3", "mchid": M, "sub_mchid": null, "appid": "wx0000000000000001",
        "trade_type": "NATIVE", "out_trade_no": "A-00001", "transaction_id": null, "state": "NOTPAY", "total": 100,
        "payer_total": null, "currency": "CNY", "description": "a book", "attach": null,
        "notify_url": "http://127.0.0.1:9/paid", "created_at": "2026-11-25T10:00:00+08:00",
        "expires_at": "2026-12-02T10:00:00+08:00", "paid_at": null, "closed_at": null, "closed_by": null,
        "payer": null,
        "credential": {
            "kind": "code_url", "value": open["credential"]["value"], "expires_at": "2026-11-25T12:00:00+08:00",
            "pay_url": format!("http://127.0.0.1:8787/_/pay/{code}"),
        },
        "profit_sharing": {"frozen": 0, "shared": 0, "unsplit": 0, "ended": false},
        "refunded": 0, "attempts": [], "refs": {"refunds": [], "sharings": [], "notices": [], "calls": []},
    });
    assert_eq!(open, expected);
    for reference in ["ord_1", "A-00001", code.as_str()] {
        assert_eq!(control(&mut world, NOW, "GET", &format!("orders/{reference}"), Value::Null).unwrap(), expected);
    }
    let coupon = json!({"amount": 30, "type": "CASH"});
    let paid = pay(&mut world, NOW, "A-00001", json!({"payer": "bob", "coupon": coupon}));
    assert_eq!(paid["payer_total"], 70);
    assert_eq!(paid["payer"]["name"], "bob");
    assert_eq!(paid["paid_at"], "2026-11-25T10:00:00+08:00");
    let attempt = json!({"at": "2026-11-25T10:00:00+08:00", "payer": "bob", "outcome": "SUCCESS"});
    assert_eq!(paid["attempts"], json!([attempt]));
    let reference = paid["transaction_id"].as_str().unwrap();
    assert_eq!(control(&mut world, NOW, "GET", &format!("orders/{reference}"), Value::Null).unwrap(), paid);
}

#[test]
fn money_to_be_shared_is_shown_as_frozen() {
    let mut world = world();
    let mut body = order("A-00001");
    body["settle_info"] = json!({"profit_sharing": true});
    native(&mut world, NOW, body).unwrap();
    let paid = pay(&mut world, NOW, "A-00001", json!({}));
    assert_eq!(paid["profit_sharing"], json!({"frozen": 99, "shared": 0, "unsplit": 99, "ended": false}));
}

#[test]
fn what_cannot_happen_is_said_with_state_and_what_can() {
    let mut world = placed("A-00001");
    let closed = control(&mut world, NOW, "POST", "orders/A-00001/close", json!({"by": "wechat"})).unwrap();
    assert_eq!((closed["state"].as_str(), closed["closed_by"].as_str()), (Some("CLOSED"), Some("wechat")));
    for (action, body) in [("close", json!({})), ("expire", json!({})), ("scan", json!({"payer": "bob"}))] {
        let path = format!("orders/A-00001/{action}");
        let error: ControlError = control(&mut world, NOW, "POST", &path, body).unwrap_err();
        assert_eq!((error.code, error.state.as_deref(), error.allowed.len()), ("STATE", Some("CLOSED"), 0), "{action}");
    }
    native(&mut world, NOW, order("A-00002")).unwrap();
    pay(&mut world, NOW, "A-00002", json!({}));
    let error = control(&mut world, NOW, "POST", "orders/A-00002/pay", json!({})).unwrap_err();
    assert_eq!((error.status, error.state.as_deref(), error.allowed), (409, Some("SUCCESS"), vec!["refund"]));
}

#[test]
fn a_body_that_is_not_right_changes_nothing() {
    let mut world = placed("A-00001");
    for (action, body) in [
        ("pay", json!({"outcome": "MAYBE"})),
        ("pay", json!({"coupon": {"amount": 101, "type": "CASH"}})),
        ("pay", json!({"coupon": {"amount": 0, "type": "CASH"}})),
        ("pay", json!({"who": "bob"})),
        ("scan", json!({})),
        ("close", json!({"by": "merchant"})),
        ("expire", json!({"now": true})),
    ] {
        assert_eq!(code(&mut world, "POST", &format!("orders/A-00001/{action}"), body), "BAD_REQUEST", "{action}");
    }
    assert_eq!(code(&mut world, "GET", "orders/B-00001", Value::Null), "NOT_FOUND");
    assert_eq!(code(&mut world, "GET", "orders?since=yesterday", Value::Null), "BAD_REQUEST");
    let order = control(&mut world, NOW, "GET", "orders/A-00001", Value::Null).unwrap();
    assert_eq!((order["state"].as_str(), order["attempts"].as_array().unwrap().len()), (Some("NOTPAY"), 0));
}

#[test]
fn a_closed_wallet_pays_nothing() {
    let mut world = placed("A-00001");
    control(&mut world, NOW, "PATCH", "payers/bob", json!({"closed": true})).unwrap();
    let order = pay(&mut world, NOW, "A-00001", json!({"payer": "bob"}));
    assert_eq!(
        (order["state"].as_str(), order["attempts"][0]["outcome"].as_str()),
        (Some("NOTPAY"), Some("NOT_ENOUGH"))
    );
}

#[test]
fn payers_are_made_changed_and_shown() {
    let mut world = world();
    let carol = json!({"name": "carol", "real_name": "卡罗尔", "balance": 500});
    let made = control(&mut world, NOW, "POST", "payers", carol.clone()).unwrap();
    assert_eq!((made["balance"].as_i64(), made["closed"].as_bool()), (Some(500), Some(false)));
    let openid = made["openids"]["wx0000000000000001"].as_str().unwrap();
    assert!(openid.starts_with('o') && openid.len() == 28, "{openid}");
    assert_eq!(code(&mut world, "POST", "payers", carol), "STATE");
    let changed = json!({"real_name": "卡罗", "balance": 99, "closed": true});
    let changed = control(&mut world, NOW, "PATCH", "payers/carol", changed).unwrap();
    assert_eq!(control(&mut world, NOW, "GET", "payers/carol", Value::Null).unwrap(), changed);
    assert_eq!(changed["real_name"], "卡罗");
    assert_eq!((changed["balance"].as_i64(), changed["closed"].as_bool()), (Some(99), Some(true)));
    let all = control(&mut world, NOW, "GET", "payers", Value::Null).unwrap();
    let names: Vec<_> = all["items"].as_array().unwrap().iter().map(|payer| payer["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["carol", "bob", "alice"]);
    for (method, path, body) in [
        ("POST", "payers", json!({"name": "a/b", "real_name": "", "balance": 0})),
        ("POST", "payers", json!({"name": "dave", "real_name": "", "balance": -1})),
        ("POST", "payers", json!({"name": "dave"})),
        ("PATCH", "payers/carol", json!({"balance": -1, "closed": false})),
    ] {
        assert_eq!(code(&mut world, method, path, body), "BAD_REQUEST", "{path}");
    }
    assert_eq!(control(&mut world, NOW, "GET", "payers/carol", Value::Null).unwrap(), changed);
    for path in ["payers/dave", "payers/dave/auth_code"] {
        assert_eq!(code(&mut world, "GET", path, Value::Null), "NOT_FOUND");
    }
    let shown = control(&mut world, NOW, "GET", "payers/bob/auth_code", Value::Null).unwrap();
    assert_eq!(shown["expires_at"], "2026-11-25T10:01:00+08:00");
    assert_eq!(refused(&mut world, NOW, "B-00001", json!({})).0, "NOT_FOUND");
}
