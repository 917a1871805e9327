//! The simulated clock: it runs along with the wall clock, or stands still until it is moved.

use serde::{Deserialize, Serialize};

use super::time::Time;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "lowercase")]
pub(crate) enum Clock {
    /// So many milliseconds after the wall clock.
    Wall {
        offset: i64,
    },
    Frozen {
        now: Time,
    },
    /// One that runs, while it is being moved: it stands at the time of what is happening.
    Moving {
        now: Time,
    },
}

impl Clock {
    /// The simulated time when the wall clock shows `wall`.
    pub(crate) fn now(self, wall: Time) -> Time {
        match self {
            Self::Wall { offset } => Time::from_millis(wall.millis().saturating_add(offset)),
            Self::Frozen { now } | Self::Moving { now } => now,
        }
    }

    /// How far it is ahead of the wall clock, in milliseconds: added to times that a merchant sends.
    pub(crate) fn offset(self, wall: Time) -> i64 {
        self.now(wall).millis().saturating_sub(wall.millis())
    }

    /// Lets it show `now`; it goes on as it did, running or standing.
    pub(crate) fn set(&mut self, wall: Time, now: Time) {
        *self = match self {
            Self::Wall { .. } => Self::running(wall, now),
            Self::Frozen { .. } => Self::Frozen { now },
            Self::Moving { .. } => Self::Moving { now },
        };
    }

    /// From now on it is moved: one that runs stands still for it.
    pub(crate) fn begin_move(&mut self, wall: Time) {
        if let Self::Wall { .. } = self {
            *self = Self::Moving { now: self.now(wall) };
        }
    }

    /// It was moved, and goes on as before.
    pub(crate) fn end_move(&mut self, wall: Time) {
        if let Self::Moving { now } = self {
            *self = Self::running(wall, *now);
        }
    }

    /// One that runs and shows `now`.
    pub(crate) fn running(wall: Time, now: Time) -> Self {
        Self::Wall { offset: now.millis().saturating_sub(wall.millis()) }
    }

    /// As the control interface has it.
    pub(crate) fn mode(self) -> &'static str {
        match self {
            Self::Wall { .. } | Self::Moving { .. } => "wall",
            Self::Frozen { .. } => "frozen",
        }
    }
}
