//! The bills that were made, rows that somebody added to others, and who may fetch a file until when.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::ledger::MerchantAccount;
use super::super::time::Time;

/// Which bill: of whom, of which day, of what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct BillId {
    pub(crate) mchid: String,
    /// Of a partner: one sub-merchant's rows alone.
    pub(crate) sub_mchid: Option<String>,
    /// `2026-11-25`.
    pub(crate) date: String,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Trade(TradeType),
    Fundflow(MerchantAccount),
    /// Nobody adds rows to it.
    Sharing,
}

/// What a trade bill shows; of the other types there is the header line alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum TradeType {
    All,
    Success,
    Refund,
    Other,
}

impl TradeType {
    /// `None` for one that the API does not know.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "ALL" => Some(Self::All),
            "SUCCESS" => Some(Self::Success),
            "REFUND" => Some(Self::Refund),
            "RECHARGE_REFUND" | "ALL_SPECIAL" | "SUC_SPECIAL" | "REF_SPECIAL" => Some(Self::Other),
            _ => None,
        }
    }
}

/// A row that somebody added: the columns' texts, as they are to stand there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Import {
    pub(crate) mchid: String,
    pub(crate) date: String,
    /// Of a trade bill there is none.
    pub(crate) account: Option<MerchantAccount>,
    pub(crate) columns: BTreeMap<String, String>,
}

/// A file to be fetched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ticket {
    pub(crate) mchid: String,
    pub(crate) expires_at: Time,
    pub(crate) is_gzip: bool,
    pub(crate) text: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Bills {
    frozen: Vec<(BillId, String)>,
    imports: Vec<Import>,
    tickets: BTreeMap<String, Ticket>,
}

impl Bills {
    pub(crate) fn frozen(&self, id: &BillId) -> Option<&str> {
        self.frozen.iter().find(|(known, _)| known == id).map(|(_, text)| text.as_str())
    }

    /// Keeps a bill as it is from now on.
    pub(crate) fn freeze(&mut self, id: BillId, text: String) {
        self.frozen.push((id, text));
    }

    /// Whether any bill of that merchant, day and kind is frozen.
    pub(crate) fn is_frozen(&self, mchid: &str, date: &str, account: Option<MerchantAccount>) -> bool {
        self.frozen.iter().any(|(id, _)| is_of(id, mchid, date, account))
    }

    pub(crate) fn imports(&self) -> impl Iterator<Item = &Import> {
        self.imports.iter()
    }

    pub(crate) fn import(&mut self, row: Import) {
        self.imports.push(row);
    }

    /// Forgets added rows, and the bills that have them: those are made anew. Gives the number of rows.
    pub(crate) fn forget(&mut self, is_meant: impl Fn(&str, &str, Option<MerchantAccount>) -> bool) -> usize {
        let before = self.imports.len();
        self.imports.retain(|row| !is_meant(&row.mchid, &row.date, row.account));
        self.frozen.retain(|(id, _)| id.kind == Kind::Sharing || !is_meant(&id.mchid, &id.date, account_of(id)));
        before - self.imports.len()
    }

    pub(crate) fn ticket(&self, token: &str) -> Option<&Ticket> {
        self.tickets.get(token)
    }

    /// Notes a file to be fetched, and forgets those that are over.
    pub(crate) fn issue(&mut self, now: Time, token: String, ticket: Ticket) {
        self.tickets.retain(|_, known| known.expires_at >= now);
        self.tickets.insert(token, ticket);
    }
}

fn account_of(id: &BillId) -> Option<MerchantAccount> {
    match id.kind {
        Kind::Trade(_) | Kind::Sharing => None,
        Kind::Fundflow(account) => Some(account),
    }
}

fn is_of(id: &BillId, mchid: &str, date: &str, account: Option<MerchantAccount>) -> bool {
    id.mchid == mchid && id.date == date && id.kind != Kind::Sharing && account_of(id) == account
}
