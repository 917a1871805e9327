//! What becomes of a call's cost, and of the memory, with many calls in flight and after many calls.

use crate::caller::{Caller, Kind, PATH, order, ours};
use crate::gateway::Gateway;
use crate::measure::{Meter, memory};
use crate::scenario::{Lane, Scenario};
use crate::{Error, runtime};
use std::process::Command;

const WHO: [Kind; 4] = [Kind::Ours, Kind::OursOwn, Kind::Floor, Kind::Reqwest];

/// With so many in flight, each in a process of its own.
pub fn compare() -> Result<(), Error> {
    let gateway = Gateway::start()?;
    println!("{}; over TLS 1.3, one worker thread, as many connections as calls in flight", crate::measure::machine()?);
    println!("| {:<26} | in flight | CPU µs | peak MiB | KiB for each more in flight |", "");
    println!("|{:-<28}|----------:|-------:|---------:|----------------------------:|", "");
    for kind in WHO {
        let mut first = None;
        for at_once in [1, 64, 1000, 5000] {
            let arguments = ["growth", &format!("{kind:?}"), &at_once.to_string(), &gateway.tls];
            let output = Command::new(std::env::current_exe()?).args(arguments).output()?;
            let text = String::from_utf8(output.stdout)?;
            let Some((cpu, peak)) = text.trim().split_once(' ') else {
                return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
            };
            let (cpu, peak): (f64, f64) = (cpu.parse()?, peak.parse()?);
            let first = *first.get_or_insert(peak);
            let more = if at_once == 1 { 0.0 } else { (peak - first) / (at_once - 1) as f64 };
            println!("| {:<26} | {at_once:>9} | {cpu:>6.1} | {:>8.1} | {more:>27.1} |", kind.title(), peak / 1024.0);
        }
    }
    Ok(())
}

/// CPU of a call in microseconds, and the peak of the resident memory in KiB.
pub fn child(who: &str, at_once: usize, base: &str) -> Result<(), Error> {
    let kind = WHO.into_iter().find(|kind| format!("{kind:?}") == who).ok_or("nobody of that name")?;
    let lane = Lane::new(kind, base, Scenario { at_once, workers: 1 })?;
    // The first turn makes the connections.
    let cost = lane.turn(at_once.max(2000))?;
    println!("{} {}", cost.cpu, memory("VmHWM")?);
    Ok(())
}

/// So many calls of one client, one after another by the background thread, then as many on its own runtime; memory and cost on the way.
pub fn long_run(calls: usize) -> Result<(), Error> {
    let gateway = Gateway::start()?;
    println!("{}", crate::measure::machine()?);
    let (wxpay, order) = (ours(&gateway.tls)?, order());
    steps("by the background thread", calls, || {
        wxpay[PATH].post(&order)?;
        Ok(())
    })?;
    let runtime = runtime(1)?;
    let own = runtime.block_on(Caller::new(Kind::OursOwn, &gateway.tls))?;
    steps("by its own runtime", calls, || runtime.block_on(own.call()))
}

fn steps(how: &str, calls: usize, call: impl Fn() -> Result<(), Error>) -> Result<(), Error> {
    let mut first = 0;
    for step in 1..=10 {
        let meter = Meter::start();
        for _ in 0..calls / 10 {
            call()?;
        }
        let cost = meter.stop(vec![std::time::Duration::ZERO; calls / 10]);
        let now = memory("VmRSS")?;
        first = if step == 1 { now } else { first };
        let (done, more) = (calls / 10 * step, now.cast_signed() - first.cast_signed());
        println!(
            "{how}, after {done:>7} calls: {:.1} µs of CPU a call, {now} KiB resident, {more:+} KiB since the first tenth",
            cost.cpu
        );
    }
    Ok(())
}
