//! Which calls are about an order, a refund, …: by the simulator's id, WeChat Pay's number, or the merchant's number.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::record::Record;
use crate::engine::notices::has_number;

impl Record {
    /// Whether the call is about what has this id or number: one that it made or changed, or that its path, its body or its answer names.
    pub(crate) fn is_about(&self, wanted: &str) -> bool {
        self.refs.iter().any(|known| known == wanted)
            || self.path_has(wanted)
            || self.asks(wanted)
            || self.tells(wanted)
    }

    fn path_has(&self, wanted: &str) -> bool {
        let path = self.target.split('?').next().unwrap_or_default();
        path.split('/').any(|segment| percent_decode_str(segment).decode_utf8().is_ok_and(|segment| segment == wanted))
    }

    fn asks(&self, wanted: &str) -> bool {
        contains(&self.body, wanted) && has_number(&self.plain(), wanted)
    }

    fn tells(&self, wanted: &str) -> bool {
        let number = |body: &[u8]| serde_json::from_slice::<Value>(body).is_ok_and(|body| has_number(&body, wanted));
        contains(&self.answer.body, wanted) && number(&self.answer.body)
    }
}

/// Whether the bytes are there at all: a look that is cheaper than reading all of it.
fn contains(body: &[u8], wanted: &str) -> bool {
    !wanted.is_empty() && body.windows(wanted.len()).any(|part| part == wanted.as_bytes())
}
