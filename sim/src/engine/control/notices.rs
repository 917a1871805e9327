//! Notices as the control interface has them, and what it does to them, as far as that is pure.

use serde::Deserialize;
use serde_json::{Value, json};
use wechatpay_catalog::{Notification, Protocol, notification};

use super::super::call::Version;
use super::super::faults::bound::applies_to_notice;
use super::super::faults::fault::Fault;
use super::super::notices::{self, NewNotice, Notice, NoticeAttempt, Target};
use super::super::time::Time;
use super::super::world::World;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] = &[("POST", "notices/pause", pause), ("POST", "notices/resume", resume)];

fn pause(world: &mut World, _: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    request.body::<Nothing>()?;
    notices::pause(world);
    Ok(Value::Null)
}

fn resume(world: &mut World, _: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    request.body::<Nothing>()?;
    notices::resume(world);
    Ok(Value::Null)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// A notice; its body and headers are filled in by who has the keys.
pub(crate) fn view(world: &World, notice: &Notice) -> Value {
    json!({
        "id": notice.id,
        "notice_id": notice.uuid,
        "event_type": notice.event_type,
        "original_type": notice.original_type,
        "version": notice.version,
        "mchid": notice.mchid,
        "ref": notice.reference,
        "url": notice.url,
        "target": Target::of(&world.settings.notify, &notice.url).url,
        "state": notice.state.as_str(),
        "created_at": notice.created_at.to_string(),
        "next_at": notice.next_at.map(|at| at.to_string()),
        "attempts": notice.attempts.iter().map(attempt).collect::<Vec<_>>(),
        "resource": serde_json::from_str(&notice.resource.text()).unwrap_or(Value::Null),
        "body": null,
        "headers": null,
    })
}

fn attempt(attempt: &NoticeAttempt) -> Value {
    let NoticeAttempt { n, due, sent_at, ms, status, verdict, answer, error, fault } = attempt;
    json!({
        "n": n,
        "due": due.to_string(),
        "sent_at": sent_at.to_string(),
        "ms": ms,
        "status": status,
        "verdict": verdict.as_str(),
        "answer": answer,
        "error": error,
        "fault": fault,
    })
}

/// Which notices are meant; what is absent does not matter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) state: Option<String>,
    pub(crate) event_type: Option<String>,
    pub(crate) reference: Option<String>,
    pub(crate) mchid: Option<String>,
}

impl Filter {
    /// The filter of a query.
    ///
    /// # Errors
    ///
    /// `BAD_REQUEST` for a name that is no filter.
    pub(crate) fn of(request: &ControlRequest) -> Result<Self, ControlError> {
        const KNOWN: [&str; 6] = ["state", "event_type", "ref", "mchid", "limit", "after"];
        if let Some(name) = request.query.keys().find(|name| !KNOWN.contains(&name.as_str())) {
            return Err(ControlError::bad(format!("{name}: no such filter; there are {}", KNOWN.join(", "))));
        }
        let parameter = |name| request.parameter(name).map(str::to_owned);
        Ok(Self {
            state: parameter("state"),
            event_type: parameter("event_type"),
            reference: parameter("ref"),
            mchid: parameter("mchid"),
        })
    }

    pub(crate) fn fits(&self, notice: &Notice) -> bool {
        let is = |wanted: &Option<String>, found: &str| wanted.as_ref().is_none_or(|wanted| wanted == found);
        is(&self.state, notice.state.as_str())
            && is(&self.event_type, &notice.event_type)
            && is(&self.mchid, &notice.mchid)
            && self.reference.as_ref().is_none_or(|wanted| notice.is_about(wanted))
    }
}

/// A notice that is asked for by hand.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    event_type: String,
    original_type: Option<String>,
    mchid: String,
    url: String,
    resource: Option<Value>,
    merge: Option<Value>,
    fault: Option<String>,
}

/// Makes any notice of the catalogue, with the resource that is given, or an example; its id.
pub(crate) fn make(world: &mut World, now: Time, request: &ControlRequest) -> Result<String, ControlError> {
    let wanted: Wanted = request.body()?;
    let merchant = world.merchants.get(&wanted.mchid);
    let merchant = merchant.ok_or_else(|| ControlError::not_found(format!("there is no merchant {}", wanted.mchid)))?;
    let has_key = merchant.has_api_v3_key;
    let known = known(&wanted.event_type)?;
    let version = if known.protocol() == Protocol::V2 { Version::V2 } else { Version::V3 };
    let fault = wanted.fault.as_deref().map(|fault| notice_fault(fault, version)).transpose()?;
    let resource = resource(known, &wanted, now)?;
    if version == Version::V3 && !has_key {
        return Err(ControlError::state("no_api_v3_key", &[], "a merchant without APIv3 key gets no notices"));
    }
    if !notices::is_address(&wanted.url) {
        return Err(ControlError::bad(format!(
            "url: {:?} is no address, expected http or https with a host",
            wanted.url
        )));
    }
    let new = NewNotice {
        original_type: wanted.original_type.unwrap_or_else(|| original_type(known)),
        event_type: known.event_type().to_owned(),
        summary: known.title().to_owned(),
        version,
        mchid: wanted.mchid,
        reference: String::new(),
        url: wanted.url,
        resource,
        sign_type: None,
    };
    let id = notices::enqueue(world, now, new);
    let id = id.ok_or_else(|| ControlError::state("not_made", &[], "no notice can be made of this"))?;
    world.notices.update(&id, |notice| notice.asked = fault.map(Into::into));
    Ok(id)
}

/// The event of that name; where both versions have one it is APIv3's, unless `v2:` goes before it.
fn known(event_type: &str) -> Result<Notification, ControlError> {
    let found = match event_type.strip_prefix("v2:") {
        Some(name) => notification(Protocol::V2, name),
        None => notification(Protocol::V3, event_type).or_else(|| notification(Protocol::V2, event_type)),
    };
    let count = wechatpay_catalog::notifications().len();
    found.ok_or_else(|| ControlError::bad(format!("event_type: {event_type:?} is none of the {count} known ones")))
}

fn notice_fault(text: &str, version: Version) -> Result<String, ControlError> {
    let fault = Fault::parse(text).map_err(|why| ControlError::bad(format!("fault: {why}")))?;
    if !fault.is_on_notices() {
        return Err(ControlError::bad(format!("fault: {text:?} is one of calls")));
    }
    match applies_to_notice(fault.name(), version) {
        true => Ok(fault.to_string()),
        false => Err(ControlError::bad(format!("fault: {text:?} has no meaning for a notice of APIv2"))),
    }
}

/// The resource that is given, else an example with the members of `merge` laid over it.
fn resource(known: Notification, wanted: &Wanted, now: Time) -> Result<Value, ControlError> {
    let object = |name: &str, value: &Option<Value>| match value {
        Some(value) if !value.is_object() => Err(ControlError::bad(format!("{name}: expected an object"))),
        _ => Ok(()),
    };
    object("resource", &wanted.resource)?;
    object("merge", &wanted.merge)?;
    if wanted.resource.is_some() && wanted.merge.is_some() {
        return Err(ControlError::bad("resource, merge: expected one of them"));
    }
    let mut resource = match &wanted.resource {
        Some(resource) => resource.clone(),
        None => notices::example(known, &wanted.mchid, now),
    };
    if let Some(merge) = &wanted.merge {
        lay_over(&mut resource, merge);
    }
    Ok(resource)
}

/// Members of `over` replace those of `under`; objects are gone through, null takes a member away.
fn lay_over(under: &mut Value, over: &Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (name, value) in over {
                match value {
                    Value::Null => _ = under.remove(name),
                    value => lay_over(under.entry(name.clone()).or_insert(Value::Null), value),
                }
            }
        }
        (under, over) => under.clone_from(over),
    }
}

/// The type that the catalogue names, else the event's first word.
fn original_type(known: Notification) -> String {
    let resource = known.body().get("resource");
    let named = resource.and_then(|resource| resource.fields().get("original_type")?.values().next());
    let first = || known.event_type().split('.').next().unwrap_or_default().to_ascii_lowercase();
    named.map_or_else(first, str::to_owned)
}

/// How many copies `duplicate` sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Copies {
    count: u32,
}

impl Copies {
    /// From 2 to 100.
    pub(crate) fn of(request: &ControlRequest) -> Result<u32, ControlError> {
        let Self { count } = request.body()?;
        match (2..=100).contains(&count) {
            true => Ok(count),
            false => Err(ControlError::bad(format!("count: {count} is not from 2 to 100"))),
        }
    }
}
