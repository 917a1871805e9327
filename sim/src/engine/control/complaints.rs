//! `complaints`: what payers complain of, and what they say to the answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::complaints::{Complaint, Entry};
use super::super::images::{Image, SAMPLE, media_type};
use super::super::products::complaints::{act, view};
use super::super::time::Time;
use super::super::world::World;
use super::list::page;
use super::reference;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] = &[
    ("GET", "complaints", list),
    ("GET", "complaints/{ref}", get),
    ("POST", "complaints", create),
    ("POST", "complaints/{ref}/user_reply", reply),
];

/// What is said if nothing else is, and where the payer is called.
const TEXT: &str = "商品与描述不符，要求退款";
const PHONE: &str = "13800138000";

/// So many images go with a complaint, and with a reply; each may have so many bytes.
const IMAGES: usize = 9;
const SIZE: usize = 2 * 1024 * 1024;

fn list(world: &mut World, _: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let known = ["mchid", "state", "order", "limit", "after"];
    if let Some(name) = request.query.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(ControlError::bad(format!("{name}: no such filter; there are {}", known.join(", "))));
    }
    let is = |name: &str, value: &str| request.parameter(name).is_none_or(|wanted| wanted == value);
    let wanted = |complaint: &&Complaint| {
        request.parameter("mchid").is_none_or(|mchid| complaint.is_of(mchid))
            && is("state", complaint.state.as_str())
            && is("order", &complaint.order)
    };
    let found = world.complaints.iter().rev().filter(wanted);
    page(request, found, |complaint| &complaint.id, |complaint| shown(world, &request.base, complaint))
}

fn get(world: &mut World, _: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    found(world, variables).map(|complaint| shown(world, &request.base, complaint))
}

/// By either id.
fn found<'w>(world: &'w World, variables: &[&str]) -> Result<&'w Complaint, ControlError> {
    let reference = variables.first().copied().unwrap_or_default();
    let found = world.complaints.by_id(reference).or_else(|| world.complaints.by_complaint_id(reference));
    found.ok_or_else(|| ControlError::not_found(format!("there is no complaint {reference}")))
}

fn shown(world: &World, base: &str, complaint: &Complaint) -> Value {
    let order = world.orders.by_id(&complaint.order);
    let notices: Vec<_> = world.notices.about(&complaint.id).map(|notice| notice.id.as_str()).collect();
    json!({
        "id": complaint.id,
        "complaint_id": complaint.complaint_id,
        "mchid": complaint.mchid,
        "complainted_mchid": complaint.complainted,
        "order": complaint.order,
        "out_trade_no": order.map(|order| &order.out_trade_no),
        "transaction_id": order.map(|order| &order.transaction_id),
        "state": complaint.state.as_str(),
        "text": complaint.text,
        "phone": complaint.phone.0,
        "images": view::urls(&complaint.images, base),
        "created_at": complaint.created_at.to_string(),
        "full_refunded": view::is_refunded(world, &complaint.order),
        "user_replied": complaint.has_reply,
        "times": complaint.times,
        "history": complaint.history.iter().map(|entry| of_entry(entry, base)).collect::<Vec<_>>(),
        "refs": {"notices": notices, "calls": []},
    })
}

fn of_entry(entry: &Entry, base: &str) -> Value {
    json!({
        "log_id": entry.log_id,
        "at": entry.at.to_string(),
        "operator": entry.act.operator(),
        "type": entry.act.operate_type(),
        "text": entry.text,
        "images": view::urls(&entry.images, base),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    order: String,
    text: Option<String>,
    phone: Option<String>,
    #[serde(default)]
    images: Pictures,
}

/// Images: so many of the simulator's own, or these, in base64.
#[derive(Deserialize)]
#[serde(untagged)]
enum Pictures {
    Own(usize),
    These(Vec<String>),
}

impl Default for Pictures {
    fn default() -> Self {
        Self::Own(0)
    }
}

impl Pictures {
    fn bytes(self) -> Result<Vec<Bytes>, ControlError> {
        let bad = |what: String| Err(ControlError::bad(format!("images: {what}")));
        let list = match self {
            Self::Own(count) if count <= IMAGES => return Ok(vec![Bytes::from_static(SAMPLE); count]),
            Self::Own(count) => return bad(format!("{count} are more than {IMAGES}")),
            Self::These(list) if list.len() > IMAGES => return bad(format!("{} are more than {IMAGES}", list.len())),
            Self::These(list) => list,
        };
        let mut all = Vec::new();
        for (at, text) in list.iter().enumerate() {
            match STANDARD.decode(text) {
                Ok(bytes) if media_type(&bytes).is_none() => return bad(format!("{at} is no PNG, JPEG, BMP or GIF")),
                Ok(bytes) if bytes.len() > SIZE => return bad(format!("{at} has more than {SIZE} bytes")),
                Ok(bytes) => all.push(bytes.into()),
                Err(_) => return bad(format!("{at} is not base64")),
            }
        }
        Ok(all)
    }
}

fn create(world: &mut World, now: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let wanted: New = request.body()?;
    let images = wanted.images.bytes()?;
    let order = reference::order(world, request, &[&wanted.order])?;
    if order.is_combined() {
        let error = ControlError::state(order.state.as_str(), &[], "complaints are about sub-orders");
        return Err(error.hint(format!("one of {}", order.subs().join(", "))));
    }
    if order.paid_at.is_none() {
        let text = "nobody complains about what is not paid";
        return Err(ControlError::state(order.state.as_str(), &["pay"], text));
    }
    let order = order.clone();
    let images = keep(world, &[&order.mchid, order.owner()], images);
    let (text, phone) =
        (wanted.text.unwrap_or_else(|| TEXT.to_owned()), wanted.phone.unwrap_or_else(|| PHONE.to_owned()));
    let id = act::create(world, now, &order, text, phone, images);
    again(world, request, &id)
}

/// Keeps a payer's images for who may fetch them; gives their ids, which have a slash in them as the real ones do.
fn keep(world: &mut World, mchids: &[&str], images: Vec<Bytes>) -> Vec<String> {
    let mut mchids: Vec<String> = mchids.iter().map(|mchid| (*mchid).to_owned()).collect();
    mchids.dedup();
    let mut ids = Vec::new();
    for bytes in images {
        let id = format!("ChsyMDAyMDE4{}/{}", world.ids.word(24), world.ids.word(12));
        world.images.add(Image { id: id.clone(), mchids: mchids.clone(), bytes });
        ids.push(id);
    }
    ids
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    text: Option<String>,
    #[serde(default)]
    images: Pictures,
}

/// The payer says something more: to what is done it is a complaint again.
fn reply(world: &mut World, now: Time, request: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let wanted: Reply = request.body()?;
    let images = wanted.images.bytes()?;
    let complaint = found(world, variables)?.clone();
    let images = keep(world, &[&complaint.mchid, &complaint.complainted], images);
    act::reply(world, now, &complaint.id, wanted.text.unwrap_or_else(|| TEXT.to_owned()), images);
    again(world, request, &complaint.id)
}

fn again(world: &World, request: &ControlRequest, id: &str) -> Result<Value, ControlError> {
    found(world, &[id]).map(|complaint| shown(world, &request.base, complaint))
}
