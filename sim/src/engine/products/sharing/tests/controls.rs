//! Sharings and returns in the control interface.

use super::*;

#[test]
fn a_sharing_is_found_by_any_of_its_numbers() {
    let mut world = world();
    let made = share(&mut world, "S1", 1_000);
    let shown = control(&mut world, "GET", "sharings/S1", Value::Null).unwrap();
    for reference in [shown["id"].as_str().unwrap(), made["order_id"].as_str().unwrap()] {
        assert_eq!(control(&mut world, "GET", &format!("sharings/{reference}"), Value::Null).unwrap(), shown);
    }
    let receiver = json!({
        "type": "MERCHANT_ID", "account": OTHER, "amount": 1_000, "result": "PENDING", "fail_reason": null,
        "detail_id": made["receivers"][0]["detail_id"], "done_at": null,
    });
    let order = world.orders.by_number(MERCHANT, "A00001").unwrap().id.clone();
    assert_eq!(
        shown,
        json!({
            "id": shown["id"], "mchid": MERCHANT, "order": order, "order_id": made["order_id"], "out_order_no": "S1",
            "state": "PROCESSING", "receivers": [receiver],
        })
    );
    let list = control(&mut world, "GET", "sharings?state=PROCESSING&mchid=1900000001", Value::Null).unwrap();
    assert_eq!(list["items"], json!([shown]));
    let none = control(&mut world, "GET", "sharings?state=FINISHED", Value::Null).unwrap();
    assert_eq!(none["items"], json!([]));
    assert_eq!(control(&mut world, "GET", "sharings/S9", Value::Null), Err((404, "NOT_FOUND")));
}

#[test]
fn a_result_is_given_once_to_one_or_to_all() {
    let mut world = world();
    let openid = add_payer(&mut world, "bob");
    let call = post(&world, "S1", json!([to(OTHER, 100), to(&openid, 200)]), json!({}));
    ask(&mut world, READY, call);
    for body in [
        json!({"result": "PENDING"}),
        json!({"result": "CLOSED", "fail_reason": "BAD_LUCK"}),
        json!({"result": "SUCCESS", "fail_reason": "NO_AUTH"}),
        json!({}),
    ] {
        assert_eq!(control(&mut world, "POST", "sharings/S1/result", body), Err((400, "BAD_REQUEST")));
    }
    let to_one = |account: &str| json!({"account": account, "result": "SUCCESS"});
    assert_eq!(control(&mut world, "POST", "sharings/S1/result", to_one("nobody")), Err((404, "NOT_FOUND")));
    let shown = control(&mut world, "POST", "sharings/S1/result", to_one(OTHER)).unwrap();
    assert_eq!((&shown["state"], &shown["receivers"][1]["result"]), (&json!("PROCESSING"), &json!("PENDING")));
    assert_eq!(control(&mut world, "POST", "sharings/S1/result", to_one(OTHER)), Err((409, "STATE")));
    let shown = control(&mut world, "POST", "sharings/S1/result", json!({"result": "CLOSED"})).unwrap();
    assert_eq!((&shown["state"], &shown["receivers"][0]["result"]), (&json!("FINISHED"), &json!("SUCCESS")));
    assert_eq!(shown["receivers"][1]["fail_reason"], "ACCOUNT_ABNORMAL");
    assert_eq!(control(&mut world, "POST", "sharings/S1/result", json!({"result": "SUCCESS"})), Err((409, "STATE")));
    // Its own second does not end it again.
    let moved = world.ledger.postings().len();
    testing::until(&mut world, DONE);
    assert_eq!(world.ledger.postings().len(), moved);
}

#[test]
fn a_return_is_found_and_ended_once() {
    let mut world = world();
    shared(&mut world, "S1", 1_000);
    world.settings.auto.returned = None;
    let made = ask(&mut world, DONE, give_back("S1", "B1", 400, json!({})));
    let shown = control(&mut world, "GET", "returns/B1", Value::Null).unwrap();
    for reference in [shown["id"].as_str().unwrap(), made["return_id"].as_str().unwrap()] {
        assert_eq!(control(&mut world, "GET", &format!("returns/{reference}"), Value::Null).unwrap(), shown);
    }
    assert_eq!(
        (&shown["result"], &shown["amount"], &shown["out_order_no"]),
        (&json!("PROCESSING"), &json!(400), &json!("S1"))
    );
    let list = control(&mut world, "GET", "returns?result=PROCESSING", Value::Null).unwrap();
    assert_eq!(list["items"], json!([shown]));
    for body in
        [json!({"result": "FAILED", "fail_reason": "BAD_LUCK"}), json!({"result": "SUCCESS", "fail_reason": "X"})]
    {
        assert_eq!(control(&mut world, "POST", "returns/B1/result", body), Err((400, "BAD_REQUEST")));
    }
    // What the receiver does not have cannot come back.
    let takes = |amount: i64| json!({"account": "BASIC", "amount": amount});
    control(&mut world, "POST", &format!("merchants/{OTHER}/balance"), takes(-1_000)).unwrap();
    assert_eq!(control(&mut world, "POST", "returns/B1/result", json!({"result": "SUCCESS"})), Err((409, "STATE")));
    control(&mut world, "POST", &format!("merchants/{OTHER}/balance"), takes(400)).unwrap();
    let done = control(&mut world, "POST", "returns/B1/result", json!({"result": "SUCCESS"})).unwrap();
    assert_eq!((&done["result"], money(&world)), (&json!("SUCCESS"), [400, 8_940, 0]));
    assert_eq!(control(&mut world, "POST", "returns/B1/result", json!({"result": "FAILED"})), Err((409, "STATE")));
    assert_eq!(control(&mut world, "GET", "returns/B9", Value::Null), Err((404, "NOT_FOUND")));
}
