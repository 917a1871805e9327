//! `rules`: what sources do not settle, and what it is here.

use serde_json::{Map, Value, json};

use super::super::effect::Kind;
use super::super::rule::{Default, Rule};
use super::super::rule_table::TABLE;
use super::super::rules::Rules;
use super::super::time::Time;
use super::super::world::World;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] = &[("GET", "rules", get), ("PATCH", "rules", patch)];

fn get(world: &mut World, _: Time, _: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    Ok(json(&world.rules))
}

fn patch(world: &mut World, _: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    let wanted: Map<String, Value> = request.body()?;
    wanted.iter().try_for_each(|(id, value)| check(id, value))?;
    for (id, value) in wanted {
        world.changed(Kind::Settings, &id, "rule changed");
        world.rules.set(&id, Some(value).filter(|value| !value.is_null()));
    }
    Ok(json(&world.rules))
}

/// Whether there is such a rule, and whether it can have this value.
///
/// # Errors
///
/// The id, and what is expected.
pub(crate) fn check(id: &str, value: &Value) -> Result<(), ControlError> {
    let rule = TABLE.iter().find(|rule| rule.id == id);
    let rule = rule.ok_or_else(|| {
        ControlError::bad(format!("{id}: there is no such rule")).hint("GET /_/api/rules has them all")
    })?;
    let (fits, expected) = match rule.default {
        _ if value.is_null() => return Ok(()),
        Default::Refusal { .. } => (is_refusal(value) || is_status(value), REFUSAL.to_owned()),
        Default::Number(_) => (is_natural(value), format!("a number from 0 to {MOST}")),
        Default::Status(_) => {
            (is_status(value) || is_refusal(value), format!("a status from 200 to 599, or {REFUSAL}"))
        }
        Default::Word(word) => (value == word || is_refusal(value), format!("{word}, or {REFUSAL}")),
        Default::OneOf(words) => (value.as_str().is_some_and(|word| words.contains(&word)), words.join(" or ")),
        Default::Flag(_) => (value.is_boolean(), "true or false".to_owned()),
        Default::Numbers(_) => {
            let fits = value.as_array().is_some_and(|list| list.iter().all(is_natural));
            (fits, format!("a list of numbers from 0 to {MOST}"))
        }
    };
    fits.then_some(()).ok_or_else(|| ControlError::bad(format!("{id}: expected {expected}, or null for the default")))
}

/// Numbers are seconds, days, months or fen: more of them than this there are not.
const MOST: i64 = 10_000_000_000;

const REFUSAL: &str = "{\"status\",\"code\",\"message\",\"internal\"}";

fn is_natural(value: &Value) -> bool {
    value.as_i64().is_some_and(|number| (0..=MOST).contains(&number))
}

fn is_status(value: &Value) -> bool {
    value.as_u64().is_some_and(|status| (200..=599).contains(&status))
}

/// A refusal: a status and a code; message and internal code may be absent.
fn is_refusal(value: &Value) -> bool {
    let Some(members) = value.as_object() else { return false };
    let fits = |(name, value): (&String, &Value)| match name.as_str() {
        "status" => value.as_u64().is_some_and(|status| (200..=599).contains(&status)),
        "code" => value.as_str().is_some_and(|code| !code.is_empty()),
        "message" => value.is_string(),
        "internal" => value.as_u64().is_some_and(|internal| u32::try_from(internal).is_ok()),
        _ => false,
    };
    members.contains_key("status") && members.contains_key("code") && members.iter().all(fits)
}

/// All rules, in the order of their table.
fn json(rules: &Rules) -> Value {
    let rule = |rule: &Rule| {
        json!({
            "id": rule.id, "value": rules.value(rule.id), "default": rule.default.value(), "source": rule.source,
            "uncertain": rule.uncertain,
        })
    };
    json!({"items": TABLE.iter().map(rule).collect::<Vec<_>>(), "next": null})
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
    fn a_rule_is_changed_and_put_back() {
        let (mut world, now) = world();
        let value = json!({"status": 403, "code": "OUT_TRADE_NO_USED", "message": "x"});
        let answer = ask(&mut world, now, "PATCH", "rules", json!({"order.repeat_changed": value.clone()})).unwrap();
        let find = |answer: &Value| {
            let items = answer["items"].as_array().unwrap();
            items.iter().find(|rule| rule["id"] == "order.repeat_changed").unwrap().clone()
        };
        let rule = find(&answer);
        assert_eq!(
            (&rule["value"], &rule["default"]["status"], &rule["uncertain"]),
            (&value, &json!(400), &json!(true))
        );
        ask(&mut world, now, "PATCH", "rules", json!({"order.repeat_changed": null})).unwrap();
        let rule = find(&ask(&mut world, now, "GET", "rules", Value::Null).unwrap());
        assert_eq!(rule["value"], rule["default"]);
    }

    #[test]
    fn a_value_that_a_rule_cannot_have_is_refused_and_nothing_is_changed() {
        let (mut world, now) = world();
        for (id, value) in [
            ("order.repeat", json!(1)),
            ("order.repeat_changed", json!("x")),
            ("order.repeat_changed", json!({"status": 400})),
            ("order.repeat_changed", json!({"status": 99, "code": "A"})),
            ("order.repeat_changed", json!({"status": 400, "code": "A", "text": "x"})),
            ("order.expire_max", json!("7d")),
            ("order.expire_max", json!(-1)),
            ("order.expire_max", json!(10_000_000_001_i64)),
            ("order.expire_max", json!({"status": 400, "code": "A"})),
            ("order.refund_when", json!(1)),
            ("order.refund_when", json!("never")),
            ("close.unknown", json!(99)),
            ("close.unknown", json!("404")),
            ("refund.gap", json!("refuse")),
            ("notice.same_body", json!("true")),
            ("notice.schedule", json!([15, "x"])),
        ] {
            let patch = json!({"order.auto_close": 60, id: value});
            let error = ask(&mut world, now, "PATCH", "rules", patch).unwrap_err();
            assert!(error.status == 400 && error.message.starts_with(id), "{id}: {}", error.message);
        }
        assert!(world.rules.is_unchanged());
    }

    #[test]
    fn every_default_is_a_value_that_its_rule_can_have() {
        for rule in TABLE {
            check(rule.id, &rule.default.value()).unwrap();
        }
    }
}
