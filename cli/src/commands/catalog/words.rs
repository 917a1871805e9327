//! The commands below `catalog`.

use clap::Subcommand;

use super::{search, show, types};
use crate::base::failure::Failure;
use crate::commands::context::Context;
use crate::commands::help::Help;

#[derive(Subcommand)]
pub(crate) enum CatalogCommand {
    /// Find endpoints by words.
    Search(search::SearchArgs),

    /// Show what an endpoint takes and answers.
    Show(show::ShowArgs),

    /// Write request and answer of an endpoint as types.
    Types(types::TypesArgs),
}

/// Of `catalog` and each of them.
pub(crate) const HELPS: &[Help] = &[
    Help {
        command: "catalog", zh: "接口目录：搜索、查看、生成类型", examples: &["wxpay catalog search 退款"]
    },
    search::HELP,
    show::HELP,
    types::HELP,
];

impl CatalogCommand {
    /// Its words, as documents name it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Search(_) => search::HELP.command,
            Self::Show(_) => show::HELP.command,
            Self::Types(_) => types::HELP.command,
        }
    }
}

pub(crate) fn run(command: &CatalogCommand, context: &Context) -> Result<u8, Failure> {
    match command {
        CatalogCommand::Search(args) => search::run(args, context),
        CatalogCommand::Show(args) => show::run(args, context),
        CatalogCommand::Types(args) => types::run(args, context),
    }
}
