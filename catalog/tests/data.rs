//! The packed form against the lines it was made from.

#![cfg(feature = "data")]
#![allow(missing_docs, dead_code)]

#[path = "../examples/catalog_data/correct.rs"]
mod correct;
#[path = "../examples/catalog_data/json.rs"]
mod json;
#[path = "../examples/catalog_data/pack/mod.rs"]
mod pack;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};
use wechatpay_catalog::{
    DATE, Encryption, Field, Fields, Kind, Operation, Part, Protocol, Required, Text, Verification, notifications,
    operations, provenance,
};

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn lines(name: &str) -> Vec<Value> {
    read(name).lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

fn packed() -> Vec<pack::File> {
    let [operations, notices, corrections, date] =
        ["openapi.jsonl", "webhooks.jsonl", "corrections.jsonl", "date.txt"].map(|name| read(&format!("data/{name}")));
    pack::pack(&operations, &notices, &corrections, &date).expect("the data fits the packed form")
}

#[test]
fn the_packed_files_are_what_the_data_gives_byte_for_byte() {
    let (files, again) = (packed(), packed());
    assert_eq!(files, again);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("packed");
    for (name, bytes) in &files {
        let there = fs::read(folder.join(name)).unwrap_or_default();
        assert!(there == *bytes, "packed/{name} does not fit data/: run `cargo run --example catalog_data -- pack`");
    }
    assert_eq!(fs::read_dir(folder).expect("packed/ is there").count(), files.len());
}

#[test]
fn the_data_is_as_long_as_the_corrected_extraction_of_its_date() {
    assert_eq!((read("data/openapi.jsonl").len(), read("data/webhooks.jsonl").len()), (1_659_341, 215_169));
    let counts = provenance();
    assert_eq!((counts.operations(), counts.paths()), (1_144, 1_061));
    assert_eq!((counts.notifications(), counts.corrections()), (112, 1_193));
    assert_eq!((counts.date(), DATE), ("2026-08-22", "2026-08-22"));
    assert_eq!(env!("CARGO_PKG_VERSION_MINOR"), DATE.replace('-', ""), "the middle number of the version is the date");
}

#[test]
fn each_operation_reads_back_as_its_line() {
    let mut expected = lines("data/openapi.jsonl");
    expected.sort_by_key(|line| (text(line, "path"), text(line, "method")));
    assert_eq!(operations().len(), expected.len());
    for (operation, line) in operations().zip(expected) {
        assert_eq!(operation_line(operation, &line), line);
    }
}

#[test]
fn each_notification_reads_back_as_its_line() {
    let expected = lines("data/webhooks.jsonl");
    assert_eq!(notifications().len(), expected.len());
    for (notice, line) in notifications().zip(expected) {
        let version = if notice.protocol() == Protocol::V2 { "v2" } else { "v3" };
        let (body, reply) = (list(notice.body()), list(notice.reply()));
        let (event, title) = (notice.event_type(), notice.title());
        let read = json!({ "version": version, "event_type": event, "title": title, "body": body, "reply": reply });
        assert_eq!(read, without_encoded(line));
    }
}

/// What each correction is to bring stands in the data, unless a later one says otherwise.
#[test]
fn the_corrections_are_in_it() {
    let corrections = lines("data/corrections.jsonl");
    let new_paths: HashMap<String, String> = corrections
        .iter()
        .filter(|one| one["at"] == "@path")
        .map(|one| {
            (text(one, "op"), format!("{} {}", text(one, "op").split(' ').next().unwrap_or(""), text(one, "is")))
        })
        .collect();
    let operation = |line: &Value| format!("{} {}", text(line, "method"), text(line, "path"));
    let notice = |line: &Value| format!("webhook {} {}", text(line, "version"), text(line, "event_type"));
    let data: HashMap<String, Value> = lines("data/openapi.jsonl")
        .into_iter()
        .map(|line| (operation(&line), line))
        .chain(lines("data/webhooks.jsonl").into_iter().map(|line| (notice(&line), line)))
        .collect();
    let mut checked = 0;
    for (number, one) in corrections.iter().enumerate() {
        let (op, at) = (text(one, "op"), text(one, "at"));
        let later = corrections.iter().skip(number + 1).any(|next| {
            text(next, "op") == op && (at == "+" || touches(&text(next, "at"), &at, one["is"]["name"].as_str()))
        });
        if later {
            continue;
        }
        let line = &data[new_paths.get(&op).unwrap_or(&op)];
        assert!(brings(line, &at, &one["is"]), "{one}");
        checked += 1;
    }
    assert!(checked > 1_150, "{checked}");
}

fn touches(later: &str, at: &str, appended: Option<&str>) -> bool {
    let field = |at: &str| at.split('@').next().unwrap_or("").trim_end_matches('+').to_owned();
    let own = match (at.strip_suffix('+'), appended) {
        (Some(list), Some(name)) => format!("{list}/{name}"),
        _ => at.to_owned(),
    };
    later == at && !at.ends_with('+')
        || own.starts_with(&field(later)) && !later.contains('@') && !later.ends_with('+')
        || field(later).starts_with(&own)
}

/// Whether what stands at `at` is `is`.
fn brings(line: &Value, at: &str, is: &Value) -> bool {
    if at == "+" {
        return line == is;
    }
    let (path, member) = at.split_once('@').map_or((at, None), |(path, member)| (path, Some(member)));
    // A field that got another name is found by the new one.
    let renamed = path.rsplit_once('/').map(|(above, _)| format!("{above}/{}", is.as_str().unwrap_or_default()));
    let path = if member == Some("name") { renamed.as_deref().unwrap_or(path) } else { path };
    let (path, append) = path.strip_suffix('+').map_or((path, false), |path| (path, true));
    let mut fields = line;
    let mut found = vec![line];
    for (depth, segment) in path.split('/').skip(1).enumerate() {
        if depth == 0 {
            fields = &line[segment];
            continue;
        }
        let (name, number) = segment.strip_suffix("[2]").map_or((segment, 0), |name| (name, 1));
        let named = fields.as_array().into_iter().flatten().filter(|field| field["name"] == name);
        found = named.collect();
        let Some(field) = found.get(number).or(found.first()) else { return is.is_null() && member.is_none() };
        fields = &field["fields"];
    }
    match member {
        Some(member) => found.iter().any(|field| field[member] == *is),
        None if append => fields.as_array().is_some_and(|fields| fields.contains(is)),
        None => found.contains(&is) || (is.is_null() && found.len() < 2),
    }
}

fn text(line: &Value, name: &str) -> String {
    line[name].as_str().unwrap_or_default().to_owned()
}

fn operation_line(operation: Operation, original: &Value) -> Value {
    let mut line = Map::new();
    let mut put = |name: &str, value: Value| line.insert(name.to_owned(), value);
    put("method", operation.method().into());
    put("path", operation.path().into());
    put("title", operation.title().into());
    let parts = [
        ("variables", Part::Path),
        ("query", Part::Query),
        ("headers", Part::Header),
        ("json", Part::Json),
        ("xml", Part::Xml),
        ("body", Part::Form),
        ("response", Part::Answer),
    ];
    for (name, part) in parts {
        let fields = operation.fields(part);
        // One page has an XML body of which it lists nothing.
        if !fields.is_empty() || original.get(name).is_some() {
            put(name, list(fields));
        }
    }
    for (name, flag) in [
        ("mtls", operation.needs_certificate()),
        ("nonceless", operation.is_nonceless()),
        ("download", operation.is_download()),
    ] {
        if flag {
            put(name, true.into());
        }
    }
    if let Some(uri) = operation.base_uri() {
        put("base_uri", uri.into());
    }
    match operation.verification() {
        Verification::Signed => None,
        Verification::Unsigned => put("verify", "none".into()),
        Verification::Digest => put("verify", "digest".into()),
        _ => put("verify", "optional".into()),
    };
    if let Some(of) = operation.alias_of() {
        put("alias_of", format!("{} {}", of.method(), of.path()).into());
    }
    Value::Object(line)
}

fn list(fields: Fields) -> Value {
    fields.iter().map(field).collect()
}

fn field(field: Field) -> Value {
    let kind = match field.kind() {
        Kind::String => "string",
        Kind::Integer => "integer",
        Kind::Number => "number",
        Kind::Boolean => "boolean",
        _ => "object",
    };
    let mut all = Map::new();
    let mut put = |name: &str, value: Value| all.insert(name.to_owned(), value);
    put("name", field.name().into());
    put("type", format!("{kind}{}", if field.is_list() { "[]" } else { "" }).into());
    match field.required() {
        Required::Yes => put("required", true.into()),
        Required::IfEncrypted => put("required", "if_encrypted".into()),
        _ => None,
    };
    if field.values().len() > 0 {
        put("enum", field.values().collect());
    }
    if let Some(key) = field.encryption() {
        let name = match key {
            Encryption::Platform => "by-rsa-pubkey",
            Encryption::Bank => "by-bank-pubkey",
            Encryption::AesGcm => "by-aes-gcm",
            _ => "by-aes-ecb",
        };
        put("encrypted", name.into());
    }
    match field.text() {
        Some(Text::Object) => put("json_text", "object".into()),
        Some(Text::Objects) => put("json_text", "object[]".into()),
        Some(Text::Strings) => put("json_text", "string[]".into()),
        Some(Text::AnyJson) => put("json_text", "any".into()),
        Some(_) => put("url_text", true.into()),
        None => None,
    };
    for (name, length) in [("min_len", field.min_len()), ("max_len", field.max_len())] {
        if let Some(length) = length {
            put(name, length.into());
        }
    }
    if field.is_open() {
        put("enum_open", true.into());
    }
    if !field.fields().is_empty() {
        put("fields", list(field.fields()));
    }
    Value::Object(all)
}

/// Two members of a notification have the older mark `encoded`, which says less than `json_text` and is read as `any`.
fn without_encoded(mut value: Value) -> Value {
    match &mut value {
        Value::Object(members) => {
            if members.remove("encoded").is_some() {
                members.insert("json_text".to_owned(), "any".into());
            }
            members.values_mut().for_each(|member| *member = without_encoded(member.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = without_encoded(item.take())),
        _ => {}
    }
    value
}
