//! Shares and transfers of a history, by the machine and by the model.

use super::super::ledger::{Account, PostingKind};
use super::super::openids;
use super::super::world::World;
use super::funds::{self, APPID, Funds, RECEIVER};
use super::model::Said;
use super::names::{mchid, out_trade_no, owner};
use super::run::{Plant, Run, Verdict, control_essence, essence, same};

/// The openid of a payer at the merchants' app.
pub(super) fn openid(world: &World, payer: &str) -> String {
    world.payers.get(payer).map(|payer| openids::openid(APPID, payer)).unwrap_or_default()
}

/// The number of an order's transaction; one that nobody has, if it is not paid.
pub(super) fn transaction(world: &World, order: usize) -> String {
    let known = world.orders.by_number(mchid(order), &out_trade_no(order));
    known.and_then(|order| order.transaction_id.clone()).unwrap_or_else(|| "0".into()).into()
}

impl Run {
    /// Whoever may receive shares is known before anything happens.
    pub(super) fn introduce(&mut self) -> Verdict {
        for request in funds::receivers(&openid(&self.world, "bob")) {
            self.call(request).map_err(|refusal| refusal.message)?;
        }
        Ok(())
    }

    pub(super) fn funds(&mut self, funds: &Funds) -> Verdict {
        match funds {
            Funds::Share { order, number, part, bob, unfreezes, lost } => {
                let amount = self.amount(*order, *part);
                let amounts = if *bob { vec![amount, amount] } else { vec![amount] };
                self.share(*order, *number, &amounts, *unfreezes, *lost)
            }
            Funds::EndShares { order, number, to, success } => {
                let said = self.model.end_shares(*order, *number, *to, *success);
                self.steer("end of shares", funds, said)
            }
            Funds::Unfreeze { order, number } => {
                let said = self.model.unfreeze(*order, *number);
                let answer = self.call(funds::unfreeze(*order, *number, &transaction(&self.world, *order)));
                self.said("unfreeze", essence(&answer), said)
            }
            Funds::Return { order, sharing, number, amount, lost } => {
                self.give_back(*order, *sharing, *number, *amount, *lost)
            }
            Funds::ReceiverBalance { amount } => {
                let all = self.model.available[RECEIVER];
                let amount = if *amount == 0 { -all.max(1) } else { *amount };
                let said = self.model.receiver_balance(amount);
                self.steer("receiver's balance", &Funds::ReceiverBalance { amount }, said)
            }
            Funds::Transfer { number, amount, lost } => self.transfer(*number, *amount, *lost),
            Funds::Confirm { number } => {
                let said = self.model.confirm(*number);
                self.steer("confirm", funds, said)
            }
            Funds::EndTransfer { number, success } => {
                let said = self.model.end_transfer(*number, *success);
                self.steer("end of a transfer", funds, said)
            }
            Funds::CancelTransfer { number } => {
                let said = self.model.cancel_transfer(*number);
                let answer = self.call(funds::cancel(*number));
                if self.plant == Some(Plant::LockKept) && answer.is_ok() {
                    let of = |account: fn(String) -> Account| account(owner(*number).to_owned());
                    self.post(of(Account::Operation), of(Account::OperationFrozen), PostingKind::TransferLock, 1);
                }
                self.said("cancel", essence(&answer), said)
            }
            Funds::OperationBalance { number, amount } => {
                let all = self.model.operation[owner(*number)];
                let amount = if *amount == 0 { -all.max(1) } else { *amount };
                let said = self.model.operation_balance(*number, amount);
                self.steer("balance for transfers", &Funds::OperationBalance { number: *number, amount }, said)
            }
        }
    }

    /// By the control interface.
    fn steer(&mut self, what: &'static str, funds: &Funds, said: Said) -> Verdict {
        let Some((path, body)) = funds::control(funds, &openid(&self.world, "bob")) else { return Ok(()) };
        let answer = self.control("POST", &path, body);
        self.said(what, control_essence(&answer), said)
    }

    fn share(&mut self, order: usize, number: usize, amounts: &[i64], unfreezes: bool, lost: bool) -> Verdict {
        let known = self.model.sharings.contains_key(&(mchid(order), number));
        let said = self.model.share(order, number, amounts, unfreezes);
        let (transaction, bob) = (transaction(&self.world, order), openid(&self.world, "bob"));
        let ask = || funds::share(order, number, &transaction, &bob, amounts, unfreezes);
        let mut answer = self.call(ask());
        if lost {
            answer = self.call(ask());
        }
        if self.plant == Some(Plant::DoubleShare) && (lost || known) && answer.is_ok() {
            let frozen = Account::BasicFrozen(owner(order).to_owned());
            self.post(frozen, Account::ShareReserve, PostingKind::Share, 1);
        }
        self.said("share", essence(&answer), said)
    }

    fn give_back(&mut self, order: usize, sharing: usize, number: usize, amount: i64, lost: bool) -> Verdict {
        let said = self.model.give_back(order, sharing, number, amount);
        let mut answer = self.call(funds::give_back(order, sharing, number, amount));
        if lost {
            answer = self.call(funds::give_back(order, sharing, number, amount));
        }
        self.said("return", essence(&answer), said)
    }

    fn transfer(&mut self, number: usize, amount: i64, lost: bool) -> Verdict {
        let said = self.model.transfer(number, amount);
        let alice = openid(&self.world, "alice");
        let mut answer = self.call(funds::transfer(number, amount, &alice));
        if lost {
            answer = self.call(funds::transfer(number, amount, &alice));
        }
        self.said("transfer", essence(&answer), said)
    }

    /// Whether sharings, returns and transfers are what the model has, and so is their money.
    pub(super) fn compare_funds(&self) -> Verdict {
        let has = |account: Account| self.world.ledger.balance(&account);
        same("shares on their way", has(Account::ShareReserve), self.model.pending())?;
        for (mchid, amount) in &self.model.operation {
            same("for transfers", has(Account::Operation((*mchid).to_owned())), *amount)?;
            same("set aside", has(Account::OperationFrozen((*mchid).to_owned())), self.model.locked(mchid))?;
        }
        for ((mchid, number), expected) in &self.model.sharings {
            let sharing = self.world.sharings.by_number(mchid, &funds::out_order_no(*number));
            let state = if expected.is_open() { "PROCESSING" } else { "FINISHED" };
            same("sharing", sharing.map(|sharing| sharing.state.as_str()), Some(state))?;
            for (index, share) in expected.shares.iter().enumerate() {
                let is = sharing.and_then(|sharing| sharing.shares.get(index));
                same("share", is.map(|is| (is.amount, is.result.as_str())), Some((share.amount, share.result)))?;
            }
        }
        for ((mchid, number), expected) in &self.model.returns {
            let returned = self.world.returns.by_number(mchid, &funds::out_return_no(*number));
            same("return", returned.map(|returned| returned.result.as_str()), Some(expected.result))?;
        }
        for ((mchid, number), expected) in &self.model.transfers {
            let transfer = self.world.transfers.by_number(mchid, &funds::out_bill_no(*number));
            same("transfer", transfer.map(|transfer| transfer.state.as_str()), Some(expected.state))?;
        }
        for (number, expected) in &self.model.orders {
            let order = self.world.orders.by_number(mchid(*number), &out_trade_no(*number));
            same("ended", order.map(|order| order.sharing_ended.is_some()), Some(expected.ended))?;
        }
        Ok(())
    }
}
