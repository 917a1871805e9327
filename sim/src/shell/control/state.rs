//! `state` and `reset`: the world as a whole, and with it what gate and journal remember.

use std::sync::Arc;

use serde::Deserialize as _;
use serde_json::Value;

use super::super::controls::{Control, Route};
use super::super::saved::{self, Beside};
use super::super::shared::Shared;
use super::info::info;
use super::merchants::blocking;
use crate::engine::control::request::{ControlError, ControlRequest};
use crate::engine::step::{Event, Reply};

pub(crate) const ROUTES: &[Route] = &[
    ("GET", "state", |shared, _, _| Box::pin(get(shared))),
    ("PUT", "state", |shared, request, _| blocking(move || put(&shared, request))),
    ("POST", "reset", |shared, request, _| {
        blocking(move || {
            replaced(&shared, request, Beside::default())?;
            info(&shared)
        })
    }),
];

/// The text of the file.
async fn get(shared: Arc<Shared>) -> Result<Control, ControlError> {
    let written = tokio::task::spawn_blocking(move || {
        let mut text = Vec::new();
        saved::write(&shared, &mut text).map(|()| text)
    });
    let text = written.await.map_err(|_| ControlError::trouble("the work was broken off"))?;
    text.map(Control::Written).map_err(|error| ControlError::trouble(error.to_string()))
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
