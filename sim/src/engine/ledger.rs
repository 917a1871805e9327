//! Money: postings from one account to another, in fen. Nothing else changes a balance.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::time::Time;

/// Where money lies. Ordered, and a text in the state file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Account {
    /// A payer's wallet, by name.
    Wallet(String),
    /// A merchant's, by number.
    Basic(String),
    BasicFrozen(String),
    Operation(String),
    OperationFrozen(String),
    Fees(String),
    /// What WeChat Pay earned.
    WechatFees,
    /// Accepted refunds on their way.
    RefundReserve,
    /// Shares on their way to receivers.
    ShareReserve,
    /// Where money comes from and goes to: first balances, top-ups, coupons. The only account below zero.
    World,
}

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

impl Account {
    /// The account and its frozen part are one to whoever reads a statement: `BASIC`, `OPERATION`, `FEES` of a merchant.
    pub(crate) fn of_merchant(&self) -> Option<(&str, MerchantAccount)> {
        match self {
            Self::Basic(mchid) | Self::BasicFrozen(mchid) => Some((mchid, MerchantAccount::Basic)),
            Self::Operation(mchid) | Self::OperationFrozen(mchid) => Some((mchid, MerchantAccount::Operation)),
            Self::Fees(mchid) => Some((mchid, MerchantAccount::Fees)),
            Self::Wallet(_) | Self::WechatFees | Self::RefundReserve | Self::ShareReserve | Self::World => None,
        }
    }
}

/// A merchant's accounts, as bills and the control interface name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum MerchantAccount {
    Basic,
    Operation,
    Fees,
}

impl MerchantAccount {
    pub(crate) const ALL: [Self; 3] = [Self::Basic, Self::Operation, Self::Fees];

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|account| account.as_str() == name)
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "BASIC",
            Self::Operation => "OPERATION",
            Self::Fees => "FEES",
        }
    }

    /// Its part that is free.
    pub(crate) fn available(self, mchid: &str) -> Account {
        match self {
            Self::Basic => Account::Basic(mchid.to_owned()),
            Self::Operation => Account::Operation(mchid.to_owned()),
            Self::Fees => Account::Fees(mchid.to_owned()),
        }
    }
}

/// All postings, and what they sum to: only the postings are in the state file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Posting>", into = "Vec<Posting>")]
pub(crate) struct Ledger {
    postings: Vec<Posting>,
    balances: BTreeMap<Account, i64>,
    /// What is frozen of an order, while that is not nothing.
    frozen: HashMap<String, i64>,
}

impl Ledger {
    pub(crate) fn balance(&self, account: &Account) -> i64 {
        self.balances.get(account).copied().unwrap_or_default()
    }

    /// All accounts that money ever touched.
    pub(crate) fn balances(&self) -> &BTreeMap<Account, i64> {
        &self.balances
    }

    /// What of an order's money is still frozen for sharing.
    pub(crate) fn frozen_of(&self, order: &str) -> i64 {
        self.frozen.get(order).copied().unwrap_or_default()
    }

    pub(crate) fn postings(&self) -> &[Posting] {
        &self.postings
    }

    /// Notes a movement. Callers look first whether there is enough; a movement of nothing is not noted.
    pub(crate) fn post(&mut self, posting: Posting) {
        debug_assert!(posting.amount >= 0, "a posting is not negative");
        if posting.amount <= 0 || posting.from == posting.to {
            return;
        }
        self.change(&posting.from, &posting.order, -posting.amount);
        self.change(&posting.to, &posting.order, posting.amount);
        self.postings.push(posting);
    }

    /// Says that an account, or what is frozen of an order, has so much more than the postings sum to.
    #[cfg(test)]
    pub(crate) fn falsify(&mut self, account: &Account, order: &str, amount: i64) {
        self.change(account, order, amount);
    }

    fn change(&mut self, account: &Account, order: &str, amount: i64) {
        *self.balances.entry(account.clone()).or_default() += amount;
        if !matches!(account, Account::BasicFrozen(_)) {
            return;
        }
        let frozen = self.frozen.entry(order.to_owned()).or_default();
        *frozen += amount;
        if *frozen == 0 {
            self.frozen.remove(order);
        }
    }
}

impl From<Vec<Posting>> for Ledger {
    fn from(postings: Vec<Posting>) -> Self {
        let mut ledger = Self::default();
        for posting in postings {
            ledger.post(posting);
        }
        ledger
    }
}

impl From<Ledger> for Vec<Posting> {
    fn from(ledger: Ledger) -> Self {
        ledger.postings
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
        assert_eq!(read.balances(), ledger.balances());
        assert_eq!(read.postings(), ledger.postings());
    }

    #[test]
    fn a_movement_of_nothing_is_not_noted() {
        let mut ledger = Ledger::default();
        ledger.post(posting(Account::World, Account::WechatFees, 0));
        assert!(ledger.postings().is_empty() && ledger.balances().is_empty());
    }

    #[test]
    fn kinds_are_written_as_the_state_file_has_them() {
        for kind in [PostingKind::TopUp, PostingKind::RefundFeeBack, PostingKind::TransferLock] {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
