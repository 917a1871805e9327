//! What a call costs: CPU time and allocations beside a bare hyper-util loop with the same crypto, and memory over many
//! calls.
//!
//! `cargo run --release --manifest-path benches/Cargo.toml` compares; `… -- memory` makes 100,000 calls and prints the
//! resident memory on the way; `… -- download` fetches bills of a gigabyte. The stand-in gateway runs in another process, so that its work is not counted.

mod bare;
mod download;

use std::alloc::System;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tokio::runtime::{Builder, Runtime};
use wechatpay_chain::{Client, Method, Value, json, mock};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

type Error = Box<dyn std::error::Error>;

const PATH: &str = "v3/pay/transactions/native";
const ROUNDS: usize = 7;
const CALLS: usize = 1000;

fn main() -> Result<(), Error> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        Some("serve") => serve(),
        Some("memory") => memory(),
        Some("download") => download::compare(),
        Some("serve-file") => download::serve(args.get(1).ok_or("no file")?),
        Some("client") => download::client(&args[1..]),
        _ => compare(),
    }
}

/// The other process: a stand-in that lives until its input is closed.
fn serve() -> Result<(), Error> {
    let gateway = mock::Server::start()?;
    gateway.on(Method::POST, PATH).reply(json!({"code_url": "weixin://wxpay/bizpayurl?pr=p4lpSuKzz"}));
    for (name, value) in gateway.env() {
        println!("{name}={}", value.replace('\n', "\\n"));
    }
    println!();
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

struct Gateway {
    child: Child,
    env: Vec<(String, String)>,
}

impl Gateway {
    fn start() -> Result<Self, Error> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
        let lines = lines.map_while(Result::ok).take_while(|line| !line.is_empty());
        let env = lines
            .filter_map(|line| line.split_once('=').map(|(n, v)| (n.to_owned(), v.replace("\\n", "\n"))))
            .collect();
        Ok(Self { child, env })
    }

    fn var(&self, name: &str) -> &str {
        self.env.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    fn client(&self) -> Result<Client, Error> {
        use wechatpay_chain::{PrivateKey, PublicKey};
        Ok(Client::builder()
            .mchid(self.var("WECHATPAY_MCHID"))
            .serial(self.var("WECHATPAY_SERIAL"))
            .private_key(PrivateKey::from_pem(self.var("WECHATPAY_PRIVATE_KEY"))?)
            .platform_key(self.var("WECHATPAY_PUBLIC_KEY_ID"), PublicKey::from_pem(self.var("WECHATPAY_PUBLIC_KEY"))?)
            .base_uri(self.var("WECHATPAY_BASE_URI"))
            .build()?)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        _ = self.child.wait();
    }
}

fn order() -> Value {
    json!({
        "appid": "wxd678efh567hg6787", "mchid": "1900000109", "description": "测试商品", "out_trade_no": "1217752501201407033233368018",
        "notify_url": "https://www.example.com/wxpay/pay", "amount": {"total": 100, "currency": "CNY"},
    })
}

/// CPU time of all threads of this process.
fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

struct Cost {
    cpu: f64,
    allocations: f64,
    bytes: f64,
}

fn measure(mut call: impl FnMut() -> Result<(), Error>) -> Result<Cost, Error> {
    let (region, start) = (Region::new(ALLOCATOR), cpu());
    for _ in 0..CALLS {
        call()?;
    }
    let (spent, stats) = (cpu() - start, region.change());
    let per = |total: f64| total / CALLS as f64;
    Ok(Cost {
        cpu: per(spent.as_secs_f64() * 1e6),
        allocations: per(stats.allocations as f64),
        bytes: per(stats.bytes_allocated as f64),
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn compare() -> Result<(), Error> {
    let gateway = Gateway::start()?;
    let wxpay = gateway.client()?;
    let runtime = runtime()?;
    let bare = bare::Bare::new(|name| gateway.var(name).to_owned())?;
    let order = order();
    let sync = || wxpay[PATH].post(&order).map(drop).map_err(Error::from);
    let asynchronous = || runtime.block_on(wxpay[PATH].post_async(&order)).map(drop).map_err(Error::from);
    let floor = || runtime.block_on(bare.post(PATH, &order)).map(drop);
    let mut rounds: [Vec<Cost>; 3] = Default::default();
    // The first round warms up and is not counted; the three take turns, so that they see the same machine.
    for round in 0..=ROUNDS {
        let costs = [measure(sync)?, measure(asynchronous)?, measure(floor)?];
        if round > 0 {
            rounds.iter_mut().zip(costs).for_each(|(all, cost)| all.push(cost));
        }
    }
    println!("{ROUNDS} rounds of {CALLS} sequential calls over plain HTTP, medians\n");
    println!("{:<28}{:>12}{:>10}{:>14}{:>12}", "", "CPU µs/call", "ratio", "allocations", "bytes");
    for (name, costs) in
        ["wechatpay-chain, sync", "wechatpay-chain, async", "bare hyper-util + aws-lc-rs"].iter().zip(&rounds)
    {
        let column = |value: fn(&Cost) -> f64| median(costs.iter().map(value).collect());
        let ratio = median(costs.iter().zip(&rounds[2]).map(|(cost, floor)| cost.cpu / floor.cpu).collect());
        let (cpu, allocations, bytes) = (column(|c| c.cpu), column(|c| c.allocations), column(|c| c.bytes));
        println!("{name:<28}{cpu:>12.1}{ratio:>10.3}{allocations:>14.1}{bytes:>12.0}");
    }
    Ok(())
}

fn runtime() -> Result<Runtime, Error> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

/// Resident memory in KiB.
fn resident() -> Result<u64, Error> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

fn memory() -> Result<(), Error> {
    let gateway = Gateway::start()?;
    let wxpay = gateway.client()?;
    let order = order();
    let mut first = 0;
    for call in 1..=100_000 {
        wxpay[PATH].post(&order)?;
        if call % 10_000 == 0 {
            let now = resident()?;
            first = if call == 10_000 { now } else { first };
            println!(
                "after {call:>6} calls: {now} KiB resident, {:+} KiB since 10,000",
                now.cast_signed() - first.cast_signed()
            );
        }
    }
    Ok(())
}
