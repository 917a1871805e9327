//! Lists: the newest first, `?limit` at a time, after an id.

use serde_json::{Value, json};

use super::request::{ControlError, ControlRequest};

const USUAL: usize = 50;
const MOST: usize = 1000;

/// A page of what `items` gives, the newest first: each an id and its JSON.
pub(crate) fn page<'a, T: 'a>(
    request: &ControlRequest,
    items: impl Iterator<Item = &'a T>,
    id: impl Fn(&T) -> &str,
    json: impl Fn(&T) -> Value,
) -> Result<Value, ControlError> {
    let limit = match request.parameter("limit") {
        None => USUAL,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=MOST).contains(limit))
            .ok_or_else(|| ControlError::bad(format!("limit: expected a number from 1 to {MOST}")))?,
    };
    let after = request.parameter("after");
    let mut items = items.skip_while(|item| after.is_some_and(|after| id(item) != after));
    if after.is_some() {
        items.next();
    }
    let mut found: Vec<&T> = items.take(limit + 1).collect();
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|item| id(item).to_owned());
    Ok(json!({"items": found.into_iter().map(json).collect::<Vec<_>>(), "next": next}))
}
