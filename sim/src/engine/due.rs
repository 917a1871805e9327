//! What falls due when: events in order of time, then of insertion.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::time::Time;

/// Something that happens by itself at a time; the text is the simulator's id of what it happens to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub(crate) enum Due {
    /// An order without payment is closed.
    CloseOrder(String),
    /// An order is paid, refused or left by `settings.auto.pay`.
    PayOrder(String),
    /// A refund gets its result by `settings.auto.refund`.
    FinishRefund(String),
    /// A notice is sent.
    SendNotice(String),
    /// A transfer gets its result, is given up or cancelled.
    Transfer(String),
    /// Receivers of a sharing get their results.
    Share(String),
    /// What is frozen of an order is released.
    Release(String),
    /// A return gets its result.
    Return(String),
}

impl Due {
    /// The word that the control interface has for it, and the id.
    pub(crate) fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::CloseOrder(id) => ("close_order", id),
            Self::PayOrder(id) => ("pay_order", id),
            Self::FinishRefund(id) => ("finish_refund", id),
            Self::SendNotice(id) => ("send_notice", id),
            Self::Transfer(id) => ("transfer", id),
            Self::Share(id) => ("share", id),
            Self::Release(id) => ("release", id),
            Self::Return(id) => ("return", id),
        }
    }
}

/// All that is to come. A time and an insertion number are an entry's key.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<(Time, u64, Due)>", into = "Vec<(Time, u64, Due)>")]
pub(crate) struct Queue {
    entries: BTreeMap<(Time, u64), Due>,
    inserted: u64,
}

/// An entry's place, for taking it out again.
pub(crate) type Place = (Time, u64);

impl Queue {
    pub(crate) fn insert(&mut self, at: Time, due: Due) -> Place {
        self.inserted += 1;
        self.entries.insert((at, self.inserted), due);
        (at, self.inserted)
    }

    pub(crate) fn remove(&mut self, place: Place) -> Option<Due> {
        self.entries.remove(&place)
    }

    /// Takes the first entry that is due at `now` or was before.
    pub(crate) fn pop(&mut self, now: Time) -> Option<(Time, Due)> {
        let place = *self.entries.first_key_value().filter(|((at, _), _)| *at <= now)?.0;
        self.entries.remove(&place).map(|due| (place.0, due))
    }

    pub(crate) fn first(&self) -> Option<(Time, &Due)> {
        self.entries.first_key_value().map(|((at, _), due)| (*at, due))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Time, &Due)> {
        self.entries.iter().map(|((at, _), due)| (*at, due))
    }
}

impl From<Vec<(Time, u64, Due)>> for Queue {
    fn from(list: Vec<(Time, u64, Due)>) -> Self {
        let inserted = list.iter().map(|(_, number, _)| *number).max().unwrap_or_default();
        Self { entries: list.into_iter().map(|(at, number, due)| ((at, number), due)).collect(), inserted }
    }
}

impl From<Queue> for Vec<(Time, u64, Due)> {
    fn from(queue: Queue) -> Self {
        queue.entries.into_iter().map(|((at, number), due)| (at, number, due)).collect()
    }
}
