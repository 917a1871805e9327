//! Several threads do the same things at once: whoever comes first, each number moves money once.

use std::sync::{Mutex, PoisonError};

use proptest::strategy::{Strategy, ValueTree};
use serde_json::{Value, json};

use super::super::invariants;
use super::super::ledger::PostingKind;
use super::super::step::{Event, step};
use super::super::testing::{self, NOW};
use super::super::world::World;
use super::combined::{self, CombinedOp};
use super::program::{self, Op, PAYERS, Request};
use super::tests::{number, runner, steps};

/// The orders' total: all threads must mean the same.
const TOTAL: i64 = 9_999;

/// What a step asks for, as an event; what only a model could make sense of is left out.
fn event(op: &Op) -> Option<Event> {
    let call =
        |request: Request| Event::Call(testing::call(request.mchid, request.method, &request.path, request.body));
    let amount = |part: u8| (TOTAL * i64::from(part) / 100).max(1);
    Some(match op {
        Op::Place { order, sharing, .. } => call(program::place(*order, TOTAL, *sharing)),
        Op::Charge { order, .. } => call(program::charge(*order, TOTAL)),
        Op::Reverse { order } => call(program::reverse(*order)),
        Op::Close { order } => call(program::close(*order)),
        Op::Refund { order, number, part, v2, .. } => call(program::refund(*order, *number, TOTAL, amount(*part), *v2)),
        Op::Query { order, number } => call(program::query(*order, *number)),
        Op::Pay { order, payer, outcome, .. } => {
            let body = json!({"payer": PAYERS[*payer], "outcome": program::outcome_name(*outcome)});
            control(&format!("orders/{}/pay?mchid={}", program::out_trade_no(*order), program::mchid(*order)), body)
        }
        Op::End { order, number, status } => {
            let path = format!("refunds/{}/result?mchid={}", program::out_refund_no(*number), program::mchid(*order));
            control(&path, json!({"status": status.as_str()}))
        }
        Op::Balance { order, amount } => {
            let body = json!({"account": "BASIC", "amount": amount});
            control(&format!("merchants/{}/balance", program::owner(*order)), body)
        }
        Op::Combined(op) => combined(op),
        Op::PlatformRefund { .. } | Op::Reroute { .. } | Op::Advance { .. } | Op::SaveAndLoad | Op::Reset => {
            return None;
        }
    })
}

/// All threads mean the same totals.
fn combined(op: &CombinedOp) -> Event {
    let call =
        |request: Request| Event::Call(testing::call(request.mchid, request.method, &request.path, request.body));
    match op {
        CombinedOp::Place { number, subs, .. } => {
            call(combined::place(*number, subs.map(|sub| combined::Sub { total: TOTAL, ..sub })))
        }
        CombinedOp::Pay { number, payer, outcome, .. } => {
            let body = json!({"payer": PAYERS[*payer], "outcome": program::outcome_name(*outcome)});
            control(&combined::pay_path(*number), body)
        }
        CombinedOp::Close { number, all } => call(combined::close(*number, if *all { &[0, 1] } else { &[0] })),
    }
}

fn control(path: &str, body: Value) -> Event {
    Event::Control(testing::request(NOW, "POST", path, body))
}

/// Lets so many threads run the same program at once.
fn run(ops: &[Op], threads: usize) -> World {
    let world = Mutex::new(testing::world());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                for event in ops.iter().filter_map(event) {
                    let mut world = world.lock().unwrap_or_else(PoisonError::into_inner);
                    _ = step(&mut world, NOW, event);
                    drop(world);
                    std::thread::yield_now();
                }
            });
        }
    });
    world.into_inner().unwrap_or_else(PoisonError::into_inner)
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
    program::programs(steps())
}
