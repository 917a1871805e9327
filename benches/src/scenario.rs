//! One client making calls: one after another or 64 at once, on one worker thread or two.

use std::process::Command;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::spawn_blocking;

use crate::caller::{Caller, Kind, PATH, order, ours};
use crate::measure::{self, Cost, Meter, memory, micros};
use crate::{Error, runtime};

/// How calls are made.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    pub at_once: usize,
    pub workers: usize,
}

impl Scenario {
    pub const ALL: [Self; 4] = [
        Self { at_once: 1, workers: 1 },
        Self { at_once: 1, workers: 2 },
        Self { at_once: 64, workers: 1 },
        Self { at_once: 64, workers: 2 },
    ];

    pub fn title(self) -> String {
        let how =
            if self.at_once == 1 { "one after another".to_owned() } else { format!("{} in flight", self.at_once) };
        format!("{how}, {} worker thread{}", self.workers, if self.workers == 1 { "" } else { "s" })
    }

    /// Those who block have threads of their own, one for each call in flight; the floor does for one call what it does anyway.
    pub fn fits(self, kind: Kind) -> bool {
        !kind.blocks() || self.workers == 1 && (kind == Kind::OursSync || self.at_once > 1)
    }
}

/// A client in a scenario, with the threads and connections that it keeps from turn to turn.
pub struct Lane {
    kind: Kind,
    caller: Caller,
    runtime: Runtime,
    at_once: usize,
}

impl Lane {
    pub fn new(kind: Kind, base: &str, scenario: Scenario) -> Result<Self, Error> {
        let runtime = runtime(scenario.workers)?;
        let caller = runtime.block_on(Caller::new(kind, base))?;
        Ok(Self { kind, caller, runtime, at_once: scenario.at_once })
    }

    /// Makes `calls` calls and tells what one cost, after one that is not counted: those of others went before.
    pub fn turn(&self, calls: usize) -> Result<Cost, Error> {
        self.runtime.block_on(self.calls(1))?;
        let meter = Meter::start();
        let latencies = match (self.kind, self.at_once) {
            // On this very thread.
            (Kind::OursSync, 1) => timed(calls, || self.caller.call_sync())?,
            _ => self.runtime.block_on(self.calls(calls / self.at_once))?,
        };
        Ok(meter.stop(latencies))
    }

    /// Allocations and bytes of a call, in a turn of `calls`.
    pub fn allocations(&self, calls: usize) -> Result<[f64; 2], Error> {
        let (done, allocations, bytes) =
            measure::allocations(|| self.runtime.block_on(self.calls(calls / self.at_once)));
        done.map(|latencies| [allocations, bytes].map(|sum| sum / latencies.len() as f64))
    }

    /// So many calls, one after another, in each task; those who block have threads of their own.
    async fn calls(&self, each: usize) -> Result<Vec<Duration>, Error> {
        let one = || {
            let caller = self.caller.clone();
            match self.kind {
                kind if kind.blocks() => spawn_blocking(move || timed(each, || caller.call_sync())),
                _ => tokio::spawn(async move {
                    let mut latencies = Vec::with_capacity(each);
                    for _ in 0..each {
                        let started = Instant::now();
                        caller.call().await?;
                        latencies.push(started.elapsed());
                    }
                    Ok(latencies)
                }),
            }
        };
        let tasks: Vec<_> = (0..self.at_once).map(|_| one()).collect();
        let mut all = Vec::with_capacity(self.at_once * each);
        for task in tasks {
            all.extend(task.await??);
        }
        Ok(all)
    }
}

fn timed(calls: usize, call: impl Fn() -> Result<(), Error>) -> Result<Vec<Duration>, Error> {
    let one = |_| {
        let started = Instant::now();
        call().map(|()| started.elapsed())
    };
    (0..calls).map(one).collect()
}

/// In a process of its own: makes calls with one client and prints the peak of the resident memory in KiB.
pub fn peak(who: &str, at_once: usize, base: &str) -> Result<(), Error> {
    let kind = Kind::ALL.into_iter().find(|kind| format!("{kind:?}") == who).ok_or("nobody of that name")?;
    Lane::new(kind, base, Scenario { at_once, workers: 1 })?.turn(2048)?;
    println!("{}", memory("VmHWM")?);
    Ok(())
}

/// In a process of its own: makes one call, after `warm_up` or without, and prints what it took in microseconds.
pub fn first(warm: bool, base: &str) -> Result<(), Error> {
    let wxpay = ours(base)?;
    if warm {
        wxpay.warm_up()?;
    }
    let started = Instant::now();
    wxpay[PATH].post(order())?;
    println!("{}", micros(started.elapsed()));
    Ok(())
}

/// Runs this program again with these arguments, and reads the number that it prints.
pub fn child(args: &[&str]) -> Result<f64, Error> {
    number(Command::new(std::env::current_exe()?).args(args))
}

/// Runs a program that prints a number.
pub fn number(command: &mut Command) -> Result<f64, Error> {
    let output = command.output()?;
    let text = String::from_utf8(output.stdout)?;
    text.trim().parse().map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned().into())
}
