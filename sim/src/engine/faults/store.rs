//! Faults that were set by the control interface, and what has to be remembered of those that fired.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::bound::applies_to_notice;
use super::facts::{CallFacts, NoticeFacts};
use super::fault::Fault;

/// A fault that waits for what it is meant for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Standing {
    /// The simulator's id, `flt_1`.
    pub(crate) id: String,
    #[serde(rename = "match")]
    pub(crate) matching: Match,
    pub(crate) fault: Fault,
    /// How often it fires; `None` is for ever.
    pub(crate) times: Option<u32>,
    /// How many that it is meant for it lets pass first.
    pub(crate) skip: u32,
    /// How likely it fires, 0 to 1.
    pub(crate) rate: f64,
    pub(crate) fired: u32,
    /// How many it let pass.
    #[serde(default)]
    pub(crate) passed: u32,
    /// How often each call was seen, if it matters which attempt it is.
    #[serde(default)]
    pub(crate) seen: BTreeMap<String, u32>,
}

/// What a fault is meant for; what is absent does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Match {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
    /// A template, a path, or how one begins, with `*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mchid: Option<String>,
    /// Any number of the merchant's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<String>,
    /// Which sending of a notice; or which call of the same merchant, endpoint and numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) attempt: Option<u32>,
    /// Of notices, or how it begins, with `*`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) event_type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Faults {
    /// In the order in which they were set.
    pub(crate) standing: Vec<Standing>,
    /// How often a trigger that ends by itself fired, by call.
    pub(crate) answered: BTreeMap<String, u32>,
    /// Merchants and their numbers of orders that queries get no answer about.
    pub(crate) silent: BTreeMap<String, BTreeSet<String>>,
}

impl Standing {
    /// One that fires once, on the first that it is meant for.
    pub(crate) fn new(id: String, matching: Match, fault: Fault) -> Self {
        Self { id, matching, fault, times: Some(1), skip: 0, rate: 1.0, fired: 0, passed: 0, seen: BTreeMap::new() }
    }

    /// How often it fires at most. A bill that is being made so many times is one fault.
    pub(crate) fn most(&self) -> Option<u32> {
        let each = if self.fault.name() == "STATEMENT_CREATING" { self.fault.argument() } else { 1 };
        self.times.map(|times| times.saturating_mul(each))
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.most().is_some_and(|most| self.fired >= most)
    }

    /// Whether a call is one that it is meant for, as far as the call alone says.
    pub(crate) fn fits_call(&self, facts: &CallFacts<'_>) -> bool {
        let matching = &self.matching;
        self.fault.is_on_calls()
            && matching.event_type.is_none()
            && matching.method.as_ref().is_none_or(|method| method.eq_ignore_ascii_case(facts.method))
            && matching.path.as_ref().is_none_or(|path| fits_path(path, facts))
            && matching.mchid.as_ref().is_none_or(|mchid| mchid == facts.mchid)
            && matching.number.as_ref().is_none_or(|number| facts.numbers().contains(&number.as_str()))
    }

    /// Whether a notice is one that it is meant for.
    pub(crate) fn fits_notice(&self, facts: &NoticeFacts<'_>) -> bool {
        let matching = &self.matching;
        self.fault.is_on_notices()
            && applies_to_notice(self.fault.name(), facts.version)
            && matching.method.is_none()
            && matching.path.is_none()
            && matching.event_type.as_ref().is_none_or(|event| fits_text(event, facts.event_type))
            && matching.mchid.as_ref().is_none_or(|mchid| mchid == facts.mchid)
            && matching.number.as_ref().is_none_or(|number| facts.numbers().contains(&number.as_str()))
            && matching.attempt.is_none_or(|attempt| attempt == facts.attempt)
    }

    /// Whether this is the attempt that it is meant for; counts it.
    pub(crate) fn fits_attempt(&mut self, facts: &CallFacts<'_>) -> bool {
        let Some(attempt) = self.matching.attempt else { return true };
        let seen = self.seen.entry(key(facts)).or_default();
        *seen += 1;
        *seen == attempt
    }

    /// Whether it lets this one pass; counts it.
    pub(crate) fn skips(&mut self) -> bool {
        let skips = self.passed < self.skip;
        self.passed += u32::from(skips);
        skips
    }
}

/// What is the same in a call that is made again: who, what, and about which numbers.
pub(crate) fn key(facts: &CallFacts<'_>) -> String {
    let numbers = facts.numbers().join(" ");
    format!("{} {} {} {numbers}", facts.mchid, facts.method, facts.path)
}

/// A text, or how it begins.
fn fits_text(pattern: &str, text: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == text, |start| text.starts_with(start))
}

/// A template, whatever its variables are called, or a path, or how either begins. APIv2's may be without `v2/`.
fn fits_path(pattern: &str, facts: &CallFacts<'_>) -> bool {
    let pattern = pattern.trim_start_matches('/');
    let forms = [facts.template, facts.path.trim_start_matches('/')];
    let mut forms = forms.into_iter().flat_map(|form| [form, form.strip_prefix("v2/").unwrap_or(form)]);
    match pattern.strip_suffix('*') {
        Some(start) => forms.any(|form| form.starts_with(start)),
        None => forms.any(|form| {
            let (mut left, mut right) = (pattern.split('/'), form.split('/'));
            loop {
                match (left.next(), right.next()) {
                    (None, None) => return true,
                    (Some(one), Some(other)) if one == other || one.starts_with('{') && other.starts_with('{') => {}
                    _ => return false,
                }
            }
        }),
    }
}
