//! All notices.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};

use super::super::index::Index;
use super::super::urls::Urls;
use super::notice::Notice;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Saved")]
pub(crate) struct Notices {
    /// In the order of their ids.
    #[expect(clippy::vec_box, reason = "a list of whole notices has room for up to as many again")]
    list: Vec<Box<Notice>>,
    by_reference: Index,
    urls: Urls,
    /// Nothing is sent for now.
    pub(crate) paused: bool,
    /// Rounds that wait for the pause to end: number and notice.
    pub(crate) waiting: BTreeMap<u64, String>,
    /// How many rounds were made.
    pub(crate) rounds: u64,
    /// Notices that wait for another one to go out before them.
    pub(crate) overtaken: Vec<String>,
    /// Which world it is: an answer to what was sent from another one is not this one's.
    epoch: Epoch,
}

/// A number of its own for each state that is made or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Epoch(u64);

impl Default for Epoch {
    fn default() -> Self {
        static MADE: AtomicU64 = AtomicU64::new(0);
        Self(MADE.fetch_add(1, Ordering::Relaxed))
    }
}

/// As it is read from the state file.
#[derive(Deserialize)]
struct Saved {
    #[expect(clippy::vec_box, reason = "as in the state")]
    list: Vec<Box<Notice>>,
    paused: bool,
    rounds: u64,
    overtaken: Vec<String>,
}

impl Notices {
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Notice> {
        self.list.iter().map(|notice| &**notice)
    }

    /// How many there are; those that are made later come after so many.
    pub(crate) fn count(&self) -> usize {
        self.list.len()
    }

    /// Adds one, whose id is greater than those of all others.
    pub(crate) fn insert(&mut self, notice: Notice) {
        self.take_in(Box::new(notice));
    }

    fn take_in(&mut self, mut notice: Box<Notice>) {
        notice.url = self.urls.shared(&notice.url);
        self.by_reference.add(notice.reference.as_str(), self.list.len());
        self.list.push(notice);
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&Notice> {
        self.list.get(self.place(id)?).map(|notice| &**notice)
    }

    /// Those about an order, a refund, …, the oldest first.
    pub(crate) fn about(&self, reference: &str) -> impl Iterator<Item = &Notice> {
        let is_about = |place: usize| self.list.get(place).is_some_and(|notice| notice.reference == reference);
        self.by_reference
            .all(reference, is_about)
            .into_iter()
            .filter_map(|place| self.list.get(place))
            .map(|notice| &**notice)
    }

    pub(crate) fn update<T>(&mut self, id: &str, change: impl FnOnce(&mut Notice) -> T) -> Option<T> {
        let place = self.place(id)?;
        self.list.get_mut(place).map(|notice| change(notice))
    }

    fn place(&self, id: &str) -> Option<usize> {
        let place =
            self.list.binary_search_by_key(&number(id)?, |notice| number(&notice.id).unwrap_or_default()).ok()?;
        self.list.get(place).filter(|notice| notice.id == id).map(|_| place)
    }

    pub(crate) fn epoch(&self) -> Epoch {
        self.epoch
    }
}

/// The number at the end of a simulator's id.
fn number(id: &str) -> Option<u64> {
    id.rsplit('_').next()?.parse().ok()
}

impl From<Saved> for Notices {
    fn from(saved: Saved) -> Self {
        let Saved { mut list, paused, rounds, overtaken } = saved;
        let mut notices = Self { paused, rounds, overtaken, ..Self::default() };
        list.sort_by_key(|notice| number(&notice.id));
        list.into_iter().for_each(|notice| notices.take_in(notice));
        notices
    }
}

impl Serialize for Notices {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("Notices", 4)?;
        members.serialize_field("list", &self.list)?;
        members.serialize_field("paused", &self.paused)?;
        members.serialize_field("rounds", &self.rounds)?;
        members.serialize_field("overtaken", &self.overtaken)?;
        members.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::clock::Clock;
    use crate::engine::notices::{NewNotice, enqueue};
    use crate::engine::time::Time;
    use crate::engine::world::World;

    #[test]
    fn notices_are_found_by_id_and_by_what_they_are_about() {
        let now = Time::from_millis(0);
        let mut world = World::new(1, Clock::Frozen { now }, now);
        let ids: Vec<_> = (0..50)
            .map(|number| {
                let new = NewNotice {
                    event_type: "TRANSACTION.SUCCESS".to_owned(),
                    original_type: String::new(),
                    summary: String::new(),
                    version: crate::engine::call::Version::V3,
                    mchid: "1900000001".to_owned(),
                    reference: format!("ord_{}", number % 7),
                    url: "http://127.0.0.1/n".to_owned(),
                    resource: serde_json::Value::Null,
                    sign_type: None,
                };
                enqueue(&mut world, now, new).unwrap()
            })
            .collect();
        let saved = serde_json::to_string(&world.notices).unwrap();
        let read: Notices = serde_json::from_str(&saved).unwrap();
        for notices in [&world.notices, &read] {
            assert!(ids.iter().all(|id| notices.by_id(id).is_some_and(|notice| notice.id == *id)));
            assert_eq!(notices.about("ord_1").count(), 7);
            let about: Vec<_> = notices.about("ord_6").map(|notice| notice.id.clone()).collect();
            assert_eq!(about, ids.iter().skip(6).step_by(7).cloned().collect::<Vec<_>>());
            assert!(notices.about("ord_7").next().is_none() && notices.about("ord").next().is_none());
            for other in ["not_0", "not_", "", "ord_1", "x"] {
                assert!(notices.by_id(other).is_none(), "{other}");
            }
        }
    }
}
