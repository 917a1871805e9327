//! Medians, percentiles, this process' CPU, and the machine.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::Error;

pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// What so many per cent of all do not exceed.
pub fn percentile(all: &mut [f64], of: usize) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() * of / 100).copied().unwrap_or(f64::NAN)
}

/// CPU time of this thread.
pub fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// The processor, whether it has the instructions that make RSA fast, and how busy it is with other things.
pub fn machine() -> Result<String, Error> {
    let info = std::fs::read_to_string("/proc/cpuinfo")?;
    let value = |key: &str| {
        let line = info.lines().find(|line| line.starts_with(key));
        line.and_then(|line| line.split_once(": ")).map_or("unknown", |(_, value)| value)
    };
    let ifma = if value("flags").split(' ').any(|flag| flag == "avx512ifma") { "with" } else { "without" };
    let cores = std::thread::available_parallelism()?;
    let load = std::fs::read_to_string("/proc/loadavg")?;
    let load = load.split(' ').next().unwrap_or_default().to_owned();
    Ok(format!("{} ({cores} cores), {ifma} AVX-512 IFMA, load {load}", value("model name")))
}
