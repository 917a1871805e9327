//! `platform`: its certificates as the state knows them. Making keys, and their ids, are the shell's.

use serde_json::{Value, json};

use super::super::time::Time;
use super::super::world::World;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] = &[("GET", "platform", get)];

#[expect(clippy::unnecessary_wraps, reason = "as all actions of the table")]
fn get(world: &mut World, now: Time, _: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let signing = world.platform.signing(now).map(|known| known.serial.as_str());
    let certificates: Vec<Value> = world
        .platform
        .certificates
        .iter()
        .map(|known| {
            json!({
                "serial": known.serial,
                "not_before": known.not_before.to_string(),
                "not_after": known.not_after.to_string(),
                "signing": signing == Some(&known.serial),
            })
        })
        .collect();
    Ok(json!({"certificates": certificates}))
}
