//! What should happen to transfers: all are alice's.

use super::model::{DAY, Model, Said};
use super::names::{mchid, owner};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Transfer {
    amount: i64,
    pub(super) state: &'static str,
    locked: bool,
    made_at: i64,
    ends_at: Option<i64>,
}

impl Model {
    pub(super) fn transfer(&mut self, number: usize, amount: i64) -> Said {
        let made_at = self.now;
        let new = Transfer { amount, state: "PROCESSING", locked: false, made_at, ends_at: None };
        let transfer = self.transfers.entry((mchid(number), number)).or_insert(new);
        if transfer.amount != amount {
            return Said::Changed;
        }
        let has = self.operation.entry(owner(number)).or_default();
        if transfer.state == "PROCESSING" && *has >= amount {
            *has -= amount;
            (transfer.state, transfer.locked, transfer.ends_at) = ("WAIT_USER_CONFIRM", true, Some(self.now + DAY));
        }
        Said::Done
    }

    pub(super) fn confirm(&mut self, number: usize) -> Said {
        let now = self.now;
        match self.transfers.get_mut(&(mchid(number), number)) {
            None => Said::Unknown,
            Some(transfer) if transfer.state != "WAIT_USER_CONFIRM" => Said::State,
            Some(transfer) => {
                (transfer.state, transfer.ends_at) = ("TRANSFERING", Some(now + 1));
                Said::Done
            }
        }
    }

    pub(super) fn end_transfer(&mut self, number: usize, success: bool) -> Said {
        match self.transfers.get(&(mchid(number), number)).map(|transfer| transfer.state) {
            None => Said::Unknown,
            Some("TRANSFERING") => {
                self.finish_transfer(number, if success { "SUCCESS" } else { "FAIL" });
                Said::Done
            }
            Some(_) => Said::State,
        }
    }

    pub(super) fn cancel_transfer(&mut self, number: usize) -> Said {
        let now = self.now;
        let found = self.transfers.get_mut(&(mchid(number), number));
        let Some(transfer) = found.filter(|transfer| now <= transfer.made_at + 30 * DAY) else { return Said::Unknown };
        match transfer.state {
            "PROCESSING" | "WAIT_USER_CONFIRM" => {
                (transfer.state, transfer.ends_at) = ("CANCELING", Some(now + 1));
                Said::Done
            }
            "CANCELING" | "CANCELLED" => Said::Done,
            _ => Said::State,
        }
    }

    fn finish_transfer(&mut self, number: usize, state: &'static str) {
        let Some(transfer) = self.transfers.get_mut(&(mchid(number), number)) else { return };
        let amount = if std::mem::take(&mut transfer.locked) { transfer.amount } else { 0 };
        (transfer.state, transfer.ends_at) = (state, None);
        match state {
            "SUCCESS" => self.wallets[0] += amount,
            _ => *self.operation.entry(owner(number)).or_default() += amount,
        }
        self.told += 1;
    }

    pub(super) fn operation_balance(&mut self, number: usize, amount: i64) -> Said {
        let has = self.operation.entry(owner(number)).or_default();
        if *has + amount < 0 {
            return Said::State;
        }
        *has += amount;
        Said::Done
    }

    /// What is set aside of a merchant's money.
    pub(super) fn locked(&self, of: &str) -> i64 {
        let own = self.transfers.iter().filter(|((_, number), transfer)| owner(*number) == of && transfer.locked);
        own.map(|(_, transfer)| transfer.amount).sum()
    }

    pub(super) fn advance_transfers(&mut self) {
        let now = self.now;
        let is_due = |transfer: &Transfer| transfer.ends_at.is_some_and(|at| at <= now);
        let due: Vec<_> = self.transfers.iter().filter(|(_, transfer)| is_due(transfer)).collect();
        let due: Vec<_> = due.into_iter().map(|((_, number), transfer)| (*number, transfer.state)).collect();
        for (number, state) in due {
            let ending = match state {
                "WAIT_USER_CONFIRM" => "FAIL",
                "CANCELING" => "CANCELLED",
                _ => "SUCCESS",
            };
            self.finish_transfer(number, ending);
        }
    }
}
