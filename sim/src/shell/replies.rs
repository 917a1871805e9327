//! What answers a call, and answers that somebody set.

use crate::engine::answer::{Answer, Content};
use crate::engine::replies::SetReply;

/// An answer, and headers that go out beside the signature's.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) answer: Answer,
    pub(crate) headers: Vec<(String, String)>,
}

impl From<Answer> for Made {
    fn from(answer: Answer) -> Self {
        Self { answer, headers: Vec::new() }
    }
}

/// The answer that was set.
pub(crate) fn answer(set: SetReply) -> Made {
    let content = if set.body.is_null() { Content::Empty } else { Content::Fields(set.body) };
    let answer = Answer { status: set.status, content, warnings: Vec::new(), refs: Vec::new() };
    Made { answer, headers: set.headers.into_iter().collect() }
}
