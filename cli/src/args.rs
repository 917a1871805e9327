//! What stands on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::lang::Lang;

/// The WeChat Pay (微信支付) merchant OpenAPI on the command line.
#[derive(Debug, Parser)]
#[command(name = "wxpay", version, arg_required_else_help = true, propagate_version = false)]
pub(crate) struct Cli {
    /// Write exactly one JSON document to stdout.
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Language of texts and help; else that of the environment.
    #[arg(long, global = true, value_enum, value_name = "zh|en")]
    pub(crate) lang: Option<Lang>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a stateful WeChat Pay on this machine, for any SDK in any language.
    Sim(SimArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SimArgs {
    /// Where HTTP is listened at; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8787", value_name = "ADDRESS")]
    pub(crate) listen: String,

    /// Where TLS is listened at; port 0 takes a free one, `off` switches it off.
    #[arg(long, default_value = "127.0.0.1:8788", value_name = "ADDRESS|off")]
    pub(crate) tls: String,

    /// Where the proxy for SDKs with constant hosts is listened at; port 0 takes a free one, `off` switches it off.
    #[arg(long, default_value = "127.0.0.1:8789", value_name = "ADDRESS|off")]
    pub(crate) proxy: String,

    /// The folder of keys; made at the first start, used again later.
    #[arg(long, default_value = "./.wxpay-sim", value_name = "DIR")]
    pub(crate) keys: PathBuf,

    /// The file that everything but keys is kept in; without it nothing is kept.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,

    /// What ids and random choices come from; random without it.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
}
