//! `wxpay catalog search`.

use clap::Args;
use serde_json::{Value, json};
use wechatpay_catalog::{Operation, Protocol};

use crate::base::failure::Failure;
use crate::base::output::plain;
use crate::commands::context::Context;
use crate::commands::help::Help;

pub(super) const HELP: Help = Help {
    command: "catalog search",
    zh: "按关键词（中英文）搜索接口",
    examples: &["wxpay catalog search 退款 查询", "wxpay catalog search refund out_refund_no"],
};

#[derive(Args)]
pub(crate) struct SearchArgs {
    /// Words that an endpoint has all of: in its path, title, members.
    #[arg(value_name = "WORD", required = true)]
    words: Vec<String>,

    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
}

pub(super) fn run(args: &SearchArgs, context: &Context) -> Result<u8, Failure> {
    let found = wechatpay_catalog::search(&args.words.join(" "), args.limit);
    let line = |operation: &Operation| format!("{:6} {}  {}", operation.method(), operation.path(), operation.title());
    context.show(
        || json!({"results": found.iter().copied().map(result).collect::<Vec<_>>()}),
        || plain(&found.iter().map(line).collect::<Vec<_>>().join("\n")),
    );
    if found.is_empty() {
        context.hint("nothing found", "没有找到");
    }
    Ok(u8::from(found.is_empty()))
}

fn result(operation: Operation) -> Value {
    json!({
        "method": operation.method(),
        "path": operation.path(),
        "title": operation.title(),
        "version": version(operation),
        "mtls": operation.needs_certificate(),
    })
}

pub(super) fn version(operation: Operation) -> &'static str {
    if operation.protocol() == Protocol::V2 { "v2" } else { "v3" }
}
