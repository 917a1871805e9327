//! The journal itself: a ring, and who waits for something to be written.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio::sync::watch;

use super::record::Record;

const MOST: usize = 10_000;

/// So many bytes of them stand in the state's file at most: it is written again and again.
const MOST_SAVED: usize = 8 * 1024 * 1024;

#[derive(Debug)]
pub(crate) struct Journal {
    ring: Mutex<Ring>,
    /// How many were written; whoever waits looks again when it changes.
    written: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Ring {
    /// How many there ever were.
    count: u64,
    records: VecDeque<Arc<Record>>,
    /// The ids of the calls about an order, a refund, …, the oldest first.
    about: HashMap<String, VecDeque<String>>,
}

/// As it stands in the state's file: how many calls there ever were, and the newest of them, the oldest of these first.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Saved {
    count: u64,
    newest: Vec<Kept>,
}

#[derive(Clone, Debug)]
struct Kept(Arc<Record>);

impl Serialize for Kept {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Record::deserialize(deserializer).map(|record| Self(Arc::new(record)))
    }
}

impl Ring {
    fn write(&mut self, mut record: Record) -> String {
        self.count += 1;
        record.id = format!("call_{}", self.count);
        let id = record.id.clone();
        self.push(Arc::new(record));
        id
    }

    fn push(&mut self, record: Arc<Record>) {
        for reference in &record.refs {
            let ids = self.about.entry(reference.clone()).or_default();
            if ids.back() != Some(&record.id) {
                ids.push_back(record.id.clone());
            }
        }
        self.records.push_back(record);
        if self.records.len() > MOST {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let Some(oldest) = self.records.pop_front() else { return };
        for reference in &oldest.refs {
            let Some(ids) = self.about.get_mut(reference) else { continue };
            if ids.front() == Some(&oldest.id) {
                ids.pop_front();
            }
            if ids.is_empty() {
                self.about.remove(reference);
            }
        }
    }
}

impl Default for Journal {
    fn default() -> Self {
        Self { ring: Mutex::default(), written: watch::Sender::new(0) }
    }
}

impl Journal {
    /// Keeps a call; gives its id.
    pub(crate) fn keep(&self, record: Record) -> String {
        let mut ring = self.lock();
        let id = ring.write(record);
        self.written.send_replace(ring.count);
        id
    }

    /// All calls, the newest first.
    pub(crate) fn newest(&self) -> Vec<Arc<Record>> {
        self.lock().records.iter().rev().cloned().collect()
    }

    /// The ids of the calls about an order, a refund, …, the oldest first.
    pub(crate) fn about(&self, reference: &str) -> Vec<String> {
        self.lock().about.get(reference).into_iter().flatten().cloned().collect()
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<Arc<Record>> {
        self.lock().records.iter().rev().find(|record| record.id == id).cloned()
    }

    pub(crate) fn clear(&self) {
        let mut ring = self.lock();
        ring.records.clear();
        ring.about.clear();
    }

    /// What of it is kept beyond the program's end: nothing of callers whom nobody knows, and only so much of the others.
    pub(crate) fn saved(&self) -> Saved {
        let ring = self.lock();
        let (mut newest, mut left) = (Vec::new(), MOST_SAVED);
        for record in ring.records.iter().rev().filter(|record| !record.is_strangers) {
            let Some(less) = left.checked_sub(record.weight()) else { break };
            left = less;
            newest.push(Kept(Arc::clone(record)));
        }
        newest.reverse();
        Saved { count: ring.count, newest }
    }

    /// Has these calls and no others.
    pub(crate) fn replace(&self, saved: Saved) {
        let mut ring = self.lock();
        *ring = Ring { count: saved.count, ..Ring::default() };
        saved.newest.into_iter().for_each(|Kept(record)| ring.push(record));
        self.written.send_replace(ring.count);
    }

    /// Told of every call from now on.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.written.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, Method};

    use super::super::record::KEPT;
    use super::*;
    use crate::engine::notices::Epoch;
    use crate::engine::time::Time;
    use crate::gate::arrived::Arrived;

    fn record(body: &Bytes, about: &str) -> Record {
        let arrived = Arrived {
            listener: "http",
            method: Method::POST,
            target: "/v3/a".to_owned(),
            authority: "127.0.0.1:1".to_owned(),
            headers: HeaderMap::new(),
            body: body.clone(),
            certificate: None,
        };
        Record { refs: vec![about.to_owned()], ..Record::begin(&arrived, Time::from_millis(0), Epoch::default()) }
    }

    #[test]
    fn the_newest_are_saved_within_bounds_and_are_there_again() {
        let (journal, body) = (Journal::default(), Bytes::from(vec![b'a'; KEPT]));
        for number in 0..300 {
            let mut record = record(&body, &format!("ord_{}", number % 2));
            record.is_strangers = number == 298;
            journal.keep(record);
        }
        let text = serde_json::to_string(&journal.saved()).unwrap();
        assert!(text.len() < MOST_SAVED + 1024 * 1024 && text.len() > MOST_SAVED / 2, "{}", text.len());
        let again = Journal::default();
        again.replace(serde_json::from_str(&text).unwrap());
        let (newest, kept) = (again.newest(), MOST_SAVED / (KEPT + 500) - 1);
        assert_eq!((newest[0].id.as_str(), newest[1].id.as_str()), ("call_300", "call_298"));
        assert!(newest.len() >= kept && newest.len() < 300, "{}", newest.len());
        assert_eq!(newest[0].to_json(), journal.newest()[0].to_json());
        assert_eq!(again.about("ord_1").last().unwrap(), "call_300");
        assert_eq!(again.keep(record(&body, "ord_1")), "call_301");
    }
}
