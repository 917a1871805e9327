//! The commands below `keys`.

use clap::Subcommand;

use super::{check, convert, new};
use crate::base::failure::Failure;
use crate::commands::context::Context;
use crate::commands::help::Help;

#[derive(Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key and a self-signed certificate, for tests.
    New(new::NewArgs),

    /// Say what files of keys and certificates hold, and what belongs together.
    Check(check::CheckArgs),

    /// Bring a key or certificate into another form.
    Convert(convert::ConvertArgs),
}

/// Of `keys` and each of them.
pub(crate) const HELPS: &[Help] = &[
    Help {
        command: "keys",
        zh: "密钥与证书：生成、查看、转换格式",
        examples: &["wxpay keys check apiclient_key.pem apiclient_cert.pem"],
    },
    new::HELP,
    check::HELP,
    convert::HELP,
];

impl KeysCommand {
    /// Its words, as documents name it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::New(_) => new::HELP.command,
            Self::Check(_) => check::HELP.command,
            Self::Convert(_) => convert::HELP.command,
        }
    }
}

pub(crate) fn run(command: &KeysCommand, context: &Context) -> Result<u8, Failure> {
    match command {
        KeysCommand::New(args) => new::run(args, context),
        KeysCommand::Check(args) => check::run(args, context),
        KeysCommand::Convert(args) => convert::run(args, context),
    }
}
