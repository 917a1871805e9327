//! `platform`: its keys and certificates.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::super::controls::Route;
use super::super::shared::{Shared, wall};
use super::merchants::{blocking, nothing, of_engine, trouble};
use crate::engine::control::duration;
use crate::engine::control::request::{ControlError, ControlRequest};
use crate::engine::effect::Kind;
use crate::engine::platform::PlatformCertificate;

pub(crate) const ROUTES: &[Route] = &[
    ("GET", "platform", |shared, request, _| blocking(move || shown(&shared, request.base))),
    ("POST", "platform/certificates", |shared, request, _| blocking(move || rotate(&shared, request))),
    ("DELETE", "platform/certificates/{serial}", |shared, _, variables| {
        blocking(move || withdraw(&shared, variables.first().map_or("", String::as_str)))
    }),
    ("POST", "platform/public_key", |shared, request, _| {
        blocking(move || {
            nothing(&request)?;
            shared.keys.new_public_key(wall()).map_err(|error| trouble(&error))?;
            shown(&shared, request.base)
        })
    }),
];

fn shown(shared: &Shared, base: String) -> Result<Value, ControlError> {
    shared.meet_platform();
    let (method, path) = ("GET", "platform".to_owned());
    let request = ControlRequest { method, path, query: BTreeMap::new(), body: Value::Null, base, wall: wall() };
    let mut platform = of_engine(shared, request)?;
    platform["public_key_id"] = shared.keys.platform().public.id().into();
    Ok(platform)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rotation {
    effective_in: Option<Value>,
    lifetime: Option<Value>,
}

/// A new certificate: valid at once by the wall clock, signing once the simulated time has come.
fn rotate(shared: &Shared, request: ControlRequest) -> Result<Value, ControlError> {
    let wanted: Rotation = request.body()?;
    let span = |name, value: Option<Value>| value.map(|value| duration::seconds(name, &value)).transpose();
    let effective_in = span("effective_in", wanted.effective_in)?.unwrap_or_default();
    let lifetime = span("lifetime", wanted.lifetime)?;
    if lifetime == Some(0) {
        return Err(ControlError::bad("lifetime: expected more than nothing"));
    }
    shared.meet_platform();
    let serial = shared.keys.new_platform_certificate(wall(), lifetime).map_err(|error| trouble(&error))?;
    let keys = shared.keys.platform();
    let issued = keys.issued(&serial).ok_or_else(|| ControlError::trouble("the new certificate is gone"))?;
    shared.change(|world, moment| {
        let effective_at = moment.now.plus_seconds(effective_in);
        let (not_before, not_after) = (issued.not_before, issued.not_after);
        let expires_at = effective_at.plus(not_after.since(not_before));
        world.platform.certificates.push(PlatformCertificate {
            serial: serial.clone(),
            not_before,
            not_after,
            effective_at,
            expires_at,
        });
        world.changed(Kind::Settings, &serial, "platform certificate made");
    });
    shown(shared, request.base)
}

/// Throws a certificate away, unless it is the last that could sign.
fn withdraw(shared: &Shared, serial: &str) -> Result<Value, ControlError> {
    shared.meet_platform();
    let gone = shared.change(|world, moment| {
        let all = &mut world.platform.certificates;
        let Some(at) = all.iter().position(|known| known.serial.eq_ignore_ascii_case(serial)) else {
            return Err(ControlError::not_found(format!("there is no platform certificate {serial}")));
        };
        let removed = all.remove(at);
        if world.platform.signing(moment.now).is_none() {
            world.platform.certificates.insert(at, removed);
            let message = "no other certificate is in force, and something has to sign";
            return Err(ControlError::state("last", &["POST"], message));
        }
        world.changed(Kind::Settings, &removed.serial, "platform certificate withdrawn");
        Ok(removed.serial)
    })?;
    shared.keys.withdraw(&gone, wall()).map_err(|error| trouble(&error))?;
    Ok(Value::Null)
}
