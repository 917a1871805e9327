//! How long after a failure a notice is sent again: by rule, and by event where the pages name another schedule.

use super::super::call::Version;
use super::super::rules::Rules;

/// Seconds between sendings, some of them several times.
type Spans = &'static [(i64, usize)];

/// Events that have a schedule of their own; the first that fits. A name that ends in `*` is how theirs begin.
const OTHERS: &[(&str, Spans)] = &[
    ("MCHTRANSFER.*", &[(15, 10), (300, 10), (1800, 44)]),
    ("MCHWITHDRAW.CHANGE", &[(15, 10), (300, 10), (1800, 47)]),
    ("CREDIT_REPAYMENT.*", &[(10, 3), (30, 3), (300, 9)]),
    ("PRODUCT_COUPON_SP.*", &[(60, 11)]),
    ("BRAND_MEMBER_CARD_SP.USER_CARD.*", &[(60, 11)]),
    ("COUPON.SEND", &[(60, 11)]),
    ("COUPON.USE", &[(60, 9)]),
    ("PAYSCORE.USER_SIGN_PLAN", &[(60, 11)]),
    ("PAYSCORE.USER_CANCEL_SIGN_PLAN", &[(60, 11)]),
    ("PAPAY.TERMINATE", &[(15, 2), (30, 1), (180, 1), (1800, 4), (3600, 1)]),
];

/// Seconds until a notice is sent again after so many failures; `None` when it is given up.
pub(super) fn wait(rules: &Rules, version: Version, event_type: &str, failures: u32) -> Option<i64> {
    let index = usize::try_from(failures).ok()?.checked_sub(1)?;
    spans(rules, version, event_type).get(index).copied().filter(|wait| *wait >= 0)
}

fn spans(rules: &Rules, version: Version, event_type: &str) -> Vec<i64> {
    let fits =
        |pattern: &str| pattern.strip_suffix('*').map_or(pattern == event_type, |start| event_type.starts_with(start));
    let other = OTHERS.iter().find(|(pattern, _)| version == Version::V3 && fits(pattern));
    if let Some((_, spans)) = other {
        return spans.iter().flat_map(|(wait, times)| std::iter::repeat_n(*wait, *times)).collect();
    }
    let rule = rules.value("notice.schedule");
    rule.as_array().into_iter().flatten().filter_map(serde_json::Value::as_i64).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn all(event_type: &str) -> Vec<i64> {
        (1..).map_while(|failures| wait(&Rules::default(), Version::V3, event_type, failures)).collect()
    }

    #[test]
    fn the_usual_schedule_is_16_sendings_in_24_hours_and_4_minutes() {
        let waits = all("TRANSACTION.SUCCESS");
        assert_eq!(waits, [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600]);
        assert_eq!((waits.len() + 1, waits.iter().sum::<i64>()), (16, 86_640));
        assert_eq!(waits, all("REFUND.SUCCESS"));
    }

    #[test]
    fn other_events_have_their_own() {
        let transfer = all("MCHTRANSFER.BILL.FINISHED");
        assert_eq!((transfer.len(), transfer[9], transfer[10], transfer[20], transfer[63]), (64, 15, 300, 1800, 1800));
        assert_eq!(all("CREDIT_REPAYMENT.SIGN_CONTRACT")[..7], [10, 10, 10, 30, 30, 30, 300]);
        assert_eq!((all("CREDIT_REPAYMENT.SIGN_CONTRACT").len(), all("MCHWITHDRAW.CHANGE").len()), (15, 67));
        assert_eq!((all("COUPON.USE"), all("COUPON.SEND")), (vec![60; 9], vec![60; 11]));
        assert_eq!(all("PAPAY.TERMINATE"), [15, 15, 30, 180, 1800, 1800, 1800, 1800, 3600]);
    }

    #[test]
    fn the_rule_changes_the_usual_one() {
        let mut rules = Rules::default();
        rules.set("notice.schedule", Some(json!([1, 2])));
        let waits: Vec<_> = (1..5).map(|failures| wait(&rules, Version::V3, "REFUND.CLOSED", failures)).collect();
        assert_eq!(waits, [Some(1), Some(2), None, None]);
    }
}
