//! Receivers: with whom a merchant may share.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::ledger::Account;
use super::sharings::ReceiverKind;
use super::time::Time;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Receiver {
    /// The simulator's id, `rcv_1`.
    pub(crate) id: String,
    /// Who added it: the ordinary merchant, or the partner.
    pub(crate) mchid: String,
    pub(crate) sub_mchid: Option<String>,
    pub(crate) kind: ReceiverKind,
    /// A merchant's number, or an openid.
    pub(crate) account: String,
    /// Where money for it goes.
    pub(crate) to: Account,
    pub(crate) name: Option<String>,
    pub(crate) relation_type: String,
    pub(crate) custom_relation: Option<String>,
    pub(crate) created_at: Time,
}

/// Whose receivers: the merchant's, or those of a partner's sub-merchant.
pub(crate) type Owner = (String, Option<String>);

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Receiver>", into = "Vec<Receiver>")]
pub(crate) struct Receivers {
    all: BTreeMap<(Owner, ReceiverKind, String), Receiver>,
    counts: HashMap<Owner, usize>,
}

impl Receivers {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Receiver> {
        self.all.values()
    }

    pub(crate) fn find(&self, owner: &Owner, kind: ReceiverKind, account: &str) -> Option<&Receiver> {
        self.all.get(&(owner.clone(), kind, account.to_owned()))
    }

    pub(crate) fn count(&self, owner: &Owner) -> usize {
        self.counts.get(owner).copied().unwrap_or_default()
    }

    /// Adds one; one that is there already stays as it is.
    pub(crate) fn insert(&mut self, receiver: Receiver) {
        let owner = (receiver.mchid.clone(), receiver.sub_mchid.clone());
        let key = (owner.clone(), receiver.kind, receiver.account.clone());
        if let Entry::Vacant(entry) = self.all.entry(key) {
            entry.insert(receiver);
            *self.counts.entry(owner).or_default() += 1;
        }
    }

    pub(crate) fn remove(&mut self, owner: &Owner, kind: ReceiverKind, account: &str) -> Option<Receiver> {
        let removed = self.all.remove(&(owner.clone(), kind, account.to_owned()))?;
        if let Some(count) = self.counts.get_mut(owner) {
            *count -= 1;
        }
        Some(removed)
    }
}

impl From<Vec<Receiver>> for Receivers {
    fn from(list: Vec<Receiver>) -> Self {
        let mut receivers = Self::default();
        list.into_iter().for_each(|receiver| receivers.insert(receiver));
        receivers
    }
}

impl From<Receivers> for Vec<Receiver> {
    fn from(receivers: Receivers) -> Self {
        receivers.all.into_values().collect()
    }
}
