//! A write to another machine is asked about before it is sent.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::base::failure::{Facts, Failure};
use crate::base::output::{self, plain};
use crate::base::text::{Text, text};
use crate::commands::context::Context;

/// What is about to be sent, and where.
pub(super) struct Write<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) mchid: &'a str,
    pub(super) host: &'a str,
}

/// Asks on a terminal; elsewhere nobody can be asked.
///
/// # Errors
///
/// Exit 2, `unconfirmed`.
pub(super) fn confirm(write: &Write, context: &Context) -> Result<(), Failure> {
    let Write { method, path, mchid, host } = write;
    let (path, host) = (plain(path), plain(host));
    if !io::stdin().is_terminal() || !output::stderr_is_terminal() {
        return Err(unconfirmed(text!(
            "{method} {path} as {mchid} to {host} changes something and was not confirmed",
            "以商户 {mchid} 向 {host} 发送 {method} {path} 会产生变更，尚未确认"
        )));
    }
    let question = text!(
        "send {method} {path} as {mchid} to {host}? [y/N] ",
        "以商户 {mchid} 向 {host} 发送 {method} {path}？[y/N] "
    );
    // A question that cannot be shown is one that is not answered.
    let asked = write!(io::stderr().lock(), "{}", question.of(context.lang));
    let mut answer = String::new();
    let read = asked.and_then(|()| io::stdin().lock().read_line(&mut answer));
    match read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes") {
        true => Ok(()),
        false => Err(unconfirmed(text!("not sent", "未发送"))),
    }
}

fn unconfirmed(message: Text) -> Failure {
    Failure::of(Facts { exit: 2, kind: "Usage", message, reason: Some("unconfirmed"), ..Facts::default() }).with_remedy(
        text!(
            "--yes sends it without a question, --dry-run only shows it",
            "加 --yes 直接发送，或用 --dry-run 只查看不发送"
        ),
    )
}
