//! I1 and I2: nothing appears or vanishes, and nobody owes.

use std::collections::HashMap;

use super::super::ledger::Account;
use super::super::world::World;
use super::Broken;

pub(super) fn check(world: &World) -> Vec<Broken> {
    let balances = || world.ledger.balances();
    let mut broken = Vec::new();
    let sum: i64 = balances().map(|(_, balance)| balance).sum();
    if sum != 0 {
        broken.push(Broken::new("I1", format!("all accounts together have {sum}"), "ledger"));
    }
    let summed = summed(world);
    if summed.len() != balances().len() || balances().any(|(account, balance)| summed.get(account) != Some(&balance)) {
        broken.push(Broken::new("I1", "balances are not what the postings sum to", "ledger"));
    }
    for (account, balance) in balances().filter(|(account, balance)| **account != Account::World && *balance < 0) {
        broken.push(Broken::new("I2", format!("{account:?} has {balance}"), &format!("{account:?}")));
    }
    broken
}

/// What the postings sum to, counted anew.
fn summed(world: &World) -> HashMap<&Account, i64> {
    let mut summed = HashMap::new();
    for posting in world.ledger.postings() {
        *summed.entry(posting.from).or_default() -= posting.amount;
        *summed.entry(posting.to).or_default() += posting.amount;
    }
    summed
}
