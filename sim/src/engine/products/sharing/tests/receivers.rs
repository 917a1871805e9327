//! Receivers are added once, never overwritten, and deleted.

use super::*;

fn adding(account: &str, other: Value) -> Call {
    let mut body = json!({"appid": APPID, "type": "MERCHANT_ID", "account": account, "relation_type": "STORE"});
    if let Value::Object(other) = other {
        other.into_iter().for_each(|(name, value)| body[name] = value);
    }
    testing::call(MERCHANT, "POST", ADD, body)
}

fn deleting(account: &str) -> Call {
    let body = json!({"appid": APPID, "type": "MERCHANT_ID", "account": account});
    testing::call(MERCHANT, "POST", "v3/profitsharing/receivers/delete", body)
}

#[test]
fn adding_again_changes_nothing() {
    let mut world = testing::world();
    let first = ask(&mut world, NOW, adding(OTHER, json!({})));
    assert_eq!(first, json!({"type": "MERCHANT_ID", "account": OTHER, "relation_type": "STORE"}));
    let custom = json!({"relation_type": "CUSTOM", "custom_relation": "代理商"});
    let again = ask(&mut world, NOW, adding(OTHER, custom));
    assert_eq!(again, first, "never overwritten");
    let list = control(&mut world, "GET", "receivers", Value::Null).unwrap();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[test]
fn deleting_twice_is_answered_alike_and_ends_the_sharing_with_it() {
    let mut world = world();
    let expected = json!({"type": "MERCHANT_ID", "account": OTHER});
    for _ in 0..2 {
        assert_eq!(ask(&mut world, NOW, deleting(OTHER)), expected);
        let call = post(&world, "S1", json!([to(OTHER, 1)]), json!({}));
        assert_eq!(refused(&mut world, call).2, "分账接收方关系不存在");
    }
    add(&mut world, OTHER);
    share(&mut world, "S1", 1);
}

#[test]
fn what_is_wrong_with_a_receiver() {
    let mut world = testing::world();
    let elsewhere = openids::openid("wx0000000000000002", &world.payers["bob"]);
    let bob = openids::openid(APPID, &world.payers["bob"]);
    for (account, other, status, code) in [
        (MERCHANT, json!({}), 400, "PARAM_ERROR"),
        ("1999999999", json!({}), 400, "MCH_NOT_EXISTS"),
        (OTHER, json!({"relation_type": "CUSTOM"}), 400, "PARAM_ERROR"),
        (OTHER, json!({"appid": "wx0000000000000099"}), 400, "APPID_MCHID_NOT_MATCH"),
        (OTHER, json!({"sub_mchid": SUB}), 400, "INVALID_REQUEST"),
        (OTHER, json!({"type": "COMPANY"}), 400, "PARAM_ERROR"),
        (&elsewhere, json!({"type": "PERSONAL_OPENID"}), 400, "INVALID_REQUEST"),
        (&bob, json!({"type": "PERSONAL_OPENID", "name": "爱丽丝"}), 400, "INVALID_REQUEST"),
        (&bob, json!({"type": "PERSONAL_SUB_OPENID"}), 400, "PARAM_ERROR"),
    ] {
        let why = refused(&mut world, adding(account, other.clone()));
        assert_eq!((why.0, why.1.as_str()), (status, code), "{account} {other}: {}", why.2);
    }
    let shown = ask(&mut world, NOW, adding(&bob, json!({"type": "PERSONAL_OPENID", "name": "鲍勃"})));
    assert_eq!(shown["name"], "鲍勃");
    assert_eq!(ask(&mut world, NOW, adding("oStranger", json!({"type": "PERSONAL_OPENID"})))["account"], "oStranger");
}

#[test]
fn the_control_interface_lists_them_newest_first() {
    let mut world = world();
    let openid = add_payer(&mut world, "bob");
    let list = control(&mut world, "GET", &format!("receivers?mchid={MERCHANT}"), Value::Null).unwrap();
    let items = list["items"].as_array().unwrap();
    assert_eq!((&items[0]["account"], &items[0]["relation_type"]), (&json!(openid), &json!("STAFF")));
    assert_eq!((&items[1]["account"], &items[1]["type"]), (&json!(OTHER), &json!("MERCHANT_ID")));
    let none = control(&mut world, "GET", &format!("receivers?mchid={OTHER}"), Value::Null).unwrap();
    assert_eq!(none["items"], json!([]));
}

#[test]
fn state_keeps_them() {
    let world = world();
    let read: World = serde_json::from_str(&serde_json::to_string(&world).unwrap()).unwrap();
    let owner = (MERCHANT.to_owned(), None);
    assert_eq!((read.receivers.count(&owner), read.receivers.iter().count()), (1, 1));
}
