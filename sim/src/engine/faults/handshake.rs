//! Faults of a connection by TLS that begins.

use super::super::effect::Kind;
use super::super::world::World;
use super::choose::fire;
use super::fault::Fault;

/// What becomes of a handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handshake {
    Reset,
    /// It is so many seconds late.
    Slow(u32),
}

impl Handshake {
    /// What a fault does, if it is one of handshakes.
    fn of(fault: &Fault) -> Option<Self> {
        match fault.name() {
            "TLS_RESET" => Some(Self::Reset),
            "SLOW_HANDSHAKE" => Some(Self::Slow(fault.argument())),
            _ => None,
        }
    }
}

/// Whether a fault waits for a handshake, so that mostly nothing has to change.
pub(crate) fn is_awaited(world: &World) -> bool {
    world.faults.standing.iter().any(|standing| standing.fault.is_on_handshakes() && !standing.is_spent())
}

/// What becomes of a handshake, if a fault fires on it. Only those that were set.
pub(crate) fn for_handshake(world: &mut World) -> Option<Handshake> {
    for index in 0..world.faults.standing.len() {
        let standing = world.faults.standing.get_mut(index)?;
        if standing.is_spent() || !standing.fault.is_on_handshakes() || standing.skips() {
            continue;
        }
        if let Some(fault) = fire(world, index) {
            world.changed(Kind::Fault, fault.name(), "fired on a handshake");
            return Handshake::of(&fault);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::clock::Clock;
    use crate::engine::faults::store::{Match, Standing};
    use crate::engine::time::Time;

    #[test]
    fn handshakes_meet_their_own_faults_and_those_end() {
        let now = Time::parse("2026-11-25T10:00:00+08:00").unwrap();
        let mut world = World::new(7, Clock::Frozen { now }, now);
        let mut set = |fault: &str, times, skip| {
            let standing = Standing::new(fault.to_owned(), Match::default(), Fault::parse(fault).unwrap());
            world.faults.standing.push(Standing { times, skip, ..standing });
        };
        set("GARBAGE", None, 0);
        set("SLOW_HANDSHAKE(5)", Some(1), 1);
        set("TLS_RESET", Some(2), 0);
        let met: Vec<_> = (0..5).map(|_| (is_awaited(&world), for_handshake(&mut world))).collect();
        let (reset, slow) = (Some(Handshake::Reset), Some(Handshake::Slow(5)));
        assert_eq!(met, [(true, reset), (true, slow), (true, reset), (false, None), (false, None)]);
    }
}
