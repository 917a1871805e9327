//! `wxpay catalog types`.

use clap::{Args, ValueEnum};
use serde_json::json;
use wechatpay_catalog::Operation;

use super::entry::{entries, none};
use crate::base::failure::Failure;
use crate::base::text::text;
use crate::commands::context::Context;
use crate::commands::help::Help;

pub(super) const HELP: Help = Help {
    command: "catalog types",
    zh: "把接口的请求与应答生成为 Rust、TypeScript 或 PHP 类型",
    examples: &["wxpay catalog types post v3/pay/transactions/native --as typescript"],
};

#[derive(Clone, Copy, ValueEnum)]
enum Language {
    Rust,
    Typescript,
    Php,
}

#[derive(Args)]
pub(crate) struct TypesArgs {
    /// Verb and path; the verb may be left out where the path has one only.
    #[arg(value_names = ["VERB", "PATH"], num_args = 1..=2, required = true)]
    words: Vec<String>,

    /// The language.
    #[arg(long = "as", value_enum, value_name = "LANGUAGE")]
    language: Language,
}

pub(super) fn run(args: &TypesArgs, context: &Context) -> Result<u8, Failure> {
    let (path, found) = entries(&args.words)?;
    let entry = match found.as_slice() {
        [] => return Ok(none(&path, context)),
        [entry] => *entry,
        several => {
            let verbs = several.iter().map(|entry| entry.method()).collect::<Vec<_>>().join(", ");
            return Err(Failure::usage(text!("{path} has {verbs}: name one", "{path} 有 {verbs}，请指定其一")));
        }
    };
    let code = code(entry, args.language);
    context.show(|| json!({"code": code}), || code.clone());
    Ok(0)
}

fn code(entry: Operation, language: Language) -> String {
    match language {
        Language::Rust => entry.rust_types(),
        Language::Typescript => entry.typescript_types(),
        Language::Php => entry.php_types(),
    }
}
