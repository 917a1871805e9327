//! Which event a notification is, and the key under which it is processed once.

use std::convert::Infallible;
use std::str::FromStr;

use serde_json::Value;

use crate::crypto::hash;

/// What a notification is about, by both of its types, and by its members where they are ambiguous.
///
/// `TRANSACTION.SUCCESS` is the type of payments, of combined payments and, in older products, of profit sharing: treating
/// one as another books money that is not there. So a notification is asked by [`Notice::event`](crate::Notice::event); the
/// conversions here know its types only, for logs and routes: a combined order is a `Payment` to them.
///
/// ```
/// use wechatpay_chain::Event;
///
/// assert_eq!(Event::from(("TRANSACTION.SUCCESS", "profitsharing")), Event::ProfitSharing);
/// assert_eq!(Event::from(("COMPLAINT.CREATE", "complaint")), Event::Complaint);
/// // One type alone: what it does not say is `Other`.
/// assert_eq!("REFUND.CLOSED".parse(), Ok(Event::Refund));
/// assert_eq!("TRANSACTION.SUCCESS".parse(), Ok(Event::Other));
/// ```
///
#[doc = include_str!("events.md")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Event {
    /// An order was paid: `out_trade_no`, `transaction_id`, `amount`.
    Payment,
    /// A combined order was paid: `combine_out_trade_no`, `sub_orders`.
    CombinedPayment,
    /// A refund succeeded, closed or is abnormal: `out_refund_no`, `refund_status`.
    Refund,
    /// Money was shared with a receiver, or came back from one: `out_order_no`, `receiver`.
    ProfitSharing,
    /// A transfer to a user, or a batch of them, has ended: `out_bill_no` or `out_batch_no`.
    Transfer,
    /// A user allowed transfers without asking, or no longer does: `out_authorization_no`.
    TransferAuthorization,
    /// A complaint was made, or its state changed: `complaint_id`.
    Complaint,
    /// 支付分: an order was confirmed or paid (`PAYSCORE.USER_PAID`), or a user allowed the service: `out_order_no`, `openid`.
    PayScore,
    /// A coupon was given to a user, used or returned: `stock_id`, `coupon_id` or `coupon_code`.
    Coupon,
    /// An application (申请单) of a merchant's changed its state: `applyment_id`, `applyment_state`.
    Applyment,
    /// Any other: look at [`Notice::event_type`](crate::Notice::event_type).
    Other,
}

impl Event {
    pub(crate) fn of(event_type: &str, original_type: Option<&str>, resource: &Value) -> Self {
        let has = |name: &str| resource.get(name).is_some_and(|value| !value.is_null());
        let original = original_type.unwrap_or_default();
        if original.eq_ignore_ascii_case("profitsharing") || event_type.starts_with("PROFITSHARING.") {
            return Self::ProfitSharing;
        }
        match (event_type, original) {
            // By members: a shared amount has an order of its own, and no payment's.
            ("TRANSACTION.SUCCESS", "transaction" | "")
                if has("out_order_no") && !has("out_trade_no") && !has("trade_state") =>
            {
                Self::ProfitSharing
            }
            ("TRANSACTION.SUCCESS", "transaction" | "") if has("combine_out_trade_no") || has("sub_orders") => {
                Self::CombinedPayment
            }
            ("TRANSACTION.SUCCESS", "transaction") | ("TRANSACTION.INDUSTRY_SUCCESS", _) => Self::Payment,
            ("TRANSACTION.SUCCESS", "") if has("out_trade_no") || has("trade_state") => Self::Payment,
            _ => Self::by_type(event_type),
        }
    }

    /// The types that say it all.
    fn by_type(event_type: &str) -> Self {
        match event_type {
            "REFUND.SUCCESS" | "REFUND.ABNORMAL" | "REFUND.CLOSED" => Self::Refund,
            "MCHTRANSFER.BILL.FINISHED"
            | "MCHTRANSFER.QQWALLETBILL.FINISHED"
            | "MCHTRANSFER.BATCH.FINISHED"
            | "MCHTRANSFER.BATCH.CLOSED" => Self::Transfer,
            _ => Self::by_product(event_type),
        }
    }

    /// The products whose events are one kind, those to come too; what happened is said by the event's type.
    fn by_product(event_type: &str) -> Self {
        match event_type.rsplit_once('.') {
            Some(("MCHTRANSFER.AUTHORIZATION", _)) => Self::TransferAuthorization,
            Some(("COMPLAINT", _)) => Self::Complaint,
            Some(("PAYSCORE", _)) => Self::PayScore,
            Some(("COUPON" | "PRODUCT_COUPON" | "PRODUCT_COUPON_SP", "SEND" | "USE" | "RETURN")) => Self::Coupon,
            Some(("APPLYMENT_STATE", _)) => Self::Applyment,
            _ => Self::Other,
        }
    }

    /// The merchant's number of the business; `None` where the members do not have it.
    fn number(self, resource: &Value) -> Option<String> {
        let names: &[&str] = match self {
            Self::Payment => &["out_trade_no", "transaction_id"],
            Self::CombinedPayment => &["combine_out_trade_no"],
            Self::Refund => &["out_refund_no", "refund_id"],
            Self::ProfitSharing => &["out_return_no", "out_order_no", "order_id"],
            Self::Transfer => &["out_bill_no", "out_batch_no"],
            // They come again and again about one thing: each notification is processed.
            Self::TransferAuthorization
            | Self::Complaint
            | Self::PayScore
            | Self::Coupon
            | Self::Applyment
            | Self::Other => &[],
        };
        let text = |name: &&str| resource.get(*name)?.as_str().filter(|text| !text.is_empty());
        let number = names.iter().find_map(text)?.to_owned();
        // One order is shared with several receivers, each with a notice of its own.
        let receiver =
            resource.get("receiver").or_else(|| resource.get("receivers")).filter(|_| self == Self::ProfitSharing);
        Some(receiver.map_or_else(
            || number.clone(),
            |to| {
                let digest = hash::sha256_hex(to.to_string().as_bytes());
                format!("{number}:{}", &digest[..16])
            },
        ))
    }

    /// `event_type|original_type|number|sub_mchid`; the notice's own id where there is no number.
    pub(crate) fn key(self, event_type: &str, original_type: Option<&str>, id: &str, resource: &Value) -> String {
        let number = self.number(resource).unwrap_or_else(|| id.to_owned());
        let sub_mchid = match resource.get("sub_mchid") {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        [event_type, original_type.unwrap_or_default(), &number, &sub_mchid].join("|")
    }
}

/// By `event_type` and `original_type`.
impl From<(&str, Option<&str>)> for Event {
    fn from((event_type, original_type): (&str, Option<&str>)) -> Self {
        Self::of(event_type, original_type, &Value::Null)
    }
}

/// By `event_type` and `original_type`, empty if there is none.
impl From<(&str, &str)> for Event {
    fn from((event_type, original_type): (&str, &str)) -> Self {
        Self::from((event_type, Some(original_type)))
    }
}

/// By `event_type` alone; never an error, `Other` where it does not say enough.
impl FromStr for Event {
    type Err = Infallible;

    fn from_str(event_type: &str) -> Result<Self, Infallible> {
        Ok(Self::from((event_type, None)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_decide_where_types_are_ambiguous() {
        let payment = json!({"out_trade_no": "1", "transaction_id": "2", "trade_state": "SUCCESS"});
        let combined = json!({"combine_out_trade_no": "1", "sub_orders": [{"out_trade_no": "2"}]});
        let shared = json!({"out_order_no": "1", "order_id": "2", "receiver": {"account": "a"}, "transaction_id": "3"});
        for original in [Some("transaction"), Some(""), None] {
            assert_eq!(Event::of("TRANSACTION.SUCCESS", original, &payment), Event::Payment);
            assert_eq!(Event::of("TRANSACTION.SUCCESS", original, &combined), Event::CombinedPayment);
            assert_eq!(Event::of("TRANSACTION.SUCCESS", original, &shared), Event::ProfitSharing);
        }
        assert_eq!(Event::of("TRANSACTION.SUCCESS", Some("profitsharing"), &json!({})), Event::ProfitSharing);
        for odd in [json!({}), json!(null), json!([1])] {
            assert_eq!(Event::of("TRANSACTION.SUCCESS", None, &odd), Event::Other);
            assert_eq!(Event::of("TRANSACTION.SUCCESS", Some("transaction"), &odd), Event::Payment);
            assert_eq!(Event::of("TRANSACTION.SUCCESS", Some("something_new"), &odd), Event::Other);
        }
        let without_receiver = json!({"out_order_no": "1", "order_id": "2", "transaction_id": "3"});
        assert_eq!(Event::of("TRANSACTION.SUCCESS", None, &without_receiver), Event::ProfitSharing);
        assert_eq!(Event::of("TRANSACTION.SUCCESS", Some("PROFITSHARING"), &payment), Event::ProfitSharing);
        assert_eq!(Event::of("TRANSACTION.FAIL", Some("transaction"), &payment), Event::Other);
    }

    #[test]
    fn every_documented_pair_is_what_its_table_says() {
        let mut count = 0;
        for line in crate::keys::fixtures::EVENTS.lines() {
            let [event_type, original_type, expected] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            let original = Some(original_type).filter(|original| !original.is_empty());
            assert_eq!(format!("{:?}", Event::of(event_type, original, &json!({}))), expected, "{line}");
            assert_eq!(Event::from((event_type, original_type)), Event::from((event_type, original)), "{line}");
            assert_eq!(format!("{:?}", Event::from((event_type, original))), expected, "{line}");
            let table =
                include_str!("events.md").split("\n## ").find(|part| part.starts_with(&format!("`{expected}`\n")));
            let shown = original.map_or(String::new(), |original| format!(", `{original}`"));
            let row = format!("\n* `{event_type}`{shown}: ");
            assert!(table.is_some_and(|table| table.contains(&row)), "the table lacks {row} under {expected}");
            count += 1;
        }
        assert!(count > 100, "{count}");
    }

    #[test]
    fn a_string_alone_never_is_money_that_may_be_another_s() {
        for (text, expected) in [
            ("TRANSACTION.SUCCESS", Event::Other),
            ("TRANSACTION.FAIL", Event::Other),
            ("REFUND.SUCCESS", Event::Refund),
            ("REFUND.SOMETHING_NEW", Event::Other),
            ("PROFITSHARING.RETURN", Event::ProfitSharing),
            ("MCHTRANSFER.BILL.FINISHED", Event::Transfer),
            ("MCHTRANSFER.BILL.SOMETHING_NEW", Event::Other),
            ("MCHTRANSFER.AUTHORIZATION.CLOSED", Event::TransferAuthorization),
            ("COMPLAINT.SOMETHING_NEW", Event::Complaint),
            ("PAYSCORE.USER_PAID", Event::PayScore),
            ("PRODUCT_COUPON.RETURN", Event::Coupon),
            ("PRODUCT_COUPON_SP.IMAGE_GENERATION", Event::Other),
            ("COMPLAINT", Event::Other),
            ("XCOMPLAINT.CREATE", Event::Other),
            ("complaint.create", Event::Other),
            ("", Event::Other),
        ] {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
        // Whatever the type says, shared money is shared money.
        for event_type in
            ["TRANSACTION.SUCCESS", "REFUND.SUCCESS", "COMPLAINT.CREATE", "TRANSACTION.INDUSTRY_SUCCESS", ""]
        {
            assert_eq!(Event::from((event_type, "profitsharing")), Event::ProfitSharing, "{event_type}");
        }
        assert_eq!(Event::from(("TRANSACTION.SUCCESS", "")), Event::Other);
        assert_eq!(Event::from(("TRANSACTION.SUCCESS", "transaction")), Event::Payment);
    }

    #[test]
    fn keys_tell_apart_what_is_apart() {
        let key = |event_type: &str, resource: Value| {
            Event::of(event_type, None, &resource).key(event_type, None, "EV-1", &resource)
        };
        assert_eq!(
            key("TRANSACTION.SUCCESS", json!({"out_trade_no": "7", "sub_mchid": "19"})),
            "TRANSACTION.SUCCESS||7|19"
        );
        assert_eq!(key("REFUND.SUCCESS", json!({"out_trade_no": "7", "out_refund_no": "8"})), "REFUND.SUCCESS||8|");
        assert_eq!(key("MCHTRANSFER.BATCH.CLOSED", json!({"out_batch_no": "9"})), "MCHTRANSFER.BATCH.CLOSED||9|");
        assert_eq!(key("COMPLAINT.STATE_CHANGE", json!({"complaint_id": "c"})), "COMPLAINT.STATE_CHANGE||EV-1|");
        let share = |account: &str| {
            key("PROFITSHARING.SUCCESS", json!({"out_order_no": "5", "receiver": {"account": account}}))
        };
        assert_ne!(share("a"), share("b"));
        assert_eq!(share("a"), share("a"));
        assert!(!share("oUpF8uMuAJO").contains("oUpF8uMuAJO"));
    }
}
