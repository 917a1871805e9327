//! Histories by the thousand.

use std::ops::RangeInclusive;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

use super::model::Said;
use super::program::{Op, printed, programs};
use super::run::{Plant, Reached, reach, run};

/// How many steps programs have: up to as many as are asked for, so that they can be shrunk.
pub(super) fn lengths() -> RangeInclusive<usize> {
    let asked = number("SIM_HISTORIES_STEPS").and_then(|steps| usize::try_from(steps).ok());
    1..=asked.unwrap_or(60).max(1)
}

pub(super) fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Always the same histories, unless other ones are asked for.
pub(super) fn runner(histories: u32) -> TestRunner {
    let config = Config { cases: histories, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let mut seed = [1; 16];
    seed[..8].copy_from_slice(&number("SIM_HISTORIES_SEED").unwrap_or(1).to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::XorShift, &seed))
}

/// The shortest history that fails, of so many; and what is wrong with it.
fn shortest_failure(histories: u32, plant: Option<Plant>) -> Option<(Vec<Op>, String)> {
    let mut runner = runner(histories);
    let found =
        runner.run(&programs(lengths()), |ops| run(&ops, plant).map_err(proptest::test_runner::TestCaseError::fail));
    match found {
        Ok(()) => None,
        Err(TestError::Fail(reason, ops)) => Some((shortest(ops, plant), reason.to_string())),
        Err(TestError::Abort(reason)) => panic!("no histories: {reason}"),
    }
}

#[test]
fn random_histories_keep_every_invariant_and_do_what_the_model_does() {
    let histories = number("SIM_HISTORIES").and_then(|number| u32::try_from(number).ok()).unwrap_or(300);
    if let Some((ops, reason)) = shortest_failure(histories, None) {
        panic!("{reason}\n{}", printed(&ops));
    }
}

/// Leaves out whatever a history fails without: long pieces, then shorter ones, then pairs of steps.
fn shortest(mut ops: Vec<Op>, plant: Option<Plant>) -> Vec<Op> {
    let without = |ops: &[Op], left_out: &dyn Fn(usize) -> bool| -> Option<Vec<Op>> {
        let left: Vec<Op> = (0..).zip(ops).filter(|(at, _)| !left_out(*at)).map(|(_, op)| op.clone()).collect();
        run(&left, plant).is_err().then_some(left)
    };
    let mut size = ops.len() / 2;
    while size > 0 {
        let mut start = 0;
        while start < ops.len() {
            match without(&ops, &|at| (start..start + size).contains(&at)) {
                Some(left) => ops = left,
                None => start += size,
            }
        }
        size /= 2;
    }
    'again: loop {
        for (first, second) in (0..ops.len()).flat_map(|first| (first..ops.len()).map(move |second| (first, second))) {
            if let Some(left) = without(&ops, &|at| at == first || at == second) {
                ops = left;
                continue 'again;
            }
        }
        return ops;
    }
}

#[test]
fn planted_faults_are_found_and_shrunk_to_short_histories() {
    // How many steps it takes to show each.
    let plants = [
        (Plant::DoubleRefund, 3),
        (Plant::FeeKept, 3),
        (Plant::ReserveKept, 4),
        (Plant::PaidWithoutPassword, 2),
        (Plant::LostPosting, 3),
        (Plant::OtherAnswer, 4),
        (Plant::DoubleShare, 5),
        (Plant::LockKept, 2),
    ];
    for (plant, steps) in plants {
        let (ops, reason) = shortest_failure(1_000, Some(plant)).expect("a planted fault is found");
        assert!(ops.len() <= steps, "{plant:?}: {reason}\n{}", printed(&ops));
        assert!(printed(&ops).contains("\"steps\""));
    }
}

const SHARE: [Said; 8] = [
    Said::Done,
    Said::NotPaid,
    Said::OtherKind,
    Said::Changed,
    Said::TooEarly,
    Said::Ended,
    Said::TooMuch,
    Said::NotEnough,
];

#[test]
fn histories_come_everywhere() {
    let expected = [
        ("place", &[Said::Done, Said::Changed, Said::AlreadyPaid, Said::Closed, Said::OtherKind][..]),
        ("pay", &[Said::Done, Said::State, Said::Unknown]),
        ("close", &[Said::Done, Said::AlreadyPaid, Said::OtherKind]),
        ("charge", &[Said::Done, Said::Changed, Said::OtherKind, Said::State]),
        ("reverse", &[Said::Done, Said::NotPaid, Said::State, Said::TooLate, Said::NotEnough]),
        ("refund", &[Said::Done, Said::Changed, Said::NotPaid, Said::TooMuch, Said::TooLate, Said::NotEnough]),
        ("refund by the platform", &[Said::Done, Said::State, Said::Unknown]),
        ("result", &[Said::Done, Said::State, Said::Unknown]),
        ("other way", &[Said::Done, Said::State, Said::Unknown]),
        ("query", &[Said::Done, Said::Unknown]),
        ("balance", &[Said::Done, Said::State]),
        ("share", &SHARE),
        ("end of shares", &[Said::Done, Said::State, Said::Unknown]),
        ("unfreeze", &[Said::Done, Said::NotPaid, Said::OtherKind, Said::Ended]),
        ("return", &[Said::Done, Said::Unknown, Said::Changed, Said::State, Said::TooLate, Said::TooMuch]),
        ("receiver's balance", &[Said::Done, Said::State]),
        ("transfer", &[Said::Done, Said::Changed]),
        ("confirm", &[Said::Done, Said::State, Said::Unknown]),
        ("end of a transfer", &[Said::Done, Said::State, Said::Unknown]),
        ("cancel", &[Said::Done, Said::State, Said::Unknown]),
        ("balance for transfers", &[Said::Done, Said::State]),
    ];
    let expected: Reached =
        expected.into_iter().flat_map(|(what, said)| said.iter().map(move |said| (what, *said))).collect();
    let (mut runner, programs) = (runner(0), programs(lengths()));
    let mut reached = Reached::new();
    // Most of it is reached soon; some endings are rare.
    for _ in 0..3_000 {
        if reached == expected {
            break;
        }
        let ops = programs.new_tree(&mut runner).expect("a program").current();
        reached.extend(reach(&ops, None).expect("right"));
    }
    assert_eq!(reached, expected);
}
