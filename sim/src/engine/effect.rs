//! What a step asks the outside to do.

use serde::{Deserialize, Serialize};

/// One thing to do, in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Send this notice now: its simulator's id.
    Deliver(String),
    /// Something changed that whoever looks on wants to hear of.
    Changed(Change),
}

/// A line of the stream of events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    /// What happened, in a word or two: `created`, `paid`, `state SUCCESS`.
    pub(crate) what: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Order,
    Refund,
    Transfer,
    Sharing,
    Return,
    Complaint,
    Notice,
    Call,
    Fault,
    Clock,
    Settings,
}
