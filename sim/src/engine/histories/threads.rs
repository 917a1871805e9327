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
use super::funds::{self, Funds};
use super::names::{PAYERS, Request, mchid, out_trade_no, owner};
use super::program::{self, Op};
use super::run_funds::{openid, transaction};
use super::tests::{lengths, number, runner};

/// The orders' total: all threads must mean the same.
const TOTAL: i64 = 9_999;

/// What a step asks for, as an event; what only a model could make sense of is left out.
fn event(world: &World, now: Time, op: &Op) -> Option<Event> {
    let call =
        |request: Request| Event::Call(testing::call(request.mchid, request.method, &request.path, request.body));
    let control = |path: &str, body: Value| Event::Control(testing::request(now, "POST", path, body));
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
            control(&format!("orders/{}/pay?mchid={}", out_trade_no(*order), mchid(*order)), body)
        }
        Op::End { order, number, status } => {
            let path = format!("refunds/{}/result?mchid={}", program::out_refund_no(*number), mchid(*order));
            control(&path, json!({"status": status.as_str()}))
        }
        Op::Balance { order, amount } => {
            let body = json!({"account": "BASIC", "amount": amount});
            control(&format!("merchants/{}/balance", owner(*order)), body)
        }
        Op::Funds(funds) => match funds {
            Funds::Share { order, number, part, bob, unfreezes, .. } => {
                let amounts = [amount(*part); 2];
                let amounts = if *bob { &amounts[..] } else { &amounts[..1] };
                let (transaction, bob) = (transaction(world, *order), openid(world, "bob"));
                call(funds::share(*order, *number, &transaction, &bob, amounts, *unfreezes))
            }
            Funds::Unfreeze { order, number } => call(funds::unfreeze(*order, *number, &transaction(world, *order))),
            Funds::Return { order, sharing, number, amount, .. } => {
                call(funds::give_back(*order, *sharing, *number, *amount))
            }
            Funds::Transfer { number, amount, .. } => call(funds::transfer(*number, *amount, &openid(world, "alice"))),
            Funds::CancelTransfer { number } => call(funds::cancel(*number)),
            other => {
                let (path, body) = funds::control(other, &openid(world, "bob"))?;
                control(&path, body)
            }
        },
        Op::PlatformRefund { order, part } => {
            let path = format!("orders/{}/refund?mchid={}", out_trade_no(*order), mchid(*order));
            control(&path, json!({"refund": amount(*part)}))
        }
        Op::Reroute { order, number } => {
            let known = world.refunds.by_number(mchid(*order), &program::out_refund_no(*number));
            let refund_id = known.map_or_else(|| "0".to_owned(), |refund| refund.refund_id.clone());
            call(program::reroute(*order, *number, &refund_id))
        }
        Op::Advance { .. } | Op::SaveAndLoad | Op::Reset => return None,
    })
}

/// Lets so many threads run the same program at once.
fn run(ops: &[Op], threads: usize) -> World {
    let mut world = testing::world();
    for request in funds::receivers(&openid(&world, "bob")) {
        let call = testing::call(request.mchid, request.method, &request.path, request.body);
        testing::calls(&mut world, NOW, call).expect("a receiver is added");
    }
    // Each step takes five seconds, whoever makes it; those that wait take longer.
    let world = Mutex::new((world, NOW));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                for op in ops {
                    let mut locked = world.lock().unwrap_or_else(PoisonError::into_inner);
                    let (world, now) = &mut *locked;
                    *now = now.plus_seconds(if let Op::Advance { seconds } = op { *seconds } else { 5 });
                    testing::until(world, *now);
                    if *op == Op::SaveAndLoad {
                        let saved = serde_json::to_string(world).expect("a world can be written");
                        *world = serde_json::from_str(&saved).expect("what was written can be read");
                    }
                    if let Some(event) = event(world, *now, op) {
                        _ = step(world, *now, event);
                    }
                    drop(locked);
                    std::thread::yield_now();
                }
            });
        }
    });
    world.into_inner().unwrap_or_else(PoisonError::into_inner).0
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
        let moved = |kind| world.ledger.postings().iter().filter(|posting| posting.kind == kind).count();
        payments += moved(PostingKind::Pay);
        shares += moved(PostingKind::Share);
        transfers += moved(PostingKind::TransferLock);
    }
    assert!(payments > 0 && shares > 0 && transfers > 0, "some were paid, shared and transferred");
}

fn programs() -> impl Strategy<Value = Vec<Op>> {
    program::programs(lengths())
}
