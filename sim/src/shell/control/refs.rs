//! `refs.calls` of an order: the journal knows it, the engine does not.

use serde_json::Value;

use super::super::shared::Shared;

/// Fills it in, of one object or of the items of a list.
pub(crate) fn complete(shared: &Shared, answer: &mut Value) {
    match answer.get_mut("items").and_then(Value::as_array_mut) {
        Some(items) => items.iter_mut().for_each(|item| of_one(shared, item)),
        None => of_one(shared, answer),
    }
}

fn of_one(shared: &Shared, object: &mut Value) {
    let Some(about) = object.get("id").and_then(Value::as_str).map(|id| shared.journal.about(id)) else { return };
    if let Some(calls) = object.pointer_mut("/refs/calls") {
        *calls = about.into();
    }
}
