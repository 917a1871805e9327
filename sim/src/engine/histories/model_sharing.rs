//! What should happen to shared money.

use super::funds::{RECEIVER, To};
use super::model::{DAY, Model, Said, part};
use super::names::{mchid, owner};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sharing {
    pub(super) order: usize,
    /// The merchant's, then bob's; none of a request that only releases.
    pub(super) shares: Vec<Share>,
    pub(super) unfreezes: bool,
    /// Whether it was a request that releases without sharing.
    only_unfreezes: bool,
    ends_at: Option<i64>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Share {
    pub(super) amount: i64,
    pub(super) result: &'static str,
    done_at: i64,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Return {
    sharing: usize,
    amount: i64,
    pub(super) result: &'static str,
}

impl Sharing {
    pub(super) fn is_open(&self) -> bool {
        self.shares.iter().any(|share| share.result == "PENDING")
    }

    fn sum(&self, results: &[&str]) -> i64 {
        self.shares.iter().filter(|share| results.contains(&share.result)).map(|share| share.amount).sum()
    }
}

impl Model {
    pub(super) fn share(&mut self, order: usize, number: usize, amounts: &[i64], unfreezes: bool) -> Said {
        let Some(known) = self.orders.get(&order).filter(|order| order.paid.is_some()) else { return Said::NotPaid };
        if !known.sharing {
            return Said::OtherKind;
        }
        if let Some(before) = self.sharings.get(&(mchid(order), number)) {
            let sums: Vec<i64> = before.shares.iter().map(|share| share.amount).collect();
            let same = before.order == order && sums == amounts && before.unfreezes == unfreezes;
            return if same && !before.only_unfreezes { Said::Done } else { Said::Changed };
        }
        if known.paid.is_some_and(|paid| self.now < paid.at + 60) {
            return Said::TooEarly;
        }
        if known.ended {
            return Said::Ended;
        }
        let (total, frozen) = (known.total, known.frozen);
        let refunds = self.refunds.values().chain(&self.platform);
        let standing = refunds.filter(|refund| refund.order == order && refund.status != "CLOSED");
        let refunded: i64 = standing.map(|refund| refund.amount).sum();
        let own = self.sharings.values().filter(|sharing| sharing.order == order);
        let shared: i64 = own.map(|sharing| sharing.sum(&["PENDING", "SUCCESS"])).sum();
        let sum: i64 = amounts.iter().sum();
        if shared + sum > part(total - refunded, 3, 10) {
            return Said::TooMuch;
        }
        if sum > frozen {
            return Said::NotEnough;
        }
        let share = |amount: &i64| Share { amount: *amount, result: "PENDING", done_at: 0 };
        let shares = amounts.iter().map(share).collect();
        let ends_at = Some(self.now + 1);
        let sharing = Sharing { order, shares, unfreezes, only_unfreezes: false, ends_at };
        self.sharings.insert((mchid(order), number), sharing);
        if let Some(order) = self.orders.get_mut(&order) {
            order.frozen -= sum;
            order.ended |= unfreezes;
        }
        Said::Done
    }

    /// Ends the shares of one receiver, or all.
    pub(super) fn end_shares(&mut self, order: usize, number: usize, to: Option<To>, success: bool) -> Said {
        let key = (mchid(order), number);
        let Some(sharing) = self.sharings.get(&key) else { return Said::Unknown };
        let only = match to {
            Some(To::Bob) => Some(1),
            Some(To::Merchant) => Some(0),
            None => None,
        };
        if only.is_some_and(|only| sharing.shares.len() <= only) {
            return Said::Unknown;
        }
        let meant = |index: usize| only.is_none_or(|only| only == index);
        let open = |(index, share): (usize, &Share)| meant(index) && share.result == "PENDING";
        if !sharing.shares.iter().enumerate().any(open) {
            return Said::State;
        }
        self.settle_shares(key, meant, success);
        Said::Done
    }

    fn settle_shares(&mut self, key: (&'static str, usize), meant: impl Fn(usize) -> bool, success: bool) {
        let now = self.now;
        let Some(sharing) = self.sharings.get_mut(&key) else { return };
        let order = sharing.order;
        let (mut paid, mut back) = ([0, 0], 0);
        for (index, share) in sharing.shares.iter_mut().enumerate() {
            if share.result == "PENDING" && meant(index) {
                share.result = if success { "SUCCESS" } else { "CLOSED" };
                share.done_at = now;
                if success { paid[index] += share.amount } else { back += share.amount }
            }
        }
        *self.available.entry(RECEIVER).or_default() += paid[0];
        self.wallets[1] += paid[1];
        if let Some(order) = self.orders.get_mut(&order) {
            order.frozen += back;
        }
        if !self.sharings[&key].is_open() {
            self.release(order);
        }
    }

    pub(super) fn unfreeze(&mut self, order: usize, number: usize) -> Said {
        let Some(known) = self.orders.get_mut(&order).filter(|order| order.paid.is_some()) else {
            return Said::NotPaid;
        };
        if !known.sharing {
            return Said::OtherKind;
        }
        if self.sharings.contains_key(&(mchid(order), number)) {
            return Said::Done;
        }
        if known.ended {
            return Said::Ended;
        }
        known.ended = true;
        let sharing = Sharing { order, shares: Vec::new(), unfreezes: true, only_unfreezes: true, ends_at: None };
        self.sharings.insert((mchid(order), number), sharing);
        self.release(order);
        Said::Done
    }

    /// What is frozen of an order that has ended becomes free, once whoever is to release it is done.
    pub(super) fn release(&mut self, number: usize) {
        let waits = |sharing: &Sharing| sharing.order == number && sharing.unfreezes && sharing.is_open();
        if self.sharings.values().any(waits) {
            return;
        }
        let Some(order) = self.orders.get_mut(&number).filter(|order| order.ended) else { return };
        *self.available.entry(owner(number)).or_default() += std::mem::take(&mut order.frozen);
    }

    pub(super) fn give_back(&mut self, order: usize, sharing: usize, number: usize, amount: i64) -> Said {
        let Some(shared) = self.sharings.get(&(mchid(order), sharing)) else { return Said::Unknown };
        if let Some(before) = self.returns.get(&(mchid(order), number)) {
            return if (before.sharing, before.amount) == (sharing, amount) { Said::Done } else { Said::Changed };
        }
        let Some(share) = shared.shares.first().filter(|share| share.result == "SUCCESS") else { return Said::State };
        if self.now > share.done_at + 180 * DAY {
            return Said::TooLate;
        }
        let own = self.returns.iter().filter(|((of, _), known)| *of == mchid(order) && known.sharing == sharing);
        let before: i64 = own.filter(|(_, known)| known.result == "SUCCESS").map(|(_, known)| known.amount).sum();
        if before + amount > share.amount {
            return Said::TooMuch;
        }
        let to = owner(shared.order);
        let enough = self.available[RECEIVER] >= amount;
        if enough {
            *self.available.entry(RECEIVER).or_default() -= amount;
            *self.available.entry(to).or_default() += amount;
        }
        let result = if enough { "SUCCESS" } else { "FAILED" };
        self.returns.insert((mchid(order), number), Return { sharing, amount, result });
        Said::Done
    }

    pub(super) fn pending(&self) -> i64 {
        self.sharings.values().map(|sharing| sharing.sum(&["PENDING"])).sum()
    }

    /// Everything that is due arrives; what was paid 30 days ago is free.
    pub(super) fn advance_sharing(&mut self) {
        let now = self.now;
        let due: Vec<_> = self.sharings.iter().filter(|(_, sharing)| sharing.is_open()).map(|(key, _)| *key).collect();
        for key in due {
            let ends_at = self.sharings[&key].ends_at;
            if let Some(at) = ends_at.filter(|at| *at <= now) {
                self.settle_shares(key, |_| true, true);
                if let Some(sharing) = self.sharings.get_mut(&key) {
                    sharing.shares.iter_mut().filter(|share| share.done_at == now).for_each(|share| share.done_at = at);
                }
            }
        }
        let numbers: Vec<usize> = self.orders.keys().copied().collect();
        for number in numbers {
            if let Some(order) = self.orders.get_mut(&number) {
                order.ended |= order.sharing && order.paid.is_some_and(|paid| paid.at + 30 * DAY <= now);
            }
            self.release(number);
        }
    }

    /// A refund has ended: if all was refunded, nothing is shared any more.
    pub(super) fn after_refund(&mut self, number: usize) {
        let arrived = self.refunds.values().chain(&self.platform);
        let arrived = arrived.filter(|refund| refund.order == number && refund.status == "SUCCESS");
        let sum: i64 = arrived.map(|refund| refund.amount).sum();
        if let Some(order) = self.orders.get_mut(&number) {
            order.ended |= order.sharing && order.paid.is_some() && sum == order.total;
        }
        self.release(number);
    }
}
