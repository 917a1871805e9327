//! What unit tests of the machine share: a world with a pinned clock and seed, and calls of its merchants.

use serde_json::Value;

use super::answer::Outcome;
use super::call::{Call, Version};
use super::clock::Clock;
use super::control::request::{ControlError, ControlRequest};
use super::step::{Event, Reply, step};
use super::time::Time;
use super::world::World;

/// 2026-11-25T10:00:00+08:00.
pub(crate) const NOW: Time = Time::from_millis(1_795_572_000_000);

pub(crate) fn world() -> World {
    World::new(1, Clock::Frozen { now: NOW }, NOW)
}

/// A call of a merchant: `path` is filled in and may have a query.
pub(crate) fn call(mchid: &str, method: &str, path: &str, body: Value) -> Call {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let operation = wechatpay_catalog::operation(method, path).expect("an endpoint of the catalogue");
    let names = operation.path().split('/').zip(path.split('/'));
    let variables = names.filter_map(|(name, value)| {
        let name = name.strip_prefix('{')?.strip_suffix('}')?;
        Some((name.to_owned(), value.to_owned()))
    });
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    Call {
        version: if path.starts_with("v2/") { Version::V2 } else { Version::V3 },
        method: operation.method(),
        template: operation.path(),
        mchid: mchid.to_owned(),
        path: variables.collect(),
        query: pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        body,
        base: "http://127.0.0.1:8787".to_owned(),
        wall: NOW,
        case: None,
        file: None,
    }
}

/// One call at a time.
pub(crate) fn calls(world: &mut World, now: Time, call: Call) -> Outcome {
    match step(world, now, Event::Call(call)).0 {
        Reply::Call(outcome) => outcome,
        other => panic!("a call is answered as one: {other:?}"),
    }
}

/// One request to the control interface.
pub(crate) fn control(
    world: &mut World,
    now: Time,
    method: &'static str,
    path: &str,
    body: Value,
) -> Result<Value, ControlError> {
    match step(world, now, Event::Control(request(now, method, path, body))).0 {
        Reply::Control(outcome) => outcome,
        other => panic!("a request is answered as one: {other:?}"),
    }
}

/// A request to the control interface: `path` may have a query.
pub(crate) fn request(now: Time, method: &'static str, path: &str, body: Value) -> ControlRequest {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let query = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let base = "http://127.0.0.1:8787".to_owned();
    ControlRequest { method, path: path.to_owned(), query, body, base, wall: now }
}

/// Lets everything happen that is due until then.
pub(crate) fn until(world: &mut World, then: Time) {
    while let (Reply::Due(Some(_)), _) = step(world, then, Event::Due) {}
}
