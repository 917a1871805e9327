//! Strings, lists of fields, lists of values and lengths: each different one once.

use std::collections::HashMap;

use super::File;
use super::bytes::Bytes;
use crate::json::Json;

/// The kinds by their numbers.
const KINDS: [&str; 5] = ["string", "integer", "number", "boolean", "object"];
const ENCRYPTIONS: [&str; 4] = ["by-rsa-pubkey", "by-bank-pubkey", "by-aes-gcm", "by-aes-ecb"];
const TEXTS: [&str; 4] = ["object", "object[]", "string[]", "any"];
const PAIRS: usize = 5;

/// What a length table has where there is no bound.
const UNBOUNDED: usize = 0xffff;

/// The tables that operations and notifications point into.
#[derive(Default)]
pub(crate) struct Tables {
    text: String,
    strings: Vec<usize>,
    string_numbers: HashMap<String, usize>,
    fields: Vec<[usize; 4]>,
    lists: Vec<(usize, usize)>,
    list_numbers: HashMap<String, usize>,
    values: Vec<Vec<usize>>,
    value_numbers: HashMap<Vec<usize>, usize>,
    lengths: Vec<[usize; 3]>,
}

impl Tables {
    /// The number of a string.
    pub(crate) fn string(&mut self, text: &str) -> usize {
        if let Some(number) = self.string_numbers.get(text) {
            return *number;
        }
        let number = self.strings.len();
        self.strings.push(self.text.len());
        self.text.push_str(text);
        self.string_numbers.insert(text.to_owned(), number);
        number
    }

    /// The number of a list of fields; 0 for an empty one.
    pub(crate) fn list(&mut self, fields: &[Json]) -> Result<usize, String> {
        let lines: Vec<String> = fields.iter().map(Json::line).collect();
        let line = lines.join("\n");
        if fields.is_empty() {
            return Ok(0);
        }
        if let Some(number) = self.list_numbers.get(&line) {
            return Ok(*number);
        }
        let first = self.fields.len();
        self.fields.resize(first + fields.len(), [0; 4]);
        for (at, field) in fields.iter().enumerate() {
            let twin = fields.iter().filter(|other| other.text("name") == field.text("name")).count() > 1;
            self.field(first + at, field, twin)?;
        }
        self.lists.push((first, fields.len()));
        self.list_numbers.insert(line, self.lists.len());
        Ok(self.lists.len())
    }

    fn field(&mut self, place: usize, field: &Json, twin: bool) -> Result<(), String> {
        let flags = flags(field)? | usize::from(twin) << 15;
        let name = self.string(field.text("name").ok_or("a field without name")?);
        let fields = self.list(field.list("fields"))?;
        let mut values = Vec::new();
        for value in field.list("enum") {
            let Json::Text(text) = value else { return Err(format!("a value that is no text: {}", value.line())) };
            values.push(self.string(text));
        }
        self.fields[place] = [name, fields, self.value_list(values), flags];
        let length = |name: &str| match field.get(name) {
            Some(Json::Number(number)) => number.as_u64().and_then(|n| usize::try_from(n).ok()),
            _ => None,
        };
        let (least, most) = (length("min_len"), length("max_len"));
        if least.is_some() || most.is_some() {
            self.lengths.push([place, least.unwrap_or(UNBOUNDED), most.unwrap_or(UNBOUNDED)]);
        }
        Ok(())
    }

    fn value_list(&mut self, values: Vec<usize>) -> usize {
        if values.is_empty() {
            return 0;
        }
        if let Some(number) = self.value_numbers.get(&values) {
            return *number;
        }
        self.values.push(values.clone());
        self.value_numbers.insert(values, self.values.len());
        self.values.len()
    }

    /// The files of all tables.
    pub(crate) fn files(&mut self) -> Result<Vec<File>, String> {
        let mut strings = Bytes::default();
        self.strings.iter().chain([&self.text.len()]).try_for_each(|start| strings.u24(*start))?;
        let mut fields = Bytes::default();
        self.fields.iter().flatten().try_for_each(|number| fields.u16(*number))?;
        let mut lists = Bytes::default();
        for (first, count) in [(0, 0)].iter().chain(&self.lists) {
            lists.u16(*first)?;
            lists.u16(*count)?;
        }
        let (mut values, mut starts, mut count) = (Bytes::default(), Bytes::default(), 0);
        starts.u16(0)?;
        for list in &self.values {
            starts.u16(count)?;
            list.iter().try_for_each(|value| values.u16(*value))?;
            count += list.len();
        }
        starts.u16(count)?;
        self.lengths.sort_unstable();
        let mut lengths = Bytes::default();
        self.lengths.iter().flatten().try_for_each(|number| lengths.u16(*number))?;
        let files = [
            ("strings.txt", std::mem::take(&mut self.text).into_bytes()),
            ("strings", strings.0),
            ("fields", fields.0),
            ("lists", lists.0),
            ("values", values.0),
            ("values.starts", starts.0),
            ("lengths", lengths.0),
        ];
        Ok(files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect())
    }
}

/// Bits: kind 0–2, list 3, required 4–5, encryption 6–8, text 9–11, open 12, lengths 13, `encoded` 14; 15: another field of the list has this name.
fn flags(field: &Json) -> Result<usize, String> {
    let known = [
        "name",
        "type",
        "required",
        "enum",
        "encrypted",
        "fields",
        "json_text",
        "url_text",
        "min_len",
        "max_len",
        "enum_open",
        "encoded",
    ];
    let Json::Object(members) = field else { return Err("a field is no object".to_owned()) };
    if let Some((name, _)) = members.iter().find(|(name, _)| !known.contains(&name.as_str())) {
        return Err(format!("a field with an unknown member {name}"));
    }
    let kind = field.text("type").ok_or("a field without type")?;
    let (kind, list) = kind.strip_suffix("[]").map_or((kind, 0), |kind| (kind, 1));
    let required = match field.get("required") {
        None => 0,
        Some(Json::Bool(true)) => 1,
        Some(Json::Text(text)) if text == "if_encrypted" => 2,
        Some(other) => return Err(format!("required {}", other.line())),
    };
    let encoded = field.flag("encoded");
    let text = match field.text("json_text") {
        Some(text) => number(&TEXTS, text)? + 1,
        None if field.flag("url_text") => PAIRS,
        // Older marks say only that it is text with JSON in it.
        None if encoded => number(&TEXTS, "any")? + 1,
        None => 0,
    };
    let encryption = field.text("encrypted").map_or(Ok(0), |of| number(&ENCRYPTIONS, of).map(|n| n + 1))?;
    let lengths = field.get("min_len").or(field.get("max_len")).is_some();
    Ok(number(&KINDS, kind)?
        | list << 3
        | required << 4
        | encryption << 6
        | text << 9
        | usize::from(field.flag("enum_open")) << 12
        | usize::from(lengths) << 13
        | usize::from(encoded) << 14)
}

fn number(all: &[&str], one: &str) -> Result<usize, String> {
    all.iter().position(|known| *known == one).ok_or_else(|| format!("unknown {one}"))
}
