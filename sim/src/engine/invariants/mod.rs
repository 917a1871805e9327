//! What is always true of money: checked on demand, and in debug builds after every step that moved some.

mod accounts;
mod bills;
mod orders;
mod postings;
mod sharing;
mod tally;
#[cfg(test)]
mod tests;
mod transfers;
mod views;

use super::world::World;
use tally::Tally;

/// Worlds with more postings are not looked through after each step of a debug build.
const SMALL: usize = 1000;

/// An invariant that does not hold: which, what is wrong, and the simulator's ids of what it is about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Broken {
    pub(crate) id: &'static str,
    pub(crate) text: String,
    pub(crate) objects: Vec<String>,
}

impl Broken {
    fn new(id: &'static str, text: impl Into<String>, object: &str) -> Self {
        Self { id, text: text.into(), objects: vec![object.to_owned()] }
    }
}

/// All that is broken in a world.
pub(crate) fn check(world: &World) -> Vec<Broken> {
    let mut broken = check_money(world);
    broken.extend(bills::check(world));
    broken.extend(views::check(world, &Tally::of(world)));
    broken
}

/// What is broken in it, but for bills and the answers to queries: those take longer to look through.
pub(crate) fn check_money(world: &World) -> Vec<Broken> {
    let tally = Tally::of(world);
    let mut broken = accounts::check(world);
    broken.extend(orders::check(world, &tally));
    broken.extend(postings::check(world));
    broken.extend(sharing::check(world, &tally));
    broken.extend(transfers::check(world, &tally));
    broken
}

/// Ends a debug build whose money is wrong after a step; `before` is how many postings there were.
pub(crate) fn hold(world: &World, before: usize) {
    let now = world.ledger.postings().len();
    if cfg!(debug_assertions) && now != before && now <= SMALL {
        let broken = check_money(world);
        debug_assert!(broken.is_empty(), "money is wrong after this step: {broken:?}");
    }
}
