//! `invariants`: whether money is right.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::invariants::{Broken, check};
use super::super::time::Time;
use super::super::world::World;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] = &[("GET", "invariants", get)];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

fn get(world: &mut World, _now: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let Nothing {} = request.body()?;
    let broken = check(world);
    let failed = broken.iter().map(|Broken { id, text, objects }| json!({"id": id, "text": text, "objects": objects}));
    Ok(json!({"ok": broken.is_empty(), "failed": failed.collect::<Vec<_>>()}))
}
