//! What a code means, as a row.

use serde_json::{Value, json};

use crate::base::text::Text;

/// Whether and how a call may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Retry {
    No,
    /// The same, slower.
    Later,
    /// With the same number and parameters.
    Same,
    /// Ask first.
    Query,
}

impl Retry {
    fn name(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Later => "later",
            Self::Same => "same",
            Self::Query => "query",
        }
    }
}

/// A text in English and in Chinese.
pub(crate) type Both = (&'static str, &'static str);

/// What a code means.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finding {
    pub(super) id: &'static str,
    /// Other spellings, beyond case and underscores.
    pub(super) also: &'static [&'static str],
    /// The status it usually comes with; 0 where there is none.
    pub(super) status: u16,
    pub(super) title: Both,
    pub(super) cause: Both,
    pub(super) remedy: Both,
    pub(super) retry: Retry,
}

impl Finding {
    pub(super) fn json(&self) -> Value {
        let text = |(en, zh): Both| Text::new(en, zh).json();
        json!({"id": self.id, "title": text(self.title), "cause": text(self.cause), "remedy": text(self.remedy), "retry": self.retry.name()})
    }
}
