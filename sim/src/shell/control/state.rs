//! `state` and `reset`: the world as a whole, and with it what gate and journal remember.

use serde::Deserialize as _;
use serde_json::Value;

use super::super::controls::Route;
use super::super::saved::Beside;
use super::super::shared::Shared;
use super::info::info;
use super::merchants::{blocking, of_engine};
use crate::engine::control::request::{ControlError, ControlRequest};
use crate::engine::step::{Event, Reply};

pub(crate) const ROUTES: &[Route] = &[
    ("GET", "state", |shared, request, _| blocking(move || get(&shared, request))),
    ("PUT", "state", |shared, request, _| blocking(move || put(&shared, request))),
    ("POST", "reset", |shared, request, _| {
        blocking(move || {
            replaced(&shared, request, Beside::default())?;
            info(&shared)
        })
    }),
];

fn get(shared: &Shared, request: ControlRequest) -> Result<Value, ControlError> {
    let mut state = of_engine(shared, request)?;
    let beside = serde_json::to_value(Beside::of(shared)).map_err(|error| ControlError::trouble(error.to_string()))?;
    if let (Value::Object(state), Value::Object(beside)) = (&mut state, beside) {
        state.extend(beside);
    }
    Ok(state)
}

fn put(shared: &Shared, request: ControlRequest) -> Result<Value, ControlError> {
    let beside = match request.body.is_object() {
        true => Beside::deserialize(&request.body),
        // That it is none at all is told by the engine.
        false => Ok(Beside::default()),
    };
    let beside = beside.map_err(|error| ControlError::bad(format!("state: {error}")))?;
    replaced(shared, request, beside)
}

/// The engine's part; with it, and before anything else happens, gate and journal.
fn replaced(shared: &Shared, request: ControlRequest, beside: Beside) -> Result<Value, ControlError> {
    let reply = shared.step_and(Event::Control(request), |reply, seed| {
        if matches!(reply, Reply::Control(Ok(_))) {
            beside.put(shared, seed);
        }
    });
    match reply {
        Reply::Control(answer) => answer,
        Reply::Call(_) | Reply::Due(_) => Err(ControlError::trouble("the engine answered another event")),
    }
}
