//! Why a refund is refused, and the words that each version of the API has for it.

use super::super::super::answer::Refusal;
use super::super::super::call::Version;
use super::super::super::rules::Rules;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Nobody has such an order, or it is not paid.
    Order,
    /// The order's total is another one.
    Total,
    /// The number was used for another order or other amounts.
    Changed,
    /// All refunds together would be more than the order.
    TooMuch,
    /// The order has as many refunds as it may have.
    Count,
    /// Too soon after another one.
    Gap,
    Overdue,
    /// The payer has closed the account.
    Payer,
    NotEnough,
    /// Nobody has such a refund.
    Unknown,
}

impl Refused {
    /// The rule that says how APIv3 refuses it, and the `err_code` of APIv2.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Order => ("refund.order", "ORDERNOTEXIST"),
            Self::Total => ("refund.total", "REFUND_FEE_MISMATCH"),
            Self::Changed => ("refund.repeat_changed", "REFUND_FEE_MISMATCH"),
            Self::TooMuch => ("refund.too_much", "ERROR"),
            Self::Count => ("refund.count_refused", "ERROR"),
            Self::Gap => ("refund.gap", "FREQUENCY_LIMITED"),
            Self::Overdue => ("refund.overdue", "TRADE_OVERDUE"),
            Self::Payer => ("refund.payer", "USER_ACCOUNT_ABNORMAL"),
            Self::NotEnough => ("refund.not_enough", "NOTENOUGH"),
            Self::Unknown => ("refund.unknown", "REFUNDNOTEXIST"),
        }
    }

    /// As this version of the API refuses it.
    pub(crate) fn refusal(self, rules: &Rules, version: Version) -> Refusal {
        let (rule, err_code) = self.words();
        let refusal = rules.refusal(rule);
        match version {
            Version::V3 => refusal,
            Version::V2 => Refusal { code: err_code.to_owned(), ..refusal },
        }
    }
}
