//! The journal itself: a ring, and who waits for something to be written.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::record::Record;

const MOST: usize = 10_000;

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

impl Ring {
    fn push(&mut self, mut record: Record) -> String {
        self.count += 1;
        record.id = format!("call_{}", self.count);
        let id = record.id.clone();
        for reference in &record.refs {
            let ids = self.about.entry(reference.clone()).or_default();
            if ids.back() != Some(&id) {
                ids.push_back(id.clone());
            }
        }
        self.records.push_back(Arc::new(record));
        if self.records.len() > MOST {
            self.drop_oldest();
        }
        id
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
        let id = ring.push(record);
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

    /// Told of every call from now on.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.written.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
