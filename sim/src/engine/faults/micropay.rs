//! The four cases of payment codes that the sandbox has by name, on every path for payment codes.

use serde::{Deserialize, Serialize};

/// How a payment by code goes, instead of as its amount says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Case {
    /// The payer has to enter the password.
    Userpaying,
    /// Paid, though nobody hears of it.
    Paid,
    /// The payer has to enter the password, and fails.
    Payerror,
    /// The payer has to enter the password, and nobody hears of it, not by queries either.
    Silent,
}

impl Case {
    pub(crate) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "MICROPAY_USERPAYING" => Self::Userpaying,
            "MICROPAY_TIMEOUT" => Self::Paid,
            "MICROPAY_PAYERROR" => Self::Payerror,
            "MICROPAY_PAY_QUERY_TIMEOUT" => Self::Silent,
            _ => return None,
        })
    }

    /// Whether the payer has to enter the password.
    pub(crate) fn asks_password(self) -> bool {
        self != Self::Paid
    }
}

/// Whether an endpoint charges a payment code.
pub(crate) fn is_charge(template: &str) -> bool {
    matches!(
        template,
        "v2/pay/micropay"
            | "v2/xdc/apiv2sandbox/pay/micropay"
            | "v3/pay/transactions/codepay"
            | "v3/pay/partner/transactions/codepay"
    )
}

/// Whether an endpoint asks after an order by the merchant's number.
pub(crate) fn is_query(template: &str) -> bool {
    matches!(
        template,
        "v2/pay/orderquery"
            | "v2/xdc/apiv2sandbox/pay/orderquery"
            | "v3/pay/transactions/out-trade-no/{out_trade_no}"
            | "v3/pay/partner/transactions/out-trade-no/{out_trade_no}"
    )
}
