//! An order's money shared with the maker of what was bought, and what can become of that.

use super::money::Fen;
use super::states::states;

states! {
    /// How far a sharing is.
    SharingState {
        /// It is not time yet: the order can still be refunded as if there were no sharing.
        Waiting = "WAITING",
        /// Nothing was left to be shared, for all was refunded before.
        Dropped = "DROPPED",
        /// Sent, or about to be; whether it was taken is not known.
        Open = "OPEN",
        /// WeChat Pay has it.
        Processing = "PROCESSING",
        /// The maker has his share, and the rest is the shop's.
        Success = "SUCCESS",
        /// The maker does not get it; the money is still to be released.
        Releasing = "RELEASING",
        /// All is the shop's.
        Released = "RELEASED",
        /// The share was asked back; whether it has come is not known.
        Returning = "RETURNING",
        /// The share has come back.
        Returned = "RETURNED",
    }
}

impl SharingState {
    /// The state after a step or a word; `None` if that changes nothing.
    pub fn after(self, word: Self) -> Option<Self> {
        use SharingState::{Dropped, Open, Processing, Released, Releasing, Returned, Returning, Success, Waiting};
        let changes = matches!(
            (self, word),
            (Waiting, Dropped | Open)
                | (Open, Processing | Success | Releasing)
                | (Processing, Success | Releasing)
                | (Releasing, Released)
                | (Success, Returning)
                // A return that WeChat Pay refused: the maker still has his share.
                | (Returning, Returned | Success)
        );
        changes.then_some(word)
    }

    /// Whether nobody needs to ask about it any more.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Dropped | Self::Success | Self::Released | Self::Returned)
    }

    /// Why an order is not to be refunded now; `None` if it can be.
    pub fn bars_refund(self) -> Option<&'static str> {
        match self {
            Self::Waiting | Self::Dropped | Self::Released | Self::Returned => None,
            Self::Success => Some("its maker has his share: ask that back first"),
            Self::Returning => Some("its maker's share is on its way back"),
            Self::Open | Self::Processing | Self::Releasing => Some("its money is being shared"),
        }
    }
}

/// A sharing as the books have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sharing {
    /// The merchant's number, `out_order_no`.
    pub number: String,
    /// Of which order.
    pub order: String,
    /// The maker's merchant number.
    pub maker: String,
    /// How much; nothing before it is time.
    pub amount: Fen,
    /// How far it is.
    pub state: SharingState,
    /// How often the share was asked back.
    pub returns: i64,
    /// Why it, or its return, failed, in WeChat Pay's word.
    pub reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use SharingState::{Dropped, Open, Processing, Released, Releasing, Returned, Returning, Success, Waiting};

    const ALL: [SharingState; 9] =
        [Waiting, Dropped, Open, Processing, Success, Releasing, Released, Returning, Returned];

    #[test]
    fn every_word_in_every_state() {
        let changed =
            |state: SharingState| ALL.into_iter().filter(move |word| state.after(*word).is_some()).collect::<Vec<_>>();
        assert_eq!(changed(Waiting), [Dropped, Open]);
        assert_eq!(changed(Open), [Processing, Success, Releasing]);
        assert_eq!(changed(Processing), [Success, Releasing]);
        assert_eq!(changed(Releasing), [Released]);
        assert_eq!(changed(Success), [Returning]);
        assert_eq!(changed(Returning), [Success, Returned]);
        assert_eq!([Dropped, Released, Returned].map(changed), [vec![], vec![], vec![]]);
    }

    #[test]
    fn shared_money_is_not_refunded() {
        let free: Vec<_> = ALL.into_iter().filter(|state| state.bars_refund().is_none()).collect();
        assert_eq!(free, [Waiting, Dropped, Released, Returned]);
    }
}
