//! The controls of notices that need more than the state: bodies, headers, and waiting.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::controls::{Control, Route, Work};
use super::super::shared::Shared;
use super::super::waiting::{Caused, causing, tried, until};
use crate::engine::control::list::page;
use crate::engine::control::notices::{Copies, Filter, Nothing, make, view};
use crate::engine::control::request::{ControlError, ControlRequest};
use crate::engine::notices::{Notice, send_now};

pub(crate) const ROUTES: &[Route] = &[
    ("GET", "notices", list),
    ("POST", "notices", post),
    ("POST", "notices/wait", wait),
    ("GET", "notices/{id}", get),
    ("POST", "notices/{id}/resend", resend),
    ("POST", "notices/{id}/probe", probe),
    ("POST", "notices/{id}/duplicate", duplicate),
];

fn list(shared: Arc<Shared>, request: ControlRequest, _: Vec<String>) -> Work {
    Box::pin(async move {
        let filter = Filter::of(&request)?;
        let mut found = shared.read(|world, _| {
            let notices = world.notices.iter().rev().filter(|notice| filter.fits(notice));
            page(&request, notices, |notice: &Notice| &notice.id, |notice| view(world, notice))
        })?;
        let items = found.get_mut("items").and_then(Value::as_array_mut);
        items.into_iter().flatten().for_each(|item| complete(&shared, item));
        Ok(Control::Json(found))
    })
}

fn get(shared: Arc<Shared>, _: ControlRequest, variables: Vec<String>) -> Work {
    Box::pin(async move { one(&shared, &variables).map(Control::Json) })
}

fn post(shared: Arc<Shared>, request: ControlRequest, _: Vec<String>) -> Work {
    Box::pin(async move {
        let (id, caused) = shared.change(|world, moment| causing(world, |world| make(world, moment.now, &request)));
        answered(&shared, &request, &id?, &caused).await
    })
}

fn resend(shared: Arc<Shared>, request: ControlRequest, variables: Vec<String>) -> Work {
    Box::pin(async move {
        request.body::<Nothing>()?;
        again(&shared, &request, &variables, 1, false).await
    })
}

fn probe(shared: Arc<Shared>, request: ControlRequest, variables: Vec<String>) -> Work {
    Box::pin(async move {
        request.body::<Nothing>()?;
        again(&shared, &request, &variables, 1, true).await
    })
}

fn duplicate(shared: Arc<Shared>, request: ControlRequest, variables: Vec<String>) -> Work {
    Box::pin(async move { again(&shared, &request, &variables, Copies::of(&request)?, false).await })
}

/// Sends a notice outside its schedule.
async fn again(
    shared: &Shared,
    request: &ControlRequest,
    variables: &[String],
    copies: u32,
    probe: bool,
) -> Result<Control, ControlError> {
    let id = variables.first().map_or("", String::as_str);
    let (sent, caused) =
        shared.change(|world, moment| causing(world, |world| send_now(world, moment.now, id, copies, probe)));
    sent.ok_or_else(|| unknown(id))?;
    answered(shared, request, id, &caused).await
}

/// The notice, once it was tried if that is asked for.
async fn answered(
    shared: &Shared,
    request: &ControlRequest,
    id: &str,
    caused: &Caused,
) -> Result<Control, ControlError> {
    let mut notices = None;
    if waits(request)? {
        tried(shared, caused).await;
        notices = Some(all(shared, caused));
    }
    let mut answer = full(shared, id).ok_or_else(|| unknown(id))?;
    if let Some(notices) = notices {
        answer["notices"] = notices;
    }
    Ok(Control::Json(answer))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(rename = "ref")]
    reference: Option<String>,
    event_type: Option<String>,
    #[serde(default = "once")]
    count: usize,
    #[serde(default = "accepted")]
    state: String,
    timeout_ms: Option<u64>,
}

fn once() -> usize {
    1
}

fn accepted() -> String {
    "accepted".to_owned()
}

/// How long is waited if nothing else is said, and at most.
const USUAL: u64 = 10_000;
const MOST: u64 = 600_000;

fn wait(shared: Arc<Shared>, request: ControlRequest, _: Vec<String>) -> Work {
    Box::pin(async move {
        let Wanted { reference, event_type, count, state, timeout_ms } = request.body()?;
        let filter = Filter { state: Some(state), event_type, reference, mchid: None };
        let patience = Duration::from_millis(timeout_ms.unwrap_or(USUAL).min(MOST));
        let found = until(&shared, patience, |world, _| {
            let found = world.notices.iter().filter(|notice| filter.fits(notice)).map(|notice| notice.id.clone());
            Some(found.collect::<Vec<_>>()).filter(|found| found.len() >= count)
        });
        match found.await {
            Some(found) => {
                let items: Vec<_> = found.iter().rev().filter_map(|id| full(&shared, id)).collect();
                Ok(Control::Json(json!({"items": items, "next": null})))
            }
            None => Err(ControlError::timeout(format!("not {count} such notices in {} ms", patience.as_millis()))),
        }
    })
}

/// Whether a write is to be answered only when its notices were tried: `?wait=notices`.
pub(crate) fn waits(request: &ControlRequest) -> Result<bool, ControlError> {
    match request.parameter("wait") {
        None => Ok(false),
        Some("notices") => Ok(true),
        Some(other) => Err(ControlError::bad(format!("wait: {other:?} is not notices"))),
    }
}

/// Notices as the control interface has them.
pub(crate) fn all(shared: &Shared, caused: &Caused) -> Value {
    caused.keys().filter_map(|id| full(shared, id)).collect()
}

fn one(shared: &Shared, variables: &[String]) -> Result<Value, ControlError> {
    let id = variables.first().map_or("", String::as_str);
    full(shared, id).ok_or_else(|| unknown(id))
}

fn full(shared: &Shared, id: &str) -> Option<Value> {
    let mut notice = shared.read(|world, _| world.notices.by_id(id).map(|notice| view(world, notice)))?;
    complete(shared, &mut notice);
    Some(notice)
}

/// Adds the body, and the headers of the last sending.
fn complete(shared: &Shared, view: &mut Value) {
    let id = view.get("id").and_then(Value::as_str).unwrap_or_default();
    let Some(notice) = shared.read(|world, _| world.notices.by_id(id).cloned()) else { return };
    if let Some(sent) = shared.driver.sent(shared, &notice) {
        view["body"] = (*sent.body).into();
        view["headers"] = if sent.headers.is_empty() { Value::Null } else { sent.headers.to_json() };
    }
}

fn unknown(id: &str) -> ControlError {
    ControlError::not_found(format!("there is no notice {id}"))
}
