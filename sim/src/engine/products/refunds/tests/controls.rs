//! Refunds in the control interface.

use super::*;

fn control(world: &mut World, method: &'static str, path: &str, body: Value) -> Result<Value, (u16, &'static str)> {
    testing::control(world, NOW, method, path, body).map_err(|error| (error.status, error.code))
}

#[test]
fn a_refund_is_found_by_any_of_its_numbers() {
    let mut world = world();
    let made = refund(&mut world, "R1", 5_000);
    let shown = control(&mut world, "GET", "refunds/R1", Value::Null).unwrap();
    for reference in [shown["id"].as_str().unwrap(), made["refund_id"].as_str().unwrap()] {
        assert_eq!(control(&mut world, "GET", &format!("refunds/{reference}"), Value::Null).unwrap(), shown);
    }
    assert_eq!(
        shown,
        json!({
            "id": shown["id"], "mchid": MERCHANT, "refund_id": made["refund_id"], "out_refund_no": "R1",
            "order": world.orders.by_number(MERCHANT, "A00001").unwrap().id, "status": "PROCESSING", "refund": 5_000,
            "payer_refund": 5_000, "fee_back": 30, "from": "available", "created_at": NOW.to_string(), "done_at": null,
            "channel": "ORIGINAL", "notify_url": "http://127.0.0.1:3000/refund", "source": "API",
        })
    );
    assert_eq!(control(&mut world, "GET", "refunds/R9", Value::Null), Err((404, "NOT_FOUND")));
}

#[test]
fn a_number_of_several_merchants_needs_one_named() {
    let mut world = world();
    order(&mut world, json!({"mchid": "1900000002"}));
    refund(&mut world, "R1", 1);
    fields(testing::calls(&mut world, NOW, testing::call("1900000002", "POST", REFUNDS, body("R1", 2, json!({})))));
    assert_eq!(control(&mut world, "GET", "refunds/R1", Value::Null), Err((409, "AMBIGUOUS")));
    let named = control(&mut world, "GET", "refunds/R1?mchid=1900000002", Value::Null).unwrap();
    assert_eq!(named["refund"], 2);
    let both = control(&mut world, "POST", "orders/A00001/refund", json!({"refund": 1}));
    assert_eq!(both, Err((409, "AMBIGUOUS")));
    let list = control(&mut world, "GET", "refunds?mchid=1900000001", Value::Null).unwrap();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let newest = control(&mut world, "GET", "refunds", Value::Null).unwrap();
    assert_eq!(newest["items"][0]["mchid"], "1900000002");
}

#[test]
fn a_result_is_given_once_and_only_to_what_is_on_its_way() {
    let mut world = world();
    refund(&mut world, "R1", 5_000);
    let result = |status: &str| json!({"status": status, "channel": "BALANCE", "user_received_account": "零钱通"});
    assert_eq!(control(&mut world, "POST", "refunds/R1/result", result("PROCESSING")), Err((400, "BAD_REQUEST")));
    let shown = control(&mut world, "POST", "refunds/R1/result", result("SUCCESS")).unwrap();
    assert_eq!(
        (&shown["status"], &shown["channel"], &shown["done_at"]),
        (&json!("SUCCESS"), &json!("BALANCE"), &json!(NOW.to_string()))
    );
    assert_eq!(world.refunds.iter().next().unwrap().user_received_account, "零钱通");
    for status in ["SUCCESS", "CLOSED", "ABNORMAL"] {
        let before = serde_json::to_string(&world).unwrap();
        let error = testing::control(&mut world, NOW, "POST", "refunds/R1/result", result(status)).unwrap_err();
        assert_eq!((error.status, error.code, error.state.as_deref()), (409, "STATE", Some("SUCCESS")));
        assert_eq!(serde_json::to_string(&world).unwrap(), before);
    }
    // Its own three seconds do not end it again.
    let moved = world.ledger.postings().len();
    testing::until(&mut world, NOW.plus_seconds(3));
    assert_eq!(world.ledger.postings().len(), moved);
}

#[test]
fn the_merchant_platform_refunds_too() {
    let mut world = world();
    let shown = control(&mut world, "POST", "orders/A00001/refund", json!({"refund": 5_000})).unwrap();
    assert_eq!((&shown["source"], &shown["notify_url"]), (&json!("VENDOR_PLATFORM"), &Value::Null));
    let number = shown["out_refund_no"].as_str().unwrap();
    assert_eq!(fields(testing::calls(&mut world, NOW, get(number)))["status"], "PROCESSING");
    for more in [5_001, i64::MAX] {
        let more = control(&mut world, "POST", "orders/A00001/refund", json!({"refund": more}));
        assert_eq!(more, Err((409, "STATE")));
    }
    assert_eq!(control(&mut world, "POST", "orders/A00001/refund", json!({"refund": 0})), Err((400, "BAD_REQUEST")));
    assert_eq!(control(&mut world, "POST", "orders/A00001/refund", json!({"total": 1})), Err((400, "BAD_REQUEST")));
    assert_eq!(control(&mut world, "POST", "orders/A99999/refund", json!({"refund": 1})), Err((404, "NOT_FOUND")));
    let second = control(&mut world, "POST", "orders/A00001/refund", json!({"refund": 1})).unwrap();
    assert_ne!(second["out_refund_no"], shown["out_refund_no"]);
}
