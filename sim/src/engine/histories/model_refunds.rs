//! What should happen to refunds.

use super::model::{DAY, Model, Refund, Said, fee, part};
use super::names::{mchid, owner};
use super::program::Status;

impl Model {
    /// A merchant's refund, under a number.
    pub(super) fn refund(&mut self, order: usize, number: usize, total: i64, amount: i64) -> Said {
        if let Some(known) = self.refunds.get(&(mchid(order), number)) {
            let same = known.order == order && known.amount == amount && self.orders[&order].total == total;
            return if same { Said::Done } else { Said::Changed };
        }
        match self.accept(order, total, amount) {
            Ok(refund) => {
                self.refunds.insert((mchid(order), number), refund);
                Said::Done
            }
            Err(said) => said,
        }
    }

    /// The merchant platform's.
    pub(super) fn platform_refund(&mut self, order: usize, amount: i64) -> Said {
        let Some(total) = self.orders.get(&order).map(|order| order.total) else { return Said::Unknown };
        match self.accept(order, total, amount) {
            Ok(refund) => {
                self.platform.push(refund);
                Said::Done
            }
            Err(_) => Said::State,
        }
    }

    fn of_order(&self, order: usize) -> impl Iterator<Item = &Refund> {
        self.refunds
            .values()
            .chain(&self.platform)
            .filter(move |refund| refund.order == order && refund.status != "CLOSED")
    }

    fn accept(&mut self, number: usize, total: i64, amount: i64) -> Result<Refund, Said> {
        let order = self.orders.get(&number).ok_or(Said::NotPaid)?;
        let paid = order.paid.filter(|_| order.state != "REVOKED").ok_or(Said::NotPaid)?;
        let sum = |of: fn(&Refund) -> i64| -> i64 { self.of_order(number).map(of).sum() };
        let (before, borne, payer, fees) = (
            sum(|refund| refund.amount),
            sum(|refund| refund.borne),
            sum(|refund| refund.payer),
            sum(|refund| refund.fee),
        );
        if amount < 1 || before + amount > total || self.of_order(number).count() >= 50 {
            return Err(Said::TooMuch);
        }
        if self.now > paid.at + 365 * DAY {
            return Err(Said::TooLate);
        }
        let borne_now = (part(paid.credited, before + amount, total) - borne).max(0);
        let payer_now = (part(paid.given, before + amount, total) - payer).max(0).min(borne_now);
        let all_fee = fee(paid.credited) - fee(paid.credited - borne - borne_now);
        let fee_now = (all_fee - fees).max(0).min(borne_now);
        let cost = borne_now - fee_now;
        let from_frozen = order.sharing && order.frozen >= cost;
        let has = if from_frozen { order.frozen } else { self.available[owner(number)] };
        if has < cost {
            return Err(Said::NotEnough);
        }
        self.take(number, from_frozen, cost);
        self.earned -= fee_now;
        self.reserve += borne_now;
        if let Some(order) = self.orders.get_mut(&number) {
            order.state = "REFUND";
        }
        let ends_at = Some(self.now + 3);
        Ok(Refund {
            order: number,
            amount,
            status: "PROCESSING",
            borne: borne_now,
            fee: fee_now,
            payer: payer_now,
            from_frozen,
            ends_at,
        })
    }

    /// Takes from an order's frozen money, or from what its owner has available; below zero it gives.
    pub(super) fn take(&mut self, number: usize, from_frozen: bool, cost: i64) {
        match self.orders.get_mut(&number) {
            Some(order) if from_frozen => order.frozen -= cost,
            _ => *self.available.entry(owner(number)).or_default() -= cost,
        }
    }

    pub(super) fn end(&mut self, order: usize, number: usize, status: Status) -> Said {
        let Some(refund) = self.refunds.get_mut(&(mchid(order), number)) else { return Said::Unknown };
        if refund.status != "PROCESSING" {
            return Said::State;
        }
        refund.status = status.as_str();
        refund.ends_at = None;
        let refund = refund.clone();
        self.settle(&refund);
        self.told += 1;
        Said::Done
    }

    pub(super) fn settle(&mut self, refund: &Refund) {
        let payer = self.orders[&refund.order].paid.map_or(0, |paid| paid.payer);
        match refund.status {
            "SUCCESS" => {
                self.reserve -= refund.borne;
                self.wallets[payer] += refund.payer;
            }
            "CLOSED" => {
                self.reserve -= refund.borne;
                self.earned += refund.fee;
                self.take(refund.order, refund.from_frozen, refund.fee - refund.borne);
            }
            _ => return,
        }
        self.after_refund(refund.order);
    }

    pub(super) fn reroute(&mut self, order: usize, number: usize) -> Said {
        let now = self.now;
        match self.refunds.get_mut(&(mchid(order), number)) {
            None => Said::Unknown,
            // A sub-merchant's refund is found by the one order that the partner has.
            Some(refund) if refund.status != "ABNORMAL" => Said::State,
            Some(refund) => {
                refund.status = "PROCESSING";
                refund.ends_at = Some(now + 3);
                Said::Done
            }
        }
    }
}
