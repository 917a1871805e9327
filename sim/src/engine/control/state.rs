//! `reset` and `state`: the world as a whole.

use serde::Deserialize;
use serde_json::Value;

use super::super::advance;
use super::super::clock::Clock;
use super::super::effect::Kind;
use super::super::saved;
use super::super::time::Time;
use super::super::world::World;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] = &[("POST", "reset", reset), ("GET", "state", get), ("PUT", "state", put)];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(default)]
    keep: Vec<Part>,
}

/// What a reset can leave as it is.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Part {
    Merchants,
    Settings,
    Rules,
    Faults,
    Clock,
}

/// The world as it was at the start. The keys of merchants who were there then are what they are.
fn reset(world: &mut World, now: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let Wanted { keep } = request.body()?;
    let keeps = |part| keep.contains(&part);
    let (clock, now) = match keeps(Part::Clock) {
        true => (world.clock, now),
        false => (Clock::Wall { offset: 0 }, request.wall),
    };
    let old = std::mem::replace(world, World::new(world.ids.seed, clock, now));
    for merchant in &old.start.merchants {
        world.merchants.insert(merchant.mchid.clone(), merchant.clone());
    }
    if keeps(Part::Merchants) {
        world.merchants = old.merchants;
    } else {
        for (mchid, merchant) in &mut world.merchants {
            merchant.serials = old.merchants.get(mchid).map(|old| old.serials.clone()).unwrap_or_default();
        }
    }
    world.settings = if keeps(Part::Settings) { old.settings } else { old.start.settings.clone() };
    world.rules = if keeps(Part::Rules) { old.rules } else { old.start.rules.clone() };
    world.faults = if keeps(Part::Faults) { old.faults } else { world.faults.clone() };
    world.start = old.start;
    world.changed(Kind::Settings, "world", "reset");
    Ok(Value::Null)
}

fn get(world: &mut World, _: Time, _: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    serde_json::to_value(&*world).map_err(|error| ControlError::bad(format!("state: {error}")))
}

fn put(world: &mut World, _: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    // What stands beside the world is taken by whom it belongs to.
    let (mut read, _) =
        saved::from_value(request.body.clone()).map_err(|why| ControlError::bad(format!("state: {why}")))?;
    read.start = world.start.clone();
    *world = read;
    advance::wake(world, request.wall);
    world.changed(Kind::Settings, "world", "replaced");
    Ok(Value::Null)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::engine::clock::Clock;
    use crate::engine::control::table::control;

    fn world() -> (World, Time) {
        let now = Time::parse("2026-11-25T10:00:00+08:00").unwrap();
        (World::new(7, Clock::Frozen { now }, now), now)
    }

    fn ask(world: &mut World, now: Time, method: &'static str, path: &str, body: Value) -> Result<Value, ControlError> {
        let (path, query, base) = (path.to_owned(), BTreeMap::new(), String::new());
        control(world, now, &ControlRequest { method, path, query, body, base, wall: now })
    }

    /// A world in which something is other than at the start.
    fn used() -> (World, Time) {
        let (mut world, now) = world();
        ask(&mut world, now, "PATCH", "settings", json!({"lang": "en"})).unwrap();
        ask(&mut world, now, "PATCH", "rules", json!({"order.auto_close": 60})).unwrap();
        ask(&mut world, now, "POST", "faults", json!({"fault": "LOST", "rate": 0.5})).unwrap();
        let reply = json!({"method": "GET", "path": "v3/marketing/favor/stocks/{stock_id}", "status": 404});
        ask(&mut world, now, "POST", "replies", reply).unwrap();
        world.merchants.get_mut("1900000001").unwrap().fee_bp = 100;
        world.queue.insert(now.plus_seconds(5), crate::engine::due::Due::CloseOrder("ord_9".to_owned()));
        (world, now)
    }

    fn text(world: &World) -> Value {
        serde_json::to_value(world).unwrap()
    }

    #[test]
    fn a_reset_is_the_world_at_the_start() {
        let (mut used, now) = used();
        ask(&mut used, now, "POST", "reset", Value::Null).unwrap();
        assert_eq!(text(&used), text(&World::new(7, Clock::Wall { offset: 0 }, now)));
        let error = ask(&mut used, now, "POST", "reset", json!({"keep": ["orders"]})).unwrap_err();
        assert!(error.status == 400 && error.message.contains("orders"));
    }

    #[test]
    fn a_reset_keeps_what_it_is_told_to() {
        let (used, now) = used();
        for (part, member) in [
            ("merchants", "merchants"),
            ("settings", "settings"),
            ("rules", "rules"),
            ("faults", "faults"),
            ("clock", "clock"),
        ] {
            let mut world = used.clone();
            ask(&mut world, now, "POST", "reset", json!({"keep": [part]})).unwrap();
            let (kept, fresh) = (text(&world), text(&World::new(7, Clock::Wall { offset: 0 }, now)));
            for (name, value) in kept.as_object().unwrap() {
                let expected = if name == member { &text(&used)[name] } else { &fresh[name] };
                assert_eq!(value, expected, "{part}: {name}");
            }
            assert_ne!(kept[member], fresh[member], "{part}");
        }
    }

    #[test]
    fn a_reset_puts_back_what_the_program_was_started_with() {
        let (mut world, now) = used();
        world.start.settings.lang = "en".to_owned();
        world.start.rules.set("order.expire_max", Some(json!(60)));
        world.merchants.get_mut("1900000001").unwrap().serials = vec![crate::engine::merchants::Serial {
            serial: "1A".to_owned(),
            not_before: now,
            not_after: now,
            revoked: false,
        }];
        for _ in 0..2 {
            ask(&mut world, now, "POST", "reset", Value::Null).unwrap();
            assert_eq!((world.settings.lang.as_str(), world.rules.number("order.expire_max")), ("en", 60));
            assert_eq!(world.merchants["1900000001"].serials[0].serial, "1A");
        }
    }

    #[test]
    fn a_state_that_is_read_is_the_state_that_was_written() {
        let (mut used, now) = used();
        let state = ask(&mut used, now, "GET", "state", Value::Null).unwrap();
        let mut other = World::new(8, Clock::Wall { offset: 0 }, now);
        ask(&mut other, now, "PUT", "state", state.clone()).unwrap();
        assert_eq!(text(&other), state);
        assert_eq!(other.ids.random(), used.ids.random());
        let (from_file, _) = saved::from_text(&serde_json::to_vec(&used).unwrap()).unwrap();
        assert_eq!(text(&from_file), text(&used));
    }

    #[test]
    fn a_state_that_cannot_be_read_says_why_and_changes_nothing() {
        let (mut world, now) = used();
        let before = text(&world);
        let change = |name: &str, value: Option<Value>| {
            let mut state = before.clone();
            match value {
                Some(value) => _ = state.as_object_mut().unwrap().insert(name.to_owned(), value),
                None => _ = state.as_object_mut().unwrap().remove(name),
            }
            state
        };
        for (state, why) in [
            (Value::Null, "member version: expected the number 1"),
            (change("version", None), "member version: expected the number 1"),
            (change("version", Some(json!(2))), "it has version 2; this program reads version 1"),
            (change("ledger", None), "missing field `ledger`"),
            (change("extra", Some(json!(1))), "unknown field `extra`"),
            (change("orders", Some(json!({}))), "invalid type"),
        ] {
            let error = ask(&mut world, now, "PUT", "state", state.clone()).unwrap_err();
            assert!(error.status == 400 && error.message.contains(why), "{}", error.message);
            assert!(saved::from_text(state.to_string().as_bytes()).unwrap_err().contains(why));
        }
        assert_eq!(text(&world), before);
        assert!(saved::from_text(b"{").unwrap_err().starts_with("it is not JSON"));
    }
}
