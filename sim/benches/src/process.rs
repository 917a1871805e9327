//! `wxpay sim` in a process of its own: started, looked at, ended.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::param::clock_ticks_per_second;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::Error;

/// A simulator that runs; it is killed if it was not stopped.
pub struct Sim {
    child: Child,
    pub ready: Value,
}

impl Sim {
    /// Starts it; the time until its ready line.
    pub fn start(program: &Path, keys: &Path, args: &[&str]) -> Result<(Self, Duration), Error> {
        let mut command = Command::new(program);
        // Another simulator may hold the usual ports.
        command.args(["sim", "--listen", "127.0.0.1:0", "--tls", "127.0.0.1:0", "--proxy", "127.0.0.1:0"]);
        command.args(["--json", "--seed", "1", "--keys"]).arg(keys).args(args);
        let started = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()?;
        let mut line = String::new();
        if let Some(out) = child.stdout.as_mut() {
            BufReader::new(out).read_line(&mut line)?;
        }
        let took = started.elapsed();
        let mut sim = Self { child, ready: Value::Null };
        sim.ready = serde_json::from_str(&line)?;
        Ok((sim, took))
    }

    /// Host and port.
    pub fn authority(&self) -> String {
        self.ready["http"].as_str().unwrap_or_default().trim_start_matches("http://").to_owned()
    }

    /// CPU time of all its threads so far.
    pub fn cpu(&self) -> Result<Duration, Error> {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name in parentheses may have blanks.
        let rest = text.rsplit_once(')').ok_or("no name in stat")?.1;
        let mut fields = rest.split_whitespace().skip(11);
        let mut ticks = || fields.next().unwrap_or_default().parse::<f64>();
        let ticks = ticks()? + ticks()?;
        Ok(Duration::from_secs_f64(ticks / clock_ticks_per_second() as f64))
    }

    /// A line of its `/proc/PID/status`, in MiB: `VmRSS` is what is resident, `VmHWM` its peak.
    pub fn memory(&self, line: &str) -> Result<f64, Error> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let found = status.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':')).ok_or("no such line")?;
        Ok(found.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
    }

    /// Ends it as a user does; the time until it is gone.
    pub fn stop(mut self) -> Result<Duration, Error> {
        let started = Instant::now();
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        let status = self.child.wait()?;
        match status.success() {
            true => Ok(started.elapsed()),
            false => Err(format!("it ended with {status}").into()),
        }
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        // One that has ended is not there to be killed.
        self.child.kill().unwrap_or_default();
        _ = self.child.wait();
    }
}
