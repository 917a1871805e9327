//! `merchants`, as far as keys are concerned.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::controls::{Control, Route, Work};
use super::super::shared::{Shared, wall};
use super::env;
use crate::engine::control::merchants::MOST_CERTIFICATES;
use crate::engine::control::request::{ControlError, ControlRequest};
use crate::engine::step::{Event, Reply};
use crate::keys::KeyError;
use crate::keys::own::{is_private, is_tenpays};

pub(crate) const ROUTES: &[Route] = &[
    ("GET", "merchants", |shared, request, _| blocking(move || list(&shared, request))),
    ("POST", "merchants", |shared, request, _| blocking(move || create(&shared, request))),
    ("GET", "merchants/{mchid}", |shared, request, variables| blocking(move || shown(&shared, request, &variables))),
    ("PATCH", "merchants/{mchid}", |shared, request, variables| blocking(move || shown(&shared, request, &variables))),
    ("GET", "merchants/{mchid}/secrets", |shared, _, variables| blocking(move || secrets(&shared, &variables))),
    ("POST", "merchants/{mchid}/certificates", |shared, request, variables| {
        blocking(move || certificate(&shared, &request, &variables))
    }),
    ("POST", "merchants/{mchid}/api_v3_key", |shared, request, variables| {
        blocking(move || api_v3_key(&shared, &request, &variables))
    }),
    ("POST", "merchants/{mchid}/secret", |shared, request, variables| {
        blocking(move || secret(&shared, &request, &variables))
    }),
];

/// Work that takes a while: making keys.
pub(super) fn blocking(work: impl FnOnce() -> Result<Value, ControlError> + Send + 'static) -> Work {
    Box::pin(async move {
        let done = tokio::task::spawn_blocking(work).await;
        done.unwrap_or_else(|_| Err(ControlError::trouble("the work was broken off"))).map(Control::Json)
    })
}

pub(super) fn trouble(error: &KeyError) -> ControlError {
    ControlError::trouble(error.to_string())
}

/// The engine's part.
pub(super) fn of_engine(shared: &Shared, request: ControlRequest) -> Result<Value, ControlError> {
    match shared.step(Event::Control(request)) {
        Reply::Control(answer) => answer,
        Reply::Call(_) | Reply::Due(_) => Err(ControlError::trouble("the engine answered another event")),
    }
}

/// All of them have keys then.
fn list(shared: &Shared, request: ControlRequest) -> Result<Value, ControlError> {
    let mchids: Vec<String> = shared.read(|world, _| world.merchants.keys().cloned().collect());
    mchids.iter().try_for_each(|mchid| shared.meet(mchid).map(|_| ()).map_err(|error| trouble(&error)))?;
    let base = request.base.clone();
    let mut answer = of_engine(shared, request)?;
    answer["items"].as_array_mut().into_iter().flatten().for_each(|merchant| complete(shared, merchant, &base));
    Ok(answer)
}

fn create(shared: &Shared, request: ControlRequest) -> Result<Value, ControlError> {
    let base = request.base.clone();
    let made = of_engine(shared, request)?;
    let mchid = made["mchid"].as_str().unwrap_or_default().to_owned();
    shared.meet(&mchid).map_err(|error| trouble(&error))?;
    view(shared, &mchid, &base)
}

/// What is shown of a merchant, before or after a change.
fn shown(shared: &Shared, request: ControlRequest, variables: &[String]) -> Result<Value, ControlError> {
    let mchid = known(shared, variables)?;
    shared.meet(&mchid).map_err(|error| trouble(&error))?;
    let base = request.base.clone();
    let mut merchant = of_engine(shared, request)?;
    complete(shared, &mut merchant, &base);
    Ok(merchant)
}

fn view(shared: &Shared, mchid: &str, base: &str) -> Result<Value, ControlError> {
    let (method, path) = ("GET", format!("merchants/{mchid}"));
    let request =
        ControlRequest { method, path, query: BTreeMap::new(), body: Value::Null, base: base.to_owned(), wall: wall() };
    let mut merchant = of_engine(shared, request)?;
    complete(shared, &mut merchant, base);
    Ok(merchant)
}

/// Adds what only the ring knows.
fn complete(shared: &Shared, merchant: &mut Value, base: &str) {
    let mchid = merchant["mchid"].as_str().unwrap_or_default().to_owned();
    let platform = shared.keys.platform();
    merchant["public_key_id"] = match merchant["key_mode"] == "certificate" {
        true => Value::Null,
        false => platform.public.id().into(),
    };
    merchant["env"] = env::shown(shared, &mchid, base);
}

/// The merchant of a path.
fn known(shared: &Shared, variables: &[String]) -> Result<String, ControlError> {
    let mchid = variables.first().cloned().unwrap_or_default();
    match shared.read(|world, _| world.merchants.contains_key(&mchid)) {
        true => Ok(mchid),
        false => Err(ControlError::not_found(format!("there is no merchant {mchid}"))),
    }
}

/// The newest valid certificate with its key, and the two secrets.
fn secrets(shared: &Shared, variables: &[String]) -> Result<Value, ControlError> {
    let mchid = known(shared, variables)?;
    let keys = shared.meet(&mchid).map_err(|error| trouble(&error))?;
    let (serial, has_api_v3_key) = shared.read(|world, moment| {
        let merchant = world.merchants.get(&mchid);
        let newest = merchant.and_then(|merchant| merchant.newest(moment.wall)).map(|known| known.serial.clone());
        (newest, merchant.is_some_and(|merchant| merchant.has_api_v3_key))
    });
    let certificate = serial.and_then(|serial| keys.certificate(&serial).cloned());
    Ok(json!({
        "private_key": certificate.as_ref().and_then(|known| known.private_key.as_ref()).map(|key| key.as_str()),
        "certificate": certificate.as_ref().and_then(|known| known.pem.as_deref()),
        "api_v3_key": has_api_v3_key.then(|| keys.api_v3_key.as_str()),
        "secret": keys.secret.as_str(),
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    certificate: Option<String>,
    public_key: Option<String>,
}

/// A new API certificate, or a merchant's own public part.
fn certificate(shared: &Arc<Shared>, request: &ControlRequest, variables: &[String]) -> Result<Value, ControlError> {
    let mchid = known(shared, variables)?;
    let own: Own = request.body()?;
    for text in own.certificate.iter().chain(&own.public_key) {
        if is_private(text) {
            return Err(
                ControlError::real_key("private keys are not taken in").hint("send the certificate, or the public key")
            );
        }
    }
    if own.certificate.as_deref().is_some_and(is_tenpays) {
        return Err(ControlError::real_key("certificate: it is Tenpay's or names it")
            .hint("nothing of the real WeChat Pay is taken in; the simulator makes certificates of its own"));
    }
    shared.meet(&mchid).map_err(|error| trouble(&error))?;
    let valid =
        shared.read(|world, moment| world.merchants.get(&mchid).map_or(0, |known| known.valid(moment.wall).count()));
    if valid >= MOST_CERTIFICATES {
        let message =
            format!("{mchid} has {valid} valid certificates, at most {MOST_CERTIFICATES} may be valid at once");
        return Err(ControlError::state("full", &["DELETE"], message));
    }
    let now = wall();
    let bad = |error: KeyError| ControlError::bad(error.to_string());
    match (&own.certificate, &own.public_key) {
        (None, None) => shared.keys.new_certificate(&mchid, now).map_err(|error| trouble(&error))?,
        (Some(pem), None) => shared.keys.register_certificate(&mchid, pem, now).map_err(bad)?,
        (None, Some(pem)) => shared.keys.register_public_key(&mchid, pem, now).map_err(bad)?,
        (Some(_), Some(_)) => return Err(ControlError::bad("certificate: not together with public_key")),
    };
    shared.meet(&mchid).map_err(|error| trouble(&error))?;
    view(shared, &mchid, &request.base)
}

fn api_v3_key(shared: &Shared, request: &ControlRequest, variables: &[String]) -> Result<Value, ControlError> {
    let mchid = known(shared, variables)?;
    nothing(request)?;
    shared.keys.new_api_v3_key(&mchid, wall()).map_err(|error| trouble(&error))?;
    shared.change(|world, _| {
        world.merchants.entry(mchid.clone()).and_modify(|merchant| merchant.has_api_v3_key = true);
    });
    view(shared, &mchid, &request.base)
}

fn secret(shared: &Shared, request: &ControlRequest, variables: &[String]) -> Result<Value, ControlError> {
    let mchid = known(shared, variables)?;
    nothing(request)?;
    shared.keys.new_secret(&mchid, wall()).map_err(|error| trouble(&error))?;
    view(shared, &mchid, &request.base)
}

/// A body without members.
pub(super) fn nothing(request: &ControlRequest) -> Result<(), ControlError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    request.body::<Nothing>().map(|Nothing {}| ())
}
