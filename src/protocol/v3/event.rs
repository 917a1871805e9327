//! Which event a notification is, and the key under which it is processed once.

use serde_json::Value;

use crate::crypto::hash;

/// What a notification is about, by both of its types, and by its members where they are ambiguous.
///
/// `TRANSACTION.SUCCESS` is the type of payments, of combined payments and, in older products, of profit sharing: treating
/// one as another books money that is not there.
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
            Self::Other => &[],
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
            let shown = original.map_or("—".to_owned(), |original| format!("`{original}`"));
            let row = format!("| `{event_type}` | {shown} | `{expected}` |");
            assert!(include_str!("events.md").contains(&row), "the table lacks {row}");
            count += 1;
        }
        assert!(count > 100, "{count}");
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
