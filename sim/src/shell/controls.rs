//! The control interface as a whole: first what needs more than the state (keys, sockets, waiting), then the engine's part.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use super::control::{calls, clock, env, events, info, invoke, merchants, notices, platform, refs, script, state};
use super::shared::Shared;
use super::waiting::{causing, tried};
use crate::engine::control::request::{ControlError, ControlRequest};
use crate::engine::control::table::variables;
use crate::engine::step::{Event, Reply, step};

/// What a request to the control interface is answered.
#[derive(Debug)]
pub(crate) enum Control {
    /// 200 with JSON, or 204 for null.
    Json(Value),
    /// 200 with JSON that is written already: a tree of a great state would take many times its size.
    Written(Vec<u8>),
    /// 200 with a text of another kind.
    Text(&'static str, String),
    /// 200 with pieces as they come, until the sender is gone.
    Stream(&'static str, tokio::sync::mpsc::Receiver<Bytes>),
}

/// An action's work.
pub(crate) type Work = Pin<Box<dyn Future<Output = Result<Control, ControlError>> + Send>>;

/// Does what a request asks for; the texts are the values of the template's variables, in order. One that fails has changed nothing.
pub(crate) type Action = fn(Arc<Shared>, ControlRequest, Vec<String>) -> Work;

/// A method and a template below `/_/api/` with its action.
pub(crate) type Route = (&'static str, &'static str, Action);

/// The routes of all subjects that are not the engine's alone: each file has a `ROUTES`.
const ALL: &[&[Route]] = &[
    calls::ROUTES,
    clock::ROUTES,
    env::ROUTES,
    events::ROUTES,
    info::ROUTES,
    invoke::ROUTES,
    merchants::ROUTES,
    notices::ROUTES,
    platform::ROUTES,
    script::ROUTES,
    state::ROUTES,
];

/// Whether a path below `/_/api/`, decoded, gives keys: those only programs of this machine may have.
pub(crate) fn gives_keys(path: &str) -> bool {
    path == "env" || path.ends_with("/secrets")
}

/// Whether any text, names among them, is a private key, PEM.
fn holds_private_key(value: &Value) -> bool {
    match value {
        Value::String(text) => is_private_key(text),
        Value::Array(items) => items.iter().any(holds_private_key),
        Value::Object(members) => members.iter().any(|(name, value)| is_private_key(name) || holds_private_key(value)),
        _ => false,
    }
}

fn is_private_key(text: &str) -> bool {
    text.contains("PRIVATE KEY-----")
}

/// Answers a request to the control interface.
pub(crate) async fn control(shared: Arc<Shared>, request: ControlRequest) -> Result<Control, ControlError> {
    // A state is the simulator's own; what merchants sent it stands there as it came.
    if request.path != "state" && holds_private_key(&request.body) {
        return Err(ControlError::real_key("private keys are not taken in").hint("keys are made here, for here"));
    }
    for (method, template, action) in ALL.iter().flat_map(|routes| routes.iter()) {
        if *method == request.method {
            if let Some(found) = variables(template, &request.path) {
                let found = found.into_iter().map(str::to_owned).collect();
                return action(shared, request, found).await;
            }
        }
    }
    let waits = notices::waits(&request)?;
    let (reply, caused) = shared.change(|world, moment| {
        let request = ControlRequest { wall: moment.wall, ..request };
        causing(world, |world| {
            let (reply, effects) = step(world, moment.now, Event::Control(request));
            for effect in effects {
                world.effect(effect);
            }
            reply
        })
    });
    let Reply::Control(answer) = reply else { return Err(ControlError::not_found("no such control")) };
    let mut answer = answer?;
    refs::complete(&shared, &mut answer);
    if waits {
        tried(&shared, &caused).await;
        let notices = notices::all(&shared, &caused);
        match &mut answer {
            Value::Object(members) => _ = members.insert("notices".to_owned(), notices),
            other => *other = json!({"notices": notices}),
        }
    }
    Ok(match answer {
        // The one kind of text that the engine answers with: a bill's file.
        Value::String(text) => Control::Text("text/csv; charset=utf-8", text),
        answer => Control::Json(answer),
    })
}
