//! The clock is moved, and what falls due on the way happens in order: each notice is answered before the next thing.

use crate::engine::advance::{Happened, next_until};
use crate::engine::clock::Clock;
use crate::engine::control::request::ControlError;
use crate::engine::effect::Kind;
use crate::engine::time::Time;
use crate::notifier::Message;
use crate::shell::outlets::Journey;
use crate::shell::shared::{Moment, Shared};

use super::handle::Handle;

/// How far a journey goes.
#[derive(Clone, Debug)]
struct Route {
    until: Time,
    /// After so many things of a kind it ends.
    most: Option<(usize, Option<String>)>,
    /// How the clock goes on.
    frozen: Option<bool>,
}

/// Moves the clock; what happened on the way.
pub(super) async fn travel(handle: &Handle, shared: &Shared, journey: Journey) -> Result<Vec<Happened>, ControlError> {
    let turn = handle.turn.lock().await;
    let route = shared.change(|world, moment| {
        let route = route(&journey, world.queue.iter().map(|(at, due)| (at, due.parts().0)), moment)?;
        world.clock.begin_move(moment.wall);
        Ok::<_, ControlError>(route)
    })?;
    // Whatever ends this early, the clock goes on.
    let moving = Moving { handle, shared };
    handle.open.idle().await;
    let mut happened = Vec::new();
    while !is_over(&route, &happened) {
        let Some(next) = step(handle, shared, route.until).await else { break };
        happened.extend(next);
    }
    if route.most.is_none() {
        shared.change(|world, moment| world.clock.set(moment.wall, moment.now.max(route.until)));
    }
    drop(moving);
    shared.change(|world, moment| {
        match route.frozen {
            Some(true) => world.clock = Clock::Frozen { now: moment.now },
            Some(false) => world.clock = Clock::running(moment.wall, moment.now),
            None => {}
        }
        world.changed(Kind::Clock, "clock", moment.now.to_string());
    });
    drop(turn);
    Ok(happened)
}

/// The clock on its way: it goes on as before when this is dropped.
struct Moving<'a> {
    handle: &'a Handle,
    shared: &'a Shared,
}

impl Drop for Moving<'_> {
    fn drop(&mut self) {
        self.shared.change(|world, moment| world.clock.end_move(moment.wall));
        self.handle.scheduled.notify_one();
    }
}

/// Lets the next thing happen, and with it the notices that go out in another order than they fall due; waits for what is sent.
async fn step(handle: &Handle, shared: &Shared, until: Time) -> Option<Vec<Happened>> {
    let mut happened = shared.change(|world, moment| {
        let first = next_until(world, moment.wall, until)?;
        let mut all = vec![first];
        while world.settings.notify.shuffle && all.iter().all(|one| one.kind == NOTICE) {
            let next = world.queue.first().filter(|(at, due)| due.parts().0 == NOTICE && *at == all[0].at);
            if next.is_none() {
                break;
            }
            all.extend(next_until(world, moment.wall, until));
        }
        Some(all)
    })?;
    if happened.iter().any(|one| one.kind == NOTICE) {
        // The notifier is gone only when the simulator is.
        _ = handle.tell.send(Message::Flush);
        handle.open.idle().await;
        shared.read(|world, _| {
            for one in happened.iter_mut().filter(|one| one.kind == NOTICE) {
                let notice = world.notices.by_id(&one.reference);
                one.what = notice.map_or("", |notice| notice.state.as_str()).to_owned();
            }
        });
    }
    Some(happened)
}

/// The word for a notice that is sent.
const NOTICE: &str = "send_notice";

fn is_over(route: &Route, happened: &[Happened]) -> bool {
    route.most.as_ref().is_some_and(|(most, kind)| {
        let fits = |one: &&Happened| kind.as_ref().is_none_or(|kind| is_of(kind, one.kind));
        happened.iter().filter(fits).count() >= *most
    })
}

/// Whether something is of a kind: by its word, such as `close_order`, or by what it happens to, `order`.
fn is_of(kind: &str, found: &str) -> bool {
    kind == found || found.split('_').next_back() == Some(kind)
}

/// Where a journey goes, if it goes forward and there is something to go to.
fn route<'q>(
    journey: &Journey,
    queue: impl Iterator<Item = (Time, &'q str)>,
    moment: Moment,
) -> Result<Route, ControlError> {
    let to = |until: Time, frozen| match until < moment.now {
        true => Err(ControlError::state("now", &[], format!("time never goes back: it is {}", moment.now))),
        false => Ok(Route { until, most: None, frozen }),
    };
    match journey {
        Journey::By(span) => to(moment.now.plus(*span), None),
        Journey::To(until) => to(*until, None),
        Journey::Mode { frozen, to: until } => to(until.unwrap_or(moment.now), Some(*frozen)),
        Journey::Next { count, kind } => {
            let mut kinds = queue.map(|(_, found)| found);
            match kinds.any(|found| kind.as_ref().is_none_or(|kind| is_of(kind, found))) {
                false => Err(ControlError::not_found("nothing of that kind is to come")),
                true => Ok(Route { until: LAST, most: Some((*count, kind.clone())), frozen: None }),
            }
        }
    }
}

/// As far as times go.
const LAST: Time = Time::from_millis(i64::MAX);
