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
use super::program::{self, Op, PAYERS, Request};
use super::tests::{lengths, number, runner};

/// The orders' total: all threads must mean the same.
const TOTAL: i64 = 9_999;

/// The world and its time, which all threads share.
struct Shared {
    world: World,
    now: Time,
}

impl Shared {
    /// Does a step, whoever did the one before; what a fault makes of it is left out, and a reset, which would leave nothing to be repeated.
    fn does(&mut self, op: &Op) {
        let amount = |part: u8| (TOTAL * i64::from(part) / 100).max(1);
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
                let known = self.world.refunds.by_number(program::mchid(*order), &program::out_refund_no(*number));
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
                let (number, mchid) = (program::out_refund_no(*number), program::mchid(*order));
                let body = json!({"status": status.as_str()});
                self.control(&format!("refunds/{number}/result?mchid={mchid}"), body);
            }
            Op::Balance { order, amount } => {
                let body = json!({"account": "BASIC", "amount": amount});
                self.control(&format!("merchants/{}/balance", program::owner(*order)), body);
            }
            Op::Advance { seconds } => {
                self.now = self.now.plus_seconds(*seconds);
                testing::until(&mut self.world, self.now);
            }
            Op::SaveAndLoad => {
                let saved = serde_json::to_string(&self.world).expect("a world can be written");
                self.world = serde_json::from_str(&saved).expect("what was written can be read");
            }
            Op::Reset => {}
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
    format!("orders/{}/{what}?mchid={}", program::out_trade_no(order), program::mchid(order))
}

/// Lets so many threads run the same program at once.
fn run(ops: &[Op], threads: usize) -> World {
    let shared = Mutex::new(Shared { world: testing::world(), now: NOW });
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
    let mut payments = 0;
    for history in 0..number("SIM_HISTORIES").unwrap_or(300) / 5 {
        let ops = programs.new_tree(&mut runner).expect("a program").current();
        let threads = 1 + usize::try_from(history % 8).expect("fewer than eight");
        let world = run(&ops, threads);
        assert_eq!(invariants::check(&world), [], "{}", program::printed(&ops));
        payments += world.ledger.postings().iter().filter(|posting| posting.kind == PostingKind::Pay).count();
    }
    assert!(payments > 0, "some were paid");
}

fn programs() -> impl Strategy<Value = Vec<Op>> {
    program::programs(lengths())
}
