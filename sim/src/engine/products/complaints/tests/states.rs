//! What a complaint becomes by what is said and done, and what is told of it.

use serde_json::{Value, json};

use super::acts::{
    M, P, S1, complain, complained, complete, history, one, place_partners, post, refusal, respond, told,
};
use crate::engine::testing::{NOW, call, calls, control, world};
use crate::engine::world::World;

fn state(world: &mut World, id: &str) -> (String, bool, i64) {
    let shown = one(world, id);
    let text = shown["complaint_state"].as_str().unwrap().to_owned();
    (text, shown["incoming_user_response"].as_bool().unwrap(), shown["user_complaint_times"].as_i64().unwrap())
}

fn reply(world: &mut World, id: &str) -> Value {
    control(world, NOW, "POST", &format!("complaints/{id}/user_reply"), json!({"text": "still wet"})).unwrap()
}

#[test]
fn pending_processing_processed() {
    let (mut world, id) = complained();
    assert_eq!(state(&mut world, &id), ("PENDING".to_owned(), false, 1));
    assert_eq!(respond(&mut world, &id).unwrap().status, 204);
    assert_eq!(state(&mut world, &id), ("PROCESSING".to_owned(), false, 1));
    assert_eq!(respond(&mut world, &id).unwrap().status, 204);
    assert_eq!(complete(&mut world, &id).unwrap().status, 204);
    assert_eq!(state(&mut world, &id), ("PROCESSED".to_owned(), false, 1));
    let created = ("COMPLAINT.CREATE".to_owned(), "CREATE_COMPLAINT".to_owned(), M.to_owned());
    let changed = |action: &str| ("COMPLAINT.STATE_CHANGE".to_owned(), action.to_owned(), M.to_owned());
    let (response, done) = (changed("MERCHANT_RESPONSE"), changed("MERCHANT_CONFIRM_COMPLETE"));
    assert_eq!(told(&world), [created, response.clone(), response, done]);
    let notice = world.notices.iter().next().unwrap();
    assert_eq!((&*notice.url, notice.summary.as_str()), ("http://127.0.0.1:9/complaints", "产生新投诉"));
}

#[test]
fn pending_may_be_finished_at_once() {
    let (mut world, id) = complained();
    complete(&mut world, &id).unwrap();
    assert_eq!(state(&mut world, &id).0, "PROCESSED");
}

#[test]
fn processed_is_not_answered_or_finished_again() {
    let (mut world, id) = complained();
    complete(&mut world, &id).unwrap();
    for outcome in [respond(&mut world, &id), complete(&mut world, &id)] {
        assert_eq!(refusal(outcome), (400, "INVALID_REQUEST".to_owned()));
    }
    world.rules.set("complaint.done", Some(json!({"status": 409, "code": "X"})));
    assert_eq!(refusal(complete(&mut world, &id)), (409, "X".to_owned()));
    assert_eq!((told(&world).len(), history(&mut world, &id)["total_count"].as_i64()), (2, Some(2)));
}

#[test]
fn a_payer_who_says_more_waits_for_an_answer() {
    let (mut world, id) = complained();
    respond(&mut world, &id).unwrap();
    let shown = reply(&mut world, &id);
    assert_eq!((shown["state"].as_str(), shown["user_replied"].as_bool()), (Some("PROCESSING"), Some(true)));
    assert_eq!(told(&world).last().unwrap().1, "USER_RESPONSE");
    assert_eq!(state(&mut world, &id), ("PROCESSING".to_owned(), true, 1));
    respond(&mut world, &id).unwrap();
    assert!(!state(&mut world, &id).1);
}

#[test]
fn a_payer_who_says_more_to_what_is_done_complains_again() {
    let (mut world, id) = complained();
    complete(&mut world, &id).unwrap();
    reply(&mut world, &id);
    assert_eq!(state(&mut world, &id), ("PENDING".to_owned(), true, 2));
    assert_eq!(told(&world).last().unwrap().1, "CONTINUE_COMPLAINT");
    assert_eq!(history(&mut world, &id)["data"][2]["operate_type"], "USER_CONTINUE_COMPLAINT");
}

#[test]
fn who_is_complained_of_must_be_named() {
    let (mut world, id) = complained();
    for what in ["response", "complete"] {
        let other = post(&mut world, &id, what, json!({"complainted_mchid": "1900000002", "response_content": "x"}));
        assert_eq!(refusal(other), (400, "INVALID_REQUEST".to_owned()), "{what}");
    }
    let path = format!("{}/{id}/complete", super::acts::LIST);
    let stranger = calls(&mut world, NOW, call("1900000002", "POST", &path, json!({"complainted_mchid": M})));
    assert_eq!(refusal(stranger), (404, "RESOURCE_NOT_EXISTS".to_owned()));
    assert_eq!(state(&mut world, &id).0, "PENDING");
}

#[test]
fn an_answer_has_at_most_4_images_and_a_whole_link() {
    let (mut world, id) = complained();
    let mut ask = |more: Value| {
        let mut body = json!({"response_content": "x"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        post(&mut world, &id, "response", body)
    };
    for (more, field) in [
        (json!({"response_images": ["a", "b", "c", "d", "e"]}), "/response_images"),
        (json!({"jump_url": "https://shop.example/x"}), "/jump_url_text"),
        (json!({"jump_url_text": "look"}), "/jump_url"),
        (json!({"jump_url": "http://shop.example/x", "jump_url_text": "look"}), "/jump_url"),
    ] {
        let refused = ask(more).unwrap_err();
        assert_eq!((refused.code.as_str(), &refused.detail.unwrap()["field"]), ("PARAM_ERROR", &json!(field)));
    }
    let unknown = ask(json!({"response_images": ["a"], "jump_url": "https://shop.example/x", "jump_url_text": "look"}));
    assert_eq!(unknown.unwrap().warnings[0].id, "media.unknown");
}

#[test]
fn a_partner_and_its_sub_merchant_are_both_told_if_both_have_an_address() {
    let mut world = world();
    place_partners(&mut world, "A-00001");
    complain(&mut world, NOW, json!({"order": "A-00001"}));
    assert!(told(&world).is_empty());
    for mchid in [P, S1] {
        world.merchants.get_mut(mchid).unwrap().complaint_notify_url = Some(format!("http://127.0.0.1:9/{mchid}"));
    }
    complain(&mut world, NOW, json!({"order": "A-00001"}));
    assert_eq!(told(&world).into_iter().map(|told| told.2).collect::<Vec<_>>(), [P, S1]);
}

#[test]
fn a_merchant_without_a_key_is_told_nothing() {
    let mut world = super::acts::paid("A-00001");
    world.merchants.get_mut(M).unwrap().has_api_v3_key = false;
    complain(&mut world, NOW, json!({"order": "A-00001"}));
    assert!(told(&world).is_empty());
}
