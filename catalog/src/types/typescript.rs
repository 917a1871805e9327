//! TypeScript: interfaces.

use std::fmt::Write as _;

use crate::operation::Operation;

use super::model::{Member, Record, Shape, records};
use super::names::is_plain;

impl Operation {
    /// Query, body and answer as TypeScript interfaces, as a text that passes `tsc --strict`.
    ///
    /// What is not required has a `?`; values and lengths stand in comments. `unknown` occurs only where the page lists no members, or
    /// alternatives.
    ///
    /// ```
    /// let native = wechatpay_catalog::operation("POST", "v3/pay/transactions/native").unwrap();
    /// assert!(native.typescript_types().contains("export interface PostPayTransactionsNativeRequest {"));
    /// ```
    pub fn typescript_types(self) -> String {
        let mut text = String::new();
        for record in &records(self) {
            interface(record, &mut text);
        }
        text
    }
}

fn interface(record: &Record, text: &mut String) {
    let _ = writeln!(text, "/** {} */\nexport interface {} {{", comment(&record.title), record.name);
    for member in &record.members {
        if !member.notes.is_empty() {
            let _ = writeln!(text, "  /** {} */", comment(&member.notes.join("; ")));
        }
        let _ = writeln!(text, "  {}: {};", key(member), type_of(member));
    }
    text.push_str("}\n\n");
}

/// The member's name with its mark; digits are a pattern.
fn key(member: &Member) -> String {
    let name = member.name;
    if member.is_numbered() {
        return format!("[name: `{}`]", name.replace("$n", "${number}").replace("$m", "${number}"));
    }
    let name = if is_plain(name) { name.to_owned() } else { format!("{name:?}") };
    if member.optional { format!("{name}?") } else { name }
}

fn type_of(member: &Member) -> String {
    let one = match &member.shape {
        Shape::Text => "string",
        Shape::Integer | Shape::Number => "number",
        Shape::Boolean => "boolean",
        Shape::Record(name) => name,
        Shape::Anything => "unknown",
    };
    let all = if member.list { format!("{one}[]") } else { one.to_owned() };
    if member.is_numbered() { format!("{all} | undefined") } else { all }
}

fn comment(text: &str) -> String {
    text.replace("*/", "* /").replace(['\n', '\r'], " ")
}
