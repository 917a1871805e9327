//! The way through the program: words, command, exit code.

use std::process::ExitCode;

use clap::FromArgMatches as _;
use clap::error::ErrorKind;
use serde_json::json;

use super::cli::Cli;
use super::{help, process, refuse};
use crate::base::failure::Failure;
use crate::base::lang::Lang;
use crate::base::{interrupt, output};
use crate::commands::context::{Context, Flags};
use crate::commands::table::Command;

/// Runs `wxpay` by the words of the process; the exit code is that of section "exit codes" in its documentation.
pub fn main() -> ExitCode {
    process::leave_no_core();
    process::take_small_pages();
    let words: Vec<String> = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    let wanted = help::language(&words);
    let parsed = help::command(wanted).try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    match parsed {
        Ok(Cli { flags, command, .. }) => run(&command, &context(&command, flags, wanted)),
        Err(error) => refused(&error, &words, wanted),
    }
}

/// How a command is run; `wanted` is the language without `--lang`.
fn context(command: &Command, flags: Flags, wanted: Lang) -> Context {
    let lang = flags.lang.unwrap_or(wanted);
    Context { command: command.name().to_owned(), lang, flags, whole: help::command }
}

fn run(command: &Command, context: &Context) -> ExitCode {
    if !command.ends_by_signal() {
        interrupt::watch();
    }
    match command.run(context) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => report(&context.command, &failure, context.is_json(), context.lang),
    }
}

/// What clap has to say instead of a command.
fn refused(error: &clap::Error, words: &[String], lang: Lang) -> ExitCode {
    let json = words.iter().skip(1).take_while(|word| *word != "--").any(|word| word == "--json");
    match error.kind() {
        ErrorKind::DisplayVersion => version(json, lang),
        ErrorKind::DisplayHelp if json => {
            let text = error.render().to_string();
            output::document("help", json!({"help": text}));
            ExitCode::SUCCESS
        }
        // Also with `--lang` alone.
        ErrorKind::MissingSubcommand if !json => {
            output::eprint(&help::command(lang).render_help().to_string());
            ExitCode::from(2)
        }
        _ if !error.use_stderr()
            || (!json && lang == Lang::En)
            || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand =>
        {
            // A closed pipe is no failure.
            _ = error.print();
            ExitCode::from(if error.use_stderr() { 2 } else { 0 })
        }
        _ => report("wxpay", &refuse::failure(error), json, lang),
    }
}

/// `--version` is the command of the same name.
fn version(json: bool, lang: Lang) -> ExitCode {
    let words = if json { &["wxpay", "version", "--json"][..] } else { &["wxpay", "version"] };
    match help::command(lang).try_get_matches_from(words).and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(Cli { flags, command, .. }) => run(&command, &context(&command, flags, lang)),
        Err(error) => report("version", &refuse::failure(&error), json, lang),
    }
}

fn report(command: &str, failure: &Failure, json: bool, lang: Lang) -> ExitCode {
    match json {
        true => output::print(&failure.json(command).to_string()),
        false => output::eprint(&output::plain(&failure.lines(lang))),
    }
    ExitCode::from(failure.exit())
}
