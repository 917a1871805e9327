//! Files that were uploaded: the same bytes have the same id.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::engine::answer::Warning;

/// The ids that were given out.
#[derive(Debug, Default)]
pub(crate) struct MediaIds(Mutex<HashSet<String>>);

impl MediaIds {
    /// All that were given out, in order.
    pub(crate) fn all(&self) -> BTreeSet<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Knows these and no others.
    pub(crate) fn replace(&self, all: BTreeSet<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = all.into_iter().collect();
    }

    /// The id of a file, by its SHA-256.
    pub(crate) fn give(&self, sha256: &str) -> String {
        let id = format!("V1_{sha256}");
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
        id
    }

    /// Warns of ids in a body that nobody was given.
    pub(crate) fn unknown(&self, body: &Value) -> Option<Warning> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut unknown = None;
        visit(body, &mut |name, value| {
            if name.ends_with("media_id") && !known.contains(value) {
                unknown.get_or_insert_with(|| format!("{name} is none that an upload here was answered"));
            }
        });
        unknown.map(|text| Warning { id: "media.unknown".to_owned(), text })
    }
}

fn visit(value: &Value, look: &mut impl FnMut(&str, &str)) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| match member {
            Value::String(text) => look(name, text),
            other => visit(other, look),
        }),
        Value::Array(items) => items.iter().for_each(|item| visit(item, look)),
        _ => {}
    }
}
