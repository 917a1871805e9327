//! One history, by the machine and by the model; the first difference ends it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::answer::{Content, Outcome as Answered};
use super::super::clock::Clock;
use super::super::invariants;
use super::super::ledger::{Account, Posting, PostingKind};
use super::super::testing::{self, NOW};
use super::super::time::Time;
use super::super::world::World;
use super::model::{Model, Said, coupon_amount};
use super::names::{PAYERS, Request, mchid, out_trade_no, owner};
use super::program::{self, Op, Outcome, REFUNDS};

/// A fault that is planted beside the machine, as if it had made it: found, or the test is worth nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plant {
    /// A refund that is asked for again takes the money again.
    DoubleRefund,
    /// The fee of a refund stays where it is.
    FeeKept,
    /// A closed refund keeps the money.
    ReserveKept,
    /// A payment that failed moves money.
    PaidWithoutPassword,
    /// Saving loses the last posting.
    LostPosting,
    /// An answer says another amount than the ledger.
    OtherAnswer,
    /// A sharing that is asked for again takes the money again.
    DoubleShare,
    /// A transfer that is cancelled keeps some of the money.
    LockKept,
}

pub(super) struct Run {
    pub(super) world: World,
    pub(super) model: Model,
    now: Time,
    pub(super) plant: Option<Plant>,
    reached: Reached,
    /// How many postings there were when they were last looked through.
    checked: usize,
}

/// What was said to what, so that one sees whether histories come everywhere.
pub(super) type Reached = BTreeSet<(&'static str, Said)>;

/// What is wrong, in words.
pub(super) type Verdict = Result<(), String>;

/// Runs a history to its end.
pub(super) fn run(ops: &[Op], plant: Option<Plant>) -> Verdict {
    reach(ops, plant).map(|_| ())
}

/// Runs a history to its end, and tells what it came to.
pub(super) fn reach(ops: &[Op], plant: Option<Plant>) -> Result<Reached, String> {
    let reached = Reached::new();
    let mut run =
        Run { world: testing::world(), model: Model::new(NOW.seconds()), now: NOW, plant, reached, checked: 0 };
    run.introduce()?;
    for (index, op) in ops.iter().enumerate() {
        run.step(op).and_then(|()| run.compare()).map_err(|what| format!("step {index}: {what}"))?;
    }
    let broken = invariants::check(&run.world);
    if broken.is_empty() { Ok(run.reached) } else { Err(format!("at the end: {broken:?}")) }
}

pub(super) fn same<T: Copy + PartialEq + std::fmt::Debug>(what: &str, is: T, should_be: T) -> Verdict {
    if is == should_be { Ok(()) } else { Err(format!("{what}: {is:?} instead of {should_be:?}")) }
}

impl Run {
    fn step(&mut self, op: &Op) -> Verdict {
        match op {
            Op::Place { order, total, sharing, again } => {
                let known = self.model.orders.get(order).filter(|_| *again);
                let (total, sharing) = known.map_or((*total, *sharing), |order| (order.total, order.sharing));
                let said = self.model.place(*order, total, sharing);
                let answer = self.call(program::place(*order, total, sharing));
                self.said("place", essence(&answer), said)
            }
            Op::Charge { order, total, again } => {
                let known = self.model.orders.get(order).filter(|_| *again);
                let total = known.map_or(*total, |order| order.total);
                let said = self.model.charge(*order, total);
                let answer = self.call(program::charge(*order, total));
                self.said("charge", essence(&answer), said)
            }
            Op::Reverse { order } => {
                let said = self.model.reverse(*order);
                let answer = self.call(program::reverse(*order));
                self.said("reverse", essence(&answer), said)
            }
            Op::Pay { order, payer, outcome, coupon } => self.pay(*order, *payer, *outcome, *coupon),
            Op::Close { order } => {
                let said = self.model.close(*order);
                let answer = self.call(program::close(*order));
                self.said("close", essence(&answer), said)
            }
            Op::Refund { order, number, part, v2, lost } => self.refund(*order, *number, *part, *v2, *lost),
            Op::PlatformRefund { order, part } => {
                let amount = self.amount(*order, *part);
                let said = self.model.platform_refund(*order, amount);
                let path = format!("orders/{}/refund?mchid={}", out_trade_no(*order), mchid(*order));
                let answer = self.control("POST", &path, json!({"refund": amount}));
                self.said("refund by the platform", control_essence(&answer), said)
            }
            Op::End { order, number, status } => {
                self.end(*order, *number, status.as_str(), |model| model.end(*order, *number, *status))
            }
            Op::Reroute { order, number } => self.reroute(*order, *number),
            Op::Query { order, number } => self.query(*order, *number),
            Op::Balance { order, amount } => {
                let all = self.model.available[owner(*order)];
                let amount = if *amount == 0 { -all.max(1) } else { *amount };
                let said = self.model.balance(*order, amount);
                let path = format!("merchants/{}/balance", owner(*order));
                let answer = self.control("POST", &path, json!({"account": "BASIC", "amount": amount}));
                self.said("balance", control_essence(&answer), said)
            }
            Op::Advance { seconds } => {
                self.model.advance(*seconds);
                self.now = self.now.plus_seconds(*seconds);
                testing::until(&mut self.world, self.now);
                Ok(())
            }
            Op::Combined(op) => self.combined(op),
            Op::SaveAndLoad => self.save_and_load(),
            Op::Reset => {
                self.world = World::new(1, Clock::Frozen { now: self.now }, self.now);
                self.model = Model::new(self.now.seconds());
                self.introduce()
            }
            Op::Funds(funds) => self.funds(funds),
        }
    }

    /// Whether what was said is what the model says.
    pub(super) fn said(&mut self, what: &'static str, is: Said, should_be: Said) -> Verdict {
        self.reached.insert((what, is));
        same(what, is, should_be)
    }

    pub(super) fn call(&mut self, request: Request) -> Answered {
        let call = testing::call(request.mchid, request.method, &request.path, request.body);
        testing::calls(&mut self.world, self.now, call)
    }

    pub(super) fn control(&mut self, method: &'static str, path: &str, body: Value) -> Result<Value, u16> {
        testing::control(&mut self.world, self.now, method, path, body).map_err(|error| error.status)
    }

    /// A part of an order's total, at least one fen.
    pub(super) fn amount(&self, order: usize, part: u8) -> i64 {
        let total = self.model.orders.get(&order).map_or(100, |order| order.total);
        (total * i64::from(part) / 100).max(1)
    }

    fn pay(&mut self, order: usize, payer: usize, outcome: Outcome, coupon: Option<program::Coupon>) -> Verdict {
        let total = self.model.orders.get(&order).map_or(0, |order| order.total);
        let coupon = coupon.filter(|coupon| coupon_amount(total, *coupon) > 0);
        let said = self.model.pay(order, payer, outcome, coupon);
        let mut body = json!({"payer": PAYERS[payer], "outcome": program::outcome_name(outcome)});
        if let Some(coupon) = coupon {
            body["coupon"] = json!({"amount": coupon_amount(total, coupon), "type": program::coupon_type(coupon)});
        }
        let path = format!("orders/{}/pay?mchid={}", out_trade_no(order), mchid(order));
        let answer = self.control("POST", &path, body);
        if self.plant == Some(Plant::PaidWithoutPassword) && outcome != Outcome::Success && answer.is_ok() {
            self.post(
                Account::Wallet(PAYERS[payer].to_owned()),
                Account::Basic(owner(order).to_owned()),
                PostingKind::Pay,
                1,
            );
        }
        self.said("pay", control_essence(&answer), said)
    }

    fn refund(&mut self, order: usize, number: usize, part: u8, v2: bool, lost: bool) -> Verdict {
        let total = self.model.orders.get(&order).map_or(100, |order| order.total);
        let amount = self.amount(order, part);
        let known = self.model.refunds.contains_key(&(mchid(order), number));
        let said = self.model.refund(order, number, total, amount);
        let mut answer = self.call(program::refund(order, number, total, amount, v2));
        if lost {
            answer = self.call(program::refund(order, number, total, amount, v2));
        }
        let (again, done) = (lost || known, answer.is_ok());
        if self.plant == Some(Plant::DoubleRefund) && again && done {
            self.post(Account::Basic(owner(order).to_owned()), Account::RefundReserve, PostingKind::Refund, 1);
        }
        if self.plant == Some(Plant::FeeKept) && done && !known {
            self.post(Account::RefundReserve, Account::WechatFees, PostingKind::RefundFeeBack, 1);
        }
        self.said("refund", essence(&answer), said)
    }

    fn end(&mut self, order: usize, number: usize, status: &str, model: impl FnOnce(&mut Model) -> Said) -> Verdict {
        let said = model(&mut self.model);
        let path = format!("refunds/{}/result?mchid={}", program::out_refund_no(number), mchid(order));
        let answer = self.control("POST", &path, json!({"status": status}));
        if self.plant == Some(Plant::ReserveKept) && answer.is_ok() && status == "CLOSED" {
            self.post(Account::Basic(owner(order).to_owned()), Account::RefundReserve, PostingKind::Refund, 1);
        }
        self.said("result", control_essence(&answer), said)
    }

    fn reroute(&mut self, order: usize, number: usize) -> Verdict {
        let said = self.model.reroute(order, number);
        let known = self.world.refunds.by_number(mchid(order), &program::out_refund_no(number));
        let refund_id = known.map_or_else(|| "0".to_owned(), |refund| refund.refund_id.clone());
        let answer = self.call(program::reroute(order, number, &refund_id));
        self.said("other way", essence(&answer), said)
    }

    fn query(&mut self, order: usize, number: usize) -> Verdict {
        let answer = self.call(program::query(order, number));
        let known = self.model.refunds.get(&(mchid(order), number));
        let should_be = known.map_or(Said::Unknown, |_| Said::Done);
        let Some(known) = known.cloned() else { return self.said("query", essence(&answer), should_be) };
        self.said("query", essence(&answer), should_be)?;
        let Ok(Content::Fields(mut shown)) = answer.map(|answer| answer.content) else {
            return Err("no refund".to_owned());
        };
        if self.plant == Some(Plant::OtherAnswer) {
            shown["amount"]["payer_refund"] = (known.payer + 1).into();
        }
        let is =
            ["refund", "settlement_refund", "payer_refund", "refund_fee"].map(|name| shown["amount"][name].as_i64());
        same("query's amounts", is, [known.amount, known.borne, known.payer, known.fee].map(Some))?;
        same("query's status", shown["status"].as_str(), Some(known.status))
    }

    fn save_and_load(&mut self) -> Verdict {
        let saved = serde_json::to_string(&self.world).map_err(|error| error.to_string())?;
        self.world = serde_json::from_str(&saved).map_err(|error| error.to_string())?;
        if self.plant == Some(Plant::LostPosting) {
            let mut postings: Vec<Posting> = self.world.ledger.postings().map(Posting::from).collect();
            postings.pop();
            self.world.ledger = postings.into();
            return Ok(());
        }
        let again = serde_json::to_string(&self.world).map_err(|error| error.to_string())?;
        if again == saved { Ok(()) } else { Err("a state that was read is not the one that was saved".to_owned()) }
    }

    pub(super) fn post(&mut self, from: Account, to: Account, kind: PostingKind, amount: i64) {
        let (at, reference, order) = (self.now, "planted".to_owned(), "planted".to_owned());
        self.world.ledger.post(Posting { at, from, to, amount, kind, reference, order });
    }

    /// Whether the machine has what the model has, and all invariants hold.
    fn compare(&mut self) -> Verdict {
        let has = |account: Account| self.world.ledger.balance(&account);
        for (name, amount) in self.model.wallets() {
            same(name, has(Account::Wallet(name.to_owned())), amount)?;
        }
        for (mchid, amount) in &self.model.available {
            same("available", has(Account::Basic((*mchid).to_owned())), *amount)?;
            same("frozen", has(Account::BasicFrozen((*mchid).to_owned())), self.model.frozen(mchid))?;
        }
        same("fees", has(Account::WechatFees), self.model.earned)?;
        same("reserve", has(Account::RefundReserve), self.model.reserve)?;
        for (number, expected) in &self.model.orders {
            let order = self.world.orders.by_number(mchid(*number), &out_trade_no(*number));
            same("order", order.map(|order| order.state.as_str()), Some(expected.state))?;
        }
        for ((mchid, number), expected) in &self.model.refunds {
            let refund = self.world.refunds.by_number(mchid, &program::out_refund_no(*number));
            same("refund", refund.map(|refund| refund.status.as_str()), Some(expected.status))?;
        }
        self.compare_combined()?;
        same("notifications", self.world.notices.iter().count(), self.model.told)?;
        debug_assert!(self.model.refunds.len() <= 2 * REFUNDS);
        self.compare_funds()?;
        if self.world.ledger.postings().len() == self.checked {
            return Ok(());
        }
        self.checked = self.world.ledger.postings().len();
        let broken = invariants::check_money(&self.world);
        if broken.is_empty() { Ok(()) } else { Err(format!("{broken:?}")) }
    }
}

/// What an answer to a merchant comes to.
pub(super) fn essence(answer: &Answered) -> Said {
    let Err(refusal) = answer else { return Said::Done };
    match (refusal.code.as_str(), refusal.message.as_str()) {
        (
            _,
            "请求重入时，参数与首次请求时不一致"
            | "订单金额或退款金额与之前请求不一致，请核实后再试"
            | "分账接收方与原请求不一致"
            | "回退参数与原请求不一致"
            | "商户单号已存在但信息不一致",
        ) => Said::Changed,
        ("RESOURCE_NOT_EXISTS" | "NOT_FOUND", "记录不存在") => Said::Unknown,
        (_, "订单处理中，请稍后重试") => Said::TooEarly,
        (_, "订单已完结分账，不支持分账") => Said::Ended,
        (_, "累计回退金额大于分账金额") => Said::TooMuch,
        (_, text) if text.starts_with("分账金额超出最大分账比例") => Said::TooMuch,
        (_, "重复下单且结算信息不一致") => Said::OtherSettlement,
        (_, "该订单已支付") => Said::AlreadyPaid,
        (_, "订单已关闭") => Said::Closed,
        (_, "订单不存在") => Said::NotPaid,
        (_, "退款单不存在") => Said::Unknown,
        (_, "累计退款金额大于支付金额" | "订单退款次数超过限制") => Said::TooMuch,
        (_, "订单已超过可退款期限" | "订单已超过可撤销期限" | "分账已超过可回退期限") => {
            Said::TooLate
        }
        ("NOT_ENOUGH" | "NOTENOUGH", _) => Said::NotEnough,
        (
            _,
            "退款单状态不是退款异常，不能发起异常退款"
            | "支付失败"
            | "订单已撤销"
            | "关单请求中的子单与合单订单的子单不一致"
            | "非付款码支付订单不支持撤销"
            | "订单发生过退款，不支持撤销"
            | "回退方没有收到该笔分账"
            | "转账中的单据不支持撤销"
            | "单据已是终态，不支持撤销",
        ) => Said::State,
        (_, "商户订单号重复" | "当前交易不允许进行普通关单" | "非分账订单不支持分账") => {
            Said::OtherKind
        }
        (code, message) => panic!("an unexpected refusal: {code} {message}"),
    }
}

/// What an answer of the control interface comes to.
pub(super) fn control_essence(answer: &Result<Value, u16>) -> Said {
    match answer {
        Ok(_) => Said::Done,
        Err(404) => Said::Unknown,
        Err(409) => Said::State,
        Err(status) => panic!("an unexpected refusal: {status}"),
    }
}
