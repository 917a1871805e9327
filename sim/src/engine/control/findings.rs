//! `GET findings`: what receivers of notices did that they must not do; the newest first.

use serde_json::{Value, json};

use super::super::findings::Finding;
use super::super::time::Time;
use super::super::world::World;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] = &[("GET", "findings", list)];

#[expect(clippy::unnecessary_wraps, reason = "as all actions of the table")]
fn list(world: &mut World, _: Time, _: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    Ok(world.findings.iter().rev().map(view).collect())
}

fn view(finding: &Finding) -> Value {
    let Finding { id, at, kind, text, reference } = finding;
    json!({"id": id, "at": at.to_string(), "kind": kind, "text": text, "ref": reference})
}
