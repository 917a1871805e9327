//! What is said and done: the payer complains and replies, the merchant answers and finishes.

use serde_json::Value;

use super::super::super::answer::{Answer, Outcome, Refusal, Warning};
use super::super::super::call::Call;
use super::super::super::complaints::{Act, Complaint, ComplaintState, Entry, Phone};
use super::super::super::effect::Kind;
use super::super::super::orders::Order;
use super::super::super::time::Time;
use super::super::super::world::World;
use super::super::table::Route;
use super::find::named;
use super::tell::tell;

pub(crate) const ROUTES: &[Route] = &[
    ("POST", "v3/merchant-service/complaints-v2/{complaint_id}/response", respond),
    ("POST", "v3/merchant-service/complaints-v2/{complaint_id}/complete", complete),
];

/// So many images go with an answer.
const IMAGES: usize = 4;

fn respond(world: &mut World, now: Time, call: &Call) -> Outcome {
    let complaint = named(world, call)?;
    standing(world, complaint)?;
    let images = images(call)?;
    link(call)?;
    let warning = images.iter().any(|id| world.images.by_id(id).is_none()).then(|| Warning {
        id: "media.unknown".to_owned(),
        text: "response_images: one is none that an upload here was answered".to_owned(),
    });
    let id = complaint.id.clone();
    world.complaints.update(&id, |complaint| complaint.has_reply = false);
    note(world, now, &id, Act::Respond, call.text("/response_content").to_owned(), images);
    let mut answer = Answer::empty().about(id);
    answer.warnings.extend(warning);
    Ok(answer)
}

fn complete(world: &mut World, now: Time, call: &Call) -> Outcome {
    let complaint = named(world, call)?;
    standing(world, complaint)?;
    let id = complaint.id.clone();
    world.complaints.update(&id, |complaint| complaint.has_reply = false);
    note(world, now, &id, Act::Complete, String::new(), Vec::new());
    Ok(Answer::empty().about(id))
}

/// What is done is not answered or finished again.
fn standing(world: &World, complaint: &Complaint) -> Result<(), Refusal> {
    match complaint.state {
        ComplaintState::Pending | ComplaintState::Processing => Ok(()),
        ComplaintState::Processed => Err(world.rules.refusal("complaint.done").about(&complaint.id)),
    }
}

/// The ids of the images of an answer.
fn images(call: &Call) -> Result<Vec<String>, Refusal> {
    let list = call.body.get("response_images").and_then(Value::as_array);
    let ids: Vec<String> = list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    match ids.len() <= IMAGES {
        true => Ok(ids),
        false => Err(Refusal::param("/response_images", "body", format!("回复图片最多{IMAGES}张"))),
    }
}

/// A link has an address and a text.
fn link(call: &Call) -> Result<(), Refusal> {
    let (url, text) = (call.text("/jump_url"), call.text("/jump_url_text"));
    if url.is_empty() != text.is_empty() {
        let missing = if url.is_empty() { "/jump_url" } else { "/jump_url_text" };
        return Err(Refusal::param(missing, "body", "跳转链接与跳转链接文案须同时填写"));
    }
    match url.is_empty() || url.starts_with("https://") {
        true => Ok(()),
        false => Err(Refusal::param("/jump_url", "body", "跳转链接须为https")),
    }
}

/// A payer complains about a paid order; gives the simulator's id.
pub(crate) fn create(
    world: &mut World,
    now: Time,
    order: &Order,
    text: String,
    phone: String,
    images: Vec<String>,
) -> String {
    let id = world.ids.own("cmp");
    let complaint = Complaint {
        id: id.clone(),
        complaint_id: numbered(world, now, "2002018"),
        order: order.id.to_string(),
        mchid: order.mchid.to_string(),
        complainted: order.owner().to_owned(),
        state: ComplaintState::Pending,
        created_at: now,
        text: text.clone(),
        phone: Phone(phone),
        images: images.clone(),
        has_reply: false,
        times: 1,
        history: Vec::new(),
    };
    world.complaints.insert(complaint);
    note(world, now, &id, Act::Create, text, images);
    id
}

/// The payer says something more; what was done is to be looked at again.
pub(crate) fn reply(world: &mut World, now: Time, id: &str, text: String, images: Vec<String>) {
    let is_done = world.complaints.update(id, |complaint| {
        complaint.has_reply = true;
        let is_done = complaint.state == ComplaintState::Processed;
        complaint.times += u32::from(is_done);
        is_done
    });
    let act = if is_done.unwrap_or_default() { Act::Continue } else { Act::Reply };
    note(world, now, id, act, text, images);
}

/// Notes what was said or done, what the complaint becomes by it, and tells it.
fn note(world: &mut World, now: Time, id: &str, act: Act, text: String, images: Vec<String>) {
    let entry = Entry { log_id: numbered(world, now, "3002853"), at: now, act, text, images };
    let changed = world.complaints.update(id, |complaint| {
        let before = complaint.state;
        complaint.state = after(before, act);
        complaint.history.push(entry);
        (before != complaint.state).then_some(complaint.state)
    });
    let what = match (act, changed.flatten()) {
        (Act::Create, _) => "created".to_owned(),
        (_, Some(state)) => format!("state {}", state.as_str()),
        (_, None) => act.operate_type().to_owned(),
    };
    world.changed(Kind::Complaint, id, what);
    tell(world, now, id, act);
}

/// What a complaint becomes.
fn after(state: ComplaintState, act: Act) -> ComplaintState {
    match act {
        Act::Create | Act::Continue => ComplaintState::Pending,
        Act::Reply => state,
        Act::Respond => ComplaintState::Processing,
        Act::Complete => ComplaintState::Processed,
    }
}

/// 27 digits: what it is, the day, and others.
fn numbered(world: &mut World, now: Time, kind: &str) -> String {
    format!("{kind}{}{}", now.compact().get(..8).unwrap_or_default(), world.ids.digits(12))
}
