//! `settings`: what can be set while the simulator runs.

use serde_json::Value;

use super::super::effect::Kind;
use super::super::faults::fault::Fault;
use super::super::faults::triggers::is_known;
use super::super::settings::{After, Settings};
use super::super::time::Time;
use super::super::world::World;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] = &[("GET", "settings", get), ("PATCH", "settings", patch)];

/// Maps whose entries go away with null.
const MAPS: [&str; 3] = ["/triggers/amounts", "/notify/map", "/limits"];

fn get(world: &mut World, _: Time, _: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    json(&world.settings)
}

fn patch(world: &mut World, _: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let settings = merged(&world.settings, &request.body)?;
    let answer = json(&settings)?;
    world.settings = settings;
    world.changed(Kind::Settings, "settings", "changed");
    Ok(answer)
}

/// Settings with some of them changed.
///
/// # Errors
///
/// A member that is not known or does not fit, by name.
pub(crate) fn merged(settings: &Settings, patch: &Value) -> Result<Settings, ControlError> {
    let mut all = json(settings)?;
    merge(&mut all, patch);
    for map in MAPS {
        if let Some(map) = all.pointer_mut(map).and_then(Value::as_object_mut) {
            map.retain(|_, value| !value.is_null());
        }
    }
    let settings: Settings =
        serde_json::from_value(all).map_err(|error| ControlError::bad(format!("settings: {error}")))?;
    check(&settings).map_err(|(name, expected)| ControlError::bad(format!("{name}: expected {expected}")))?;
    Ok(settings)
}

/// Puts what a patch has into a value, member by member.
fn merge(into: &mut Value, patch: &Value) {
    match (into, patch) {
        (Value::Object(into), Value::Object(patch)) => {
            for (name, value) in patch {
                merge(into.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        (into, value) => *into = value.clone(),
    }
}

/// The first setting that makes no sense, and what is expected of it.
fn check(settings: &Settings) -> Result<(), (String, &'static str)> {
    let one_of = |name: &str, value: &str, words: &[&str], expected| match words.contains(&value) {
        true => Ok(()),
        false => Err((name.to_owned(), expected)),
    };
    one_of("openids", &settings.openids, &["any", "known"], "any or known")?;
    one_of("code_url", &settings.code_url, &["weixin", "http"], "weixin or http")?;
    one_of("lang", &settings.lang, &["zh", "en"], "zh or en")?;
    check_auto(settings)?;
    check_notify(settings)?;
    for (amount, fault) in &settings.triggers.amounts {
        let name = || format!("triggers.amounts.{amount}");
        let is_amount = amount.parse::<u32>().is_ok_and(|fen| fen > 0 && fen.to_string() == *amount);
        is_amount.then_some(()).ok_or_else(|| (name(), "an amount in fen"))?;
        let is_fault = Fault::parse(fault).is_ok_and(|fault| is_known(fault.name()));
        is_fault.then_some(()).ok_or_else(|| (name(), "a fault or a documented code"))?;
    }
    let is_origin = |origin: &String| is_web(origin) && origin.split('/').count() == 3;
    match settings.origins.iter().all(is_origin) {
        true => Ok(()),
        false => Err(("origins".to_owned(), "scheme, host and port, such as http://127.0.0.1:3000")),
    }
}

fn check_auto(settings: &Settings) -> Result<(), (String, &'static str)> {
    let auto = &settings.auto;
    let result = |name: &str, after: &Option<After>, value: fn(&After) -> Option<&String>, words: &[&str], expected| {
        let Some(after) = after else { return Ok(()) };
        if after.after_s < 0 {
            return Err((format!("auto.{name}.after_s"), "a number from 0 on"));
        }
        match value(after).is_none_or(|value| words.contains(&value.as_str())) {
            true => Ok(()),
            false => Err((format!("auto.{name}"), expected)),
        }
    };
    let (refund, pay) =
        (["SUCCESS", "CLOSED", "ABNORMAL"], ["SUCCESS", "WRONG_PASSWORD", "NOT_ENOUGH", "CANCEL", "RISK"]);
    result("pay", &auto.pay, |after| after.result.as_ref(), &pay, "a result that a payment can have")?;
    result("refund", &auto.refund, |after| after.status.as_ref(), &refund, "status SUCCESS, CLOSED or ABNORMAL")?;
    result("transfer", &auto.transfer, |after| after.state.as_ref(), &["SUCCESS", "FAIL"], "state SUCCESS or FAIL")?;
    result("cancel", &auto.cancel, |_| None, &[], "seconds")?;
    result(
        "sharing",
        &auto.sharing,
        |after| after.result.as_ref(),
        &["SUCCESS", "CLOSED"],
        "result SUCCESS or CLOSED",
    )?;
    result("return", &auto.returned, |after| after.result.as_ref(), &["SUCCESS", "FAILED"], "result SUCCESS or FAILED")
}

fn check_notify(settings: &Settings) -> Result<(), (String, &'static str)> {
    let notify = &settings.notify;
    let within = |name: &str, value: u64, most: u64, expected| match (1..=most).contains(&value) {
        true => Ok(()),
        false => Err((format!("notify.{name}"), expected)),
    };
    within("concurrency", notify.concurrency.into(), 1000, "a number from 1 to 1000")?;
    within("duplicate", notify.duplicate.into(), 100, "a number from 1 to 100")?;
    within("timeout_ms", notify.timeout_ms, 60_000, "a number from 1 to 60000")?;
    match notify.map.iter().flat_map(|(from, to)| [from, to]).all(|url| is_web(url)) {
        true => Ok(()),
        false => Err(("notify.map".to_owned(), "beginnings of http and https URLs")),
    }
}

fn is_web(url: &str) -> bool {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}

fn json(settings: &Settings) -> Result<Value, ControlError> {
    serde_json::to_value(settings).map_err(|error| ControlError::bad(format!("settings: {error}")))
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
    fn settings_are_merged_deeply() {
        let (mut world, now) = world();
        let patch = json!({"auto": {"refund": {"after_s": 9}, "transfer": null}, "notify": {"map": {"http://a/": "http://b/"}}});
        let answer = ask(&mut world, now, "PATCH", "settings", patch).unwrap();
        assert_eq!(answer["auto"]["refund"], json!({"after_s": 9, "status": "SUCCESS"}));
        assert_eq!(answer["auto"]["transfer"], Value::Null);
        assert_eq!(answer["auto"]["sharing"], json!({"after_s": 1, "result": "SUCCESS"}));
        assert_eq!(answer["notify"]["timeout_ms"], 5000);
        assert_eq!(ask(&mut world, now, "GET", "settings", Value::Null).unwrap(), answer);
        let gone = ask(&mut world, now, "PATCH", "settings", json!({"notify": {"map": {"http://a/": null}}})).unwrap();
        assert_eq!(gone["notify"]["map"], json!({}));
    }

    #[test]
    fn a_setting_that_makes_no_sense_is_named_and_nothing_is_changed() {
        let (mut world, now) = world();
        let before = world.settings.clone();
        for (patch, name) in [
            (json!({"autos": {}}), "autos"),
            (json!({"auto": {"pai": null}}), "pai"),
            (json!({"openids": "some"}), "openids: expected any or known"),
            (json!({"code_url": "https"}), "code_url"),
            (json!({"lang": "de"}), "lang"),
            (json!({"lang": null}), "expected a string"),
            (json!({"auto": {"refund": {"after_s": -1}}}), "auto.refund.after_s"),
            (json!({"auto": {"refund": {"status": "PROCESSING"}}}), "auto.refund: expected status"),
            (json!({"auto": {"pay": {}}}), "after_s"),
            (json!({"triggers": {"amounts": {"1.5": "SLOW"}}}), "triggers.amounts.1.5: expected an amount in fen"),
            (json!({"triggers": {"amounts": {"1": "slow"}}}), "triggers.amounts.1: expected a fault"),
            (json!({"triggers": {"amounts": {"1": "MADE_UP"}}}), "triggers.amounts.1: expected a fault"),
            (json!({"notify": {"concurrency": 0}}), "notify.concurrency"),
            (json!({"notify": {"duplicate": 101}}), "notify.duplicate"),
            (json!({"notify": {"timeout_ms": 0}}), "notify.timeout_ms"),
            (json!({"notify": {"map": {"a": "http://b/"}}}), "notify.map"),
            (json!({"origins": ["http://127.0.0.1:3000/x"]}), "origins"),
            (json!({"limits": {"v3/pay/transactions/native": "6"}}), "settings:"),
            (json!([]), "settings:"),
        ] {
            let error = ask(&mut world, now, "PATCH", "settings", patch.clone()).unwrap_err();
            assert_eq!((error.status, error.code), (400, "BAD_REQUEST"), "{patch}");
            assert!(error.message.contains(name), "{patch}: {}", error.message);
        }
        assert_eq!(world.settings, before);
    }
}
