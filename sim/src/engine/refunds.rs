//! Refunds, whichever version of the API or the merchant platform made them, and how they are found.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::call::Version;
use super::due::Place;
use super::ledger::Account;
use super::time::Time;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Refund {
    /// The simulator's id, `ref_1`.
    pub(crate) id: String,
    pub(crate) version: Version,
    /// The merchant whose number it is: the ordinary one, or the partner.
    pub(crate) mchid: String,
    pub(crate) refund_id: String,
    pub(crate) out_refund_no: String,
    /// The simulator's id of the order.
    pub(crate) order: String,
    pub(crate) status: RefundStatus,
    /// Fen: what was asked for, what of it goes back to the payer, and the fee that the merchant gets back.
    pub(crate) refund: i64,
    pub(crate) payer_refund: i64,
    pub(crate) settlement: i64,
    pub(crate) fee_back: i64,
    /// The account that paid for it.
    pub(crate) from: Account,
    pub(crate) created_at: Time,
    pub(crate) done_at: Option<Time>,
    pub(crate) channel: String,
    pub(crate) user_received_account: String,
    pub(crate) notify_url: Option<String>,
    pub(crate) source: RefundSource,
    pub(crate) request: Value,
    /// Where it goes instead, once it could not arrive and the merchant named a card.
    pub(crate) rerouted: Option<String>,
    /// Its place in the queue, while it is to end by itself.
    pub(crate) due: Option<Place>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum RefundStatus {
    Processing,
    Success,
    Closed,
    Abnormal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum RefundSource {
    Api,
    VendorPlatform,
}

impl RefundSource {
    /// As the API writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Api => "API",
            Self::VendorPlatform => "VENDOR_PLATFORM",
        }
    }
}

impl RefundStatus {
    /// What the API writes, read.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Processing, Self::Success, Self::Closed, Self::Abnormal]
            .into_iter()
            .find(|status| status.as_str() == text)
    }

    /// As the API writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "PROCESSING",
            Self::Success => "SUCCESS",
            Self::Closed => "CLOSED",
            Self::Abnormal => "ABNORMAL",
        }
    }
}

/// All refunds, and the ways to them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Refund>", into = "Vec<Refund>")]
pub(crate) struct Refunds {
    list: Vec<Refund>,
    by_id: HashMap<String, usize>,
    by_number: HashMap<(String, String), usize>,
    by_refund_id: HashMap<String, usize>,
    by_order: HashMap<String, Vec<usize>>,
}

impl Refunds {
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Refund> {
        self.list.iter()
    }

    pub(crate) fn insert(&mut self, refund: Refund) {
        let index = self.list.len();
        self.by_id.insert(refund.id.clone(), index);
        self.by_number.insert((refund.mchid.clone(), refund.out_refund_no.clone()), index);
        self.by_refund_id.insert(refund.refund_id.clone(), index);
        self.by_order.entry(refund.order.clone()).or_default().push(index);
        self.list.push(refund);
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&Refund> {
        self.by_id.get(id).and_then(|index| self.list.get(*index))
    }

    pub(crate) fn by_number(&self, mchid: &str, out_refund_no: &str) -> Option<&Refund> {
        let index = self.by_number.get(&(mchid.to_owned(), out_refund_no.to_owned()))?;
        self.list.get(*index)
    }

    pub(crate) fn by_refund_id(&self, refund_id: &str) -> Option<&Refund> {
        self.by_refund_id.get(refund_id).and_then(|index| self.list.get(*index))
    }

    /// Those of an order, the oldest first.
    pub(crate) fn of_order(&self, order: &str) -> impl Iterator<Item = &Refund> {
        self.by_order.get(order).into_iter().flatten().filter_map(|index| self.list.get(*index))
    }

    /// Changes one; numbers stay as they are.
    pub(crate) fn update<T>(&mut self, id: &str, change: impl FnOnce(&mut Refund) -> T) -> Option<T> {
        let index = *self.by_id.get(id)?;
        self.list.get_mut(index).map(change)
    }
}

impl From<Vec<Refund>> for Refunds {
    fn from(list: Vec<Refund>) -> Self {
        let mut refunds = Self::default();
        list.into_iter().for_each(|refund| refunds.insert(refund));
        refunds
    }
}

impl From<Refunds> for Vec<Refund> {
    fn from(refunds: Refunds) -> Self {
        refunds.list
    }
}
