//! Which bill.

/// A kind of bill, for [`Bills::kind`](super::Bills::kind): one that can be asked for, or a whole family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BillKind {
    /// All trade bills, `v3/bill/tradebill`: the rows are those of `ALL`, and each other type has its share of them.
    Trade,
    /// The trade bill of all orders alone, `bill_type=ALL`.
    TradeAll,
    /// The trade bill of payments alone, `bill_type=SUCCESS`.
    TradeSuccess,
    /// The trade bill of refunds alone, `bill_type=REFUND`.
    TradeRefund,
    /// The trade bill of recharge refunds alone, `bill_type=RECHARGE_REFUND`; it has no rows unless this says so.
    TradeRechargeRefund,
    /// All fund-flow bills, `v3/bill/fundflowbill`, each with the rows.
    FundFlow,
    /// The fund-flow bill of the basic account alone, `account_type=BASIC`.
    FundFlowBasic,
    /// The fund-flow bill of the operating account alone, `account_type=OPERATION`.
    FundFlowOperation,
    /// The fund-flow bill of the fee account alone, `account_type=FEES`.
    FundFlowFees,
}

impl BillKind {
    pub(super) fn is_trade(self) -> bool {
        matches!(
            self,
            Self::Trade | Self::TradeAll | Self::TradeSuccess | Self::TradeRefund | Self::TradeRechargeRefund
        )
    }

    /// Whether a bill that is asked for is of this kind.
    pub(super) fn covers(self, asked: Self) -> bool {
        match self {
            Self::Trade => asked.is_trade(),
            Self::FundFlow => !asked.is_trade(),
            one => one == asked,
        }
    }

    /// Whether it is one bill and no family.
    pub(super) fn is_one(self) -> bool {
        !matches!(self, Self::Trade | Self::FundFlow)
    }
}
