//! `wxpay`: the WeChat Pay merchant OpenAPI on the command line.

mod args;
mod failure;
mod help;
mod lang;
mod sim;

use std::process::ExitCode;

use args::{Cli, Command};
use clap::FromArgMatches as _;
use failure::Failure;
use lang::Lang;

fn main() -> ExitCode {
    let wanted = help::language(std::env::args());
    let matches = match help::command(wanted).try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return refuse(&error, wanted),
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error, wanted),
    };
    let lang = cli.lang.unwrap_or(wanted);
    let done = match &cli.command {
        Command::Sim(args) => sim::run(args, cli.json, lang).map_err(|failure| ("sim", failure)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err((command, failure)) => report(command, &failure, cli.json, lang),
    }
}

/// What clap has to say: help and version go to stdout, everything else is a usage error.
fn refuse(error: &clap::Error, lang: Lang) -> ExitCode {
    if std::env::args().any(|word| word == "--json") && error.use_stderr() {
        let text = error.render().to_string();
        let text = text.trim().strip_prefix("error: ").unwrap_or(text.trim()).to_owned();
        return report("wxpay", &Failure::usage(text.clone(), text), true, lang);
    }
    // A closed pipe is no failure.
    _ = error.print();
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}

fn report(command: &str, failure: &Failure, json: bool, lang: Lang) -> ExitCode {
    match json {
        true => println!("{}", failure.json(command)),
        false => eprintln!("{}", failure.line(lang)),
    }
    ExitCode::from(failure.exit)
}
