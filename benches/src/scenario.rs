//! One client making calls: one after another or 64 at once, on one worker thread or two.

use std::process::Command;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use crate::caller::{Caller, Kind, PATH, order, ours};
use crate::gateway::Gateway;
use crate::measure::{Cost, Meter, memory, micros};
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

    /// The blocking face has threads of its own: one for each call in flight.
    pub fn fits(self, kind: Kind) -> bool {
        kind != Kind::OursSync || self.workers == 1
    }
}

/// Makes `calls` calls and tells what one cost.
pub fn measure(kind: Kind, caller: &Caller, scenario: Scenario, calls: usize) -> Result<Cost, Error> {
    let each = calls / scenario.at_once;
    if kind == Kind::OursSync {
        return blocking(caller, scenario.at_once, each);
    }
    let runtime = runtime(scenario.workers)?;
    // The connections belong to the runtime where it is theirs: they are opened before the meter starts.
    runtime.block_on(tasks(caller, scenario.at_once, 1))?;
    let meter = Meter::start();
    let latencies = runtime.block_on(tasks(caller, scenario.at_once, each))?;
    Ok(meter.stop(latencies))
}

async fn tasks(caller: &Caller, tasks: usize, each: usize) -> Result<Vec<Duration>, Error> {
    let one = |caller: Caller| async move {
        let mut latencies = Vec::with_capacity(each);
        for _ in 0..each {
            let started = Instant::now();
            caller.call().await?;
            latencies.push(started.elapsed());
        }
        Ok::<_, Error>(latencies)
    };
    let tasks: Vec<_> = (0..tasks).map(|_| tokio::spawn(one(caller.clone()))).collect();
    let mut all = Vec::with_capacity(tasks.len() * each);
    for task in tasks {
        all.extend(task.await??);
    }
    Ok(all)
}

fn blocking(caller: &Caller, threads: usize, each: usize) -> Result<Cost, Error> {
    // aws-lc-rs prepares itself on every thread's first signature: each makes one call before the meter starts.
    let (ready, go) = (&Barrier::new(threads + 1), &Barrier::new(threads + 1));
    let one = || {
        let first = caller.call_sync();
        ready.wait();
        go.wait();
        first?;
        let mut latencies = Vec::with_capacity(each);
        for _ in 0..each {
            let started = Instant::now();
            caller.call_sync()?;
            latencies.push(started.elapsed());
        }
        Ok::<_, Error>(latencies)
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        ready.wait();
        let meter = Meter::start();
        go.wait();
        let mut all = Vec::with_capacity(threads.len() * each);
        for thread in threads {
            all.extend(thread.join().map_err(|_| "a thread panicked")??);
        }
        Ok(meter.stop(all))
    })
}

/// In a process of its own: makes calls with one client and prints the peak of the resident memory in KiB.
pub fn peak(who: &str, at_once: usize, base: &str) -> Result<(), Error> {
    let kind = Kind::ALL.into_iter().find(|kind| format!("{kind:?}") == who).ok_or("nobody of that name")?;
    let caller = runtime(1)?.block_on(Caller::new(kind, base))?;
    measure(kind, &caller, Scenario { at_once, workers: 1 }, 2048)?;
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

/// A hundred thousand calls, and the memory on the way.
pub fn long_run() -> Result<(), Error> {
    let gateway = Gateway::start()?;
    let (wxpay, order) = (ours(&gateway.plain)?, order());
    let mut first = 0;
    for call in 1..=100_000 {
        wxpay[PATH].post(&order)?;
        if call % 10_000 == 0 {
            let now = memory("VmRSS")?;
            first = if call == 10_000 { now } else { first };
            let more = now.cast_signed() - first.cast_signed();
            println!("after {call:>6} calls: {now} KiB resident, {more:+} KiB since 10,000");
        }
    }
    Ok(())
}
