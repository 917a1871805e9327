//! All commands: their words, their help, and who runs them.

use clap::Subcommand;

use super::context::Context;
use super::help::Help;
use super::{bill, call, catalog, certs, completions, doctor, explain, keys, notice, pay_params, sim, usage, version};
use crate::base::failure::Failure;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Find what is wrong with settings, keys, network, signatures and the notify URL, and say what to do.
    Doctor(doctor::DoctorArgs),

    /// Say what a Request-ID, a code, an answer of the gateway or a check of the doctor's means.
    Explain(explain::ExplainArgs),

    /// Run a stateful WeChat Pay on this machine, for any SDK in any language.
    Sim(sim::SimArgs),

    /// Call any endpoint: sign, send, verify.
    Call(Box<call::CallArgs>),

    /// Say what is signed of a request, and the signature; nothing is sent.
    Sign(Box<call::SignArgs>),

    /// Download bills, add them up, compare them with one's own books.
    #[command(subcommand)]
    Bill(bill::BillCommand),

    /// Verify and decrypt saved notifications.
    #[command(subcommand)]
    Notice(notice::NoticeCommand),

    /// Make the parameters by which a client lets its user pay.
    PayParams(pay_params::PayParamsArgs),

    /// Look up endpoints: paths, members, types.
    #[command(subcommand)]
    Catalog(catalog::CatalogCommand),

    /// Fetch, keep and look at platform certificates.
    #[command(subcommand)]
    Certs(certs::CertsCommand),

    /// Make, look at and convert keys and certificates.
    #[command(subcommand)]
    Keys(keys::KeysCommand),

    /// Write the completion script of a shell, or a page of the manual.
    Completions(completions::CompletionsArgs),

    /// Show the help of a command.
    Help(usage::UsageArgs),

    /// Say which version this is.
    Version,
}

/// The help of every command and of every command below one.
pub(crate) const HELPS: &[&[Help]] = &[
    &[doctor::HELP],
    &[explain::HELP],
    &[call::HELP],
    &[call::SIGN_HELP],
    notice::HELPS,
    &[pay_params::HELP],
    bill::HELPS,
    catalog::HELPS,
    certs::HELPS,
    keys::HELPS,
    &[sim::HELP],
    &[completions::HELP],
    &[usage::HELP],
    &[version::HELP],
];

impl Command {
    /// Its words, as documents name it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Doctor(_) => "doctor",
            Self::Explain(_) => "explain",
            Self::Call(_) => "call",
            Self::Sign(_) => "sign",
            Self::Bill(command) => command.name(),
            Self::Notice(command) => command.name(),
            Self::PayParams(_) => "pay-params",
            Self::Catalog(command) => command.name(),
            Self::Certs(command) => command.name(),
            Self::Keys(command) => command.name(),
            Self::Sim(_) => "sim",
            Self::Completions(_) => "completions",
            Self::Help(_) => "help",
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
            Self::Call(args) => call::run(args, context),
            Self::Sign(args) => call::run_sign(args, context),
            Self::Bill(command) => bill::run(command, context),
            Self::Notice(command) => notice::run(command, context),
            Self::PayParams(args) => pay_params::run(args, context),
            Self::Catalog(command) => catalog::run(command, context),
            Self::Certs(command) => certs::run(command, context),
            Self::Keys(command) => keys::run(command, context),
            Self::Completions(args) => completions::run(args, context),
            Self::Help(args) => usage::run(args, context),
            Self::Version => version::run(context),
        }
    }
}
