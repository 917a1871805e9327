//! One thing that is wrong, and where it stands.

use serde_json::{Value, json};

use crate::engine::answer::Refusal;

/// What is wrong with a request's form.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Finding {
    pub(super) place: Place,
    pub(super) kind: Kind,
    pub(super) message: String,
}

/// Where: in which part, how deep, after how many members.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) part: Part,
    pub(super) depth: usize,
    /// Among those of its depth; what is not there comes last.
    pub(super) index: usize,
    pub(super) pointer: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Query,
    Body,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Unknown,
    Range,
    Other,
}

/// The gateway's internal codes for these.
const UNKNOWN: u32 = 270_924_358;
const RANGE: u32 = 268_435_464;

impl Part {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Body => "body",
        }
    }
}

/// The answer to the first of some findings; of members that are unknown all are named.
pub(super) fn refusal(findings: &[Finding], value_of: impl Fn(&Place) -> Value) -> Option<Refusal> {
    let first = findings.iter().min_by(|one, other| one.place.cmp(&other.place))?;
    let Finding { place, kind, message } = first;
    if *kind == Kind::Unknown {
        let unknown = findings.iter().filter(|finding| finding.kind == Kind::Unknown);
        let pointers: Vec<_> =
            unknown.map(|finding| format!("/{}{}", finding.place.part.name(), finding.place.pointer)).collect();
        let refusal = Refusal::new(400, "PARAM_ERROR", message.clone()).internal(UNKNOWN);
        return Some(Refusal { detail: Some(json!({"location": null, "value": pointers})), ..refusal });
    }
    let detail =
        json!({"field": place.pointer, "value": value_of(place), "issue": message, "location": place.part.name()});
    let internal = if *kind == Kind::Range { RANGE } else { 0 };
    let refusal = Refusal::new(400, "PARAM_ERROR", message.clone()).internal(internal);
    Some(Refusal { detail: Some(detail), ..refusal })
}
