//! All commands: their words, their help, and who runs them.

use clap::Subcommand;

use super::context::Context;
use super::help::Help;
use super::{completions, doctor, explain, sim, version};
use crate::base::failure::Failure;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Find what is wrong with settings, keys, network, signatures and the notify URL, and say what to do.
    Doctor(doctor::DoctorArgs),

    /// Say what a Request-ID, a code or an answer of the gateway means.
    Explain(explain::ExplainArgs),

    /// Run a stateful WeChat Pay on this machine, for any SDK in any language.
    Sim(sim::SimArgs),

    /// Write the completion script of a shell.
    Completions(completions::CompletionsArgs),

    /// Say which version this is.
    Version,
}

/// The help of every command and of every command below one.
pub(crate) const HELPS: &[&[Help]] =
    &[&[doctor::HELP], &[explain::HELP], &[sim::HELP], &[completions::HELP], &[version::HELP]];

impl Command {
    /// Its words, as documents name it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Doctor(_) => "doctor",
            Self::Explain(_) => "explain",
            Self::Sim(_) => "sim",
            Self::Completions(_) => "completions",
            Self::Version => "version",
        }
    }

    /// Whether it goes on until a signal and ends in a way of its own.
    pub(crate) fn ends_by_signal(&self) -> bool {
        matches!(self, Self::Sim(_))
    }

    /// Runs it; the exit code of what was found.
    pub(crate) fn run(&self, context: &Context) -> Result<u8, Failure> {
        match self {
            Self::Doctor(args) => doctor::run(args, context),
            Self::Explain(args) => explain::run(args, context),
            Self::Sim(args) => sim::run(args, context),
            Self::Completions(args) => completions::run(args),
            Self::Version => version::run(context),
        }
    }
}
