//! A value for a field.

use serde_json::{Map, Value};

use crate::field::{Field, Fields};
use crate::kinds::{Kind, Text};

/// An object with every listed member; of alternatives the first. `texts`: every value is a text, as in XML.
pub(crate) fn object(fields: Fields, texts: bool) -> Map<String, Value> {
    let mut members = Map::new();
    for field in fields {
        let name = field.name().replace("$n", "0").replace("$m", "0");
        if !members.contains_key(&name) {
            let value = if texts { Value::String(as_text(field)) } else { value(field) };
            members.insert(name, value);
        }
    }
    members
}

/// A value as JSON has it.
pub(crate) fn value(field: Field) -> Value {
    let one = item(field);
    if field.is_list() { Value::Array(vec![one]) } else { one }
}

/// The same as a text; lists and objects as JSON.
pub(crate) fn as_text(field: Field) -> String {
    match value(field) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn item(field: Field) -> Value {
    match field.kind() {
        Kind::String => Value::String(text(field)),
        Kind::Integer | Kind::Number => number(field),
        Kind::Boolean => Value::Bool(false),
        Kind::Object => Value::Object(object(field.fields(), false)),
    }
}

/// The first listed value that is a number, or 1.
fn number(field: Field) -> Value {
    Value::from(field.values().find_map(|value| value.parse::<i64>().ok()).unwrap_or(1))
}

fn text(field: Field) -> String {
    if let Some(value) = field.values().next() {
        return value.to_owned();
    }
    let inner = || Value::Object(object(field.fields(), false));
    match field.text() {
        Some(Text::Object | Text::AnyJson) => inner().to_string(),
        Some(Text::Objects) => Value::Array(vec![inner()]).to_string(),
        Some(Text::Strings) => Value::from(vec![field.name()]).to_string(),
        Some(Text::Pairs) => pairs(field.fields()),
        None => plain(field),
    }
}

fn pairs(fields: Fields) -> String {
    let pair = |field: Field| format!("{}={}", field.name(), as_text(field));
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// A time, a date, digits for an identifier, or the name of the member, cut or lengthened to fit.
fn plain(field: Field) -> String {
    let name = field.name();
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    let (text, filler) = if ends(&["_time", "_at"]) {
        ("2026-01-02T15:04:05+08:00".to_owned(), '0')
    } else if ends(&["_date"]) {
        ("2026-01-02".to_owned(), '0')
    } else if ends(&["mchid", "mch_id"]) {
        ("1900000001".to_owned(), '0')
    } else if name == "id" || ends(&["_id", "_no", "_ids", "_nos"]) {
        ("4200000000202601020000000001".to_owned(), '0')
    } else {
        (name.to_owned(), '_')
    };
    let mut letters: Vec<char> = text.chars().take(field.max_len().unwrap_or(usize::MAX)).collect();
    letters.resize(letters.len().max(field.min_len().unwrap_or(0)), filler);
    letters.into_iter().collect()
}
