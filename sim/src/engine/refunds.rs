//! Refunds, whichever version of the API or the merchant platform made them, and how they are found.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::call::Version;
use super::due::Place;
use super::ledger::Account;
use super::numbered::{List, Numbered};
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
    /// What of the request answers have.
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
pub(crate) type Refunds = List<Refund>;

impl Numbered for Refund {
    fn id(&self) -> &str {
        &self.id
    }

    fn mchid(&self) -> &str {
        &self.mchid
    }

    fn number(&self) -> &str {
        &self.out_refund_no
    }

    fn given(&self) -> &str {
        &self.refund_id
    }

    fn parent(&self) -> &str {
        &self.order
    }
}

impl List<Refund> {
    pub(crate) fn by_refund_id(&self, refund_id: &str) -> Option<&Refund> {
        self.by_given(refund_id)
    }

    /// Those of an order, the oldest first.
    pub(crate) fn of_order(&self, order: &str) -> impl Iterator<Item = &Refund> {
        self.of(order)
    }
}
