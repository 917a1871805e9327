//! Everything that WeChat Pay remembers: the state of the machine, and the file of `--state`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::bills::store::Bills;
use super::clock::Clock;
use super::codes::Codes;
use super::complaints::Complaints;
use super::due::Queue;
use super::effect::{Change, Effect, Kind};
use super::faults::store::Faults;
use super::findings::Findings;
use super::ids::Ids;
use super::images::Images;
use super::ledger::{Account, Ledger, Posting, PostingKind};
use super::merchants::{self, Merchant, Merchants};
use super::notices::Notices;
use super::orders::Orders;
use super::payers::{self, Payers};
use super::platform::Platform;
use super::receivers::Receivers;
use super::refunds::Refunds;
use super::replies::Replies;
use super::rules::Rules;
use super::settings::Settings;
use super::sharings::{ShareReturns, Sharings};
use super::time::Time;
use super::transfers::Transfers;

/// The form of the state file.
pub(crate) const VERSION: u32 = 1;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct World {
    pub(crate) version: u32,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) settings: Settings,
    pub(crate) rules: Rules,
    pub(crate) merchants: Merchants,
    pub(crate) payers: Payers,
    pub(crate) platform: Platform,
    pub(crate) ledger: Ledger,
    pub(crate) orders: Orders,
    /// Numbers that were closed before they were used: merchant and number.
    pub(crate) burnt: BTreeSet<(String, String)>,
    /// The same of combined orders' numbers.
    pub(crate) burnt_combined: BTreeSet<(String, String)>,
    pub(crate) codes: Codes,
    pub(crate) complaints: Complaints,
    pub(crate) images: Images,
    pub(crate) refunds: Refunds,
    pub(crate) transfers: Transfers,
    pub(crate) receivers: Receivers,
    pub(crate) sharings: Sharings,
    pub(crate) returns: ShareReturns,
    pub(crate) bills: Bills,
    pub(crate) notices: Notices,
    pub(crate) findings: Findings,
    pub(crate) queue: Queue,
    pub(crate) faults: Faults,
    pub(crate) replies: Replies,
    /// What stands in the file beside the world is not the engine's: null but between reading and taking it.
    #[serde(default, skip_serializing)]
    gate: Value,
    #[serde(default, skip_serializing)]
    calls: Value,
    /// What a reset puts back: the settings and rules that the program was started with.
    #[serde(skip)]
    pub(crate) start: Start,
    /// What the step that is being made asks the outside to do.
    #[serde(skip)]
    effects: Vec<Effect>,
}

/// What a program was started with, and what is therefore there again after a reset.
#[derive(Clone, Debug, Default)]
pub(crate) struct Start {
    pub(crate) settings: Settings,
    pub(crate) rules: Rules,
    /// Those besides the usual ones.
    pub(crate) merchants: Vec<Merchant>,
}

/// What stands in a file beside the world; null for what does not.
#[derive(Debug)]
pub(crate) struct Beside {
    pub(crate) gate: Value,
    pub(crate) calls: Value,
}

/// What each payer has at the start: 1,000,000.00 yuan; and each merchant's account for transfers: 100,000.00 yuan.
const WALLET: i64 = 100_000_000;
const OPERATION: i64 = 10_000_000;

impl World {
    /// The world at the start.
    pub(crate) fn new(seed: u64, clock: Clock, now: Time) -> Self {
        let mut world = Self {
            version: VERSION,
            clock,
            ids: Ids::new(seed),
            settings: Settings::default(),
            rules: Rules::default(),
            merchants: merchants::at_the_start(),
            payers: payers::at_the_start(),
            platform: Platform::default(),
            ledger: Ledger::default(),
            orders: Orders::default(),
            burnt: BTreeSet::new(),
            burnt_combined: BTreeSet::new(),
            codes: Codes::new(),
            complaints: Complaints::default(),
            images: Images::default(),
            refunds: Refunds::default(),
            transfers: Transfers::default(),
            receivers: Receivers::default(),
            sharings: Sharings::default(),
            returns: ShareReturns::default(),
            bills: Bills::default(),
            notices: Notices::default(),
            findings: Findings::default(),
            queue: Queue::default(),
            faults: Faults::default(),
            replies: Replies::default(),
            gate: Value::Null,
            calls: Value::Null,
            start: Start::default(),
            effects: Vec::new(),
        };
        let wallets = world.payers.keys().map(|name| (Account::Wallet(name.clone()), WALLET));
        let operations = world.merchants.keys().map(|mchid| (Account::Operation(mchid.clone()), OPERATION));
        for (to, amount) in wallets.chain(operations).collect::<Vec<_>>() {
            let kind = PostingKind::TopUp;
            let (reference, order) = (String::new(), String::new());
            world.ledger.post(Posting { at: now, from: Account::World, to, amount, kind, reference, order });
        }
        world
    }

    /// What stood beside it in the file that it was read from: the gate's and the journal's.
    pub(super) fn take_beside(&mut self) -> Beside {
        Beside { gate: self.gate.take(), calls: self.calls.take() }
    }

    /// Gives a payer what each has at the start.
    pub(crate) fn fill_wallet(&mut self, now: Time, name: &str) {
        let (from, to) = (Account::World, Account::Wallet(name.to_owned()));
        let kind = PostingKind::TopUp;
        let (reference, order) = (String::new(), String::new());
        self.ledger.post(Posting { at: now, from, to, amount: WALLET, kind, reference, order });
    }

    /// Asks the outside for something, once the step is made.
    pub(crate) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Tells whoever looks on.
    pub(crate) fn changed(&mut self, kind: Kind, id: &str, what: impl Into<String>) {
        self.effects.push(Effect::Changed(Change { kind, id: id.to_owned(), what: what.into() }));
    }

    pub(crate) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }
}
