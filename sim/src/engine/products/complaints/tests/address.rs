//! The address of complaint notifications: made, read, changed, taken away.

use serde_json::{Value, json};

use super::acts::{M, fields, refusal};
use crate::engine::answer::Outcome;
use crate::engine::testing::{NOW, call, calls, control, world};
use crate::engine::world::World;

fn ask(world: &mut World, method: &str, body: Value) -> Outcome {
    calls(world, NOW, call(M, method, "v3/merchant-service/complaint-notifications", body))
}

#[test]
fn an_address_is_made_read_changed_and_taken_away() {
    let unknown = (400, "RESOURCE_NOT_EXISTS".to_owned());
    let mut world = world();
    assert_eq!(refusal(ask(&mut world, "GET", Value::Null)), unknown);
    assert_eq!(refusal(ask(&mut world, "PUT", json!({"url": "http://127.0.0.1:9/b"}))), unknown);
    assert_eq!(refusal(ask(&mut world, "DELETE", Value::Null)), unknown);
    let first = json!({"mchid": M, "url": "http://127.0.0.1:9/a"});
    assert_eq!(fields(ask(&mut world, "POST", json!({"url": "http://127.0.0.1:9/a"}))), first);
    assert_eq!(fields(ask(&mut world, "GET", Value::Null)), first);
    let again = ask(&mut world, "POST", json!({"url": "http://127.0.0.1:9/b"}));
    assert_eq!(refusal(again), (400, "INVALID_REQUEST".to_owned()));
    assert_eq!(fields(ask(&mut world, "GET", Value::Null)), first);
    let second = json!({"mchid": M, "url": "http://127.0.0.1:9/b"});
    assert_eq!(fields(ask(&mut world, "PUT", json!({"url": "http://127.0.0.1:9/b"}))), second);
    let shown = control(&mut world, NOW, "GET", &format!("merchants/{M}"), Value::Null).unwrap();
    assert_eq!(shown["complaint_notify_url"], "http://127.0.0.1:9/b");
    assert_eq!(ask(&mut world, "DELETE", Value::Null).unwrap().status, 204);
    assert_eq!(refusal(ask(&mut world, "GET", Value::Null)), unknown);
    for (rule, method) in [("complaint.address_unknown", "GET"), ("complaint.address_exists", "POST")] {
        world.rules.set(rule, Some(json!({"status": 404, "code": "X"})));
        world.merchants.get_mut(M).unwrap().complaint_notify_url = (method == "POST").then(|| "http://x/".to_owned());
        assert_eq!(refusal(ask(&mut world, method, json!({"url": "http://127.0.0.1:9/b"}))), (404, "X".to_owned()));
    }
}
