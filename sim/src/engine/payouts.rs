//! What transfers and profit sharing do to the accounts: postings alone.

use super::ledger::{Account, PostingKind};
use super::money::{Movement, NotEnough};
use super::orders::Order;
use super::sharings::{Share, ShareReturn, Sharing};
use super::time::Time;
use super::transfers::Transfer;
use super::world::World;

/// Sets the money of a transfer aside.
///
/// # Errors
///
/// The merchant has less than it takes; nothing has moved then.
pub(crate) fn lock_transfer(world: &mut World, now: Time, transfer: &Transfer) -> Result<(), NotEnough> {
    let available = Account::Operation(transfer.owner().to_owned());
    if world.ledger.balance(&available) < transfer.amount {
        return Err(NotEnough);
    }
    move_transfer(world, now, transfer, PostingKind::TransferLock, &available, &frozen(transfer));
    Ok(())
}

/// Gives the payer what was set aside.
pub(crate) fn pay_transfer(world: &mut World, now: Time, transfer: &Transfer) {
    let wallet = Account::Wallet(transfer.payer.clone());
    move_transfer(world, now, transfer, PostingKind::TransferPaid, &frozen(transfer), &wallet);
}

/// Puts back what was set aside.
pub(crate) fn unlock_transfer(world: &mut World, now: Time, transfer: &Transfer) {
    let available = Account::Operation(transfer.owner().to_owned());
    move_transfer(world, now, transfer, PostingKind::TransferBack, &frozen(transfer), &available);
}

fn frozen(transfer: &Transfer) -> Account {
    Account::OperationFrozen(transfer.owner().to_owned())
}

fn move_transfer(world: &mut World, now: Time, transfer: &Transfer, kind: PostingKind, from: &Account, to: &Account) {
    Movement { world, now, reference: &transfer.id, order: "" }.post(kind, from, to, transfer.amount);
}

/// Takes what is to be shared out of what is frozen of the order; whether there is enough has been looked at.
pub(crate) fn share(world: &mut World, now: Time, order: &Order, sharing: &Sharing) {
    let frozen = Account::BasicFrozen(order.owner().to_owned());
    let mut movement = Movement { world, now, reference: &sharing.id, order: &order.id };
    for share in &sharing.shares {
        movement.post(PostingKind::Share, &frozen, &Account::ShareReserve, share.amount);
    }
}

/// A share arrives at its receiver.
pub(crate) fn pay_share(world: &mut World, now: Time, sharing: &Sharing, share: &Share) {
    let mut movement = Movement { world, now, reference: &sharing.id, order: &sharing.order };
    movement.post(PostingKind::SharePaid, &Account::ShareReserve, &share.to, share.amount);
}

/// A share that does not arrive is frozen again.
pub(crate) fn put_back_share(world: &mut World, now: Time, owner: &str, sharing: &Sharing, share: &Share) {
    let frozen = Account::BasicFrozen(owner.to_owned());
    let mut movement = Movement { world, now, reference: &sharing.id, order: &sharing.order };
    movement.post(PostingKind::ShareBack, &Account::ShareReserve, &frozen, share.amount);
}

/// Releases all that is frozen of an order, because of what has that id; gives how much that is.
pub(crate) fn release(world: &mut World, now: Time, order: &Order, reference: &str) -> i64 {
    let amount = world.ledger.frozen_of(&order.id);
    let (frozen, available) =
        (Account::BasicFrozen(order.owner().to_owned()), Account::Basic(order.owner().to_owned()));
    Movement { world, now, reference, order: &order.id }.post(PostingKind::Release, &frozen, &available, amount);
    amount
}

/// A receiver gives a share back, or a part of it: to what the order's merchant has available.
///
/// # Errors
///
/// The receiver has less than it takes; nothing has moved then.
pub(crate) fn return_share(
    world: &mut World,
    now: Time,
    order: &Order,
    returned: &ShareReturn,
) -> Result<(), NotEnough> {
    let (from, to) = (Account::Basic(returned.return_mchid.clone()), Account::Basic(order.owner().to_owned()));
    if world.ledger.balance(&from) < returned.amount {
        return Err(NotEnough);
    }
    let mut movement = Movement { world, now, reference: &returned.id, order: &order.id };
    movement.post(PostingKind::ShareReturn, &from, &to, returned.amount);
    Ok(())
}
