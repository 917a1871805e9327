//! The comparison: everybody takes turns, round by round, so that all see the same machine.

use std::process::Command;

use crate::caller::{Caller, Kind};
use crate::crypto;
use crate::gateway::Gateway;
use crate::measure::{Cost, machine, median, percentile};
use crate::scenario::{Lane, Scenario, child, number};
use crate::{Error, runtime};

/// One client's costs in one scenario, a round each.
struct Column {
    kind: Kind,
    rounds: Vec<Cost>,
    /// Of a call, in a turn that was not measured otherwise.
    allocations: f64,
    bytes: f64,
}

impl Column {
    fn median(&self, value: fn(&Cost) -> f64) -> f64 {
        median(self.rounds.iter().map(value))
    }

    /// The median of the ratios round by round.
    fn ratio(&self, other: &Self, value: fn(&Cost) -> f64) -> f64 {
        median(self.rounds.iter().zip(&other.rounds).map(|(one, other)| value(one) / value(other)))
    }
}

/// Compares in so many rounds of 16 calls, one after another; in a sixth of them, but no fewer than 5, of 256 calls, where 64 are in flight.
pub fn run(rounds: usize) -> Result<(), Error> {
    let burst_rounds = (rounds / 6).max(5);
    let gateway = Gateway::start()?;
    println!("{}; signed by {}, by wxpay-rs always by aws-lc-rs", machine()?, crypto::NAME);
    println!(
        "{rounds} rounds of 16 calls ({burst_rounds} of 256 where 64 are in flight), medians; ratios are medians of ratios round by round\n"
    );
    let kinds = honest(&gateway)?;
    for (name, base) in [("plain HTTP", &gateway.plain), ("TLS 1.3", &gateway.tls)] {
        let mut one_worker = Vec::new();
        for scenario in Scenario::ALL {
            let (rounds, calls) = if scenario.at_once == 1 { (rounds, 16) } else { (burst_rounds, 256) };
            let columns = turns(&kinds, base, scenario, rounds, calls)?;
            println!("{name}, {}", scenario.title());
            table(&columns);
            match (scenario.at_once, scenario.workers) {
                (1, 1) => faces(&columns),
                (_, 1) => {
                    blocking(&columns);
                    one_worker = columns;
                }
                (1, _) => {}
                _ => scaling(&one_worker, &columns),
            }
            println!();
        }
    }
    peaks(&kinds, &gateway)?;
    first_calls(&gateway, rounds / 6)
}

/// Those who refuse an answer whose signature is broken; others have done less, and are not reported.
fn honest(gateway: &Gateway) -> Result<Vec<Kind>, Error> {
    let runtime = runtime(1)?;
    let mut kinds = Vec::new();
    for kind in Kind::ALL {
        let call = async |base: &str| {
            let caller = Caller::new(kind, base).await?;
            if kind == Kind::OursSync { caller.call_sync() } else { caller.call().await }
        };
        runtime.block_on(call(&gateway.plain))?;
        match runtime.block_on(call(&gateway.broken)) {
            Ok(()) => println!("{} accepts a broken signature: not reported\n", kind.title()),
            Err(_) => kinds.push(kind),
        }
    }
    Ok(kinds)
}

fn turns(kinds: &[Kind], base: &str, scenario: Scenario, rounds: usize, calls: usize) -> Result<Vec<Column>, Error> {
    let mut taking_part = Vec::new();
    for kind in kinds.iter().copied().filter(|kind| scenario.fits(*kind)) {
        taking_part.push((
            Lane::new(kind, base, scenario)?,
            Column { kind, rounds: Vec::new(), allocations: 0.0, bytes: 0.0 },
        ));
    }
    // The first rounds warm up and are not counted. Each begins with another and every second goes backwards, so that nobody
    // always follows the same one.
    const WARM: usize = 3;
    for round in 0..rounds + WARM {
        for turn in 0..taking_part.len() {
            let turn = if round % 2 == 0 { turn } else { taking_part.len() - 1 - turn };
            let at = (round / 2 + turn) % taking_part.len();
            let (lane, column) = &mut taking_part[at];
            let cost = lane.turn(calls)?;
            if round >= WARM {
                column.rounds.push(cost);
            }
        }
    }
    let counted = |(lane, column): (Lane, Column)| {
        let [allocations, bytes] = lane.allocations(calls)?;
        Ok(Column { allocations, bytes, ..column })
    };
    taking_part.into_iter().map(counted).collect()
}

fn table(columns: &[Column]) {
    let Some(floor) = columns.iter().find(|column| column.kind == Kind::Floor) else { return };
    println!(
        "| {:<26} | CPU µs | ratio | calls/s | p50 µs | p99 µs | allocations | bytes |\n|{:-<28}|-------:|------:|--------:|-------:|-------:|------------:|------:|",
        "", ""
    );
    for column in columns {
        println!(
            "| {:<26} | {:>6.1} | {:>5.3} | {:>7.0} | {:>6.0} | {:>6.0} | {:>11.1} | {:>5.0} |",
            column.kind.title(),
            column.median(|cost| cost.cpu),
            column.ratio(floor, |cost| cost.cpu),
            column.median(|cost| cost.rate),
            percentile(&column.rounds, 50),
            percentile(&column.rounds, 99),
            column.allocations,
            column.bytes,
        );
    }
}

/// What the blocking face costs over the asynchronous one.
fn faces(columns: &[Column]) {
    let find = |kind| columns.iter().find(|column| column.kind == kind);
    let (Some(sync), Some(asynchronous)) = (find(Kind::OursSync), find(Kind::Ours)) else { return };
    let pairs = || sync.rounds.iter().zip(&asynchronous.rounds);
    let cpu = median(pairs().map(|(sync, asynchronous)| sync.cpu - asynchronous.cpu));
    let p50 = percentile(&sync.rounds, 50) - percentile(&asynchronous.rounds, 50);
    println!("sync over async: {cpu:+.1} µs of CPU, {p50:+.1} µs at p50");
}

/// What the blocking face costs over the floor with as many threads.
fn blocking(columns: &[Column]) {
    let find = |kind| columns.iter().find(|column| column.kind == kind);
    let (Some(sync), Some(floor)) = (find(Kind::OursSync), find(Kind::FloorSync)) else { return };
    println!("sync over the floor with as many blocking threads: {:.3} of its CPU", sync.ratio(floor, |cost| cost.cpu));
}

fn scaling(one: &[Column], two: &[Column]) {
    let scaled = two.iter().filter_map(|column| {
        let alone = one.iter().find(|alone| alone.kind == column.kind)?;
        Some(format!("{} {:.2}", column.kind.title(), column.ratio(alone, |cost| cost.rate)))
    });
    println!("calls/s over one worker thread: {}", scaled.collect::<Vec<_>>().join(", "));
}

fn peaks(kinds: &[Kind], gateway: &Gateway) -> Result<(), Error> {
    println!("Peak of the resident memory, a process each, 2048 calls over plain HTTP and over TLS, KiB");
    println!("| {:<26} | one after another | 64 in flight | TLS, one | TLS, 64 |", "");
    println!("|{:-<28}|------------------:|-------------:|---------:|--------:|", "");
    for kind in kinds {
        let peak = |base: &str, at_once: &str| child(&["peak", &format!("{kind:?}"), at_once, base]);
        let [one, many] = [peak(&gateway.plain, "1")?, peak(&gateway.plain, "64")?];
        let [tls, many_tls] = [peak(&gateway.tls, "1")?, peak(&gateway.tls, "64")?];
        println!("| {:<26} | {one:>17} | {many:>12} | {tls:>8} | {many_tls:>7} |", kind.title());
    }
    // This program holds everybody's code, and pages of it count; a program with ours alone is built beside it.
    let program = std::env::current_exe()?.with_file_name("alone");
    if !program.exists() {
        println!(
            "`cargo build --release --manifest-path benches/Cargo.toml` builds `alone`, whose memory is measured here too\n"
        );
        return Ok(());
    }
    for (face, title) in [("async", "async, nothing else there"), ("sync", "sync, nothing else there")] {
        let peak = |base: &str, at_once: &str| number(Command::new(&program).args([face, at_once, base]));
        let [one, many] = [peak(&gateway.plain, "1")?, peak(&gateway.plain, "64")?];
        let [tls, many_tls] = [peak(&gateway.tls, "1")?, peak(&gateway.tls, "64")?];
        println!("| {title:<26} | {one:>17} | {many:>12} | {tls:>8} | {many_tls:>7} |");
    }
    println!();
    Ok(())
}

/// What `warm_up` saves the first customer: a process each.
fn first_calls(gateway: &Gateway, rounds: usize) -> Result<(), Error> {
    let mut pairs = Vec::new();
    for _ in 0..rounds {
        pairs.push((child(&["first", "cold", &gateway.tls])?, child(&["first", "warm", &gateway.tls])?));
    }
    let (cold, warm) = (median(pairs.iter().map(|pair| pair.0)), median(pairs.iter().map(|pair| pair.1)));
    println!("The first call of a process, over TLS: {cold:.0} µs; after `warm_up` {warm:.0} µs");
    Ok(())
}
