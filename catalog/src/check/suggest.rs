//! What was probably meant.

use std::collections::VecDeque;

use serde_json::{Map, Value};

use crate::field::{Field, Fields};
use crate::find::edits::edits;
use crate::kinds::{Required, Text};

/// A longer name is no misspelling of any in the catalogue.
const LONGEST: usize = 128;

/// The pointer of the member that was meant by an unknown `name` in the object at `above`.
pub(super) fn member(
    name: &str,
    siblings: Fields,
    value: &Map<String, Value>,
    above: &str,
    root: Fields,
) -> Option<String> {
    sibling(name, siblings, value).map(|meant| format!("{above}/{}", escaped(meant))).or_else(|| elsewhere(name, root))
}

/// The nearest listed member; of equally near ones one that is absent, and of these one that is required.
fn sibling(name: &str, siblings: Fields, value: &Map<String, Value>) -> Option<&'static str> {
    let letters: Vec<char> = name.chars().take(LONGEST + 1).collect();
    let most = (letters.len() / 4).max(1);
    if letters.len() > LONGEST {
        return None;
    }
    let near = siblings.iter().filter_map(|field| {
        let meant: Vec<char> = field.name().chars().collect();
        let distance = edits(&letters, &meant, most)?;
        let present = value.contains_key(field.name());
        Some(((distance, present, field.required() != Required::Yes), field.name()))
    });
    near.min_by_key(|(rank, _)| *rank).map(|(_, name)| name)
}

/// The pointer of the first member of this name in the whole part, level by level; `*` stands for an item.
fn elsewhere(name: &str, root: Fields) -> Option<String> {
    let mut lists = VecDeque::from([(root, String::new())]);
    while let Some((fields, above)) = lists.pop_front() {
        if fields.iter().any(|field| field.name() == name) {
            return Some(format!("{above}/{}", escaped(name)));
        }
        for field in fields.iter().filter(|field| !field.fields().is_empty()) {
            lists.push_back((field.fields(), format!("{above}/{}{}", escaped(field.name()), item(field))));
        }
    }
    None
}

fn item(field: Field) -> &'static str {
    if field.is_list() || field.text() == Some(Text::Objects) { "/*" } else { "" }
}

/// The listed value that is nearest to a text, upper and lower case apart.
pub(super) fn value(text: &str, field: Field) -> Option<String> {
    let letters: Vec<char> = text.chars().take(LONGEST + 1).flat_map(char::to_lowercase).collect();
    let most = (letters.len() / 3).max(1);
    if letters.len() > LONGEST {
        return None;
    }
    let near = field.values().filter_map(|value| {
        let meant: Vec<char> = value.chars().flat_map(char::to_lowercase).collect();
        edits(&letters, &meant, most).map(|distance| (distance, value))
    });
    near.min_by_key(|(distance, _)| *distance).map(|(_, value)| value.to_owned())
}

/// A name as a pointer has it.
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
