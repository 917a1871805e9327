//! The commands below `bill`.

use clap::Subcommand;

use super::{get, look, show};
use crate::base::failure::Failure;
use crate::commands::context::Context;
use crate::commands::help::Help;

#[derive(Subcommand)]
pub(crate) enum BillCommand {
    /// Download a bill and check its hash.
    Get(get::GetArgs),

    /// Add up a bill and compare it with its summary.
    Sum(look::SumArgs),

    /// Show rows of a bill.
    Show(show::ShowArgs),

    /// Compare a bill with a CSV of one's own.
    Reconcile(look::ReconcileArgs),
}

/// Of `bill` and each of them.
pub(crate) const HELPS: &[Help] = &[
    Help {
        command: "bill", zh: "账单：下载、汇总、查看、对账", examples: &["wxpay bill get trade 2026-11-24"]
    },
    get::HELP,
    look::SUM_HELP,
    show::HELP,
    look::RECONCILE_HELP,
];

impl BillCommand {
    /// Its words, as documents name it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Get(_) => get::HELP.command,
            Self::Sum(_) => look::SUM_HELP.command,
            Self::Show(_) => show::HELP.command,
            Self::Reconcile(_) => look::RECONCILE_HELP.command,
        }
    }
}

pub(crate) fn run(command: &BillCommand, context: &Context) -> Result<u8, Failure> {
    match command {
        BillCommand::Get(args) => get::run(args, context),
        BillCommand::Sum(args) => look::sum(args, context),
        BillCommand::Show(args) => show::run(args, context),
        BillCommand::Reconcile(args) => look::reconcile(args, context),
    }
}
