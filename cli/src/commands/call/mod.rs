//! `wxpay call` and `wxpay sign`: any endpoint, sent or only signed.

mod answer;
#[allow(clippy::module_inception, reason = "the command of the same name lives there")]
mod call;
mod confirm;
mod dry_run;
mod qr;
mod sign;
mod words;

pub(crate) use call::{CallArgs, HELP, run};
pub(crate) use sign::{HELP as SIGN_HELP, SignArgs, run as run_sign};
