//! What is measured: CPU time of the whole process, wall clock, allocations, peak memory.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use crate::Error;

/// Counts only when it is to: counters that threads share cost those most who use several.
struct Allocator;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

static COUNTING: AtomicBool = AtomicBool::new(false);
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

// SAFETY: all is the system allocator's, whichever of the two passes it on.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's, as for the other functions.
        unsafe { if COUNTING.load(Ordering::Relaxed) { COUNTED.alloc(layout) } else { System.alloc(layout) } }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe {
            if COUNTING.load(Ordering::Relaxed) { COUNTED.alloc_zeroed(layout) } else { System.alloc_zeroed(layout) }
        }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        unsafe {
            if COUNTING.load(Ordering::Relaxed) {
                COUNTED.realloc(place, layout, size)
            } else {
                System.realloc(place, layout, size)
            }
        }
    }
}

/// How often was allocated while `work` was done, growing of what is there included, and how many bytes.
pub fn allocations<T>(work: impl FnOnce() -> T) -> (T, f64, f64) {
    COUNTING.store(true, Ordering::Relaxed);
    let region = Region::new(COUNTED);
    let done = work();
    let stats = region.change();
    COUNTING.store(false, Ordering::Relaxed);
    (done, (stats.allocations + stats.reallocations) as f64, stats.bytes_allocated as f64)
}

/// What a call cost in one turn, on average, in microseconds of CPU; and how long each of them took.
#[derive(Clone, Debug)]
pub struct Cost {
    pub cpu: f64,
    pub rate: f64,
    pub latencies: Vec<Duration>,
}

pub struct Meter {
    cpu: Duration,
    started: Instant,
}

impl Meter {
    pub fn start() -> Self {
        Self { cpu: cpu(), started: Instant::now() }
    }

    /// Of as many calls as there are latencies.
    pub fn stop(self, latencies: Vec<Duration>) -> Cost {
        let (wall, spent) = (self.started.elapsed(), cpu() - self.cpu);
        let calls = latencies.len() as f64;
        Cost { cpu: micros(spent) / calls, rate: calls / wall.as_secs_f64(), latencies }
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

/// The latency that so many per cent of all calls did not exceed, in microseconds.
pub fn percentile(rounds: &[Cost], of: usize) -> f64 {
    let mut all: Vec<_> = rounds.iter().flat_map(|cost| &cost.latencies).copied().collect();
    all.sort();
    micros(all[all.len() * of / 100])
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
