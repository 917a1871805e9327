//! `faults`: what is to go wrong with calls and notices to come.

use serde::Deserialize;
use serde_json::{Value, json};
use wechatpay_catalog::{Operation, Protocol, operations_at};

use super::super::call::Version;
use super::super::effect::Kind;
use super::super::faults::bound::{Endpoint, applies};
use super::super::faults::fault::Fault;
use super::super::faults::known::known;
use super::super::faults::store::{Match, Standing};
use super::super::faults::triggers::is_known;
use super::super::time::Time;
use super::super::world::World;
use super::list::page;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] =
    &[("GET", "faults", list), ("POST", "faults", set), ("DELETE", "faults", clear), ("DELETE", "faults/{id}", remove)];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(default, rename = "match")]
    matching: Match,
    fault: Fault,
    #[serde(default = "once")]
    times: Option<u32>,
    #[serde(default)]
    skip: u32,
    #[serde(default = "always")]
    rate: f64,
}

#[expect(clippy::unnecessary_wraps, reason = "null is for ever, and nothing is once")]
fn once() -> Option<u32> {
    Some(1)
}

fn always() -> f64 {
    1.0
}

fn list(world: &mut World, _: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    page(request, world.faults.standing.iter().rev(), |fault| &fault.id, json)
}

fn set(world: &mut World, _: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let wanted: Wanted = request.body()?;
    check(&wanted)?;
    let id = world.ids.own("flt");
    let Wanted { matching, fault, times, skip, rate } = wanted;
    let standing = Standing { times, skip, rate, ..Standing::new(id, matching, fault) };
    let answer = json(&standing);
    world.changed(Kind::Fault, &standing.id, format!("set {}", standing.fault));
    world.faults.standing.push(standing);
    Ok(answer)
}

fn clear(world: &mut World, _: Time, _: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    world.faults = super::super::faults::store::Faults::default();
    world.changed(Kind::Fault, "", "cleared");
    Ok(Value::Null)
}

fn remove(world: &mut World, _: Time, _: &ControlRequest, variables: &[&str]) -> Result<Value, ControlError> {
    let id = variables.first().copied().unwrap_or_default();
    let standing = &mut world.faults.standing;
    let index = standing.iter().position(|fault| fault.id == id);
    let index = index.ok_or_else(|| ControlError::not_found(format!("there is no fault {id}")))?;
    standing.remove(index);
    world.changed(Kind::Fault, id, "removed");
    Ok(Value::Null)
}

/// Whether the fault can ever fire on what it is meant for.
fn check(wanted: &Wanted) -> Result<(), ControlError> {
    let (fault, matching) = (&wanted.fault, &wanted.matching);
    let name = fault.name();
    if !is_known(name) {
        return Err(ControlError::bad(format!("fault: there is no {name}, neither a fault nor a documented code")));
    }
    if fault.is_on_handshakes() && *matching != Match::default() {
        return Err(ControlError::bad(format!("match: {name} fires before there is a call; expected no match")));
    }
    let of_calls = matching.path.is_some() || matching.method.is_some();
    let of_notices = matching.event_type.is_some();
    if of_calls && of_notices {
        return Err(ControlError::bad(
            "match: path and method mean calls, event_type means notices; expected one of them",
        ));
    }
    if of_calls && !fault.is_on_calls() {
        return Err(ControlError::bad(format!(
            "fault: {name} is one of notices; expected no path and no method in match"
        )));
    }
    if of_notices && !fault.is_on_notices() {
        return Err(ControlError::bad(format!("fault: {name} is one of calls; expected no event_type in match")));
    }
    if wanted.times == Some(0) {
        return Err(ControlError::bad("times: expected a number from 1 on, or null for ever"));
    }
    if matching.attempt == Some(0) {
        return Err(ControlError::bad("match.attempt: expected a number from 1 on"));
    }
    if !(0.0..=1.0).contains(&wanted.rate) {
        return Err(ControlError::bad("rate: expected a number from 0 to 1"));
    }
    matching.path.as_deref().map_or(Ok(()), |path| check_path(name, matching.method.as_deref(), path))
}

/// A path that is in no catalogue would wait for ever, and so would a fault that has no meaning for the path.
fn check_path(name: &str, method: Option<&str>, path: &str) -> Result<(), ControlError> {
    if path.ends_with('*') {
        return Ok(());
    }
    // APIv2's paths have no `v2/` where they are called.
    let of_v2 = format!("v2/{}", path.trim_start_matches('/'));
    let mut known = operations_at(path).chain(operations_at(&of_v2)).peekable();
    let near = || wechatpay_catalog::nearest_paths(path, 1).first().map(|near| format!("did you mean {near}?"));
    if known.peek().is_none() {
        let error = ControlError::bad(
            "match.path: no such path in the catalogue; expected a template, a path, or a beginning with *",
        );
        return Err(match near() {
            Some(hint) => error.hint(hint),
            None => error,
        });
    }
    let meant = |operation: &Operation| method.is_none_or(|method| operation.method().eq_ignore_ascii_case(method));
    let mut meant = known.filter(meant).peekable();
    if meant.peek().is_none() {
        return Err(ControlError::bad("match.method: this path does not have it"));
    }
    match meant.any(|operation| applies(name, endpoint(operation))) {
        true => Ok(()),
        false => Err(ControlError::bad(format!("fault: {name} has no meaning for this path"))),
    }
}

fn endpoint(operation: Operation) -> Endpoint<'static> {
    let version = if operation.protocol() == Protocol::V2 { Version::V2 } else { Version::V3 };
    Endpoint { version, method: operation.method(), template: operation.path() }
}

fn json(fault: &Standing) -> Value {
    let Standing { id, matching, fault, times, skip, rate, fired, .. } = fault;
    json!({
        "id": id, "match": matching, "fault": fault, "times": times, "skip": skip, "rate": rate, "fired": fired,
        "text": known(fault.name()).map(|known| known.text),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::engine::testing::{self, NOW, control as ask};

    fn world() -> (World, Time) {
        (testing::world(), NOW)
    }

    #[test]
    fn faults_are_set_listed_and_removed() {
        let (mut world, now) = world();
        let wanted =
            json!({"match": {"method": "POST", "path": "v3/pay/transactions/native"}, "fault": "TIMEOUT_AFTER(5)"});
        let first = ask(&mut world, now, "POST", "faults", wanted.clone()).unwrap();
        assert_eq!((&first["times"], &first["fired"], &first["rate"]), (&json!(1), &json!(0), &json!(1.0)));
        assert_eq!((&first["match"], &first["fault"]), (&wanted["match"], &json!("TIMEOUT_AFTER(5)")));
        let second = ask(&mut world, now, "POST", "faults", json!({"fault": "LOST", "times": null})).unwrap();
        assert_eq!(second["times"], Value::Null);
        let list = ask(&mut world, now, "GET", "faults", Value::Null).unwrap();
        assert_eq!(list["items"], json!([second, first]));
        let path = format!("faults/{}", first["id"].as_str().unwrap());
        assert_eq!(ask(&mut world, now, "DELETE", &path, Value::Null).unwrap(), Value::Null);
        assert_eq!(ask(&mut world, now, "DELETE", &path, Value::Null).unwrap_err().status, 404);
        ask(&mut world, now, "DELETE", "faults", Value::Null).unwrap();
        assert!(world.faults.standing.is_empty());
    }

    #[test]
    fn a_fault_that_could_never_fire_is_refused_by_name() {
        let (mut world, now) = world();
        let native = "v3/pay/transactions/native";
        for (body, why) in [
            (json!({}), "missing field `fault`"),
            (json!({"fault": "slow"}), "expected a name in upper case"),
            (json!({"fault": "SLOW(0)"}), "expected a number from 1 to 3600"),
            (json!({"fault": "MADE_UP"}), "there is no MADE_UP"),
            (json!({"fault": "TLS_RESET", "match": {"path": native}}), "TLS_RESET fires before there is a call"),
            (json!({"fault": "SLOW", "when": 1}), "unknown field `when`"),
            (json!({"fault": "SLOW", "match": {"paths": ""}}), "unknown field `paths`"),
            (json!({"fault": "SLOW", "match": {"path": "v3/pay/transactions/natve"}}), "match.path: no such path"),
            (json!({"fault": "SLOW", "match": {"path": native, "method": "GET"}}), "match.method"),
            (json!({"fault": "STALE", "match": {"path": native, "event_type": "A"}}), "expected one of them"),
            (json!({"fault": "WRONG_HASH", "match": {"path": native}}), "WRONG_HASH has no meaning for this path"),
            (json!({"fault": "LOST", "match": {"path": native}}), "LOST is one of notices"),
            (json!({"fault": "SLOW", "match": {"event_type": "A"}}), "SLOW is one of calls"),
            (json!({"fault": "NOT_ENOUGH", "match": {"event_type": "A"}}), "NOT_ENOUGH is one of calls"),
            (json!({"fault": "SLOW", "times": 0}), "times:"),
            (json!({"fault": "SLOW", "rate": 1.5}), "rate:"),
            (json!({"fault": "SLOW", "match": {"attempt": 0}}), "match.attempt:"),
        ] {
            let error = ask(&mut world, now, "POST", "faults", body.clone()).unwrap_err();
            assert!(error.status == 400 && error.message.contains(why), "{body}: {}", error.message);
        }
        let natve = json!({"fault": "SLOW", "match": {"path": "v3/pay/transactions/natve"}});
        let hint = ask(&mut world, now, "POST", "faults", natve).unwrap_err().hint;
        assert_eq!(hint.as_deref(), Some("did you mean v3/pay/transactions/native?"));
        assert!(world.faults.standing.is_empty());
    }
}
