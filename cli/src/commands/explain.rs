//! `wxpay explain`: what the gateway meant.

use std::path::{Path, PathBuf};

use clap::Args;

use super::context::Context;
use super::help::Help;
use crate::base::failure::Failure;
use crate::base::files;
use crate::base::output::plain;
use crate::base::text::text;
use crate::doctor;
use crate::explain::{Explanation, What, explain, of_check};

pub(crate) const HELP: Help = Help {
    command: "explain",
    zh: "解释 Request-ID、错误码、体检项或网关应答；签名被拒时指出哪一行不同",
    examples: &[
        "wxpay explain 08F78BB5AF0610D302189F94E8A4062083AE0228CA8F5A-268443699",
        "wxpay explain SYSTEM_ERROR",
        "wxpay explain key.fits_serial",
        "wxpay explain answer.txt --sent signed.txt",
    ],
};

#[derive(Args)]
pub(crate) struct ExplainArgs {
    /// A Request-ID, a code, the id of a doctor's check, or a file with an answer or its body; `-` for stdin.
    #[arg(value_name = "WHAT", required_unless_present = "status")]
    what: Option<String>,

    /// The status of the answer.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(100..600))]
    status: Option<u16>,

    /// The text that was signed, as `wxpay sign --json` calls `message`.
    #[arg(long, value_name = "FILE")]
    sent: Option<PathBuf>,
}

pub(crate) fn run(args: &ExplainArgs, context: &Context) -> Result<u8, Failure> {
    let of_gateway = || -> Result<Explanation, Failure> {
        let what = args.what.as_deref().map_or(Ok(What::Status), what)?;
        let sent = args.sent.as_deref().map(files::read).transpose()?;
        Ok(explain(&what, args.status, sent))
    };
    let explanation = args.what.as_deref().and_then(check).map_or_else(of_gateway, Ok)?;
    context.show(|| explanation.json(), || plain(&explanation.text(context.lang)));
    Ok(u8::from(!explanation.is_known()))
}

/// A check of the doctor's, unless a file has that name.
fn check(word: &str) -> Option<Explanation> {
    let (title, meaning) = doctor::of_check(word).filter(|_| !Path::new(word).is_file())?;
    Some(of_check(meaning.id, title, meaning.cause, meaning.remedy))
}

/// A file, where there is one of that name; else a word.
fn what(word: &str) -> Result<What, Failure> {
    let path = Path::new(word);
    if files::is_dash(path) || path.is_file() {
        let text = files::read_text(path)?;
        let shown = plain(word);
        return What::of_text(&text).ok_or_else(|| {
            Failure::usage(text!(
                "{shown} holds no answer of the gateway: expected JSON, or a status line, headers, a blank line and a body",
                "{shown} 不是网关应答：应为 JSON，或状态行、响应头、空行与报文"
            ))
        });
    }
    let inline = || What::of_text(word).filter(|_| word.trim_start().starts_with('{'));
    What::of_word(word).or_else(inline).ok_or_else(|| {
        let shown = plain(word);
        let failure = Failure::usage(text!(
            "{shown:?} is no file, no Request-ID, no code and no check of the doctor's",
            "{shown:?} 不是文件、Request-ID、错误码或体检项"
        ));
        match doctor::nearest(word) {
            Some(id) => failure.with_remedy(text!("the nearest check is {id}", "最接近的体检项是 {id}")),
            None => failure,
        }
    })
}
