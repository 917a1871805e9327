//! Transfers in the control interface, and what opens the payer's confirmation.

use super::*;
use crate::engine::control::invoke_transfer;

#[test]
fn a_transfer_is_found_by_any_of_its_numbers() {
    let mut world = world();
    let made = create(&mut world, "T1", 5_000);
    let shown = control(&mut world, "transfers/T1", Value::Null).unwrap();
    for reference in [shown["id"].as_str().unwrap(), made["transfer_bill_no"].as_str().unwrap()] {
        assert_eq!(control(&mut world, &format!("transfers/{reference}"), Value::Null).unwrap(), shown);
    }
    let id = shown["id"].as_str().unwrap();
    assert_eq!(
        shown,
        json!({
            "id": id, "mchid": MERCHANT, "out_bill_no": "T1", "transfer_bill_no": made["transfer_bill_no"],
            "state": "WAIT_USER_CONFIRM", "amount": 5_000, "openid": openids::openid(APPID, &world.payers["alice"]),
            "payer": "alice", "user_name": null, "scene": "1000", "fail_reason": null, "created_at": NOW.to_string(),
            "confirm_until": NOW.plus_seconds(DAY).to_string(), "package_info": made["package_info"],
            "confirm_url": format!("http://127.0.0.1:8787/_/confirm/{id}"),
        })
    );
    assert_eq!(control(&mut world, "transfers/T9", Value::Null), Err((404, "NOT_FOUND")));
}

#[test]
fn lists_are_filtered_and_a_number_of_two_merchants_needs_one_named() {
    let mut world = world();
    create(&mut world, "T1", 100);
    let asked = testing::call("1900000002", "POST", BILLS, body(&world, "T1", 200, json!({})));
    fields(testing::calls(&mut world, NOW, asked));
    create(&mut world, "T2", 100);
    fields(cancel(&mut world, NOW, "T2"));
    assert_eq!(control(&mut world, "transfers/T1", Value::Null), Err((409, "AMBIGUOUS")));
    assert_eq!(control(&mut world, "transfers/T1?mchid=1900000002", Value::Null).unwrap()["amount"], 200);
    let numbers = |world: &mut World, query: &str| -> Vec<String> {
        let list = control(world, &format!("transfers?{query}"), Value::Null).unwrap();
        list["items"].as_array().unwrap().iter().map(|item| item["out_bill_no"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(numbers(&mut world, "mchid=1900000001"), ["T2", "T1"]);
    assert_eq!(numbers(&mut world, "state=CANCELING"), ["T2"]);
    assert_eq!(numbers(&mut world, "out_bill_no=T1"), ["T1", "T1"]);
}

#[test]
fn only_the_payer_confirms_and_leaving_changes_nothing() {
    let mut world = world();
    create(&mut world, "T1", 100);
    let before = serde_json::to_string(&world).unwrap();
    let left = control(&mut world, "transfers/T1/decline", json!({})).unwrap();
    assert_eq!(left["state"], "WAIT_USER_CONFIRM");
    assert_eq!(control(&mut world, "transfers/T1/confirm", json!({"payer": "bob"})), Err((409, "PAYER_MISMATCH")));
    assert_eq!(control(&mut world, "transfers/T1/confirm", json!({"payer": "carol"})), Err((404, "NOT_FOUND")));
    assert_eq!(control(&mut world, "transfers/T1/confirm", json!({"who": "alice"})), Err((400, "BAD_REQUEST")));
    assert_eq!(serde_json::to_string(&world).unwrap(), before);
    let shown = control(&mut world, "transfers/T1/confirm", json!({"payer": "alice"})).unwrap();
    assert_eq!((&shown["state"], &shown["package_info"]), (&json!("TRANSFERING"), &Value::Null));
}

#[test]
fn what_cannot_happen_in_a_state_is_409_and_changes_nothing() {
    let mut world = world();
    create(&mut world, "T1", 100);
    let check = |world: &mut World, actions: &[&str], state: &str| {
        for action in actions {
            let before = serde_json::to_string(world).unwrap();
            let body = if *action == "result" { json!({"state": "SUCCESS"}) } else { json!({}) };
            let path = format!("transfers/T1/{action}");
            let error = testing::control(world, NOW, "POST", &path, body).unwrap_err();
            assert_eq!((error.status, error.code, error.state.as_deref()), (409, "STATE", Some(state)), "{action}");
            assert_eq!(serde_json::to_string(world).unwrap(), before);
        }
    };
    check(&mut world, &["result", "cancelled"], "WAIT_USER_CONFIRM");
    confirm(&mut world, "T1");
    check(&mut world, &["confirm", "decline", "cancelled"], "TRANSFERING");
    control(&mut world, "transfers/T1/result", json!({"state": "SUCCESS"})).unwrap();
    check(&mut world, &["confirm", "decline", "result", "cancelled"], "SUCCESS");
    // Its own second does not end it again.
    let moved = world.ledger.postings().len();
    testing::until(&mut world, NOW.plus_seconds(DAY));
    assert_eq!(world.ledger.postings().len(), moved);
}

#[test]
fn reasons_are_those_of_the_documentation() {
    let mut world = world();
    create(&mut world, "T1", 100);
    confirm(&mut world, "T1");
    for body in [
        json!({"state": "FAIL", "fail_reason": "BAD_LUCK"}),
        json!({"state": "SUCCESS", "fail_reason": "TRANSFER_RISK"}),
        json!({"state": "CANCELLED"}),
        json!({}),
    ] {
        assert_eq!(control(&mut world, "transfers/T1/result", body), Err((400, "BAD_REQUEST")));
    }
    let failed = control(&mut world, "transfers/T1/result", json!({"state": "FAIL"})).unwrap();
    assert_eq!(failed["fail_reason"], "OTHER_FAIL_REASON_TYPE");
}

#[test]
fn a_merchant_with_transfers_is_not_removed() {
    let mut world = world();
    let asked = testing::call("1900000002", "POST", BILLS, body(&world, "T1", 200, json!({})));
    fields(testing::calls(&mut world, NOW, asked));
    let error = testing::control(&mut world, NOW, "DELETE", "merchants/1900000002", Value::Null).unwrap_err();
    assert_eq!((error.status, error.code), (409, "STATE"));
}

/// What the client says to these parameters: nothing, if it opens the confirmation; else the error and what differs.
fn opened(world: &World, params: &Value) -> Option<(String, Value)> {
    match invoke_transfer::check(world, params.as_object().unwrap()) {
        Ok(_) => None,
        Err(wrong) => {
            let shown = wrong.to_json();
            Some((shown["error"].as_str().unwrap().to_owned(), shown["differs"]["expected"].clone()))
        }
    }
}

#[test]
fn the_client_opens_the_confirmation_with_the_right_parameters_alone() {
    let mut world = world();
    let made = create(&mut world, "T1", 100);
    let package = made["package_info"].as_str().unwrap();
    let params = json!({"mchId": MERCHANT, "appId": APPID, "package": package});
    assert_eq!(opened(&world, &params), None);
    let with = |name: &str, value: Value| {
        let mut changed = params.clone();
        changed[name] = value;
        changed
    };
    let openid = openids::openid(APPID, &world.payers["alice"]);
    assert_eq!(opened(&world, &with("openId", json!(openid))), None);
    for (name, value, error, expected) in [
        ("mchId", json!("1900000002"), "mchId", json!(MERCHANT)),
        ("appId", json!("wx0000000000000002"), "appId", json!(APPID)),
        ("openId", json!("oOther"), "openId", json!(openid)),
        ("subMchId", json!(SUB), "subMchId", json!("")),
        ("package", json!(""), "missing", Value::Null),
        ("package", json!("xyz=="), "package", json!("the package_info of a transfer")),
        (
            "package",
            json!(package.replace('=', "%3D")),
            "package",
            json!("package_info as it was answered, not percent-encoded"),
        ),
    ] {
        assert_eq!(opened(&world, &with(name, value.clone())), Some((error.to_owned(), expected)), "{name} {value}");
    }
    for name in ["mchId", "appId", "package"] {
        let mut without = params.clone();
        without.as_object_mut().unwrap().remove(name);
        assert_eq!(opened(&world, &without).unwrap().0, "missing", "{name}");
    }
    confirm(&mut world, "T1");
    assert_eq!(opened(&world, &params).unwrap().0, "ended");
}
