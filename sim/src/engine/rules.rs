//! The rules as they are in force: what was changed, and else the table.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::Refusal;
use super::rule::Default;
use super::rule_table::TABLE;

/// What was changed; everything else is as in the table.
#[derive(Clone, Debug, std::default::Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Rules(BTreeMap<String, Value>);

impl Rules {
    /// A rule's value: what was set, else the default. Null for an id that the table does not have.
    pub(crate) fn value(&self, id: &str) -> Value {
        let known = || TABLE.iter().find(|rule| rule.id == id).map_or(Value::Null, |rule| rule.default.value());
        self.0.get(id).cloned().unwrap_or_else(known)
    }

    pub(crate) fn number(&self, id: &str) -> i64 {
        self.value(id).as_i64().unwrap_or_default()
    }

    pub(crate) fn flag(&self, id: &str) -> bool {
        self.value(id).as_bool().unwrap_or_default()
    }

    pub(crate) fn is(&self, id: &str, word: &str) -> bool {
        self.value(id).as_str() == Some(word)
    }

    /// The refusal that a rule stands for. A status alone leaves the words as they are in the table; so does a refusal without a message, but
    /// its internal code would be another refusal's.
    pub(crate) fn refusal(&self, id: &str) -> Refusal {
        let (usual, set) = (usual(id), self.0.get(id));
        let text = |name: &str| set.and_then(|set| set.get(name)).and_then(Value::as_str);
        let number = |name: &str| set.and_then(|set| set.get(name)).and_then(Value::as_u64);
        let alone = set.and_then(Value::as_u64);
        let status = number("status").or(alone).and_then(|status| u16::try_from(status).ok());
        let is_other = set.is_some() && alone.is_none();
        Refusal {
            status: status.unwrap_or(usual.status),
            code: text("code").map_or(usual.code, str::to_owned),
            message: text("message").map_or(usual.message, str::to_owned),
            internal: match is_other {
                true => number("internal").and_then(|internal| u32::try_from(internal).ok()).unwrap_or_default(),
                false => usual.internal,
            },
            ..Refusal::invalid("")
        }
    }

    /// A status, or the refusal that somebody set instead.
    pub(crate) fn status(&self, id: &str) -> Result<u16, Refusal> {
        let value = self.value(id);
        value.as_u64().and_then(|status| u16::try_from(status).ok()).ok_or_else(|| self.refusal(id))
    }

    /// Whether all is as in the table.
    #[cfg(test)]
    pub(crate) fn is_unchanged(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets a rule, or puts it back with `None`.
    pub(crate) fn set(&mut self, id: &str, value: Option<Value>) {
        match value {
            Some(value) => _ = self.0.insert(id.to_owned(), value),
            None => _ = self.0.remove(id),
        }
    }
}

/// The refusal of a rule as the table has it; one without words for a rule that is something else.
fn usual(id: &str) -> Refusal {
    match TABLE.iter().find(|rule| rule.id == id).map(|rule| rule.default) {
        Some(Default::Refusal { status, code, message, internal }) => {
            Refusal::new(status, code, message).internal(internal)
        }
        _ => Refusal::invalid(""),
    }
}
