//! PHP: array shapes for `PHPStan` and Psalm.

use std::fmt::Write as _;

use crate::operation::Operation;

use super::model::{Member, Record, Shape, records};
use super::names::is_plain;

impl Operation {
    /// Query, body and answer as array shapes in a `PHPDoc` comment.
    ///
    /// What is not required has a `?`; values and lengths stand in comments. `mixed` occurs only where the page lists no members, or
    /// alternatives.
    ///
    /// ```
    /// let native = wechatpay_catalog::operation("POST", "v3/pay/transactions/native").unwrap();
    /// assert!(native.php_types().contains("@phpstan-type PostPayTransactionsNativeRequest array{"));
    /// ```
    pub fn php_types(self) -> String {
        let records = records(self);
        let mut text = String::new();
        if records.is_empty() {
            return text;
        }
        text.push_str("/**\n");
        for (at, record) in records.iter().enumerate() {
            text.push_str(if at == 0 { "" } else { " *\n" });
            shape(record, &mut text);
        }
        text.push_str(" */\n");
        text
    }
}

fn shape(record: &Record, text: &mut String) {
    let _ = writeln!(text, " * {}\n *\n * @phpstan-type {} array{{", comment(&record.title), record.name);
    let (patterns, members): (Vec<_>, Vec<_>) = record.members.iter().partition(|member| member.is_numbered());
    for member in members {
        if !member.notes.is_empty() {
            let _ = writeln!(text, " *   // {}", comment(&member.notes.join("; ")));
        }
        let _ = writeln!(text, " *   {}: {},", key(member), type_of(member));
    }
    if !patterns.is_empty() {
        let names: Vec<&str> = patterns.iter().map(|member| member.name).collect();
        let _ = writeln!(text, " *   // {}", comment(&names.join(", ")));
        let _ = writeln!(text, " *   ...<string, string>");
    }
    text.push_str(" * }\n");
}

fn key(member: &Member) -> String {
    let name = member.name;
    let name = if is_plain(name) { name.to_owned() } else { format!("'{name}'") };
    if member.optional { format!("{name}?") } else { name }
}

fn type_of(member: &Member) -> String {
    let one = match &member.shape {
        Shape::Text => "string",
        Shape::Integer => "int",
        Shape::Number => "int|float",
        Shape::Boolean => "bool",
        Shape::Record(name) => name,
        Shape::Anything => "mixed",
    };
    if member.list { format!("list<{one}>") } else { one.to_owned() }
}

fn comment(text: &str) -> String {
    text.replace("*/", "* /").replace(['\n', '\r'], " ")
}
