//! `wxpay completions`: the script that a shell completes its words by.

use clap::{Args, Subcommand as _};
use clap_complete::Shell;

use super::context::Flags;
use super::help::Help;
use super::table::Command;
use crate::base::failure::Failure;
use crate::base::output;

pub(crate) const HELP: Help = Help {
    command: "completions",
    zh: "输出 shell 自动补全脚本",
    examples: &["wxpay completions bash", "wxpay completions zsh"],
};

#[derive(Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(args: &CompletionsArgs) -> Result<u8, Failure> {
    let mut command = Flags::augment_args(Command::augment_subcommands(clap::Command::new("wxpay")));
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "wxpay", &mut script);
    output::print_bytes(&script);
    Ok(0)
}
