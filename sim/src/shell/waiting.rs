//! Waiting for something to change.

use std::collections::BTreeMap;
use std::time::Duration;

use compact_str::CompactString;
use tokio::time::{Instant, timeout_at};

use super::shared::{Moment, Shared};
use crate::engine::notices::NoticeState;
use crate::engine::world::World;

/// Looks after each change until there is what is looked for, at most so long.
pub(crate) async fn until<T>(
    shared: &Shared,
    most: Duration,
    mut look: impl FnMut(&World, Moment) -> Option<T>,
) -> Option<T> {
    let deadline = Instant::now() + most;
    let mut changes = shared.stream.watch();
    loop {
        changes.borrow_and_update();
        if let Some(found) = shared.read(&mut look) {
            return Some(found);
        }
        if !matches!(timeout_at(deadline, changes.changed()).await, Ok(Ok(()))) {
            return None;
        }
    }
}

/// Notices that something caused, with how often each was tried before.
pub(crate) type Caused = BTreeMap<CompactString, usize>;

/// Changes the world, and finds out which notices that causes to be sent: new ones, new rounds of others, and those of a pause that ends.
pub(crate) fn causing<T>(world: &mut World, change: impl FnOnce(&mut World) -> T) -> (T, Caused) {
    let (count, rounds) = (world.notices.count(), world.notices.rounds);
    let (epoch, waiting) = (world.notices.epoch(), world.notices.waiting.clone());
    let result = change(world);
    let count = if world.notices.epoch() == epoch { count } else { usize::MAX };
    let new = world.notices.iter().skip(count).map(|notice| (notice.id.clone(), 0));
    let mut caused: Caused = new.collect();
    let let_go = waiting.into_values().filter(|_| !world.notices.paused);
    let tries = |id: String| world.notices.by_id(&id).map(|notice| (notice.id.clone(), notice.attempts.len()));
    caused.extend(let_go.filter_map(tries));
    if world.notices.rounds > rounds {
        let again = world.notices.iter().filter(|notice| notice.outgoing.iter().any(|round| round.number > rounds));
        caused.extend(again.map(|notice| (notice.id.clone(), notice.attempts.len())).collect::<Vec<_>>());
    }
    (result, caused)
}

/// The longest that notices are waited for.
const PATIENCE: Duration = Duration::from_secs(120);

/// Done when each of the notices was tried once more, or will not be for now.
pub(crate) async fn tried(shared: &Shared, caused: &Caused) {
    let all = |world: &World, moment: Moment| {
        caused.iter().all(|(id, before)| {
            let Some(notice) = world.notices.by_id(id) else { return true };
            let is_due = notice.next_at.is_some_and(|at| at <= moment.now) || !notice.outgoing.is_empty();
            notice.attempts.len() > *before || !is_due || notice.state == NoticeState::Paused
        })
    };
    until(shared, PATIENCE, |world, moment| all(world, moment).then_some(())).await;
}
