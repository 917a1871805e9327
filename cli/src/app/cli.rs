//! What stands on the command line.

use clap::{ArgAction, Parser};

use crate::commands::context::Flags;
use crate::commands::table::Command;

/// The WeChat Pay (微信支付) merchant OpenAPI on the command line.
#[derive(Parser)]
#[command(name = "wxpay", version, arg_required_else_help = true, propagate_version = false)]
#[command(disable_help_flag = true, disable_help_subcommand = true, disable_version_flag = true)]
pub(super) struct Cli {
    /// Show the help; `-h` is short.
    #[arg(short, long, global = true, display_order = 1000, action = ArgAction::Help)]
    help: Option<bool>,

    /// Show the version.
    #[arg(short = 'V', long, display_order = 1001, action = ArgAction::Version)]
    version: Option<bool>,

    #[command(flatten)]
    pub(super) flags: Flags,

    #[command(subcommand)]
    pub(super) command: Command,
}
