//! A refund, and what can become of it.

use super::money::Fen;
use super::states::states;

states! {
    /// How far a refund is.
    RefundState {
        /// Written down; whether it was sent is not known, or it was not taken for a reason that passes.
        Pending = "PENDING",
        /// Sent, and nobody knows whether it was taken.
        Open = "OPEN",
        /// WeChat Pay has it.
        Accepted = "ACCEPTED",
        /// The money has arrived.
        Success = "SUCCESS",
        /// The way back is barred; it may still arrive another way.
        Abnormal = "ABNORMAL",
        /// WeChat Pay has given it up: the money is the shop's again.
        Closed = "CLOSED",
        /// WeChat Pay has refused it for good: it did not happen.
        Failed = "FAILED",
    }
}

impl RefundState {
    /// The state after a word about the refund; `None` if that changes nothing.
    ///
    /// A refusal settles it only as long as no earlier call may have made it: from `Open` on, WeChat Pay's word on the refund itself does.
    /// That the money has arrived is the last word, whatever was said before.
    pub fn after(self, word: Self) -> Option<Self> {
        use RefundState::{Abnormal, Accepted, Closed, Failed, Open, Pending, Success};
        let changes = matches!(
            (self, word),
            (Pending | Open | Accepted | Abnormal | Closed | Failed, Success)
                | (Pending, Open | Failed)
                | (Pending | Open, Accepted)
                | (Pending | Open | Accepted, Abnormal)
                | (Pending | Open | Accepted | Abnormal, Closed)
                // It is tried again: under its number, as what it was.
                | (Failed, Pending)
        );
        changes.then_some(word)
    }

    /// Whether its money counts as promised.
    pub fn holds_money(self) -> bool {
        !matches!(self, Self::Closed | Self::Failed)
    }

    /// Whether nobody needs to ask about it any more.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Success | Self::Closed | Self::Failed)
    }

    /// What WeChat Pay's word for it means; `None` for a word that is not known.
    pub fn of(status: &str) -> Option<Self> {
        match status {
            "PROCESSING" => Some(Self::Accepted),
            "SUCCESS" => Some(Self::Success),
            "CLOSED" => Some(Self::Closed),
            "ABNORMAL" => Some(Self::Abnormal),
            _ => None,
        }
    }
}

/// A refund as the books have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// The merchant's number, `out_refund_no`.
    pub number: String,
    /// Of which order.
    pub order: String,
    /// How much.
    pub amount: Fen,
    /// Why, for the payer.
    pub reason: String,
    /// How far it is.
    pub state: RefundState,
    /// When WeChat Pay took it, in its words: the day in whose bill it is.
    pub accepted_at: Option<String>,
}

/// How many refunds an order can have.
pub const MOST: i64 = 50;

#[cfg(test)]
mod tests {
    use super::*;
    use RefundState::{Abnormal, Accepted, Closed, Failed, Open, Pending, Success};

    #[test]
    fn every_word_in_every_state() {
        let all = [Pending, Open, Accepted, Success, Abnormal, Closed, Failed];
        let changed = |state: RefundState| {
            all.into_iter().filter(move |word| state.after(*word) == Some(*word)).collect::<Vec<_>>()
        };
        assert_eq!(changed(Pending), [Open, Accepted, Success, Abnormal, Closed, Failed]);
        assert_eq!(changed(Open), [Accepted, Success, Abnormal, Closed]);
        assert_eq!(changed(Accepted), [Success, Abnormal, Closed]);
        assert_eq!(changed(Abnormal), [Success, Closed]);
        assert_eq!(changed(Closed), [Success]);
        assert_eq!(changed(Failed), [Pending, Success]);
        assert_eq!(changed(Success), []);
    }

    #[test]
    fn money_is_promised_unless_the_refund_is_none() {
        let free = [Pending, Open, Accepted, Success, Abnormal, Closed, Failed].map(RefundState::holds_money);
        assert_eq!(free, [true, true, true, true, true, false, false]);
        assert!(!Abnormal.is_settled() && Success.is_settled());
    }

    #[test]
    fn wechat_pays_words() {
        let states = ["PROCESSING", "SUCCESS", "CLOSED", "ABNORMAL", "LOST"].map(RefundState::of);
        assert_eq!(states, [Some(Accepted), Some(Success), Some(Closed), Some(Abnormal), None]);
    }
}
