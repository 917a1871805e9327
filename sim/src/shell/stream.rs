//! The stream of events: the last ones are kept, so that whoever looks on again after a while misses none.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::sync::watch;

use crate::engine::effect::Change;
use crate::engine::time::Time;

/// How many are kept.
const MOST: usize = 10_000;

/// One line of the stream.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) seq: u64,
    pub(crate) at: Time,
    pub(crate) change: Change,
}

impl Line {
    /// As the control interface has it: `{seq,kind,id,what,at}`.
    pub(crate) fn to_json(&self) -> Value {
        let Change { kind, id, what } = &self.change;
        json!({"seq": self.seq, "kind": kind, "id": id, "what": what, "at": self.at.to_string()})
    }
}

/// All changes, numbered from 1.
#[derive(Debug)]
pub(crate) struct Stream {
    lines: Mutex<VecDeque<Arc<Line>>>,
    last: watch::Sender<u64>,
}

impl Default for Stream {
    fn default() -> Self {
        Self { lines: Mutex::default(), last: watch::Sender::new(0) }
    }
}

impl Stream {
    pub(crate) fn push(&self, at: Time, change: Change) {
        let mut lines = self.lines();
        let seq = *self.last.borrow() + 1;
        lines.push_back(Arc::new(Line { seq, at, change }));
        if lines.len() > MOST {
            lines.pop_front();
        }
        self.last.send_replace(seq);
    }

    /// The number of the last one, and of each that comes.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }

    /// Those after a number, at most so many.
    pub(crate) fn after(&self, seq: u64, most: usize) -> Vec<Arc<Line>> {
        let lines = self.lines();
        let start = lines.partition_point(|line| line.seq <= seq);
        lines.range(start..).take(most).cloned().collect()
    }

    fn lines(&self) -> MutexGuard<'_, VecDeque<Arc<Line>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::effect::Kind;

    #[test]
    fn the_last_ten_thousand_are_kept_in_order() {
        let stream = Stream::default();
        for number in 1..=10_003 {
            let change = Change { kind: Kind::Order, id: format!("ord_{number}"), what: "created".to_owned() };
            stream.push(Time::from_millis(0), change);
        }
        let first = stream.after(0, 1);
        assert_eq!(
            (first[0].seq, first[0].change.id.as_str(), stream.after(0, usize::MAX).len()),
            (4, "ord_4", 10_000)
        );
        let last: Vec<u64> = stream.after(10_001, 50).iter().map(|line| line.seq).collect();
        assert_eq!((last, *stream.watch().borrow()), (vec![10_002, 10_003], 10_003));
        assert!(stream.after(10_003, 50).is_empty());
        let json =
            json!({"seq": 4, "kind": "order", "id": "ord_4", "what": "created", "at": "1970-01-01T08:00:00+08:00"});
        assert_eq!(first[0].to_json(), json);
    }
}
