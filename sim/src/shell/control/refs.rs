//! `refs.calls` of an order, a refund, a complaint: the journal knows it, the engine does not.

use serde_json::Value;

use super::super::shared::Shared;

/// Fills it in, of one object or of the items of a list.
pub(crate) fn complete(shared: &Shared, answer: &mut Value) {
    match answer.get_mut("items").and_then(Value::as_array_mut) {
        Some(items) => items.iter_mut().for_each(|item| of_whole(shared, item)),
        None => of_whole(shared, answer),
    }
}

/// Of an object, and of a combined order's sub-orders.
fn of_whole(shared: &Shared, object: &mut Value) {
    let subs = object.get_mut("sub_orders").and_then(Value::as_array_mut);
    subs.into_iter().flatten().for_each(|sub| of_one(shared, sub));
    of_one(shared, object);
}

fn of_one(shared: &Shared, object: &mut Value) {
    let Some(about) = object.get("id").and_then(Value::as_str).map(|id| shared.journal.about(id)) else { return };
    if let Some(calls) = object.pointer_mut("/refs/calls") {
        *calls = about.into();
    }
}
