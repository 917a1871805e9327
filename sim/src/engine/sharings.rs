//! Profit sharing: the requests that share an order's money, and those that ask shared money back.

use serde::{Deserialize, Serialize};

use super::due::Place;
use super::ledger::Account;
use super::numbered::{List, Numbered};
use super::time::Time;

/// A request that shares an order's money, or releases what is left of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Sharing {
    /// The simulator's id, `shr_1`.
    pub(crate) id: String,
    /// The merchant whose number it is: the ordinary one, or the partner.
    pub(crate) mchid: String,
    /// The simulator's id of the order.
    pub(crate) order: String,
    pub(crate) order_id: String,
    pub(crate) out_order_no: String,
    pub(crate) state: SharingState,
    /// Whether the rest of the order's money is released when it is finished.
    pub(crate) unfreezes: bool,
    pub(crate) shares: Vec<Share>,
    /// What was refunded of the order when it was accepted, in fen, and the most that could be shared then, in 1/10,000.
    pub(crate) refunded: i64,
    pub(crate) ratio_bp: u32,
    pub(crate) created_at: Time,
    /// The request as it was decrypted, for comparing a repetition: JSON, members sorted.
    pub(crate) request: String,
    /// Its place in the queue, while it is to be finished by itself.
    pub(crate) due: Option<Place>,
}

/// What one receiver gets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Share {
    pub(crate) kind: ReceiverKind,
    pub(crate) account: String,
    /// Where the money goes.
    pub(crate) to: Account,
    /// Fen.
    pub(crate) amount: i64,
    pub(crate) description: String,
    pub(crate) result: ShareResult,
    pub(crate) fail_reason: Option<String>,
    pub(crate) detail_id: String,
    pub(crate) done_at: Option<Time>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ReceiverKind {
    MerchantId,
    PersonalOpenid,
    PersonalSubOpenid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum SharingState {
    Processing,
    Finished,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum ShareResult {
    Pending,
    Success,
    Closed,
}

/// A request that asks a receiver for money back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ShareReturn {
    /// The simulator's id, `srt_1`.
    pub(crate) id: String,
    /// The merchant whose number it is: the ordinary one, or the partner.
    pub(crate) mchid: String,
    /// The simulator's id of the sharing.
    pub(crate) sharing: String,
    pub(crate) return_id: String,
    pub(crate) out_return_no: String,
    /// The receiver who gives it back.
    pub(crate) return_mchid: String,
    /// Fen.
    pub(crate) amount: i64,
    pub(crate) description: String,
    pub(crate) result: ReturnResult,
    pub(crate) fail_reason: Option<String>,
    pub(crate) created_at: Time,
    pub(crate) done_at: Option<Time>,
    pub(crate) request: String,
    pub(crate) due: Option<Place>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum ReturnResult {
    Processing,
    Success,
    Failed,
}

impl ReceiverKind {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::MerchantId, Self::PersonalOpenid, Self::PersonalSubOpenid].into_iter().find(|kind| kind.as_str() == text)
    }

    /// As the API writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::MerchantId => "MERCHANT_ID",
            Self::PersonalOpenid => "PERSONAL_OPENID",
            Self::PersonalSubOpenid => "PERSONAL_SUB_OPENID",
        }
    }
}

impl SharingState {
    /// As the API writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "PROCESSING",
            Self::Finished => "FINISHED",
        }
    }
}

impl ShareResult {
    /// As the API writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Success => "SUCCESS",
            Self::Closed => "CLOSED",
        }
    }
}

impl ReturnResult {
    /// As the API writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "PROCESSING",
            Self::Success => "SUCCESS",
            Self::Failed => "FAILED",
        }
    }
}

impl Sharing {
    /// What it took of the order's money and did not give back, in fen.
    pub(crate) fn shared(&self) -> i64 {
        self.shares.iter().filter(|share| share.result != ShareResult::Closed).map(|share| share.amount).sum()
    }

    /// What a merchant received by it, if that has arrived.
    pub(crate) fn received_by(&self, mchid: &str) -> Option<&Share> {
        let is_it = |share: &&Share| share.kind == ReceiverKind::MerchantId && share.account == mchid;
        self.shares.iter().find(|share| is_it(share) && share.result == ShareResult::Success)
    }
}

impl Numbered for Sharing {
    fn id(&self) -> &str {
        &self.id
    }

    fn mchid(&self) -> &str {
        &self.mchid
    }

    fn number(&self) -> &str {
        &self.out_order_no
    }

    fn given(&self) -> &str {
        &self.order_id
    }

    fn parent(&self) -> &str {
        &self.order
    }
}

impl Numbered for ShareReturn {
    fn id(&self) -> &str {
        &self.id
    }

    fn mchid(&self) -> &str {
        &self.mchid
    }

    fn number(&self) -> &str {
        &self.out_return_no
    }

    fn given(&self) -> &str {
        &self.return_id
    }

    fn parent(&self) -> &str {
        &self.sharing
    }
}

/// All sharings, by the order they belong to; all returns, by their sharing.
pub(crate) type Sharings = List<Sharing>;
pub(crate) type ShareReturns = List<ShareReturn>;
