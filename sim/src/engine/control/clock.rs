//! `GET clock`: both clocks, and what falls due next.

use serde_json::{Value, json};

use super::super::time::Time;
use super::super::world::World;
use super::request::{ControlError, ControlRequest};
use super::table::Route;

pub(crate) const ROUTES: &[Route] = &[("GET", "clock", get)];

/// How many things to come are shown.
const NEXT: usize = 20;

#[expect(clippy::unnecessary_wraps, reason = "as all actions of the table")]
fn get(world: &mut World, _: Time, request: &ControlRequest, _: &[&str]) -> Result<Value, ControlError> {
    Ok(view(world, request.wall))
}

/// The clock as the control interface has it.
pub(crate) fn view(world: &World, wall: Time) -> Value {
    let next = world.queue.iter().take(NEXT).map(|(at, due)| {
        let (kind, reference) = due.parts();
        json!({"at": at.to_string(), "kind": kind, "ref": reference})
    });
    json!({
        "mode": world.clock.mode(),
        "now": world.clock.now(wall).to_string(),
        "wall": wall.to_string(),
        "offset_s": world.clock.offset(wall).div_euclid(1000),
        "next": next.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::clock::Clock;
    use super::super::super::due::Due;
    use super::*;

    #[test]
    fn the_clock_shows_what_falls_due_next() {
        let wall = Time::parse("2026-11-25T10:00:00+08:00").unwrap();
        let mut world = World::new(1, Clock::Wall { offset: 3_600_000 }, wall);
        for number in 0..30 {
            world.queue.insert(wall.plus_seconds(7200 + number), Due::CloseOrder(format!("ord_{number}")));
        }
        let clock = view(&world, wall);
        assert_eq!(clock["next"].as_array().unwrap().len(), 20);
        assert_eq!(clock["next"][0], json!({"at": "2026-11-25T12:00:00+08:00", "kind": "close_order", "ref": "ord_0"}));
        assert_eq!((&clock["mode"], &clock["now"]), (&json!("wall"), &json!("2026-11-25T11:00:00+08:00")));
        assert_eq!((&clock["wall"], &clock["offset_s"]), (&json!("2026-11-25T10:00:00+08:00"), &json!(3600)));
    }
}
