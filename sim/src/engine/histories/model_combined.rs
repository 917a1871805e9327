//! What should happen to combined orders.

use super::combined::Sub;
use super::model::{DAY, Model, Order, OrderKind, Paid, Said, coupon_amount, fee, part};
use super::names::owner;
use super::program::{Coupon, Outcome};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Combined {
    pub(super) subs: [Sub; 2],
    pub(super) state: &'static str,
    placed_at: i64,
    credential_until: i64,
    opened_by: Option<usize>,
}

impl Combined {
    pub(super) fn total(&self) -> i64 {
        self.subs.iter().map(|sub| sub.total).sum()
    }
}

impl Model {
    pub(super) fn combine(&mut self, number: usize, subs: [Sub; 2]) -> Said {
        if self.burnt_combined.contains(&number) {
            return Said::Changed;
        }
        let until = self.now + 7_200;
        if let Some(known) = self.combined.get_mut(&number) {
            let essence = |subs: &[Sub; 2]| subs.map(|sub| (sub.order, sub.total));
            return match known.state {
                _ if essence(&known.subs) != essence(&subs) => Said::Changed,
                _ if known.subs != subs => Said::OtherSettlement,
                "NOTPAY" => {
                    known.credential_until = until;
                    known.opened_by = None;
                    Said::Done
                }
                "CLOSED" => Said::Closed,
                _ => Said::AlreadyPaid,
            };
        }
        let [first, second] = subs;
        for sub in subs {
            if self.burnt.contains(&sub.order) {
                return Said::Changed;
            }
            if self.orders.contains_key(&sub.order) {
                return Said::OtherKind;
            }
        }
        if first.order == second.order {
            return Said::OtherKind;
        }
        for sub in subs {
            self.orders.insert(sub.order, Order::placed(sub.total, sub.sharing, OrderKind::Part, self.now));
        }
        let combined =
            Combined { subs, state: "NOTPAY", placed_at: self.now, credential_until: until, opened_by: None };
        self.combined.insert(number, combined);
        Said::Done
    }

    pub(super) fn pay_combined(
        &mut self,
        number: usize,
        payer: usize,
        outcome: Outcome,
        coupon: Option<Coupon>,
    ) -> Said {
        let now = self.now;
        let Some(combined) = self.combined.get_mut(&number) else { return Said::Unknown };
        let over = now > combined.credential_until || now > combined.placed_at + 7 * DAY;
        if combined.state != "NOTPAY" || over || combined.opened_by.is_some_and(|other| other != payer) {
            return Said::State;
        }
        combined.opened_by = Some(payer);
        let total = combined.total();
        let off = coupon.map_or(0, |coupon| coupon_amount(total, coupon));
        if outcome != Outcome::Success || self.wallets[payer] < total - off {
            return Said::Done;
        }
        combined.state = "SUCCESS";
        self.wallets[payer] -= total - off;
        self.told += 1;
        let is_theirs = coupon.is_some_and(|coupon| !coupon.is_cash);
        let (mut sum, mut gone) = (0, 0);
        for sub in combined.subs {
            sum += sub.total;
            let own_off = part(off, sum, total) - gone;
            gone += own_off;
            let given = sub.total - own_off;
            let credited = if is_theirs { given } else { sub.total };
            self.earned += fee(credited);
            let rest = credited - fee(credited);
            let order = self.orders.get_mut(&sub.order).expect("a sub-order is there with its order");
            order.state = "SUCCESS";
            order.paid = Some(Paid { at: now, payer, given, credited });
            if sub.sharing {
                order.frozen = rest;
            } else {
                *self.available.entry(owner(sub.order)).or_default() += rest;
            }
        }
        Said::Done
    }

    pub(super) fn close_combined(&mut self, number: usize, all: bool) -> Said {
        let Some(combined) = self.combined.get_mut(&number) else {
            self.burnt_combined.push(number);
            return Said::Done;
        };
        match combined.state {
            _ if !all => return Said::State,
            "SUCCESS" => return Said::AlreadyPaid,
            _ => combined.state = "CLOSED",
        }
        for sub in combined.subs {
            if let Some(order) = self.orders.get_mut(&sub.order) {
                order.state = "CLOSED";
            }
        }
        Said::Done
    }

    /// What nobody paid in seven days is closed, and its sub-orders with it.
    pub(super) fn end_combined(&mut self) {
        for combined in self.combined.values_mut() {
            if combined.state == "NOTPAY" && combined.placed_at + 7 * DAY <= self.now {
                combined.state = "CLOSED";
            }
        }
    }
}
