//! Transfers to payers' wallets, and what is remembered of each.

use serde::{Deserialize, Serialize};

use super::due::Place;
use super::numbered::{List, Numbered};
use super::time::Time;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Transfer {
    /// The simulator's id, `tra_1`.
    pub(crate) id: String,
    /// The merchant whose number it is: the ordinary one, or the partner.
    pub(crate) mchid: String,
    pub(crate) sub_mchid: Option<String>,
    pub(crate) appid: String,
    pub(crate) out_bill_no: String,
    pub(crate) transfer_bill_no: String,
    pub(crate) state: TransferState,
    /// Fen.
    pub(crate) amount: i64,
    pub(crate) remark: String,
    pub(crate) openid: String,
    /// The payer who is to get it, by name.
    pub(crate) payer: String,
    /// The real name that the merchant expects, if it names one.
    pub(crate) user_name: Option<String>,
    pub(crate) scene: String,
    pub(crate) notify_url: Option<String>,
    pub(crate) fail_reason: Option<String>,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
    /// Until when it can be confirmed, from when on it can.
    pub(crate) confirm_until: Option<Time>,
    /// What the payer's client opens the confirmation with.
    pub(crate) package_info: Option<String>,
    /// Whether the money is set aside for it.
    pub(crate) is_locked: bool,
    /// The request as it was decrypted, for comparing a repetition: JSON, members sorted.
    pub(crate) request: String,
    /// Its place in the queue, while something is to happen to it by itself.
    pub(crate) due: Option<Place>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum TransferState {
    Accepted,
    /// The money is not set aside yet: there was too little.
    Processing,
    WaitUserConfirm,
    Transfering,
    Success,
    Fail,
    Canceling,
    Cancelled,
}

impl TransferState {
    /// As the API writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "ACCEPTED",
            Self::Processing => "PROCESSING",
            Self::WaitUserConfirm => "WAIT_USER_CONFIRM",
            Self::Transfering => "TRANSFERING",
            Self::Success => "SUCCESS",
            Self::Fail => "FAIL",
            Self::Canceling => "CANCELING",
            Self::Cancelled => "CANCELLED",
        }
    }

    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Success | Self::Fail | Self::Cancelled)
    }
}

impl Transfer {
    /// Whose money it is: the sub-merchant's in the partner's family, else the merchant's.
    pub(crate) fn owner(&self) -> &str {
        self.sub_mchid.as_deref().unwrap_or(&self.mchid)
    }

    /// What the payer's client needs now: nothing, unless the payer is being waited for.
    pub(crate) fn package(&self) -> Option<&str> {
        self.package_info.as_deref().filter(|_| self.state == TransferState::WaitUserConfirm)
    }
}

impl Numbered for Transfer {
    fn id(&self) -> &str {
        &self.id
    }

    fn mchid(&self) -> &str {
        &self.mchid
    }

    fn number(&self) -> &str {
        &self.out_bill_no
    }

    fn given(&self) -> &str {
        &self.transfer_bill_no
    }

    fn parent(&self) -> &'static str {
        ""
    }
}

/// All transfers, and the ways to them.
pub(crate) type Transfers = List<Transfer>;
