//! What the words before and after every command say.

use clap::Args;
use serde_json::Value;
use wechatpay_chain::Client;

use crate::base::failure::Failure;
use crate::base::lang::Lang;
use crate::base::output::{self, Color, Paint};
use crate::base::text::text;
use crate::settings::Settings;
use crate::settings::flags::SettingFlags;

#[derive(Clone, Args)]
pub(crate) struct Flags {
    /// Write exactly one JSON document to stdout.
    #[arg(long, global = true, display_order = 900)]
    pub(crate) json: bool,

    /// Language of texts and help; else that of the environment.
    #[arg(long, global = true, display_order = 900, value_enum, value_name = "zh|en", hide_possible_values = true)]
    pub(crate) lang: Option<Lang>,

    /// Colours.
    #[arg(long, global = true, display_order = 900, value_enum, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,

    /// No progress and no hints on stderr.
    #[arg(long, global = true, display_order = 900)]
    pub(crate) quiet: bool,

    #[command(flatten)]
    pub(crate) settings: SettingFlags,
}

/// How a command is run: where its settings are from and how it speaks.
pub(crate) struct Context {
    /// The words of the command, as documents name it.
    pub(crate) command: String,
    pub(crate) flags: Flags,
    pub(crate) lang: Lang,
    /// The whole command line in a language, as the program is asked for its help.
    pub(crate) whole: fn(Lang) -> clap::Command,
}

impl Context {
    pub(crate) fn is_json(&self) -> bool {
        self.flags.json
    }

    /// The whole command line, in the language of this run.
    pub(crate) fn whole(&self) -> clap::Command {
        let mut whole = (self.whole)(self.lang);
        whole.build();
        whole
    }

    /// The command that words lead to; without words the program.
    ///
    /// # Errors
    ///
    /// `Usage` (exit 2): there is no such command.
    pub(crate) fn below(&self, words: &[String]) -> Result<clap::Command, Failure> {
        words.iter().try_fold(self.whole(), |command, word| {
            command.find_subcommand(word).cloned().ok_or_else(|| {
                let shown = output::plain(word);
                Failure::usage(text!("{shown:?} is no command", "{shown:?} 不是命令"))
                    .with_remedy(text!("`wxpay --help` lists them", "用 `wxpay --help` 查看全部命令"))
            })
        })
    }

    /// The settings.
    ///
    /// # Errors
    ///
    /// `Config` (exit 3): the env file or the file of a secret cannot be read.
    pub(crate) fn settings(&self) -> Result<Settings, Failure> {
        let (settings, failures) = self.gather();
        failures.into_iter().next().map_or(Ok(settings), Err)
    }

    /// The settings as far as they can be read, and what of them cannot.
    pub(crate) fn gather(&self) -> (Settings, Vec<Failure>) {
        let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        Settings::gather(&self.flags.settings, std::env::vars_os().map(|(name, value)| (text(name), text(value))))
    }

    /// The client of the settings.
    ///
    /// # Errors
    ///
    /// `Config` (exit 3), naming what is missing or cannot be used.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        self.settings()?.client().map_err(Failure::from)
    }

    /// How stdout is painted.
    pub(crate) fn paint(&self) -> Paint {
        let var = |name: &str| std::env::var(name).ok();
        Paint(self.flags.color.applies(output::stdout_is_terminal(), var))
    }

    /// Writes the result: the document with `--json`, else the text.
    pub(crate) fn show(&self, document: impl FnOnce() -> Value, text: impl FnOnce() -> String) {
        match self.is_json() {
            true => output::document(&self.command, document()),
            false => output::print(&text()),
        }
    }

    /// A hint on stderr, for people who did not ask for quiet.
    pub(crate) fn hint(&self, en: &str, zh: &str) {
        if !self.flags.quiet && !self.is_json() {
            output::eprint(self.lang.pick(en, zh));
        }
    }
}
