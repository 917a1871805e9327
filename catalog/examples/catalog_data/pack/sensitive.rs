//! The members that are encrypted with the platform's key, without everything else.

use super::File;
use super::bytes::{Bytes, place};
use super::paths;
use crate::json::Json;

/// The numbers of the parts a member can be in.
const PARTS: [(&str, usize); 2] = [("query", 0), ("json", 1)];

/// Packs the operations that have such members, and those that would be taken for one of them.
pub(crate) fn pack(operations: &[Json]) -> Result<Vec<File>, String> {
    let members: Vec<Vec<(usize, String)>> = operations.iter().map(members).collect();
    let needed = |at: usize| {
        let of = &operations[at];
        !members[at].is_empty()
            || (0..operations.len()).any(|other| !members[other].is_empty() && rivals(of, &operations[other]))
    };
    let kept: Vec<usize> = (0..operations.len()).filter(|at| needed(*at)).collect();
    let lines: Vec<Json> = kept.iter().map(|at| operations[*at].clone()).collect();
    let mut files = paths::pack("sensitive", &lines)?;

    let (mut text, mut entries, mut starts, mut count) = (String::new(), Bytes::default(), Bytes::default(), 0);
    for at in kept {
        starts.u16(count)?;
        for (part, pointer) in &members[at] {
            entries.u8(*part)?;
            entries.u16(place(&mut text, pointer))?;
            entries.u8(pointer.len())?;
            count += 1;
        }
    }
    starts.u16(count)?;
    files.push(("sensitive.members".to_owned(), entries.0));
    files.push(("sensitive.starts".to_owned(), starts.0));
    files.push(("sensitive.pointers".to_owned(), text.into_bytes()));
    Ok(files)
}

/// The part and pointer of each such member of an operation of APIv3.
fn members(operation: &Json) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    if operation.text("path").is_some_and(|path| path.starts_with("v2/")) {
        return found;
    }
    for (list, part) in PARTS {
        collect(operation.list(list), part, "", &mut found);
    }
    found
}

fn collect(fields: &[Json], part: usize, above: &str, found: &mut Vec<(usize, String)>) {
    for field in fields {
        let name = field.text("name").unwrap_or_default();
        let kind = field.text("type").unwrap_or_default();
        let items = if kind.ends_with("[]") || field.text("json_text").is_some() { "/*" } else { "" };
        let pointer = format!("{above}/{name}{items}");
        // What lies in a text that holds JSON has no pointer in the payload.
        if kind.starts_with("object") {
            collect(field.list("fields"), part, &pointer, found);
        }
        let entry = (part, pointer);
        if field.text("encrypted") == Some("by-rsa-pubkey") && !found.contains(&entry) {
            found.push(entry);
        }
    }
}

/// Whether one path can fit the templates of both.
fn rivals(one: &Json, other: &Json) -> bool {
    let (Some(one_path), Some(other_path)) = (one.text("path"), other.text("path")) else { return false };
    let variable = |segment: &str| segment.starts_with('{');
    one.text("method") == other.text("method")
        && one_path.split('/').count() == other_path.split('/').count()
        && one_path.split('/').zip(other_path.split('/')).all(|(a, b)| a == b || variable(a) || variable(b))
}
