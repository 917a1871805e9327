//! The world behind its lock; the only place that reads the wall clock.

use std::fmt;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use super::addresses::Addresses;
use super::calls::{Desk, Drawer};
use super::journal::book::Journal;
use super::keeper::Changes;
use super::outlets::{Driver, Watchers};
use super::saved::Beside;
use super::stream::Stream;
use crate::engine::clock::Clock;
use crate::engine::effect::Effect;
use crate::engine::step::{Event, Reply, step};
use crate::engine::time::Time;
use crate::engine::world::World;
use crate::keys::ring::Keyring;

/// What all parts of a running simulator share.
pub(crate) struct Shared {
    world: Mutex<World>,
    pub(crate) keys: Keyring,
    pub(crate) journal: Journal,
    pub(crate) desk: Desk,
    pub(crate) stream: Stream,
    pub(crate) changes: Changes,
    /// When it started, by the wall clock.
    pub(crate) started_at: Time,
    addresses: OnceLock<Addresses>,
    pub(crate) driver: Box<dyn Driver>,
    watchers: Box<dyn Watchers>,
}

/// The two clocks, read once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) wall: Time,
    /// The simulated time.
    pub(crate) now: Time,
}

impl Shared {
    /// `beside` is what gate and journal remember.
    pub(crate) fn new(
        world: World,
        beside: Beside,
        keys: Keyring,
        driver: Box<dyn Driver>,
        watchers: Box<dyn Watchers>,
    ) -> Self {
        let desk = Desk::new(beside.gate.unwrap_or_else(|| Drawer::new(world.ids.seed)));
        let (journal, stream) = (Journal::default(), Stream::default());
        journal.replace(beside.calls);
        let addresses = OnceLock::new();
        let (changes, started_at) = (Changes::default(), wall());
        let world = Mutex::new(world);
        Self { world, keys, journal, desk, stream, changes, started_at, addresses, driver, watchers }
    }

    /// Where the simulator listens, told once it does.
    pub(crate) fn listens(&self, addresses: Addresses) {
        // Told twice it stays where it is.
        self.addresses.set(addresses).unwrap_or_default();
    }

    pub(crate) fn addresses(&self) -> Addresses {
        self.addresses.get().cloned().unwrap_or_default()
    }

    /// Where HTTP is listened at; empty while it starts.
    pub(crate) fn http(&self) -> &str {
        self.addresses.get().map_or("", |addresses| &addresses.http)
    }

    /// Lets something happen, and hands on what follows from it.
    pub(crate) fn step(&self, event: Event) -> Reply {
        self.step_and(event, |_, _| ())
    }

    /// The same, and something besides before anything else happens; that is told the reply and the seed.
    pub(crate) fn step_and(&self, event: Event, also: impl FnOnce(&Reply, u64)) -> Reply {
        self.change(|world, moment| {
            let event = match event {
                Event::Call(mut call) => {
                    call.wall = moment.wall;
                    Event::Call(call)
                }
                Event::Control(mut request) => {
                    request.wall = moment.wall;
                    Event::Control(request)
                }
                Event::Due => Event::Due,
            };
            let (reply, effects) = step(world, moment.now, event);
            for effect in effects {
                world.effect(effect);
            }
            also(&reply, world.ids.seed);
            reply
        })
    }

    /// Changes the world in another way than by an event; what it asks the outside for is handed on.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut World, Moment) -> T) -> T {
        let mut world = self.lock();
        let moment = moment(world.clock);
        let before = schedule(&world);
        let result = change(&mut world, moment);
        let at = world.clock.now(moment.wall);
        self.changes.note();
        for effect in world.take_effects() {
            match effect {
                Effect::Deliver(notice) => self.driver.deliver(notice),
                Effect::Changed(change) => {
                    self.stream.push(at, change.clone());
                    self.watchers.changed(at, change);
                }
            }
        }
        if schedule(&world) != before {
            self.driver.scheduled();
        }
        result
    }

    /// Looks at the world; nothing else happens meanwhile, so it must not take long.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&World, Moment) -> T) -> T {
        let world = self.lock();
        look(&world, moment(world.clock))
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        // A step that panicked is a fault of the engine's; the world it leaves is still one.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// What the wall clock shows.
pub(crate) fn wall() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_millis(0).plus(since)
}

fn moment(clock: Clock) -> Moment {
    let wall = wall();
    Moment { wall, now: clock.now(wall) }
}

fn schedule(world: &World) -> (Clock, Option<Time>) {
    (world.clock, world.queue.first().map(|(at, _)| at))
}
