//! The last notices as they went out.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use crate::engine::notices::Epoch;
use crate::shell::outlets::Sent;

/// How many are kept: as many as one list of notices shows.
const MOST: usize = 1_000;

/// By world and the simulator's id; the oldest go first.
#[derive(Debug, Default)]
pub(crate) struct SentRing(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    by_id: HashMap<(Epoch, String), Arc<Sent>>,
    order: VecDeque<(Epoch, String)>,
}

impl SentRing {
    pub(crate) fn keep(&self, epoch: Epoch, notice: &str, sent: Sent) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (epoch, notice.to_owned());
        if kept.by_id.insert(key.clone(), Arc::new(sent)).is_some() {
            return;
        }
        kept.order.push_back(key);
        if kept.order.len() > MOST {
            if let Some(oldest) = kept.order.pop_front() {
                kept.by_id.remove(&oldest);
            }
        }
    }

    pub(crate) fn get(&self, epoch: Epoch, notice: &str) -> Option<Arc<Sent>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.by_id.get(&(epoch, notice.to_owned())).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::headers::Headers;

    #[test]
    fn the_last_ones_of_each_world_are_kept() {
        let (ring, here, there) = (SentRing::default(), Epoch::default(), Epoch::default());
        for number in 0..=MOST {
            ring.keep(here, &number.to_string(), Sent { headers: Headers::default(), body: "{}".into() });
        }
        assert!(ring.get(here, "0").is_none() && ring.get(here, "1").is_some() && ring.get(there, "1").is_none());
        ring.keep(here, "1", Sent { headers: Headers::default(), body: "1".into() });
        assert_eq!(&*ring.get(here, "1").unwrap().body, "1");
        assert_eq!(ring.0.lock().unwrap().order.len(), MOST);
    }
}
