//! How an answer goes out.

use crate::gate::outgoing::Outgoing;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    Whole(Outgoing),
    /// So many seconds later.
    Late(u32, Outgoing),
    /// The head, half of the body, and then the connection is closed; of an answer without a body half of the head.
    Half(Outgoing),
    /// Bytes that are not HTTP, and then the connection is closed.
    Garbage,
    /// Nothing; the connection is reset.
    Reset,
    /// Nothing for so many seconds; then the connection is closed.
    Silence(u32),
}

impl Sent {
    /// The answer as far as there is one.
    pub(crate) fn outgoing(&self) -> Option<&Outgoing> {
        match self {
            Self::Whole(outgoing) | Self::Late(_, outgoing) | Self::Half(outgoing) => Some(outgoing),
            Self::Garbage | Self::Reset | Self::Silence(_) => None,
        }
    }

    /// The same with a header, if there is an answer.
    pub(crate) fn with(self, name: &str, value: impl Into<String>) -> Self {
        match self {
            Self::Whole(outgoing) => Self::Whole(outgoing.with(name, value)),
            Self::Late(seconds, outgoing) => Self::Late(seconds, outgoing.with(name, value)),
            Self::Half(outgoing) => Self::Half(outgoing.with(name, value)),
            other => other,
        }
    }
}
