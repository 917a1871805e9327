//! The machine: state, time and event in; effects out.

use serde_json::Value;

use super::answer::Outcome;
use super::call::Call;
use super::control::request::{ControlError, ControlRequest};
use super::control::table as controls;
use super::effect::Effect;
use super::invariants;
use super::products::table as products;
use super::time::Time;
use super::world::World;

/// What happens to WeChat Pay.
#[derive(Debug)]
pub(crate) enum Event {
    /// A merchant calls.
    Call(Call),
    /// Somebody works the controls.
    Control(ControlRequest),
    /// Time has come for the first entry of the queue that is due; nothing happens if none is.
    Due,
}

/// What a step gives back to whoever made it happen.
#[derive(Debug)]
pub(crate) enum Reply {
    Call(Outcome),
    Control(Result<Value, ControlError>),
    /// The time that something was due at, if something was.
    #[cfg_attr(not(test), allow(dead_code, reason = "the tests of the machine go from one time to the next by it"))]
    Due(Option<Time>),
}

/// One step. A call or a control action that is refused has changed nothing.
pub(crate) fn step(world: &mut World, now: Time, event: Event) -> (Reply, Vec<Effect>) {
    let before = world.ledger.postings().len();
    let reply = match event {
        Event::Call(call) => Reply::Call(products::call(world, now, &call)),
        Event::Control(request) => Reply::Control(controls::control(world, now, &request)),
        Event::Due => {
            let due = world.queue.pop(now);
            Reply::Due(due.map(|(at, due)| {
                products::due(world, at, due);
                at
            }))
        }
    };
    invariants::hold(world, before);
    (reply, world.take_effects())
}
