//! One rule: its id, and its value as it can stand in a table.

use serde_json::{Value, json};

/// One rule as it is known from the start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    pub(crate) id: &'static str,
    pub(crate) default: Default,
    pub(crate) source: &'static str,
    /// Whether no source settles it.
    pub(crate) uncertain: bool,
}

/// A rule's value as it can stand in a table.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Default {
    Refusal {
        status: u16,
        code: &'static str,
        message: &'static str,
        internal: u32,
    },
    Number(i64),
    /// The status of an answer, which a refusal may stand for.
    Status(u16),
    /// This word, which a refusal may stand for.
    Word(&'static str),
    /// One of these words, the first unless it is changed.
    OneOf(&'static [&'static str]),
    Flag(bool),
    Numbers(&'static [i64]),
}

impl Default {
    pub(crate) fn value(self) -> Value {
        match self {
            Self::Refusal { status, code, message, internal } => {
                json!({"status": status, "code": code, "message": message, "internal": internal})
            }
            Self::Number(number) => number.into(),
            Self::Status(status) => status.into(),
            Self::Word(word) => word.into(),
            Self::OneOf(words) => words.first().copied().into(),
            Self::Flag(flag) => flag.into(),
            Self::Numbers(numbers) => numbers.into(),
        }
    }
}
