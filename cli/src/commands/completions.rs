//! `wxpay completions`: the script that a shell completes its words by, and the pages of the manual.

use clap::{Args, ValueEnum};
use clap_complete::Shell;
use clap_mangen::Man;

use super::context::Context;
use super::help::Help;
use crate::base::failure::Failure;
use crate::base::output;
use crate::base::text::text;

pub(crate) const HELP: Help = Help {
    command: "completions",
    zh: "输出 shell 自动补全脚本或手册页",
    examples: &["wxpay completions bash", "wxpay completions zsh", "wxpay completions man bill sum"],
};

#[derive(Args)]
pub(crate) struct CompletionsArgs {
    /// The shell; `man` writes a page of the manual instead.
    #[arg(value_enum)]
    shell: Kind,

    /// Of `man`: the command whose page it is.
    #[arg(value_name = "COMMAND")]
    words: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
    Man,
}

impl Kind {
    /// The shell; `None` for the manual.
    fn shell(self) -> Option<Shell> {
        match self {
            Self::Bash => Some(Shell::Bash),
            Self::Zsh => Some(Shell::Zsh),
            Self::Fish => Some(Shell::Fish),
            Self::Powershell => Some(Shell::PowerShell),
            Self::Elvish => Some(Shell::Elvish),
            Self::Man => None,
        }
    }
}

pub(crate) fn run(args: &CompletionsArgs, context: &Context) -> Result<u8, Failure> {
    let mut written = Vec::new();
    match args.shell.shell() {
        Some(shell) if args.words.is_empty() => {
            clap_complete::generate(shell, &mut context.whole(), "wxpay", &mut written);
        }
        Some(_) => {
            return Err(Failure::usage(text!(
                "a script is of the whole program: only `man` takes a command",
                "补全脚本针对整个程序：只有 `man` 后面可以写命令"
            )));
        }
        None => {
            let command = context.below(&args.words)?;
            let name =
                std::iter::once("wxpay").chain(args.words.iter().map(String::as_str)).collect::<Vec<_>>().join("-");
            let page = Man::new(command).title(&name).source(format!("wxpay {}", env!("CARGO_PKG_VERSION")));
            page.render(&mut written).map_err(|error| {
                Failure::file(text!("the page cannot be written: {error}", "无法写出手册页：{error}"))
            })?;
        }
    }
    output::print_bytes(&written);
    Ok(0)
}
