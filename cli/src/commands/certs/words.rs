//! The commands below `certs`.

use clap::Subcommand;

use super::{fetch, show};
use crate::base::failure::Failure;
use crate::commands::context::Context;
use crate::commands::help::Help;

#[derive(Subcommand)]
pub(crate) enum CertsCommand {
    /// Fetch the platform certificates and list them.
    List(fetch::ListArgs),

    /// Fetch the platform certificates and keep them as files.
    Save(fetch::SaveArgs),

    /// Show what files of certificates say.
    Show(show::ShowArgs),
}

/// Of `certs` and each of them.
pub(crate) const HELPS: &[Help] = &[
    Help {
        command: "certs", zh: "微信支付平台证书：下载、保存、查看", examples: &["wxpay certs list"]
    },
    fetch::LIST_HELP,
    fetch::SAVE_HELP,
    show::HELP,
];

impl CertsCommand {
    /// Its words, as documents name it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::List(_) => fetch::LIST_HELP.command,
            Self::Save(_) => fetch::SAVE_HELP.command,
            Self::Show(_) => show::HELP.command,
        }
    }
}

pub(crate) fn run(command: &CertsCommand, context: &Context) -> Result<u8, Failure> {
    match command {
        CertsCommand::List(args) => fetch::list(args, context),
        CertsCommand::Save(args) => fetch::save(args, context),
        CertsCommand::Show(args) => show::run(args, context),
    }
}
