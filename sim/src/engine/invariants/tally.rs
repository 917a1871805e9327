//! The postings, summed by what they are about.

use std::collections::HashMap;

use super::super::ledger::{Account, PostingKind};
use super::super::world::World;

/// How often, and how much in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) times: usize,
    pub(super) amount: i64,
}

/// By reference, kind, and whether it went out of the game: to `world`.
#[derive(Debug, Default)]
pub(super) struct Tally<'w> {
    moved: HashMap<(&'w str, PostingKind, bool), Moved>,
    /// What went into what is frozen of an order, less what went out.
    frozen: HashMap<&'w str, i64>,
    /// What went out of what is frozen of an order, by kind.
    out: HashMap<(&'w str, PostingKind), i64>,
}

impl<'w> Tally<'w> {
    pub(super) fn of(world: &'w World) -> Self {
        let mut tally = Self::default();
        for posting in world.ledger.postings() {
            let key = (posting.reference, posting.kind, *posting.to == Account::World);
            let moved = tally.moved.entry(key).or_default();
            moved.times += 1;
            moved.amount += posting.amount;
            if matches!(posting.from, Account::BasicFrozen(_)) {
                *tally.out.entry((posting.order, posting.kind)).or_default() += posting.amount;
            }
            for (account, sign) in [(posting.from, -1), (posting.to, 1)] {
                if matches!(account, Account::BasicFrozen(_)) {
                    *tally.frozen.entry(posting.order).or_default() += sign * posting.amount;
                }
            }
        }
        tally
    }

    pub(super) fn moved(&self, reference: &str, kind: PostingKind) -> Moved {
        self.moved.get(&(reference, kind, false)).copied().unwrap_or_default()
    }

    /// What went to `world`: a coupon's part.
    pub(super) fn left(&self, reference: &str, kind: PostingKind) -> Moved {
        self.moved.get(&(reference, kind, true)).copied().unwrap_or_default()
    }

    pub(super) fn frozen(&self, order: &str) -> i64 {
        self.frozen.get(order).copied().unwrap_or_default()
    }

    pub(super) fn out_of_frozen(&self, order: &str, kind: PostingKind) -> i64 {
        self.out.get(&(order, kind)).copied().unwrap_or_default()
    }

    /// References whose kind of movement happened more than once; top-ups may, and a sharing moves one share after another.
    pub(super) fn repeated(&self) -> impl Iterator<Item = (&'w str, PostingKind)> {
        let many = self.moved.iter().filter(|((_, kind, _), moved)| moved.times > 1 && !may_repeat(*kind));
        many.map(|((reference, kind, _), _)| (*reference, *kind))
    }
}

fn may_repeat(kind: PostingKind) -> bool {
    matches!(kind, PostingKind::TopUp | PostingKind::Share | PostingKind::SharePaid | PostingKind::ShareBack)
}
