//! Why a request went no further: what the journal says of it besides the answer.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

use crate::engine::answer::Refusal;

/// A refusal and its reason, behind a pointer: most calls have none.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Stop(Box<Reason>);

/// A refusal, and the step of the list that made it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Reason {
    pub(crate) refusal: Refusal,
    pub(crate) step: Cow<'static, str>,
    /// A word of the simulator's: `newline_missing`, `unknown_path`.
    pub(crate) why: String,
    pub(crate) differs: Option<Differs>,
    /// What to do about it.
    pub(crate) hint: Option<String>,
    /// Where it is documented.
    pub(crate) doc: Option<String>,
}

/// The first line of the signed text that is another than it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Differs {
    /// 1 to 5.
    pub(crate) line: u8,
    /// What was signed there.
    pub(crate) sent: String,
    /// What would have verified.
    pub(crate) expected: String,
}

impl Stop {
    pub(crate) fn new(step: &'static str, why: &str, refusal: Refusal) -> Self {
        Self(Box::new(Reason { refusal, step: step.into(), why: why.to_owned(), differs: None, hint: None, doc: None }))
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn doc(mut self, doc: impl Into<String>) -> Self {
        self.doc = Some(doc.into());
        self
    }
}

impl Deref for Stop {
    type Target = Reason;

    fn deref(&self) -> &Reason {
        &self.0
    }
}

impl DerefMut for Stop {
    fn deref_mut(&mut self) -> &mut Reason {
        &mut self.0
    }
}
