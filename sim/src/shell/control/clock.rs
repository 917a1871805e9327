//! `POST clock…`: the clock is moved, stopped, and let go.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::controls::{Control, Route, Work};
use super::super::outlets::Journey;
use super::super::shared::Shared;
use crate::engine::advance::Happened;
use crate::engine::control::clock::view;
use crate::engine::control::duration::seconds;
use crate::engine::control::request::{ControlError, ControlRequest};
use crate::engine::time::Time;

pub(crate) const ROUTES: &[Route] =
    &[("POST", "clock", set), ("POST", "clock/advance", advance), ("POST", "clock/next", next)];

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Wall,
    Frozen,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Setting {
    mode: Mode,
    now: Option<String>,
}

fn set(shared: Arc<Shared>, request: ControlRequest, _: Vec<String>) -> Work {
    Box::pin(async move {
        let Setting { mode, now } = request.body()?;
        let to = now.map(|now| time("now", &now)).transpose()?;
        let journey = Journey::Mode { frozen: matches!(mode, Mode::Frozen), to };
        shared.driver.travel(Arc::clone(&shared), journey).await?;
        Ok(Control::Json(clock(&shared)))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    by: Option<Value>,
    to: Option<String>,
    #[serde(default = "yes")]
    wait: bool,
}

fn yes() -> bool {
    true
}

fn advance(shared: Arc<Shared>, request: ControlRequest, _: Vec<String>) -> Work {
    Box::pin(async move {
        let Advance { by, to, wait } = request.body()?;
        let journey = match (by, to) {
            (Some(by), None) => Journey::By(span(&by)?),
            (None, Some(text)) => Journey::To(time("to", &text)?),
            _ => return Err(ControlError::bad("by, to: expected one of them")),
        };
        let travelling = shared.driver.travel(Arc::clone(&shared), journey);
        let happened = if wait {
            travelling.await?
        } else {
            tokio::spawn(travelling);
            Vec::new()
        };
        Ok(Control::Json(with_events(clock(&shared), &happened)))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Next {
    #[serde(default = "one")]
    count: usize,
    kind: Option<String>,
}

fn one() -> usize {
    1
}

fn next(shared: Arc<Shared>, request: ControlRequest, _: Vec<String>) -> Work {
    Box::pin(async move {
        let Next { count, kind } = request.body()?;
        if count == 0 {
            return Err(ControlError::bad("count: expected 1 or more"));
        }
        let happened = shared.driver.travel(Arc::clone(&shared), Journey::Next { count, kind }).await?;
        Ok(Control::Json(with_events(clock(&shared), &happened)))
    })
}

/// A span of at most a hundred years.
fn span(by: &Value) -> Result<Duration, ControlError> {
    const MOST: u64 = 100 * 365 * 24 * 3600;
    let seconds = u64::try_from(seconds("by", by)?).ok().filter(|seconds| *seconds <= MOST);
    seconds.map(Duration::from_secs).ok_or_else(|| ControlError::bad("by: more than a hundred years"))
}

fn time(name: &str, text: &str) -> Result<Time, ControlError> {
    let wrong = || ControlError::bad(format!("{name}: {text:?} is no RFC 3339 time with an offset"));
    Time::parse(text).ok_or_else(wrong)
}

fn clock(shared: &Shared) -> Value {
    shared.read(|world, moment| view(world, moment.wall))
}

fn with_events(mut clock: Value, happened: &[Happened]) -> Value {
    let events = happened.iter().map(|Happened { at, kind, reference, what }| {
        json!({"at": at.to_string(), "kind": kind, "ref": reference, "what": what})
    });
    clock["events"] = events.collect();
    clock
}
