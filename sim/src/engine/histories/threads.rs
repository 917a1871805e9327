//! Several threads do the same things at once: whoever comes first, each number moves money once.

use std::sync::{Mutex, PoisonError};

use proptest::strategy::{Strategy, ValueTree};
use serde_json::{Value, json};

use super::super::invariants;
use super::super::ledger::PostingKind;
use super::super::step::{Event, step};
use super::super::testing::{self, NOW};
use super::super::time::Time;
use super::super::world::World;
use super::combined::{self, CombinedOp};
use super::funds::{self, Funds};
use super::names::{PAYERS, Request, mchid, out_trade_no, owner};
use super::program::{self, Op};
use super::run_funds::{openid, transaction};
use super::tests::{lengths, number, runner};

/// The orders' total: all threads must mean the same.
const TOTAL: i64 = 9_999;

/// The world and its time, which all threads share.
struct Shared {
    world: World,
    now: Time,
}

impl Shared {
    /// Does a step five seconds after the one before, whoever did that; what a fault makes of it is left out, and a reset, which would leave nothing to be repeated.
    fn does(&mut self, op: &Op) {
        let amount = |part: u8| (TOTAL * i64::from(part) / 100).max(1);
        self.now = self.now.plus_seconds(5);
        testing::until(&mut self.world, self.now);
        match op {
            Op::Place { order, sharing, .. } => self.call(program::place(*order, TOTAL, *sharing)),
            Op::Charge { order, .. } => self.call(program::charge(*order, TOTAL)),
            Op::Reverse { order } => self.call(program::reverse(*order)),
            Op::Close { order } => self.call(program::close(*order)),
            Op::Refund { order, number, part, v2, .. } => {
                self.call(program::refund(*order, *number, TOTAL, amount(*part), *v2));
            }
            Op::Query { order, number } => self.call(program::query(*order, *number)),
            Op::Reroute { order, number } => {
                let known = self.world.refunds.by_number(mchid(*order), &program::out_refund_no(*number));
                let refund_id = known.map_or_else(|| "0".to_owned(), |refund| refund.refund_id.clone());
                self.call(program::reroute(*order, *number, &refund_id));
            }
            Op::Pay { order, payer, outcome, .. } => {
                let body = json!({"payer": PAYERS[*payer], "outcome": program::outcome_name(*outcome)});
                self.control(&order_path(*order, "pay"), body);
            }
            Op::PlatformRefund { order, part } => {
                self.control(&order_path(*order, "refund"), json!({"refund": amount(*part)}));
            }
            Op::End { order, number, status } => {
                let path = format!("refunds/{}/result?mchid={}", program::out_refund_no(*number), mchid(*order));
                self.control(&path, json!({"status": status.as_str()}));
            }
            Op::Balance { order, amount } => {
                let body = json!({"account": "BASIC", "amount": amount});
                self.control(&format!("merchants/{}/balance", owner(*order)), body);
            }
            Op::Advance { seconds } => {
                self.now = self.now.plus_seconds(*seconds);
                testing::until(&mut self.world, self.now);
            }
            Op::SaveAndLoad => {
                let saved = serde_json::to_string(&self.world).expect("a world can be written");
                self.world = serde_json::from_str(&saved).expect("what was written can be read");
            }
            Op::Combined(op) => self.combines(op),
            Op::Funds(funds) => self.moves(funds),
            Op::Reset => {}
        }
    }

    fn combines(&mut self, op: &CombinedOp) {
        match op {
            CombinedOp::Place { number, subs, .. } => {
                self.call(combined::place(*number, subs.map(|sub| combined::Sub { total: TOTAL, ..sub })));
            }
            CombinedOp::Pay { number, payer, outcome, .. } => {
                let body = json!({"payer": PAYERS[*payer], "outcome": program::outcome_name(*outcome)});
                self.control(&combined::pay_path(*number), body);
            }
            CombinedOp::Close { number, all } => {
                self.call(combined::close(*number, if *all { &[0, 1] } else { &[0] }));
            }
        }
    }

    /// Shares, transfers, and what becomes of them.
    fn moves(&mut self, funds: &Funds) {
        let (alice, bob) = (openid(&self.world, "alice"), openid(&self.world, "bob"));
        match funds {
            Funds::Share { order, number, part, bob: both, unfreezes, .. } => {
                let amounts = [(TOTAL * i64::from(*part) / 100).max(1); 2];
                let amounts = if *both { &amounts[..] } else { &amounts[..1] };
                let transaction = transaction(&self.world, *order);
                self.call(funds::share(*order, *number, &transaction, &bob, amounts, *unfreezes));
            }
            Funds::Unfreeze { order, number } => {
                let transaction = transaction(&self.world, *order);
                self.call(funds::unfreeze(*order, *number, &transaction));
            }
            Funds::Return { order, sharing, number, amount, .. } => {
                self.call(funds::give_back(*order, *sharing, *number, *amount));
            }
            Funds::Transfer { number, amount, .. } => self.call(funds::transfer(*number, *amount, &alice)),
            Funds::CancelTransfer { number } => self.call(funds::cancel(*number)),
            other => {
                if let Some((path, body)) = funds::control(other, &bob) {
                    self.control(&path, body);
                }
            }
        }
    }

    fn call(&mut self, request: Request) {
        let call = testing::call(request.mchid, request.method, &request.path, request.body);
        _ = step(&mut self.world, self.now, Event::Call(call));
    }

    fn control(&mut self, path: &str, body: Value) {
        let request = testing::request(self.now, "POST", path, body);
        _ = step(&mut self.world, self.now, Event::Control(request));
    }
}

fn order_path(order: usize, what: &str) -> String {
    format!("orders/{}/{what}?mchid={}", out_trade_no(order), mchid(order))
}

/// Lets so many threads run the same program at once.
fn run(ops: &[Op], threads: usize) -> World {
    let mut world = testing::world();
    for request in funds::receivers(&openid(&world, "bob")) {
        let call = testing::call(request.mchid, request.method, &request.path, request.body);
        testing::calls(&mut world, NOW, call).expect("a receiver is added");
    }
    let shared = Mutex::new(Shared { world, now: NOW });
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                for op in ops {
                    shared.lock().unwrap_or_else(PoisonError::into_inner).does(op);
                    std::thread::yield_now();
                }
            });
        }
    });
    shared.into_inner().unwrap_or_else(PoisonError::into_inner).world
}

#[test]
fn threads_that_do_the_same_at_once_move_money_once() {
    let (mut runner, programs) = (runner(0), programs());
    let (mut payments, mut shares, mut transfers) = (0, 0, 0);
    for history in 0..number("SIM_HISTORIES").unwrap_or(300) / 5 {
        let ops = programs.new_tree(&mut runner).expect("a program").current();
        let threads = 1 + usize::try_from(history % 8).expect("fewer than eight");
        let world = run(&ops, threads);
        assert_eq!(invariants::check(&world), [], "{}", program::printed(&ops));
        let moved = |kind| world.ledger.postings().filter(|posting| posting.kind == kind).count();
        payments += moved(PostingKind::Pay);
        shares += moved(PostingKind::Share);
        transfers += moved(PostingKind::TransferLock);
    }
    assert!(payments > 0 && shares > 0 && transfers > 0, "some were paid, shared and transferred");
}

fn programs() -> impl Strategy<Value = Vec<Op>> {
    program::programs(lengths())
}
