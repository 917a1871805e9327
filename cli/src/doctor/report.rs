//! What was found, for machines and for people.

use std::time::Duration;

use serde_json::{Value, json};

use super::check::Check;
use super::checks::answers::unproven;
use super::facts::Mode;
use super::table::needs_of;
use super::verdict::{Reason, State, Verdict};
use crate::base::lang::Lang;
use crate::base::output::{Paint, plain};
use crate::base::sdk::millis;
use crate::base::text::Text;

/// A check and what it came to.
pub(super) struct Entry {
    pub(super) check: Check,
    pub(super) verdict: Verdict,
    pub(super) took: Duration,
}

/// What was found: every check, in order.
pub struct Report {
    mode: Mode,
    offline: bool,
    entries: Vec<Entry>,
    took: Duration,
}

impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Report").field("state", &self.state()).field("first", &self.first()).finish_non_exhaustive()
    }
}

impl Report {
    pub(super) fn new(mode: Mode, offline: bool, entries: Vec<Entry>, took: Duration) -> Self {
        Self { mode, offline, entries, took }
    }

    /// The worst state that was found; skipped checks do not count.
    pub fn state(&self) -> State {
        let has = |state| self.entries.iter().any(|entry| entry.verdict.state == state);
        match () {
            () if has(State::Fail) => State::Fail,
            () if has(State::Warn) => State::Warn,
            () => State::Ok,
        }
    }

    /// The id of the first check in the worst state; `None` when all is well.
    pub fn first(&self) -> Option<&'static str> {
        let worst = self.state();
        let is_first = |entry: &&Entry| worst != State::Ok && entry.verdict.state == worst;
        self.entries.iter().find(is_first).map(|entry| entry.check.id)
    }

    /// The state of one check.
    pub fn state_of(&self, id: &str) -> Option<State> {
        self.entries.iter().find(|entry| entry.check.id == id).map(|entry| entry.verdict.state)
    }

    /// What a good outcome leaves open: nothing here opens anything with the `APIv3` key that is configured.
    pub(crate) fn unproven(&self) -> Option<Text> {
        let of = |id: &str| self.entries.iter().find(|entry| entry.check.id == id).map(|entry| &entry.verdict);
        let is_configured = of("apiv3key.length")?.state == State::Ok;
        let is_open = matches!(of("apiv3key.decrypts")?.reason, Some(Reason::Offline | Reason::NotApplicable));
        (is_configured && is_open && self.state() != State::Fail).then(unproven)
    }

    /// How many checks are in a state.
    fn count(&self, state: State) -> usize {
        self.entries.iter().filter(|entry| entry.verdict.state == state).count()
    }

    /// The document, as `wxpay doctor --json` writes it but for `schema` and `command`.
    pub fn json(&self) -> Value {
        let count = |state| self.count(state);
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "mode": self.mode.name(),
            "offline": self.offline,
            "state": self.state().name(),
            "first": self.first(),
            "counts": {"ok": count(State::Ok), "warn": count(State::Warn), "fail": count(State::Fail), "skipped": count(State::Skipped)},
            "ms": millis(self.took),
            "checks": self.entries.iter().map(entry).collect::<Vec<_>>(),
        })
    }

    /// A line for each warning and failure with the remedy below it, or for every check, and the counts.
    pub(crate) fn text(&self, lang: Lang, paint: Paint, all: bool) -> String {
        let is_told = |entry: &&Entry| all || matches!(entry.verdict.state, State::Warn | State::Fail);
        let mut lines: Vec<_> = self.entries.iter().filter(is_told).map(|entry| line(entry, lang, paint)).collect();
        let [ok, warn, fail, skipped] =
            [State::Ok, State::Warn, State::Fail, State::Skipped].map(|state| self.count(state));
        lines.push(match lang {
            Lang::En => format!("ok: {ok}, warnings: {warn}, failures: {fail}, skipped: {skipped}"),
            Lang::Zh => format!("正常 {ok}，警告 {warn}，失败 {fail}，跳过 {skipped}"),
        });
        lines.join("\n")
    }
}

fn entry(entry: &Entry) -> Value {
    let Entry { check, verdict, took } = entry;
    json!({
        "id": check.id,
        "group": check.group.name(),
        "state": verdict.state.name(),
        "seen": verdict.seen,
        "wanted": verdict.wanted,
        "message": verdict.message.json(),
        "remedy": verdict.remedy.as_ref().map(Text::json),
        "reason": verdict.reason.map(Reason::word),
        "needs": needs_of(check),
        "ms": millis(*took),
    })
}

/// `✗ key.fits_serial  …`, and below it `→ remedy`.
fn line(entry: &Entry, lang: Lang, paint: Paint) -> String {
    let Entry { check, verdict, .. } = entry;
    let mark = match verdict.state {
        State::Ok => paint.green("✓"),
        State::Warn => paint.yellow("!"),
        State::Fail => paint.red("✗"),
        State::Skipped => paint.dim("-"),
    };
    let line = format!("{mark} {}  {}", check.id, plain(verdict.message.of(lang)));
    match &verdict.remedy {
        Some(remedy) => format!("{line}\n  → {}", plain(remedy.of(lang))),
        None => line,
    }
}
