//! What should happen, told as simply as it can be: no postings, no queue, only what each has. It shares nothing with the machine.

use std::collections::BTreeMap;

use super::funds::RECEIVER;
use super::model_combined::Combined;
use super::model_sharing::{Return, Sharing};
use super::model_transfers::Transfer;
use super::names::{ORDERS, PAYERS, owner};
use super::program::{Coupon, Outcome};

pub(super) const DAY: i64 = 86_400;

/// What is answered: by its essence, whatever the version's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Said {
    Done,
    NotPaid,
    Changed,
    TooMuch,
    TooEarly,
    TooLate,
    /// Nothing of the order is shared any more.
    Ended,
    NotEnough,
    Unknown,
    State,
    AlreadyPaid,
    Closed,
    /// The number is another kind of order's, or what is asked for is not for this kind.
    OtherKind,
    /// Nothing but what is said of the settlement is another than before.
    OtherSettlement,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OrderKind {
    Single,
    /// Paid by a code that the payer shows.
    Code,
    /// One of a combined order.
    Part,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Order {
    pub(super) total: i64,
    pub(super) sharing: bool,
    kind: OrderKind,
    pub(super) state: &'static str,
    placed_at: i64,
    credential_until: i64,
    opened_by: Option<usize>,
    pub(super) paid: Option<Paid>,
    pub(super) frozen: i64,
    /// Whether nothing of it is shared any more.
    pub(super) ended: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Paid {
    pub(super) at: i64,
    pub(super) payer: usize,
    /// What the payer gave, and what the merchant is credited with before the fee.
    pub(super) given: i64,
    pub(super) credited: i64,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refund {
    pub(super) order: usize,
    pub(super) amount: i64,
    pub(super) status: &'static str,
    /// Of the amount: what the merchant and the fee bear, what of that is fee, what the payer gets.
    pub(super) borne: i64,
    pub(super) fee: i64,
    pub(super) payer: i64,
    pub(super) from_frozen: bool,
    pub(super) ends_at: Option<i64>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Model {
    pub(super) now: i64,
    pub(super) wallets: [i64; 2],
    pub(super) available: BTreeMap<&'static str, i64>,
    pub(super) earned: i64,
    pub(super) reserve: i64,
    pub(super) orders: BTreeMap<usize, Order>,
    pub(super) burnt: Vec<usize>,
    pub(super) combined: BTreeMap<usize, Combined>,
    pub(super) burnt_combined: Vec<usize>,
    /// By merchant and number; the merchant platform's are in `platform`.
    pub(super) refunds: BTreeMap<(&'static str, usize), Refund>,
    pub(super) platform: Vec<Refund>,
    /// By merchant and number.
    pub(super) sharings: BTreeMap<(&'static str, usize), Sharing>,
    pub(super) returns: BTreeMap<(&'static str, usize), Return>,
    pub(super) transfers: BTreeMap<(&'static str, usize), Transfer>,
    /// What there is for transfers, but for what is set aside.
    pub(super) operation: BTreeMap<&'static str, i64>,
    /// How many notifications there were: of payments, but for codes, of the ends of refunds that name an address, and of transfers.
    pub(super) told: usize,
}

/// 0.60 % of an amount, to the nearest fen, halves up.
pub(super) fn fee(amount: i64) -> i64 {
    let thousandths = amount * 6;
    thousandths / 1000 + i64::from(thousandths % 1000 >= 500)
}

pub(super) fn part(whole: i64, of: i64, all: i64) -> i64 {
    i64::try_from(i128::from(whole) * i128::from(of) / i128::from(all)).expect("no more than the whole")
}

impl Order {
    /// One that is placed now and can be paid for two hours; a sub-order only with the others.
    pub(super) fn placed(total: i64, sharing: bool, kind: OrderKind, now: i64) -> Self {
        Self {
            total,
            sharing,
            kind,
            state: "NOTPAY",
            placed_at: now,
            credential_until: now + 7_200,
            opened_by: None,
            paid: None,
            frozen: 0,
            ended: false,
        }
    }
}

impl Model {
    pub(super) fn new(now: i64) -> Self {
        let available = (0..ORDERS).map(|order| (owner(order), 0)).chain([(RECEIVER, 0)]).collect();
        let operation = (0..ORDERS).map(|order| (owner(order), 10_000_000)).collect();
        Self {
            now,
            wallets: [100_000_000; 2],
            available,
            earned: 0,
            reserve: 0,
            orders: BTreeMap::new(),
            burnt: Vec::new(),
            combined: BTreeMap::new(),
            burnt_combined: Vec::new(),
            refunds: BTreeMap::new(),
            platform: Vec::new(),
            sharings: BTreeMap::new(),
            returns: BTreeMap::new(),
            transfers: BTreeMap::new(),
            operation,
            told: 0,
        }
    }

    pub(super) fn frozen(&self, of: &str) -> i64 {
        self.orders.iter().filter(|(order, _)| owner(**order) == of).map(|(_, order)| order.frozen).sum()
    }

    pub(super) fn place(&mut self, number: usize, total: i64, sharing: bool) -> Said {
        if self.burnt.contains(&number) {
            return Said::Changed;
        }
        let until = self.now + 7_200;
        let Some(order) = self.orders.get_mut(&number) else {
            self.orders.insert(number, Order::placed(total, sharing, OrderKind::Single, self.now));
            return Said::Done;
        };
        if order.kind != OrderKind::Single {
            return Said::OtherKind;
        }
        if (order.total, order.sharing) != (total, sharing) {
            return Said::Changed;
        }
        match order.state {
            "NOTPAY" => {
                order.credential_until = until;
                order.opened_by = None;
                Said::Done
            }
            "CLOSED" => Said::Closed,
            _ => Said::AlreadyPaid,
        }
    }

    pub(super) fn pay(&mut self, number: usize, payer: usize, outcome: Outcome, coupon: Option<Coupon>) -> Said {
        let now = self.now;
        let Some(order) = self.orders.get_mut(&number) else { return Said::Unknown };
        // A payment that waits for a password waits for as long as it takes.
        let over = order.kind != OrderKind::Code && (now > order.credential_until || now > order.placed_at + 7 * DAY);
        if !matches!(order.state, "NOTPAY" | "USERPAYING")
            || over
            || order.kind == OrderKind::Part
            || order.opened_by.is_some_and(|other| other != payer)
        {
            return Said::State;
        }
        order.opened_by = Some(payer);
        let off = coupon.map_or(0, |coupon| coupon_amount(order.total, coupon));
        let given = order.total - off;
        if outcome != Outcome::Success || self.wallets[payer] < given {
            if order.kind == OrderKind::Code {
                order.state = "PAYERROR";
            }
            return Said::Done;
        }
        let credited = if coupon.is_some_and(|coupon| !coupon.is_cash) { given } else { order.total };
        self.wallets[payer] -= given;
        self.earned += fee(credited);
        let rest = credited - fee(credited);
        if order.sharing {
            order.frozen = rest;
        } else {
            *self.available.entry(owner(number)).or_default() += rest;
        }
        order.state = "SUCCESS";
        self.told += usize::from(order.kind != OrderKind::Code);
        order.paid = Some(Paid { at: now, payer, given, credited });
        Said::Done
    }

    /// alice shows a code; up to 1,000 yuan it is paid without a password.
    pub(super) fn charge(&mut self, number: usize, total: i64) -> Said {
        if let Some(order) = self.orders.get(&number) {
            if order.kind != OrderKind::Code {
                return Said::OtherKind;
            }
            if order.total != total {
                return Said::Changed;
            }
        } else {
            let said = self.place(number, total, false);
            let Some(order) = self.orders.get_mut(&number) else { return said };
            (order.kind, order.state, order.opened_by) = (OrderKind::Code, "USERPAYING", Some(0));
            if total <= 100_000 {
                self.pay(number, 0, Outcome::Success, None);
            }
        }
        match self.orders[&number].state {
            "PAYERROR" | "REVOKED" => Said::State,
            _ => Said::Done,
        }
    }

    /// A code's payment is taken back, whether it was paid or not.
    pub(super) fn reverse(&mut self, number: usize) -> Said {
        let Some(order) = self.orders.get(&number).filter(|order| order.kind != OrderKind::Part) else {
            return Said::NotPaid;
        };
        if order.kind != OrderKind::Code || order.state == "REFUND" {
            return Said::State;
        }
        if let (Some(paid), "SUCCESS") = (order.paid, order.state) {
            if self.now > paid.at + DAY {
                return Said::TooLate;
            }
            let cost = paid.credited - fee(paid.credited);
            if self.available[owner(number)] < cost {
                return Said::NotEnough;
            }
            self.take(number, false, cost);
            self.earned -= fee(paid.credited);
            self.wallets[paid.payer] += paid.given;
        }
        if let Some(order) = self.orders.get_mut(&number) {
            order.state = "REVOKED";
        }
        Said::Done
    }

    pub(super) fn close(&mut self, number: usize) -> Said {
        match self.orders.get_mut(&number) {
            None => {
                self.burnt.push(number);
                Said::Done
            }
            Some(order) if order.kind == OrderKind::Part => Said::NotPaid,
            Some(order) if order.kind == OrderKind::Code => Said::OtherKind,
            Some(order) if order.paid.is_some() => Said::AlreadyPaid,
            Some(order) => {
                order.state = "CLOSED";
                Said::Done
            }
        }
    }

    pub(super) fn balance(&mut self, order: usize, amount: i64) -> Said {
        self.move_money(owner(order), amount)
    }

    pub(super) fn receiver_balance(&mut self, amount: i64) -> Said {
        self.move_money(RECEIVER, amount)
    }

    fn move_money(&mut self, mchid: &'static str, amount: i64) -> Said {
        let has = self.available.entry(mchid).or_default();
        if *has + amount < 0 {
            return Said::State;
        }
        *has += amount;
        Said::Done
    }

    pub(super) fn advance(&mut self, seconds: i64) {
        self.now += seconds;
        let now = self.now;
        for order in self.orders.values_mut() {
            if order.state == "NOTPAY" && order.placed_at + 7 * DAY <= now {
                order.state = "CLOSED";
            }
        }
        self.end_combined();
        let mut arrived = Vec::new();
        let is_due = |refund: &&Refund| refund.ends_at.is_some_and(|at| at <= now);
        self.told += self.refunds.values().filter(is_due).count();
        for refund in self.refunds.values_mut().chain(&mut self.platform) {
            if refund.ends_at.is_some_and(|at| at <= now) {
                refund.status = "SUCCESS";
                refund.ends_at = None;
                arrived.push(refund.clone());
            }
        }
        for refund in &arrived {
            self.settle(refund);
        }
        self.advance_transfers();
        self.advance_sharing();
    }

    /// Whose wallets there are, by name.
    pub(super) fn wallets(&self) -> impl Iterator<Item = (&'static str, i64)> {
        PAYERS.into_iter().zip(self.wallets)
    }
}

/// A coupon's amount in fen: never more than the total.
pub(super) fn coupon_amount(total: i64, coupon: Coupon) -> i64 {
    part(total, coupon.part.into(), 100)
}
