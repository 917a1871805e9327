//! `wxpay doctor`: what is wrong with the settings, the network, the gateway's view of them, and the notify URL.

use std::time::SystemTime;

use clap::Args;

use super::context::Context;
use super::help::Help;
use crate::base::failure::Failure;
use crate::base::text::text;
use crate::doctor::{self, Choice, Facts, State};

pub(crate) const HELP: Help = Help {
    command: "doctor",
    zh: "体检：检查配置、密钥、网络、验签与回调地址，指出哪里不对、怎么改",
    examples: &[
        "wxpay doctor --env-file prod.env",
        "wxpay doctor --offline --json | jq -r .first",
        "wxpay doctor --base-uri http://127.0.0.1:8787/ --env-file .wxpay-sim/wxpay-sim.env",
    ],
};

#[derive(Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct DoctorArgs {
    /// Look at settings and files only; no socket is opened.
    #[arg(long)]
    offline: bool,

    /// Send nothing to the notify URL.
    #[arg(long)]
    no_notify: bool,

    /// Checks that are left out.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    skip: Vec<String>,

    /// Checks that are looked at, with what they need.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    only: Vec<String>,

    /// Exit 0 when there are warnings only.
    #[arg(long)]
    allow_warn: bool,

    /// Show every check.
    #[arg(long)]
    all: bool,

    /// List the checks, and look at nothing.
    #[arg(long)]
    list: bool,
}

/// The exit code when the worst state is a warning.
const WARNED: u8 = 10;

pub(crate) fn run(args: &DoctorArgs, context: &Context) -> Result<u8, Failure> {
    let choice =
        Choice { offline: args.offline, no_notify: args.no_notify, skip: args.skip.clone(), only: args.only.clone() };
    if let Some(id) = choice.unknown_id() {
        return Err(Failure::usage(text!("{id:?} is no check", "{id:?} 不是检查项"))
            .with_remedy(text!("`wxpay doctor --list` shows them all", "用 `wxpay doctor --list` 查看全部检查项")));
    }
    if args.list {
        context.show(doctor::document_of_all, || doctor::text_of_all(context.lang));
        return Ok(0);
    }
    let (settings, failures) = context.gather();
    let report = doctor::examine(&Facts::new(&settings, failures, SystemTime::now()), &choice);
    context.show(|| report.json(), || report.text(context.lang, context.paint(), args.all));
    if let Some(open) = report.unproven() {
        context.hint(&format!("hint: {}", open.en()), &format!("提示：{}", open.zh()));
    }
    Ok(match report.state() {
        State::Fail => 1,
        State::Warn if !args.allow_warn => WARNED,
        _ => 0,
    })
}
