//! Answers that somebody set for an endpoint, to be given instead of the simulator's own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SetReply {
    /// The simulator's id, `rep_1`.
    pub(crate) id: String,
    pub(crate) method: String,
    /// The catalogue's template, or a path that is filled in; without a slash before it.
    pub(crate) path: String,
    pub(crate) status: u16,
    /// Null for none.
    pub(crate) body: Value,
    /// How often it is given; `None` is for ever.
    pub(crate) times: Option<u32>,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) given: u32,
}

/// In the order in which they were set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Replies(pub(crate) Vec<SetReply>);

impl Replies {
    /// The answer that was set for a call, the one that was set last; counts it.
    pub(crate) fn take(&mut self, method: &str, template: &str, path: &str) -> Option<SetReply> {
        let path = path.trim_start_matches('/');
        let fits = |reply: &&mut SetReply| {
            reply.method == method
                && (reply.path == template || reply.path == path)
                && reply.times.is_none_or(|times| reply.given < times)
        };
        let reply = self.0.iter_mut().rev().find(fits)?;
        reply.given = reply.given.saturating_add(1);
        Some(reply.clone())
    }
}
