//! `wxpay help`: the help of the program or of one of its commands.

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::help::Help;
use crate::base::failure::Failure;

pub(crate) const HELP: Help =
    Help { command: "help", zh: "显示某个命令的帮助", examples: &["wxpay help", "wxpay help bill sum"] };

#[derive(Args)]
pub(crate) struct UsageArgs {
    /// Which command.
    #[arg(value_name = "COMMAND")]
    words: Vec<String>,
}

pub(crate) fn run(args: &UsageArgs, context: &Context) -> Result<u8, Failure> {
    let help = context.below(&args.words)?.render_long_help();
    context.show(|| json!({"help": help.to_string()}), || context.paint().styled(&help));
    Ok(0)
}
