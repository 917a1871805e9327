//! `wxpay notice verify`: whether a saved notification is WeChat Pay's. No socket is opened.

use clap::Args;
use serde_json::Value;

use super::input::{InputArgs, envelope, lines};
use super::v2;
use crate::base::failure::{Facts, Failure};
use crate::base::text::text;
use crate::commands::context::Context;
use crate::commands::help::Help;
use crate::notice::refused;

pub(super) const HELP: Help = Help {
    command: "notice verify",
    zh: "验证保存下来的回调通知",
    examples: &["wxpay notice verify notice.http", "wxpay notice verify body.json --headers headers.txt --at now"],
};

#[derive(Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    input: InputArgs,
}

pub(super) fn run(args: &VerifyArgs, context: &Context) -> Result<u8, Failure> {
    let input = args.input.read()?;
    let client = context.client()?;
    let document = if input.saved.is_v2() {
        v2::verified(&client, &input.saved.body)?
    } else {
        client.verify_notice_at(&input.saved.headers, &input.saved.body, input.at).map_err(refused)?;
        let mut document = input.verified();
        document["notice"] = envelope(&parsed(&input.saved.body)?);
        document
    };
    context.show(|| document.clone(), || lines(&document));
    Ok(0)
}

/// The JSON of a body whose signature is right.
fn parsed(body: &[u8]) -> Result<Value, Failure> {
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Failure::of(Facts {
            exit: 5,
            kind: "Decode",
            message: text!(
                "the body is no JSON (line {line}, column {column})",
                "报文不是 JSON（第 {line} 行第 {column} 列）"
            ),
            reason: Some("not_json"),
            ..Facts::default()
        })
    })
}
