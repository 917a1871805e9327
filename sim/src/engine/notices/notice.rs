//! A notice, as it is remembered.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::call::Version;
use super::super::due::Place;
use super::super::packed::Packed;
use super::super::time::Time;
use super::super::urls::Url;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Notice {
    /// The simulator's id, `not_1`.
    pub(crate) id: CompactString,
    /// The id in the body, a UUID.
    pub(crate) uuid: Box<str>,
    pub(crate) event_type: CompactString,
    pub(crate) original_type: CompactString,
    pub(crate) summary: CompactString,
    pub(crate) version: Version,
    /// Of APIv2: how it is signed, if not by MD5.
    pub(crate) sign_type: Option<Box<str>>,
    pub(crate) mchid: CompactString,
    /// The simulator's id of what it is about.
    pub(crate) reference: CompactString,
    pub(crate) url: Url,
    /// JSON.
    pub(crate) resource: Packed,
    /// The nonce of the sealed resource, 12 characters.
    pub(crate) nonce: CompactString,
    pub(crate) created_at: Time,
    pub(crate) state: NoticeState,
    pub(crate) next_at: Option<Time>,
    /// Its place in the queue, while it waits there.
    pub(crate) due: Option<Place>,
    /// How many sendings of the schedule failed.
    pub(crate) failures: u32,
    /// How many rounds were made, of the schedule and by hand.
    pub(crate) rounds: u32,
    /// Rounds that were made and not answered yet.
    pub(crate) outgoing: Vec<Round>,
    /// The fault that holds the next sending back: `LATE` or `REORDERED`.
    pub(crate) held_by: Option<Box<str>>,
    /// A fault that was asked for with it, for its first sending.
    pub(crate) asked: Option<Box<str>>,
    /// The body as it was sealed first, as long as it may be sent again.
    pub(crate) body: Option<Box<str>>,
    pub(crate) attempts: Vec<NoticeAttempt>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NoticeState {
    /// Not sent yet.
    Pending,
    Accepted,
    /// The last sending failed, and there will be another.
    Failed,
    GivenUp,
    /// The address is none that the simulator sends to.
    Blocked,
    Paused,
    /// By a fault: never sent.
    Lost,
}

/// One time that a notice goes out: once, or as several copies at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Round {
    /// Rounds of all notices are numbered.
    pub(crate) number: u64,
    /// Of this notice, from 1.
    pub(crate) n: u32,
    pub(crate) due: Time,
    pub(crate) copies: u32,
    /// Whether a probe goes before it.
    pub(crate) probe: bool,
    /// Whether it is one of the schedule's, so that a failure leads to the next one.
    pub(crate) scheduled: bool,
    pub(crate) fault: Option<String>,
    /// Whether it is on its way.
    #[serde(skip)]
    pub(crate) started: bool,
}

/// One sending, and what came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct NoticeAttempt {
    /// The round.
    pub(crate) n: u32,
    pub(crate) due: Time,
    pub(crate) sent_at: Time,
    /// Wall milliseconds until the answer.
    pub(crate) ms: u64,
    pub(crate) status: Option<u16>,
    pub(crate) verdict: Verdict,
    /// The first 4 KiB of its body.
    pub(crate) answer: Option<Box<str>>,
    pub(crate) error: Option<Box<str>>,
    pub(crate) fault: Option<Box<str>>,
}

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    Accepted,
    /// Another status than 2xx.
    Refused,
    /// A 3xx: not followed.
    Redirected,
    /// A 2xx whose body says otherwise, or not what it has to.
    WrongAnswer,
    TimedOut,
    /// No connection, or no HTTP on it.
    Unreachable,
    /// A probe that got a 2xx.
    ProbeAccepted,
    /// A probe that was refused, as it should be.
    ProbeRefused,
}

impl Notice {
    /// Whether it is about what has this id or number: the simulator's, WeChat's or the merchant's.
    pub(crate) fn is_about(&self, wanted: &str) -> bool {
        if self.reference == wanted {
            return true;
        }
        let resource = self.resource.text();
        resource.contains(wanted) && serde_json::from_str(&resource).is_ok_and(|resource| has_number(&resource, wanted))
    }
}

/// Whether a member is that number or id.
pub(crate) fn has_number(value: &Value, wanted: &str) -> bool {
    let is_number = |name: &str| name.ends_with("_no") || name.ends_with("_id");
    match value {
        Value::Object(members) => members.iter().any(|(name, value)| match value {
            Value::String(text) => is_number(name) && text == wanted,
            other => has_number(other, wanted),
        }),
        Value::Array(items) => items.iter().any(|item| has_number(item, wanted)),
        _ => false,
    }
}

impl Verdict {
    /// As the control interface has it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Redirected => "redirected",
            Self::WrongAnswer => "wrong_answer",
            Self::TimedOut => "timed_out",
            Self::Unreachable => "unreachable",
            Self::ProbeAccepted => "probe_accepted",
            Self::ProbeRefused => "probe_refused",
        }
    }
}

impl NoticeState {
    /// As the control interface has it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Failed => "failed",
            Self::GivenUp => "given_up",
            Self::Blocked => "blocked",
            Self::Paused => "paused",
            Self::Lost => "lost",
        }
    }
}
