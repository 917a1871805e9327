//! Goes through the checks in order: each is looked at, or told why it is not.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::time::{Instant, SystemTime};

use super::check::{Check, Look};
use super::choice::Choice;
use super::facts::{Facts, Mode};
use super::online::Online;
use super::report::{Entry, Report};
use super::table::{all, needs_of};
use super::verdict::{Reason, State, Verdict};
use crate::settings::Settings;

/// Looks at settings without a network: the offline part of `wxpay doctor`, as a function of the settings, the files they name, and the time.
///
/// It opens no socket and takes well under a second. Unusable settings are findings, not errors.
pub fn offline(settings: &Settings, now: SystemTime) -> Report {
    let facts = Facts::new(settings, Vec::new(), now);
    examine(&facts, &Choice { offline: true, ..Choice::default() })
}

/// Looks at everything that is asked for.
pub(crate) fn examine(facts: &Facts, choice: &Choice) -> Report {
    let began = Instant::now();
    let wanted = choice.wanted();
    let mut entries: Vec<Entry> = Vec::new();
    let online = OnceCell::new();
    let secrets = facts.secrets();
    let secrets: Vec<&str> = secrets.iter().map(|secret| secret.as_str()).collect();
    // What is to be mended first, for each check that stands in the way of others.
    let mut roots: BTreeMap<&'static str, &'static str> = BTreeMap::new();
    for check in all() {
        let began = Instant::now();
        let obstacle = || needs_of(check).into_iter().find(|need| roots.contains_key(need));
        let verdict = match choice.reason(check, &wanted) {
            Some(reason) => Verdict::skipped(reason),
            None => looked(check, facts, &online, obstacle),
        };
        let root = match verdict.reason {
            Some(Reason::Needs(need)) => roots.get(need).copied(),
            _ => None,
        };
        let verdict = verdict.led_back_to(root).without(&secrets);
        if stands_in_the_way(&verdict) {
            roots.insert(check.id, root.unwrap_or(check.id));
        }
        entries.push(Entry { check: *check, verdict, took: began.elapsed() });
    }
    Report::new(facts.mode(), choice.offline, entries, began.elapsed())
}

/// What comes over a network, or why nothing can be asked; made when it is first needed.
type Asked = OnceCell<Result<Online, String>>;

fn looked(check: &Check, facts: &Facts, online: &Asked, obstacle: impl Fn() -> Option<&'static str>) -> Verdict {
    if check.is_v3 && facts.mode() == Mode::V2 {
        return Verdict::skipped(Reason::NotApplicable);
    }
    if let Some(need) = obstacle() {
        return Verdict::skipped(Reason::Needs(need));
    }
    let outcome = match check.look {
        Look::Offline(look) => look(facts),
        Look::Online(look) => match online.get_or_init(|| Online::new(facts)) {
            Ok(online) => look(facts, online),
            // Somebody asked to leave out what would have told why.
            Err(_) => Err(Reason::Needs("client.builds")),
        },
    };
    outcome.unwrap_or_else(Verdict::skipped)
}

/// Whether those who need a check that came to this are skipped.
fn stands_in_the_way(verdict: &Verdict) -> bool {
    verdict.state == State::Fail || verdict.reason.is_some_and(Reason::stands_in_the_way)
}
