//! Who is told of shares and returns: the receiving merchant, with its own key, if it set an address.

use super::*;

const URL: &str = "http://127.0.0.1:3000/sharing";

fn world() -> World {
    let mut world = super::world();
    world.merchants.get_mut(OTHER).unwrap().sharing_notify_url = Some(URL.to_owned());
    world
}

/// Event, merchant, summary, resource of each notice but for those of payments.
fn told(world: &World) -> Vec<(String, String, String, Value)> {
    let notices = world.notices.iter().filter(|notice| notice.original_type == "profitsharing");
    let parts = notices.map(|notice| {
        assert_eq!(&*notice.url, URL);
        let resource = serde_json::from_str(&notice.resource.text()).unwrap();
        (notice.event_type.to_string(), notice.mchid.to_string(), notice.summary.to_string(), resource)
    });
    parts.collect()
}

#[test]
fn a_share_that_arrives_is_told_to_its_receiver() {
    let mut world = world();
    let made = share(&mut world, "S1", 1_000);
    assert_eq!(told(&world), []);
    testing::until(&mut world, DONE);
    let resource = json!({
        "mchid": MERCHANT, "transaction_id": transaction(&world), "order_id": made["order_id"], "out_order_no": "S1",
        "receiver": {"type": "MERCHANT_ID", "account": OTHER, "amount": 1_000, "description": "a share"},
        "success_time": DONE.to_string(),
    });
    assert_eq!(told(&world), [("TRANSACTION.SUCCESS".into(), OTHER.into(), "分账".into(), resource)]);
}

#[test]
fn a_return_is_told_with_the_original_merchant_as_receiver() {
    let mut world = world();
    shared(&mut world, "S1", 1_000);
    let made = ask(&mut world, DONE, give_back("S1", "B1", 400, json!({})));
    let resource = json!({
        "mchid": MERCHANT, "transaction_id": transaction(&world), "order_id": made["return_id"], "out_order_no": "B1",
        "receiver": {"type": "MERCHANT_ID", "account": MERCHANT, "amount": 400, "description": "back"},
        "success_time": DONE.to_string(),
    });
    let told = told(&world);
    assert_eq!(told.len(), 2);
    assert_eq!(told[1], ("TRANSACTION.SUCCESS".into(), OTHER.into(), "分账回退".into(), resource));
}

#[test]
fn failures_are_told_to_nobody() {
    let mut world = world();
    share(&mut world, "S1", 1_000);
    control(&mut world, "POST", "sharings/S1/result", json!({"result": "CLOSED"})).unwrap();
    world.settings.auto.returned.as_mut().unwrap().result = Some("FAILED".to_owned());
    shared(&mut world, "S2", 1_000);
    ask(&mut world, DONE, give_back("S2", "B1", 400, json!({})));
    assert_eq!(told(&world).len(), 1, "the share that arrived");
}

#[test]
fn without_address_or_key_and_for_a_person_nobody_is_told() {
    let mut world = world();
    let openid = add_payer(&mut world, "bob");
    let call = post(&world, "S1", json!([to(&openid, 100)]), json!({}));
    ask(&mut world, READY, call);
    let other = world.merchants.get_mut(OTHER).unwrap();
    other.has_api_v3_key = false;
    shared(&mut world, "S2", 100);
    let other = world.merchants.get_mut(OTHER).unwrap();
    (other.has_api_v3_key, other.sharing_notify_url) = (true, None);
    shared(&mut world, "S3", 100);
    assert_eq!(told(&world), []);
}
