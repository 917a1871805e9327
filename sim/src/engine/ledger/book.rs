//! All postings, and what they sum to.

use std::collections::{BTreeMap, HashMap};

use compact_str::CompactString;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::super::listed;
use super::super::time::Time;
use super::account::Account;
use super::posting::{Posted, Posting, PostingKind};

/// Only the postings are in the state file, as a list. There are several for each order: an account and an id stand here once, and postings
/// have their places.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    rows: Vec<Row>,
    /// All accounts that money ever touched, and what is in each.
    accounts: Vec<(Account, i64)>,
    /// Their places in that list.
    places: BTreeMap<Account, usize>,
    /// Ids of what postings are about.
    ids: Vec<CompactString>,
    /// What is frozen of an order, while that is not nothing.
    frozen: HashMap<String, i64>,
}

/// A posting: accounts and ids by their places.
#[derive(Clone, Copy, Debug)]
struct Row {
    at: Time,
    amount: i64,
    from: u32,
    to: u32,
    reference: u32,
    order: u32,
    kind: PostingKind,
}

impl Ledger {
    pub(crate) fn balance(&self, account: &Account) -> i64 {
        let place = self.places.get(account).and_then(|place| self.accounts.get(*place));
        place.map(|(_, balance)| *balance).unwrap_or_default()
    }

    /// All accounts that money ever touched, with what is in each; in the order of accounts.
    pub(crate) fn balances(&self) -> impl ExactSizeIterator<Item = (&Account, i64)> {
        self.places
            .iter()
            .map(|(account, place)| (account, self.accounts.get(*place).map_or(0, |(_, balance)| *balance)))
    }

    /// What of an order's money is still frozen for sharing.
    pub(crate) fn frozen_of(&self, order: &str) -> i64 {
        self.frozen.get(order).copied().unwrap_or_default()
    }

    /// All postings, the oldest first.
    pub(crate) fn postings(&self) -> impl ExactSizeIterator<Item = Posted<'_>> {
        self.rows.iter().map(|row| Posted {
            at: row.at,
            from: self.account(row.from),
            to: self.account(row.to),
            amount: row.amount,
            kind: row.kind,
            reference: self.id(row.reference),
            order: self.id(row.order),
        })
    }

    /// Notes a movement. Callers look first whether there is enough; a movement of nothing is not noted.
    pub(crate) fn post(&mut self, posting: Posting) {
        debug_assert!(posting.amount >= 0, "a posting is not negative");
        if posting.amount <= 0 || posting.from == posting.to {
            return;
        }
        let from = self.change(&posting.from, &posting.order, -posting.amount);
        let to = self.change(&posting.to, &posting.order, posting.amount);
        let (reference, order) = (self.known_id(&posting.reference), self.known_id(&posting.order));
        let Posting { at, amount, kind, .. } = posting;
        self.rows.push(Row { at, amount, from, to, reference, order, kind });
    }

    /// Says that an account, or what is frozen of an order, has so much more than the postings sum to.
    #[cfg(test)]
    pub(crate) fn falsify(&mut self, account: &Account, order: &str, amount: i64) {
        self.change(account, order, amount);
    }

    /// Changes what is in an account; gives its place.
    fn change(&mut self, account: &Account, order: &str, amount: i64) -> u32 {
        let place = self.places.get(account).copied().unwrap_or_else(|| {
            self.places.insert(account.clone(), self.accounts.len());
            self.accounts.push((account.clone(), 0));
            self.accounts.len() - 1
        });
        if let Some((_, balance)) = self.accounts.get_mut(place) {
            *balance += amount;
        }
        if matches!(account, Account::BasicFrozen(_)) {
            self.freeze(order, amount);
        }
        narrow(place)
    }

    fn freeze(&mut self, order: &str, amount: i64) {
        let frozen = self.frozen.entry(order.to_owned()).or_default();
        *frozen += amount;
        if *frozen == 0 {
            self.frozen.remove(order);
        }
    }

    /// The place of an id. What one object moves is mostly posted in one go, so only the last ones are looked at.
    fn known_id(&mut self, id: &str) -> u32 {
        let last = self.ids.iter().enumerate().rev().take(2).find(|(_, known)| *known == id).map(|(place, _)| place);
        narrow(last.unwrap_or_else(|| {
            self.ids.push(id.into());
            self.ids.len() - 1
        }))
    }

    fn account(&self, place: u32) -> &Account {
        let known = usize::try_from(place).ok().and_then(|place| self.accounts.get(place));
        known.map_or(&Account::World, |(account, _)| account)
    }

    fn id(&self, place: u32) -> &str {
        usize::try_from(place).ok().and_then(|place| self.ids.get(place)).map_or("", CompactString::as_str)
    }
}

fn narrow(place: usize) -> u32 {
    u32::try_from(place).expect("so many accounts or ids have no room in memory")
}

impl Serialize for Ledger {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.postings())
    }
}

impl<'de> Deserialize<'de> for Ledger {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut ledger = Self::default();
        listed::each(deserializer, |posting| ledger.post(posting))?;
        Ok(ledger)
    }
}

#[cfg(test)]
impl From<Vec<Posting>> for Ledger {
    fn from(postings: Vec<Posting>) -> Self {
        let mut ledger = Self::default();
        postings.into_iter().for_each(|posting| ledger.post(posting));
        ledger
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posting(from: Account, to: Account, amount: i64) -> Posting {
        let at = Time::from_millis(0);
        Posting { at, from, to, amount, kind: PostingKind::Pay, reference: "ord_1".into(), order: "ord_1".into() }
    }

    #[test]
    fn balances_are_rebuilt_from_the_postings_of_a_state_file() {
        let (wallet, frozen) = (Account::Wallet("alice".into()), Account::BasicFrozen("1900000001".into()));
        let mut ledger = Ledger::default();
        ledger.post(posting(Account::World, wallet.clone(), 100));
        ledger.post(posting(wallet.clone(), frozen.clone(), 30));
        let read: Ledger = serde_json::from_str(&serde_json::to_string(&ledger).unwrap()).unwrap();
        assert_eq!(read.balance(&wallet), 70);
        assert_eq!(read.frozen_of("ord_1"), 30);
        assert!(read.balances().eq(ledger.balances()));
        assert!(read.postings().eq(ledger.postings()));
    }

    #[test]
    fn postings_are_shown_as_they_were_posted() {
        let mut ledger = Ledger::default();
        let accounts = ["a", "b", "c"].map(|name| Account::Wallet(name.to_owned()));
        let posted: Vec<Posting> = (1..60)
            .zip(0..)
            .map(|(amount, number)| Posting {
                reference: format!("ref_{}", number / 7),
                order: if number % 5 == 0 { String::new() } else { format!("ord_{}", number / 3) },
                ..posting(accounts[number % 3].clone(), accounts[(number + 1) % 3].clone(), amount)
            })
            .collect();
        posted.iter().for_each(|posting| ledger.post(posting.clone()));
        assert_eq!(ledger.postings().map(Posting::from).collect::<Vec<_>>(), posted);
        assert_eq!(serde_json::to_value(&ledger).unwrap(), serde_json::to_value(&posted).unwrap());
    }

    #[test]
    fn a_movement_of_nothing_is_not_noted() {
        let mut ledger = Ledger::default();
        ledger.post(posting(Account::World, Account::WechatFees, 0));
        assert!(ledger.postings().len() == 0 && ledger.balances().len() == 0);
    }
}
