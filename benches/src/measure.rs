//! What is measured: CPU time of the whole process, wall clock, allocations, peak memory.

use std::alloc::System;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use crate::Error;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What a call cost, on average; its latency at the median and the 99th percentile. Times are microseconds.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub cpu: f64,
    pub rate: f64,
    pub p50: f64,
    pub p99: f64,
    pub allocations: f64,
    pub bytes: f64,
}

pub struct Meter {
    region: Region<'static, System>,
    cpu: Duration,
    started: Instant,
}

impl Meter {
    pub fn start() -> Self {
        Self { region: Region::new(ALLOCATOR), cpu: cpu(), started: Instant::now() }
    }

    /// Of as many calls as there are latencies.
    pub fn stop(self, mut latencies: Vec<Duration>) -> Cost {
        let (wall, spent, stats) = (self.started.elapsed(), cpu() - self.cpu, self.region.change());
        let calls = latencies.len() as f64;
        latencies.sort();
        let percentile = |of: usize| micros(latencies[latencies.len() * of / 100]);
        Cost {
            cpu: micros(spent) / calls,
            rate: calls / wall.as_secs_f64(),
            p50: percentile(50),
            p99: percentile(99),
            allocations: (stats.allocations + stats.reallocations) as f64 / calls,
            bytes: stats.bytes_allocated as f64 / calls,
        }
    }
}

/// CPU time of all threads of this process.
fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

pub fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A line of `/proc/self/status` in KiB: `VmRSS` is the resident memory, `VmHWM` its peak.
pub fn memory(line: &str) -> Result<u64, Error> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let found = status.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':')).ok_or("no such line")?;
    Ok(found.trim().trim_end_matches(" kB").parse()?)
}

/// The processor, and whether it has the instructions that make aws-lc-rs' RSA fast.
pub fn machine() -> Result<String, Error> {
    let info = std::fs::read_to_string("/proc/cpuinfo")?;
    let value = |key: &str| {
        let line = info.lines().find(|line| line.starts_with(key));
        line.and_then(|line| line.split_once(": ")).map_or("unknown", |(_, value)| value)
    };
    let ifma = if value("flags").split(' ').any(|flag| flag == "avx512ifma") { "with" } else { "without" };
    let cores = std::thread::available_parallelism()?;
    Ok(format!("{} ({cores} cores), {ifma} AVX-512 IFMA", value("model name")))
}
