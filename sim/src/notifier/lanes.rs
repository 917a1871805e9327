//! Who goes when: notices to one address go one after another, as many at a time as the settings say.

use std::collections::{HashMap, VecDeque};

use crate::engine::ids::Ids;

/// A delivery that waits for its turn: its ticket, and the notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) ticket: u64,
    pub(super) notice: String,
}

/// The notices to each address.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    lanes: HashMap<String, Lane>,
}

#[derive(Debug, Default)]
struct Lane {
    waiting: VecDeque<Waiting>,
    running: usize,
    /// More are awaited, to go in another order with them.
    gathers: bool,
}

impl Lanes {
    /// Another one waits for its turn. Whether the lane begins to gather, if it is to: somebody has to end that.
    pub(super) fn enter(&mut self, url: &str, waiting: Waiting, gathers: bool) -> bool {
        let lane = self.lanes.entry(url.to_owned()).or_default();
        lane.waiting.push_back(waiting);
        let begins = gathers && !lane.gathers;
        lane.gathers |= gathers;
        begins
    }

    /// Ends the gathering to an address: those that wait go in an order that the seed draws.
    pub(super) fn shuffle(&mut self, url: &str, seed: &Ids) {
        if let Some(lane) = self.lanes.get_mut(url).filter(|lane| lane.gathers) {
            lane.gathers = false;
            let draw = |waiting: &Waiting| seed.of(&waiting.notice).random();
            lane.waiting.make_contiguous().sort_by_cached_key(draw);
        }
    }

    /// Addresses that are gathered for.
    pub(super) fn gathering(&self) -> Vec<String> {
        self.lanes.iter().filter(|(_, lane)| lane.gathers).map(|(url, _)| url.clone()).collect()
    }

    /// The next to an address that may go, while so many may at a time.
    pub(super) fn next(&mut self, url: &str, concurrency: usize) -> Option<Waiting> {
        let lane = self.lanes.get_mut(url).filter(|lane| !lane.gathers && lane.running < concurrency.max(1))?;
        let next = lane.waiting.pop_front()?;
        lane.running += 1;
        Some(next)
    }

    /// One to an address is over.
    pub(super) fn leave(&mut self, url: &str) {
        if let Some(lane) = self.lanes.get_mut(url) {
            lane.running = lane.running.saturating_sub(1);
            if lane.running == 0 && lane.waiting.is_empty() {
                self.lanes.remove(url);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(notice: usize) -> Waiting {
        Waiting { ticket: 0, notice: format!("not_{notice}") }
    }

    fn all(lanes: &mut Lanes, url: &str, concurrency: usize) -> Vec<String> {
        std::iter::from_fn(|| lanes.next(url, concurrency)).map(|next| next.notice).collect()
    }

    #[test]
    fn one_at_a_time_to_each_address() {
        let mut lanes = Lanes::default();
        for (url, notice) in [("a", 1), ("a", 2), ("b", 3)] {
            assert!(!lanes.enter(url, waiting(notice), false));
        }
        assert_eq!(
            (all(&mut lanes, "a", 1), all(&mut lanes, "b", 1)),
            (vec!["not_1".to_owned()], vec!["not_3".to_owned()])
        );
        lanes.leave("a");
        assert_eq!(all(&mut lanes, "a", 1), ["not_2"]);
        for url in ["a", "b"] {
            lanes.leave(url);
        }
        assert!(lanes.lanes.is_empty(), "nothing is left of addresses that nobody waits for");
    }

    #[test]
    fn as_many_at_a_time_as_are_allowed() {
        let mut lanes = Lanes::default();
        (1..=5).for_each(|notice| _ = lanes.enter("a", waiting(notice), false));
        assert_eq!(all(&mut lanes, "a", 3), ["not_1", "not_2", "not_3"]);
        lanes.leave("a");
        assert_eq!(all(&mut lanes, "a", 3), ["not_4"]);
        assert!(all(&mut lanes, "a", 0).is_empty());
    }

    #[test]
    fn those_that_are_gathered_go_in_an_order_of_the_seed() {
        let order = |seed| {
            let mut lanes = Lanes::default();
            let begins: Vec<bool> = (1..=8).map(|notice| lanes.enter("a", waiting(notice), true)).collect();
            assert_eq!((begins.iter().filter(|begins| **begins).count(), begins[0]), (1, true));
            assert!(lanes.next("a", 9).is_none());
            assert_eq!(lanes.gathering(), ["a"]);
            lanes.shuffle("a", &Ids::new(seed));
            all(&mut lanes, "a", 9)
        };
        let mut sorted = order(1);
        assert_eq!(order(1), sorted);
        assert_ne!(order(1), order(2));
        sorted.sort();
        assert_eq!(sorted, (1..=8).map(|notice| format!("not_{notice}")).collect::<Vec<_>>());
        assert_ne!(order(1), sorted);
    }
}
