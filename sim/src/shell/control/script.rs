//! `script`: several controls, one after another.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::controls::{Control, Route, Work, control, gives_keys};
use super::super::shared::{Shared, wall};
use crate::engine::control::request::{ControlError, ControlRequest};

pub(crate) const ROUTES: &[Route] = &[("POST", "script", |shared, request, _| Box::pin(run(shared, request)))];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    method: Method,
    /// Below `/_/api/`, with its query, encoded.
    path: String,
    #[serde(default)]
    body: Value,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Runs the steps, each of which is seen by the next; at the first that fails it ends with that one's error, and those before it are done.
/// All steps are read before the first is run.
async fn run(shared: Arc<Shared>, request: ControlRequest) -> Result<Control, ControlError> {
    let Script { steps } = request.body()?;
    let steps = steps.into_iter().enumerate().map(|(at, step)| read(at, step, &request.base));
    let mut results = Vec::new();
    for (at, step) in steps.collect::<Result<Vec<_>, _>>()?.into_iter().enumerate() {
        // In a box: a script is a control too.
        let work: Work = Box::pin(control(Arc::clone(&shared), step));
        match work.await.map_err(|error| of_step(at, error))? {
            Control::Json(value) => results.push(value),
            Control::Written(body) => results.push(
                serde_json::from_slice(&body)
                    .map_err(|error| of_step(at, ControlError::trouble(format!("no JSON: {error}"))))?,
            ),
            Control::Text(_, text) => results.push(text.into()),
            Control::Stream(..) => return Err(of_step(at, ControlError::bad("a stream has no end"))),
        }
    }
    Ok(Control::Json(json!({"results": results})))
}

fn read(at: usize, step: Step, base: &str) -> Result<ControlRequest, ControlError> {
    let (path, query) = step.path.split_once('?').unwrap_or((&step.path, ""));
    let path = percent_decode_str(path.trim_matches('/')).decode_utf8();
    let path = path.map_err(|_| of_step(at, ControlError::bad("the path is not UTF-8")))?.into_owned();
    if path == "script" {
        return Err(of_step(at, ControlError::bad("a script within a script")));
    }
    if gives_keys(&path) {
        // Who may have them is known by the connection, which a step does not see.
        return Err(of_step(at, ControlError::forbidden("keys are not given by a script").hint("ask for them alone")));
    }
    if !step.body.is_null() && !step.body.is_object() {
        return Err(of_step(at, ControlError::bad("body: expected an object")));
    }
    let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let (method, base) = (step.method.name(), base.to_owned());
    Ok(ControlRequest { method, path, query, body: step.body, base, wall: wall() })
}

/// The step's own error, which says of which step it is.
fn of_step(at: usize, error: ControlError) -> ControlError {
    let message = format!("steps[{at}]: {}", error.message);
    ControlError { message, ..error }
}
