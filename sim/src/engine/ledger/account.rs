//! Where money lies.

use serde::{Deserialize, Serialize};

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
