//! What a call itself asks for: by its header, by a token in a text, by its amount.

use serde_json::Value;

use super::super::settings::Triggers;
use super::documented::is_code;
use super::facts::CallFacts;
use super::fault::{Fault, is_name};
use super::known::known;

/// Members whose text may hold a token: v3's, then v2's.
const TEXTS: [&str; 6] = ["description", "attach", "reason", "transfer_remark", "body", "refund_desc"];

/// The fault that the header names, or why it names none.
pub(crate) fn header(facts: &CallFacts<'_>) -> Option<Result<Fault, String>> {
    facts.header.map(|text| Fault::parse(text.trim()))
}

/// The first fault that a token in one of the texts names.
pub(crate) fn text(settings: &Triggers, facts: &CallFacts<'_>) -> Option<Fault> {
    if !settings.text {
        return None;
    }
    TEXTS.iter().find_map(|name| within(facts.body, name))
}

/// The fault that the table has for the first of the call's amounts that stands there.
pub(crate) fn amount(settings: &Triggers, facts: &CallFacts<'_>) -> Option<Fault> {
    if settings.amounts.is_empty() {
        return None;
    }
    let found = facts.amounts().into_iter().find_map(|amount| settings.amounts.get(&amount.to_string()));
    Fault::parse(found?).ok()
}

/// The first token in a member of that name, at whatever depth: combined orders have descriptions too.
fn within(value: &Value, name: &str) -> Option<Fault> {
    match value {
        Value::Object(members) => {
            let here = members.get(name).and_then(Value::as_str).and_then(token);
            here.or_else(|| members.values().find_map(|value| within(value, name)))
        }
        Value::Array(items) => items.iter().find_map(|item| within(item, name)),
        _ => None,
    }
}

/// The first `#NAME` or `#NAME(ARGUMENT)` of a text that is meant as one.
fn token(text: &str) -> Option<Fault> {
    text.split('#').skip(1).find_map(|rest| {
        let name = rest.split(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')).next()?;
        let after = rest.get(name.len()..)?;
        // `#VIPs` and `#VIP` are what shops write; so what is no known name has to look like a code.
        let meant = !after.starts_with(|c: char| c.is_alphanumeric()) && (is_known(name) || name.contains('_'));
        if !(is_name(name) && meant) {
            return None;
        }
        let argument = after.find(')').filter(|_| after.starts_with('(')).and_then(|end| after.get(..=end));
        let with_argument = argument.and_then(|argument| Fault::parse(&format!("{name}{argument}")).ok());
        with_argument.or_else(|| Fault::parse(name).ok())
    })
}

/// Whether a name is one of a fault or of a code that any endpoint documents.
pub(crate) fn is_known(name: &str) -> bool {
    known(name).is_some() || is_code(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_found_in_texts() {
        for (text, found) in [
            ("#NOT_ENOUGH", Some("NOT_ENOUGH")),
            ("tea #TIMEOUT_AFTER(5), please", Some("TIMEOUT_AFTER(5)")),
            ("茶#SLOW茶", None),
            ("茶 #SLOW，茶", Some("SLOW")),
            ("#SLOW(9999)", Some("SLOW")),
            ("#SLOW(", Some("SLOW")),
            ("#1 #VIP #GARBAGE", Some("GARBAGE")),
            ("#VIP", None),
            ("#MADE_UP", Some("MADE_UP")),
            ("#slow", None),
            ("#SLOWly", None),
            ("SLOW", None),
            ("#", None),
            ("#_A", None),
        ] {
            assert_eq!(token(text).map(|fault| fault.to_string()).as_deref(), found, "{text}");
        }
    }

    #[test]
    fn texts_are_looked_at_in_their_order_and_at_any_depth() {
        let body = serde_json::json!({
            "attach": "#GARBAGE", "description": "#SLOW", "sub_orders": [{"attach": "#RESET_AFTER", "note": "#UNSIGNED"}],
        });
        assert_eq!(within(&body, "description").unwrap().to_string(), "SLOW");
        assert_eq!(within(&body["sub_orders"], "attach").unwrap().to_string(), "RESET_AFTER");
        assert_eq!(within(&body, "reason"), None);
    }
}
