//! The records of operations and notifications.

use super::File;
use super::bytes::Bytes;
use super::fields::Tables;
use crate::json::Json;

/// What stands for no base URI and no alias.
const NONE: usize = 0xffff;

const BODIES: [&str; 3] = ["json", "xml", "body"];
const VERIFICATIONS: [&str; 3] = ["none", "digest", "optional"];

/// Packs operations (sorted) and notifications.
pub(crate) fn pack(operations: &[Json], notifications: &[Json], tables: &mut Tables) -> Result<Vec<File>, String> {
    let names: Vec<String> = operations.iter().map(name).collect();
    let (mut records, mut template) = (Bytes::default(), 0);
    for (at, operation) in operations.iter().enumerate() {
        template += usize::from(at > 0 && operations[at - 1].text("path") != operation.text("path"));
        record(operation, template, &names, tables, &mut records).map_err(|e| format!("{}: {e}", names[at]))?;
    }
    let mut notices = Bytes::default();
    for line in notifications {
        notices.u8(match line.text("version") {
            Some("v2") => 0,
            Some("v3") => 1,
            _ => return Err("a notification without version".to_owned()),
        })?;
        notices.u16(tables.string(line.text("event_type").ok_or("a notification without event_type")?))?;
        notices.u16(tables.string(line.text("title").unwrap_or_default()))?;
        notices.u16(tables.list(line.list("body"))?)?;
        notices.u16(tables.list(line.list("reply"))?)?;
    }
    Ok(vec![("operations".to_owned(), records.0), ("notifications".to_owned(), notices.0)])
}

fn name(operation: &Json) -> String {
    format!("{} {}", operation.text("method").unwrap_or_default(), operation.text("path").unwrap_or_default())
}

/// Template, title, base URI, alias, lists of path, query, headers, body and answer, flags: 20 bytes.
fn record(
    operation: &Json,
    template: usize,
    names: &[String],
    tables: &mut Tables,
    records: &mut Bytes,
) -> Result<(), String> {
    records.u16(template)?;
    records.u16(tables.string(operation.text("title").ok_or("no title")?))?;
    records.u16(operation.text("base_uri").map_or(NONE, |uri| tables.string(uri)))?;
    let alias = |of: &str| names.iter().position(|name| name == of).ok_or_else(|| format!("no operation {of}"));
    records.u16(operation.text("alias_of").map_or(Ok(NONE), alias)?)?;
    let mut bodies = BODIES.iter().enumerate().filter(|(_, list)| operation.get(list).is_some());
    let body = bodies.next();
    if bodies.next().is_some() {
        return Err("two bodies".to_owned());
    }
    for list in ["variables", "query", "headers", body.map_or("", |(_, list)| *list), "response"] {
        records.u16(tables.list(operation.list(list))?)?;
    }
    let verification = match operation.text("verify") {
        None => 0,
        Some(word) => 1 + VERIFICATIONS.iter().position(|v| *v == word).ok_or_else(|| format!("verify {word}"))?,
    };
    records.u16(
        usize::from(operation.flag("mtls"))
            | usize::from(operation.flag("nonceless")) << 1
            | usize::from(operation.flag("download")) << 2
            | verification << 3
            | body.map_or(0, |(number, _)| number + 1) << 5,
    )
}
