//! What falls due by itself: as time runs, or because it is due now.

use std::time::Duration;

use super::handle::Handle;
use crate::engine::advance::next_until;
use crate::engine::clock::Clock;
use crate::shell::shared::Shared;

/// The longest sleep: the wall clock may be set meanwhile, or the machine sleep.
const LONGEST: Duration = Duration::from_secs(60);

/// Lets happen what is due, and sleeps until something is; for ever.
pub(super) async fn run(handle: &Handle, shared: &Shared) {
    loop {
        {
            let _turn = handle.turn.lock().await;
            while shared.change(|world, moment| next_until(world, moment.wall, moment.now)).is_some() {
                tokio::task::yield_now().await;
            }
        }
        let until_next = shared.read(|world, moment| {
            let next = world.queue.first().map(|(at, _)| at.since(moment.now));
            next.filter(|_| matches!(world.clock, Clock::Wall { .. }))
        });
        let sleep = until_next.unwrap_or(LONGEST).min(LONGEST);
        tokio::select! {
            () = handle.scheduled.notified() => {}
            () = tokio::time::sleep(sleep) => {}
        }
    }
}
