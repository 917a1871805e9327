//! Findings: what a merchant's receiver did that it must not do, noticed without being asked.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::faults::fault::Fault;
use super::notices::{Sending, Verdict};
use super::time::Time;
use super::world::World;

/// How many are kept; the oldest go first.
const MOST: usize = 1000;

/// An answer that took longer is one, in milliseconds.
const SLOW: u64 = 3000;

pub(crate) type Findings = VecDeque<Finding>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Finding {
    /// The simulator's id, `fnd_1`.
    pub(crate) id: String,
    pub(crate) at: Time,
    pub(crate) kind: String,
    pub(crate) text: String,
    /// The simulator's id of what it is about.
    #[serde(rename = "ref")]
    pub(crate) reference: String,
}

impl Finding {
    pub(crate) fn new(at: Time, kind: &str, text: &str, reference: &str) -> Self {
        let (kind, text, reference) = (kind.to_owned(), text.to_owned(), reference.to_owned());
        Self { id: String::new(), at, kind, text, reference }
    }
}

/// Keeps a finding. Its id is not from the counter of ids, which must not depend on when receivers answer.
pub(crate) fn note(world: &mut World, finding: Finding) {
    let last = world.findings.back().and_then(|last| last.id.strip_prefix("fnd_")?.parse::<u64>().ok());
    let id = format!("fnd_{}", last.unwrap_or_default() + 1);
    world.findings.push_back(Finding { id, ..finding });
    if world.findings.len() > MOST {
        world.findings.pop_front();
    }
}

/// What is wrong with how a notice was answered: kinds and texts.
pub(crate) fn of_sending(sending: &Sending) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    match sending.verdict {
        Verdict::ProbeAccepted => {
            found.push(("probe_accepted", "a probe, whose signature is none, was answered with 2xx"));
        }
        Verdict::Accepted => found.extend(accepted_in_error(sending.fault.as_deref())),
        Verdict::Redirected => {
            found.push(("redirected", "a notice was answered with 3xx, which is a failure and not followed"));
        }
        _ => {}
    }
    if sending.status.is_some() && sending.ms > SLOW {
        found.push(("slow_answer", "the answer took longer than 3 seconds; after 5 it is none"));
    }
    if sending.echoed {
        found.push(("secret_echoed", "the answer held a secret of the merchant's"));
    }
    found
}

/// A notice that must not be accepted was.
fn accepted_in_error(fault: Option<&str>) -> Option<(&'static str, &'static str)> {
    let fault = Fault::parse(fault?).ok()?;
    Some(match fault.name() {
        "PROBE" => ("probe_accepted", "a probe, whose signature is none, was answered with 2xx"),
        "FORGED" => ("forged_accepted", "a notice that somebody else signed was answered with 2xx"),
        "UNKNOWN_SERIAL" => ("forged_accepted", "a notice signed by a key that nobody holds was answered with 2xx"),
        "TAMPERED" => ("tampered_accepted", "a notice that was changed after it was signed was answered with 2xx"),
        "STALE" => ("stale_accepted", "a notice signed more than 5 minutes ago was answered with 2xx"),
        "WRONG_KEY" => ("unreadable_accepted", "a notice that cannot be decrypted was answered with 2xx"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(verdict: Verdict, fault: Option<&str>, ms: u64, echoed: bool) -> Vec<&'static str> {
        let sent_at = Time::from_millis(0);
        let (status, fault) = (Some(200), fault.map(str::to_owned));
        let sending = Sending { sent_at, ms, status, verdict, answer: None, error: None, fault, echoed };
        of_sending(&sending).into_iter().map(|(kind, _)| kind).collect()
    }

    #[test]
    fn each_wrong_answer_has_its_kind() {
        for (fault, kind) in [
            ("PROBE", "probe_accepted"),
            ("FORGED", "forged_accepted"),
            ("UNKNOWN_SERIAL", "forged_accepted"),
            ("TAMPERED", "tampered_accepted"),
            ("STALE", "stale_accepted"),
            ("STALE(400)", "stale_accepted"),
            ("WRONG_KEY", "unreadable_accepted"),
        ] {
            assert_eq!(kinds(Verdict::Accepted, Some(fault), 1, false), [kind], "{fault}");
            assert!(kinds(Verdict::Refused, Some(fault), 1, false).is_empty(), "{fault}");
        }
        assert_eq!(kinds(Verdict::ProbeAccepted, None, 1, false), ["probe_accepted"]);
        assert_eq!(kinds(Verdict::Redirected, None, 1, false), ["redirected"]);
        assert_eq!(kinds(Verdict::Accepted, None, 3001, false), ["slow_answer"]);
        assert_eq!(kinds(Verdict::Refused, None, 1, true), ["secret_echoed"]);
    }

    #[test]
    fn right_answers_are_no_findings() {
        assert!(kinds(Verdict::Accepted, None, 3000, false).is_empty());
        assert!(kinds(Verdict::Accepted, Some("NO_TYPE_HEADER"), 1, false).is_empty());
        assert!(kinds(Verdict::ProbeRefused, None, 1, false).is_empty());
    }
}
