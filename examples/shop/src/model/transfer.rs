//! A transfer to somebody's WeChat, and what can become of it.

use super::money::Fen;
use super::openid::Openid;
use super::states::states;

states! {
    /// How far a transfer is.
    TransferState {
        /// Written down; whether it was sent is not known, or it was not taken for a reason that passes.
        Pending = "PENDING",
        /// Sent, and nobody knows whether it was taken.
        Open = "OPEN",
        /// WeChat Pay has it, and works on it, or waits for the merchant's money.
        Processing = "PROCESSING",
        /// The payee has to say that he wants it.
        WaitUserConfirm = "WAIT_USER_CONFIRM",
        /// He has; it is being paid out.
        Transfering = "TRANSFERING",
        /// It was asked back.
        Canceling = "CANCELING",
        /// The payee has it.
        Success = "SUCCESS",
        /// He does not, and will not.
        Fail = "FAIL",
        /// It came back.
        Cancelled = "CANCELLED",
        /// WeChat Pay has refused it for good: it did not happen.
        Failed = "FAILED",
    }
}

impl TransferState {
    /// The state after a word about the transfer; `None` if that changes nothing.
    ///
    /// As with refunds: once its outcome was not known, a refusal does not settle it. What has ended stays as it is.
    pub fn after(self, word: Self) -> Option<Self> {
        use TransferState::{Failed, Open, Pending};
        let changes = match (self, word) {
            (Failed, Pending) => true,
            (ended, _) if ended.is_settled() => false,
            (Pending, Failed | Open) => true,
            (_, Failed | Open | Pending) => false,
            (before, after) => before != after,
        };
        changes.then_some(word)
    }

    /// Whether nobody needs to ask about it any more.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Success | Self::Fail | Self::Cancelled | Self::Failed)
    }

    /// What WeChat Pay's word for it means; `None` for a word that is not known.
    pub fn of(state: &str) -> Option<Self> {
        match state {
            "ACCEPTED" => Some(Self::Processing),
            // These two are the shop's own words.
            "PENDING" | "OPEN" | "FAILED" => None,
            word => Self::parse(word),
        }
    }
}

/// A transfer as the books have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The merchant's number, `out_bill_no`.
    pub number: String,
    /// Who gets it.
    pub openid: Openid,
    /// How much.
    pub amount: Fen,
    /// What for, for the payee.
    pub remark: String,
    /// How far it is.
    pub state: TransferState,
    /// What the payee's phone needs to ask him.
    pub package: Option<String>,
    /// Why it failed, in WeChat Pay's word.
    pub reason: Option<String>,
}

/// From here on WeChat Pay wants the payee's name, which this shop does not keep.
pub const NAME_NEEDED: Fen = Fen::new(200_000);

/// The least that WeChat Pay transfers.
pub const LEAST: Fen = Fen::new(10);

#[cfg(test)]
mod tests {
    use super::*;
    use TransferState::{
        Canceling, Cancelled, Fail, Failed, Open, Pending, Processing, Success, Transfering, WaitUserConfirm,
    };

    #[test]
    fn what_has_ended_stays_as_it_is_and_what_is_open_is_not_refused() {
        let all =
            [Pending, Open, Processing, WaitUserConfirm, Transfering, Canceling, Success, Fail, Cancelled, Failed];
        for ended in [Success, Fail, Cancelled] {
            assert_eq!(all.map(|word| ended.after(word)), [None; 10]);
        }
        assert_eq!((Failed.after(Pending), Failed.after(Success)), (Some(Pending), None));
        assert_eq!((Pending.after(Failed), Pending.after(Open)), (Some(Failed), Some(Open)));
        for open in [Open, Processing, WaitUserConfirm, Transfering, Canceling] {
            assert_eq!([Failed, Open, Pending, open].map(|word| open.after(word)), [None; 4]);
            assert_eq!(open.after(Fail), Some(Fail));
        }
    }

    #[test]
    fn wechat_pays_words() {
        assert_eq!(["ACCEPTED", "WAIT_USER_CONFIRM"].map(TransferState::of), [Some(Processing), Some(WaitUserConfirm)]);
        assert_eq!(["OPEN", "FAILED", "PENDING", "LOST"].map(TransferState::of), [None; 4]);
    }
}
