//! `wxpay catalog show`.

use clap::Args;
use serde_json::{Value, json};
use wechatpay_catalog::{Field, Fields, Operation, Part, Required};

use super::entry::{entries, none};
use super::search::version;
use crate::base::failure::Failure;
use crate::base::output::plain;
use crate::commands::context::Context;
use crate::commands::help::Help;

pub(super) const HELP: Help = Help {
    command: "catalog show",
    zh: "查看接口的参数、字段、枚举与文档地址",
    examples: &[
        "wxpay catalog show post v3/pay/transactions/native",
        "wxpay catalog show v3/pay/transactions/out-trade-no/1217752501",
    ],
};

#[derive(Args)]
pub(crate) struct ShowArgs {
    /// Verb and path, a template or filled in; without a verb all that the path has.
    #[arg(value_names = ["VERB", "PATH"], num_args = 1..=2, required = true)]
    words: Vec<String>,
}

/// The parts of a call, as documents name them.
const PARTS: [&str; 6] = ["parameters", "query", "header", "body", "form", "answer"];

fn fields(entry: Operation, part: &str) -> Fields {
    match part {
        "parameters" => entry.fields(Part::Path),
        "query" => entry.fields(Part::Query),
        "header" => entry.fields(Part::Header),
        "body" if version(entry) == "v2" => entry.fields(Part::Xml),
        "body" => entry.fields(Part::Json),
        "form" => entry.fields(Part::Form),
        _ => entry.fields(Part::Answer),
    }
}

pub(super) fn run(args: &ShowArgs, context: &Context) -> Result<u8, Failure> {
    let (path, found) = entries(&args.words)?;
    if found.is_empty() {
        return Ok(none(&path, context));
    }
    context.show(
        || json!({"operations": found.iter().map(|entry| document(*entry)).collect::<Vec<_>>()}),
        || plain(&found.iter().map(|entry| shown(*entry)).collect::<Vec<_>>().join("\n\n")),
    );
    Ok(0)
}

fn document(entry: Operation) -> Value {
    let mut document = json!({
        "method": entry.method(),
        "path": entry.path(),
        "title": entry.title(),
        "product": entry.product(),
        "version": version(entry),
        "mtls": entry.needs_certificate(),
        "upload": entry.is_upload(),
        "download": entry.is_download(),
        "doc": entry.doc(),
    });
    for part in PARTS {
        document[part] = members(fields(entry, part));
    }
    document
}

fn members(fields: Fields) -> Value {
    fields.iter().map(member).collect()
}

fn member(field: Field) -> Value {
    json!({
        "name": field.name(),
        "type": kind(field),
        "list": field.is_list(),
        "required": field.required() == Required::Yes,
        "enum": field.values().collect::<Vec<_>>(),
        "encrypted": field.encryption().is_some(),
        "max_length": field.max_len(),
        "members": members(field.fields()),
    })
}

fn kind(field: Field) -> String {
    format!("{:?}", field.kind()).to_lowercase()
}

fn shown(entry: Operation) -> String {
    let mut lines = vec![format!("{} {}  {}", entry.method(), entry.path(), entry.title()), entry.doc()];
    for part in PARTS {
        let fields = fields(entry, part);
        if !fields.is_empty() {
            lines.push(format!("{part}:"));
            add(&mut lines, fields, 1);
        }
    }
    lines.join("\n")
}

fn add(lines: &mut Vec<String>, fields: Fields, depth: usize) {
    for field in fields {
        let list = if field.is_list() { "[]" } else { "" };
        let encrypted = if field.encryption().is_some() { "  encrypted" } else { "" };
        let values: Vec<_> = field.values().collect();
        let values = if values.is_empty() { String::new() } else { format!("  {}", values.join(" | ")) };
        let required = if field.required() == Required::Yes { " *" } else { "" };
        let (indent, name) = ("  ".repeat(depth), field.name());
        lines.push(format!("{indent}{name}{required}: {}{list}{encrypted}{values}", kind(field)));
        add(lines, field.fields(), depth + 1);
    }
}
