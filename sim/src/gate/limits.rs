//! Step 6: how many calls a second a merchant may make, if limits are on.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::engine::rules::Rules;
use crate::engine::settings::Limits;
use crate::engine::time::Time;

/// Calls a second that were published; settings may name others.
const KNOWN: &[(&str, u32)] = &[
    ("v3/pay/transactions/jsapi", 500),
    ("v3/pay/partner/transactions/jsapi", 500),
    ("v3/pay/transactions/codepay", 33),
    ("v3/pay/partner/transactions/codepay", 33),
    ("v2/pay/micropay", 33),
    (REFUNDS, 150),
    ("v2/secapi/pay/refund", 150),
    ("v3/profitsharing/orders", 300),
    ("v3/profitsharing/orders/{out_order_no}", 500),
    ("v3/profitsharing/return-orders", 100),
    ("v3/certificates", 1000),
];

const REFUNDS: &str = "v3/refund/domestic/refunds";

/// Of refunds so many may be wrong.
const WRONG: u32 = 6;

/// The counts of the second that is running.
#[derive(Debug, Default)]
pub(crate) struct Counts(Mutex<Second>);

/// Why a call is one too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TooMany {
    Calls,
    /// Of refunds that were refused for what they say.
    Wrong,
}

/// Whether a call that is one too many is carried out all the same: a refund may be, by rule.
pub(crate) fn may_be_accepted(rules: &Rules, template: &str) -> bool {
    is_refund(template) && rules.flag("limits.refund_429_accepted")
}

/// A second, and the counts of each merchant's calls of each endpoint in it.
type Second = (i64, HashMap<(String, &'static str), Count>);

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    all: u32,
    wrong: u32,
}

impl Counts {
    /// Counts a call; whether it is one too many, and of what.
    pub(crate) fn too_many(&self, limits: &Limits, mchid: &str, template: &'static str, wall: Time) -> Option<TooMany> {
        if !limits.on {
            return None;
        }
        let known = || KNOWN.iter().find(|known| known.0 == template).map(|known| known.1);
        let limit = limits.per_second.get(template).copied().or_else(known);
        self.count(mchid, template, wall, |count| {
            count.all = count.all.saturating_add(1);
            let wrong = (is_refund(template) && count.wrong >= WRONG).then_some(TooMany::Wrong);
            limit.filter(|limit| count.all > *limit).map(|_| TooMany::Calls).or(wrong)
        })
    }

    /// Counts a call that was refused for what it says.
    pub(crate) fn was_wrong(&self, limits: &Limits, mchid: &str, template: &'static str, wall: Time) {
        if limits.on && is_refund(template) {
            self.count(mchid, template, wall, |count| count.wrong = count.wrong.saturating_add(1));
        }
    }

    fn count<T>(&self, mchid: &str, template: &'static str, wall: Time, change: impl FnOnce(&mut Count) -> T) -> T {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.0 != wall.seconds() {
            *counts = (wall.seconds(), HashMap::new());
        }
        change(counts.1.entry((mchid.to_owned(), template)).or_default())
    }
}

fn is_refund(template: &str) -> bool {
    template == REFUNDS || template == "v2/secapi/pay/refund"
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const NATIVE: &str = "v3/pay/transactions/native";

    fn limits(on: bool) -> Limits {
        Limits { on, per_second: BTreeMap::from([(NATIVE.to_owned(), 2)]) }
    }

    #[test]
    fn so_many_calls_a_second_pass() {
        let (counts, at) = (Counts::default(), Time::from_millis);
        let ask = |mchid, millis| counts.too_many(&limits(true), mchid, NATIVE, at(millis));
        assert_eq!([ask("1", 0), ask("1", 1), ask("1", 2), ask("2", 3)], [None, None, Some(TooMany::Calls), None]);
        assert_eq!(ask("1", 1000), None);
        assert!((0..10).all(|_| counts.too_many(&limits(false), "1", NATIVE, at(0)).is_none()));
    }

    #[test]
    fn what_nobody_named_has_the_published_limit_or_none() {
        let (counts, now) = (Counts::default(), Time::from_millis(0));
        let passed =
            |template| (0..2000).take_while(|_| counts.too_many(&limits(true), "1", template, now).is_none()).count();
        assert_eq!(passed("v2/pay/micropay"), 33);
        assert_eq!(passed("v3/pay/transactions/h5"), 2000);
    }

    #[test]
    fn of_wrong_refunds_six_a_second_are_looked_at() {
        let (counts, now) = (Counts::default(), Time::from_millis(0));
        for _ in 0..6 {
            assert_eq!(counts.too_many(&limits(true), "1", REFUNDS, now), None);
            counts.was_wrong(&limits(true), "1", REFUNDS, now);
        }
        assert_eq!(counts.too_many(&limits(true), "1", REFUNDS, now), Some(TooMany::Wrong));
        assert_eq!(counts.too_many(&limits(true), "1", REFUNDS, Time::from_millis(1000)), None);
    }
}
