//! What stands on the command line.

use clap::Parser;

use crate::commands::context::Flags;
use crate::commands::table::Command;

/// The WeChat Pay (微信支付) merchant OpenAPI on the command line.
#[derive(Parser)]
#[command(name = "wxpay", version, arg_required_else_help = true, propagate_version = false)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) flags: Flags,

    #[command(subcommand)]
    pub(super) command: Command,
}
