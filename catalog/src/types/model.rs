//! The types of an operation, before they are written in a language.

use crate::field::Field;
use crate::kinds::{Encryption, Kind, Protocol, Required, Text};
use crate::operation::Operation;
use crate::part::Part;

use super::names::{Taken, camel, of_operation};

/// A type with members.
pub(crate) struct Record {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) members: Vec<Member>,
}

/// A member of a type.
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) list: bool,
    pub(crate) optional: bool,
    pub(crate) notes: Vec<String>,
}

/// What a member is; of each item when it is a list.
pub(crate) enum Shape {
    Text,
    Integer,
    Number,
    Boolean,
    Record(String),
    /// No members are listed, or there are alternatives.
    Anything,
}

impl Member {
    /// Whether the name stands for many: `coupon_fee_$n`.
    pub(crate) fn is_numbered(&self) -> bool {
        self.name.contains('$')
    }
}

/// The types of an operation, outer ones before those they hold.
pub(crate) fn records(operation: Operation) -> Vec<Record> {
    let name = of_operation(operation.method(), operation.path());
    let body = operation.body().unwrap_or(Part::Json);
    let v2 = operation.protocol() == Protocol::V2;
    // The file itself has no type.
    let is_file = |field: Field| body == Part::Form && field.kind() == Kind::Object && field.fields().is_empty();
    let parts = [
        ("Query", "查询参数", operation.fields(Part::Query), false),
        ("Request", "请求体", operation.fields(body), body == Part::Xml),
        ("Response", "应答", operation.fields(Part::Answer), v2),
    ];
    let mut model = Model { taken: Taken::default(), records: Vec::new() };
    for (suffix, part, fields, texts) in parts.into_iter().filter(|(_, _, fields, _)| !fields.is_empty()) {
        let record = model.taken.unique(&format!("{name}{suffix}"));
        let added = |name: &str| v2 && (name == "sign" || name == "nonce_str");
        let fields = fields.iter().filter(|field| suffix != "Request" || !is_file(*field));
        model.record(&record, format!("{}（{part}）", operation.title()), fields, texts, &added);
    }
    model.records
}

struct Model {
    taken: Taken,
    records: Vec<Record>,
}

impl Model {
    /// Adds the type of a list of fields. `added` names members that are put in on sending, and may be absent.
    fn record(
        &mut self,
        name: &str,
        title: String,
        fields: impl Iterator<Item = Field>,
        texts: bool,
        added: &dyn Fn(&str) -> bool,
    ) {
        let place = self.records.len();
        self.records.push(Record { name: name.to_owned(), title, members: Vec::new() });
        let mut members: Vec<Member> = Vec::new();
        for field in fields {
            if !members.iter().any(|member| member.name == field.name()) {
                let mut member = self.member(name, field, texts);
                member.optional |= added(field.name());
                members.push(member);
            }
        }
        if let Some(record) = self.records.get_mut(place) {
            record.members = members;
        }
    }

    fn member(&mut self, above: &str, field: Field, texts: bool) -> Member {
        let mut notes = notes(field);
        let below = format!("{above}{}", camel(field.name()));
        let inner = |model: &mut Self| {
            let name = model.taken.unique(&below);
            model.record(&name, format!("`{}`", field.name()), field.fields().iter(), false, &|_| false);
            name
        };
        if !field.fields().is_empty() && (texts || field.kind() == Kind::String) {
            let name = inner(self);
            let list = if field.is_list() || field.text() == Some(Text::Objects) { "a list of " } else { "" };
            notes.push(format!("holds {list}`{name}` as text"));
        }
        let shape = match field.kind() {
            _ if field.has_twin() && !texts => Shape::Anything,
            _ if texts => Shape::Text,
            Kind::String => Shape::Text,
            Kind::Integer => Shape::Integer,
            Kind::Number => Shape::Number,
            Kind::Boolean => Shape::Boolean,
            Kind::Object if field.fields().is_empty() => Shape::Anything,
            Kind::Object => Shape::Record(inner(self)),
        };
        let list = field.is_list() && !texts && !field.has_twin();
        Member { name: field.name(), shape, list, optional: field.required() != Required::Yes, notes }
    }
}

/// What a type cannot say: values, key, lengths.
fn notes(field: Field) -> Vec<String> {
    let mut notes = Vec::new();
    let values: Vec<String> = field.values().map(|value| format!("`{value}`")).collect();
    if !values.is_empty() {
        notes.push(format!("{}{}", values.join(", "), if field.is_open() { ", …" } else { "" }));
    }
    match field.encryption() {
        Some(Encryption::Platform) => notes.push("encrypted (RSA)".to_owned()),
        Some(Encryption::Bank) => notes.push("encrypted with the key for payments to bank cards".to_owned()),
        Some(_) => notes.push("encrypted (AES)".to_owned()),
        None => {}
    }
    match (field.min_len(), field.max_len()) {
        (Some(least), Some(most)) => notes.push(format!("{least} to {most} characters")),
        (Some(least), None) => notes.push(format!("at least {least} characters")),
        (None, Some(most)) => notes.push(format!("at most {most} characters")),
        (None, None) => {}
    }
    if field.text() == Some(Text::Pairs) {
        notes.push("percent-encoded `key=value` pairs, joined by `&`".to_owned());
    }
    notes
}
