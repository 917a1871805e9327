//! Time moves on to the next thing that is due.

use super::effect::Effect;
use super::notices;
use super::step::{Event, step};
use super::time::Time;
use super::world::World;

/// Something that was due, and happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Happened {
    pub(crate) at: Time,
    /// The control interface's word for it.
    pub(crate) kind: &'static str,
    /// The simulator's id of what it happened to.
    pub(crate) reference: String,
    pub(crate) what: String,
}

/// Lets the first thing happen that is due at `until` or before, the clock showing its time; `None` if there is none.
pub(crate) fn next_until(world: &mut World, wall: Time, until: Time) -> Option<Happened> {
    let (at, due) = world.queue.first().filter(|(at, _)| *at <= until)?;
    let (kind, reference) = due.parts();
    let reference = reference.to_owned();
    let now = world.clock.now(wall);
    if at > now {
        world.clock.set(wall, at);
    }
    let (_, effects) = step(world, now.max(at), Event::Due);
    let what = what(&effects, &reference);
    for effect in effects {
        world.effect(effect);
    }
    Some(Happened { at, kind, reference, what })
}

/// After a world was read from a file: what was on its way when it was written goes on.
pub(crate) fn wake(world: &mut World, wall: Time) {
    world.clock.end_move(wall);
    notices::wake(world);
}

/// What was told of it, if anything was.
fn what(effects: &[Effect], id: &str) -> String {
    let told = effects.iter().find_map(|effect| match effect {
        Effect::Changed(change) if change.id == id => Some(change.what.clone()),
        _ => None,
    });
    told.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::clock::Clock;
    use super::super::due::Due;
    use super::*;

    const WALL: Time = Time::from_millis(1_800_000_000_000);

    fn world(clock: Clock) -> World {
        let mut world = World::new(1, clock, clock.now(WALL));
        world.queue.insert(WALL.plus_seconds(20), Due::Release("b".to_owned()));
        world.queue.insert(WALL.plus_seconds(10), Due::Release("a".to_owned()));
        world
    }

    #[test]
    fn what_is_due_happens_in_order_and_the_clock_shows_its_time() {
        let mut clock = Clock::Wall { offset: 0 };
        clock.begin_move(WALL);
        let mut world = world(clock);
        assert_eq!(next_until(&mut world, WALL, WALL.plus_seconds(9)), None);
        for (id, seconds) in [("a", 10), ("b", 20)] {
            let happened = next_until(&mut world, WALL, WALL.plus_seconds(20)).unwrap();
            assert_eq!((happened.reference.as_str(), happened.kind), (id, "release"));
            assert_eq!(world.clock.now(WALL.plus_seconds(3)), WALL.plus_seconds(seconds), "it stands still meanwhile");
        }
        world.clock.end_move(WALL.plus_seconds(3));
        assert_eq!(world.clock, Clock::Wall { offset: 17_000 });
    }

    #[test]
    fn a_frozen_clock_stays_frozen() {
        let mut world = world(Clock::Frozen { now: WALL });
        world.clock.begin_move(WALL);
        next_until(&mut world, WALL, WALL.plus_seconds(10)).unwrap();
        world.clock.end_move(WALL);
        assert_eq!(world.clock, Clock::Frozen { now: WALL.plus_seconds(10) });
    }

    #[test]
    fn what_should_have_happened_before_does_not_turn_the_clock_back() {
        let mut world = world(Clock::Frozen { now: WALL.plus_seconds(60) });
        assert_eq!(next_until(&mut world, WALL, WALL.plus_seconds(60)).unwrap().at, WALL.plus_seconds(10));
        assert_eq!(world.clock.now(WALL), WALL.plus_seconds(60));
    }
}
