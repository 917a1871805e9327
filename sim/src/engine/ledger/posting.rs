//! A movement of money, and why.

use serde::{Deserialize, Serialize};

use super::super::time::Time;
use super::account::Account;

/// One movement; the amount is not negative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Posting {
    pub(crate) at: Time,
    pub(crate) from: Account,
    pub(crate) to: Account,
    /// Fen.
    pub(crate) amount: i64,
    pub(crate) kind: PostingKind,
    /// The simulator's id of the refund, transfer or sharing; of the order itself, if it is a payment.
    pub(crate) reference: String,
    /// The simulator's id of the order whose money it is; empty if it is none's.
    pub(crate) order: String,
}

/// A movement as the ledger shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Posted<'w> {
    pub(crate) at: Time,
    pub(crate) from: &'w Account,
    pub(crate) to: &'w Account,
    /// Fen.
    pub(crate) amount: i64,
    pub(crate) kind: PostingKind,
    pub(crate) reference: &'w str,
    pub(crate) order: &'w str,
}

#[cfg(test)]
impl From<Posted<'_>> for Posting {
    fn from(posted: Posted<'_>) -> Self {
        let Posted { at, from, to, amount, kind, reference, order } = posted;
        let (from, to, reference, order) = (from.clone(), to.clone(), reference.to_owned(), order.to_owned());
        Self { at, from, to, amount, kind, reference, order }
    }
}

/// Why money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PostingKind {
    TopUp,
    Pay,
    Fee,
    Coupon,
    Refund,
    RefundFee,
    RefundPaid,
    RefundBack,
    RefundFeeBack,
    Reverse,
    ReverseFee,
    ReversePaid,
    Share,
    SharePaid,
    ShareBack,
    ShareReturn,
    Release,
    TransferLock,
    TransferPaid,
    TransferBack,
}

impl PostingKind {
    /// As the state file and the control interface write it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::TopUp => "top_up",
            Self::Pay => "pay",
            Self::Fee => "fee",
            Self::Coupon => "coupon",
            Self::Refund => "refund",
            Self::RefundFee => "refund_fee",
            Self::RefundPaid => "refund_paid",
            Self::RefundBack => "refund_back",
            Self::RefundFeeBack => "refund_fee_back",
            Self::Reverse => "reverse",
            Self::ReverseFee => "reverse_fee",
            Self::ReversePaid => "reverse_paid",
            Self::Share => "share",
            Self::SharePaid => "share_paid",
            Self::ShareBack => "share_back",
            Self::ShareReturn => "share_return",
            Self::Release => "release",
            Self::TransferLock => "transfer_lock",
            Self::TransferPaid => "transfer_paid",
            Self::TransferBack => "transfer_back",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_written_as_the_state_file_has_them() {
        for kind in [PostingKind::TopUp, PostingKind::RefundFeeBack, PostingKind::TransferLock] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
