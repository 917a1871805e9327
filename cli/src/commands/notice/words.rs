//! The commands below `notice`.

use clap::Subcommand;

use super::{decrypt, send, verify};
use crate::base::failure::Failure;
use crate::commands::context::Context;
use crate::commands::help::Help;

#[derive(Subcommand)]
pub(crate) enum NoticeCommand {
    /// Verify a saved notification.
    Verify(verify::VerifyArgs),

    /// Verify a saved notification and decrypt it.
    Decrypt(decrypt::DecryptArgs),

    /// Send a notification of the simulator to a handler under test.
    Send(send::SendArgs),
}

/// Of `notice` and each of them.
pub(crate) const HELPS: &[Help] = &[
    Help {
        command: "notice", zh: "回调通知：验签、解密、模拟发送", examples: &["wxpay notice verify notice.http"]
    },
    verify::HELP,
    decrypt::HELP,
    send::HELP,
];

impl NoticeCommand {
    /// Its words, as documents name it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Verify(_) => verify::HELP.command,
            Self::Decrypt(_) => decrypt::HELP.command,
            Self::Send(_) => send::HELP.command,
        }
    }
}

pub(crate) fn run(command: &NoticeCommand, context: &Context) -> Result<u8, Failure> {
    match command {
        NoticeCommand::Verify(args) => verify::run(args, context),
        NoticeCommand::Decrypt(args) => decrypt::run(args, context),
        NoticeCommand::Send(args) => send::run(args, context),
    }
}
