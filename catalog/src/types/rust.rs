//! Rust: structs with serde's derives.

use std::fmt::Write as _;

use crate::operation::Operation;

use super::model::{Member, Record, Shape, records};
use super::names::{Taken, of_operation, snake};

const DERIVES: &str = "#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]\n";

impl Operation {
    /// Query, body and answer as Rust structs, as a text that compiles with serde (`derive`).
    ///
    /// What is not required is an `Option`; values and lengths stand in comments. `serde_json::Value` occurs only where the page lists no
    /// members, or alternatives. Numbers that may have a fraction are an enum of their own, so that 1 is not written as 1.0.
    ///
    /// ```
    /// let native = wechatpay_catalog::operation("POST", "v3/pay/transactions/native").unwrap();
    /// assert!(native.rust_types().contains("pub struct PostPayTransactionsNativeRequest {"));
    /// ```
    pub fn rust_types(self) -> String {
        let records = records(self);
        let number = number_name(self, &records);
        let mut text = String::new();
        for record in &records {
            structure(record, &number, &mut text);
        }
        let is_number = |member: &Member| matches!(member.shape, Shape::Number);
        if records.iter().any(|record| record.members.iter().any(is_number)) {
            number_type(&number, &mut text);
        }
        text
    }
}

/// A name for the type of numbers that no struct has.
fn number_name(operation: Operation, records: &[Record]) -> String {
    let mut taken = Taken::default();
    for record in records {
        taken.unique(&record.name);
    }
    taken.unique(&format!("{}Number", of_operation(operation.method(), operation.path())))
}

fn structure(record: &Record, number: &str, text: &mut String) {
    let mut taken = Taken::default();
    let _ = write!(text, "/// {}\n{DERIVES}pub struct {} {{\n", one_line(&record.title), record.name);
    let (patterns, members): (Vec<_>, Vec<_>) = record.members.iter().partition(|member| member.is_numbered());
    for member in members {
        if !member.notes.is_empty() {
            let _ = writeln!(text, "    /// {}.", one_line(&member.notes.join("; ")));
        }
        let name = taken.unique(&snake(member.name));
        let mut attributes = Vec::new();
        if name != member.name {
            attributes.push(format!("rename = {:?}", member.name));
        }
        if member.optional {
            attributes.push("default, skip_serializing_if = \"Option::is_none\"".to_owned());
        }
        if !attributes.is_empty() {
            let _ = writeln!(text, "    #[serde({})]", attributes.join(", "));
        }
        let _ = writeln!(text, "    pub {name}: {},", type_of(member, number));
    }
    if !patterns.is_empty() {
        let names: Vec<String> = patterns.iter().map(|member| format!("`{}`", member.name)).collect();
        let name = taken.unique("numbered");
        let _ = writeln!(text, "    /// {}.\n    #[serde(flatten)]", names.join(", "));
        let _ = writeln!(text, "    pub {name}: std::collections::BTreeMap<String, String>,");
    }
    text.push_str("}\n\n");
}

fn type_of(member: &Member, number: &str) -> String {
    let one = match &member.shape {
        Shape::Text => "String",
        Shape::Integer => "i64",
        Shape::Number => number,
        Shape::Boolean => "bool",
        Shape::Record(name) => name,
        Shape::Anything => "serde_json::Value",
    };
    let all = if member.list { format!("Vec<{one}>") } else { one.to_owned() };
    if member.optional { format!("Option<{all}>") } else { all }
}

fn number_type(name: &str, text: &mut String) {
    let _ = write!(
        text,
        "/// A number.\n\
         #[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]\n\
         #[serde(untagged)]\n\
         pub enum {name} {{\n    /// A whole one.\n    Integer(i64),\n    /// One with a fraction.\n    Fraction(f64),\n}}\n\n\
         impl Default for {name} {{\n    fn default() -> Self {{\n        Self::Integer(0)\n    }}\n}}\n\n"
    );
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
