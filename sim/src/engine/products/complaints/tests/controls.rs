//! What the control interface shows of complaints, and what payers do by it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::acts::{M, P, complain, complained, paid, place, place_partners};
use crate::engine::control::request::ControlError;
use crate::engine::testing::{NOW, call, calls, control, world};
use crate::engine::world::World;

fn refused(world: &mut World, path: &str, body: Value) -> ControlError {
    control(world, NOW, "POST", path, body).unwrap_err()
}

#[test]
fn a_complaint_has_exactly_these_members() {
    let mut world = paid("A-00001");
    let body = json!({"order": "A-00001", "text": "wet", "phone": "13900000000", "images": 1});
    let made = control(&mut world, NOW, "POST", "complaints", body).unwrap();
    let order = world.orders.by_number(M, "A-00001").unwrap();
    let line = json!({
        "log_id": made["history"][0]["log_id"], "at": "2026-11-25T10:00:00+08:00", "operator": "投诉人",
        "type": "USER_CREATE_COMPLAINT", "text": "wet", "images": made["images"],
    });
    let expected = json!({
        "id": made["id"], "complaint_id": made["complaint_id"], "mchid": M, "complainted_mchid": M, "order": order.id,
        "out_trade_no": "A-00001", "transaction_id": order.transaction_id, "state": "PENDING", "text": "wet",
        "phone": "13900000000", "images": made["images"], "created_at": "2026-11-25T10:00:00+08:00",
        "full_refunded": false, "user_replied": false, "times": 1, "history": [line],
        "refs": {"notices": made["refs"]["notices"], "calls": []},
    });
    assert_eq!(made, expected);
    assert_eq!((made["images"].as_array().unwrap().len(), made["refs"]["notices"].as_array().unwrap().len()), (1, 1));
    for reference in [&made["id"], &made["complaint_id"]] {
        let path = format!("complaints/{}", reference.as_str().unwrap());
        assert_eq!(control(&mut world, NOW, "GET", &path, Value::Null).unwrap(), made);
    }
}

#[test]
fn lists_are_filtered_the_newest_first() {
    let mut world = paid("A-00001");
    place(&mut world, "A-00002");
    place_partners(&mut world, "P-00001");
    let ids: Vec<String> =
        ["A-00001", "A-00002", "P-00001"].map(|order| complain(&mut world, NOW, json!({"order": order}))).to_vec();
    let order = world.orders.by_number(M, "A-00002").unwrap().id.clone();
    let mut found = |query: &str| -> Vec<String> {
        let list = control(&mut world, NOW, "GET", &format!("complaints?{query}"), Value::Null).unwrap();
        let items = list["items"].as_array().unwrap().iter();
        items.map(|item| item["complaint_id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(found("limit=2"), [ids[2].clone(), ids[1].clone()]);
    assert_eq!(found(&format!("mchid={P}")), [ids[2].clone()]);
    assert_eq!(found("mchid=1900000011"), [ids[2].clone()]);
    assert_eq!(found(&format!("order={order}")), [ids[1].clone()]);
    assert!(found("state=PROCESSED").is_empty());
    let wrong = control(&mut world, NOW, "GET", "complaints?ref=1", Value::Null).unwrap_err();
    assert_eq!(wrong.code, "BAD_REQUEST");
}

#[test]
fn only_what_is_paid_is_complained_of() {
    let mut world = world();
    let body = json!({
        "appid": "wx0000000000000001", "mchid": M, "description": "a book", "out_trade_no": "A-00001",
        "notify_url": "", "amount": {"total": 100, "currency": "CNY"},
    });
    calls(&mut world, NOW, call(M, "POST", "v3/pay/transactions/native", body)).unwrap();
    let unpaid = refused(&mut world, "complaints", json!({"order": "A-00001"}));
    assert_eq!((unpaid.code, unpaid.state.as_deref(), unpaid.allowed), ("STATE", Some("NOTPAY"), vec!["pay"]));
    assert_eq!(refused(&mut world, "complaints", json!({"order": "B-00001"})).code, "NOT_FOUND");
    assert_eq!(refused(&mut world, "complaints/cmp_1/user_reply", json!({})).code, "NOT_FOUND");
}

#[test]
fn complaints_are_about_sub_orders() {
    let mut world = world();
    let sub = |number: &str| {
        let amount = json!({"total_amount": 1, "currency": "CNY"});
        json!({"mchid": M, "out_trade_no": number, "attach": "x", "description": "x", "amount": amount})
    };
    let body = json!({
        "combine_appid": "wx0000000000000001", "combine_mchid": M, "combine_out_trade_no": "C-00001",
        "notify_url": "", "sub_orders": [sub("C-00001-1"), sub("C-00001-2")],
    });
    calls(&mut world, NOW, call(M, "POST", "v3/combine-transactions/native", body)).unwrap();
    control(&mut world, NOW, "POST", "orders/C-00001/pay", json!({})).unwrap();
    let whole = refused(&mut world, "complaints", json!({"order": "C-00001"}));
    assert_eq!((whole.code, whole.hint.as_deref()), ("STATE", Some("one of ord_2, ord_3")));
    complain(&mut world, NOW, json!({"order": "C-00001-2"}));
}

#[test]
fn a_body_that_is_not_right_changes_nothing() {
    let (mut world, id) = complained();
    let before = serde_json::to_value(&world).unwrap();
    let reply = format!("complaints/{id}/user_reply");
    let many = vec![STANDARD.encode(b"BM"); 10];
    let large = [&b"BM"[..], &vec![0; 2 * 1024 * 1024]].concat();
    for (path, body) in [
        ("complaints", json!({})),
        ("complaints", json!({"order": "A-00001", "tel": "1"})),
        ("complaints", json!({"order": "A-00001", "images": 10})),
        ("complaints", json!({"order": "A-00001", "images": many})),
        ("complaints", json!({"order": "A-00001", "images": ["%%%"]})),
        ("complaints", json!({"order": "A-00001", "images": [STANDARD.encode("a text")]})),
        ("complaints", json!({"order": "A-00001", "images": [STANDARD.encode(large)]})),
        (reply.as_str(), json!({"text": 1})),
        (reply.as_str(), json!({"images": -1})),
    ] {
        assert_eq!(refused(&mut world, path, body).code, "BAD_REQUEST", "{path}");
    }
    assert_eq!(serde_json::to_value(&world).unwrap(), before);
}

#[test]
fn a_telephone_number_is_in_no_log() {
    let mut world = paid("A-00001");
    complain(&mut world, NOW, json!({"order": "A-00001", "phone": "13912345678"}));
    let complaint = world.complaints.iter().next().unwrap();
    assert_eq!(complaint.phone.0, "13912345678");
    assert!(!format!("{world:?}").contains("13912345678"));
}
