//! Many merchants over shared connections with TLS, many callers, faults and deadlines at random, platform keys that rotate, for as long
//! as you like; then what became of it all.
//!
//! `SOAK_MINUTES=10 cargo run --release --example soak --features mock` (ten minutes are the default, and 200 merchants, `SOAK_MERCHANTS`).
//! Every second merchant's connections are driven by a runtime of this program, the others' by the background thread. Ends with one line of
//! counts. `lost` are writes whose caller was told that they were done, or surely not done, where the gateway knows otherwise; `doubled` those
//! that reached it twice; `astray` answers that are those to another call: each has its own number. All must be 0, and memory and sockets
//! must not grow once the stand-in keeps as many calls as it ever does.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use wechatpay_chain::mock::{Call, Fault, Server, Validity};
use wechatpay_chain::{Client, Error, Method, Response, json};

const PATH: &str = "v3/refund/domestic/refunds";
const CALLERS: u64 = 64;

/// An unknown key is looked for at most once a minute.
const ROTATION: Duration = Duration::from_secs(70);

/// Every deadline is over long before.
const SETTLED: Duration = Duration::from_secs(10);

/// The stand-in keeps so many calls: its memory grows until they are there, and is compared from then on, in a run that is long enough.
const JOURNAL: u64 = 10_000;

/// What goes wrong with reads; each has a refund of its own.
const FAULTS: [(Fault, &str); 8] = [
    (Fault::Reset, "reset"),
    (Fault::Truncated, "truncated"),
    (Fault::Garbage, "garbage"),
    (Fault::BadSignature, "signature"),
    (Fault::Unsigned, "unsigned"),
    (Fault::Stale, "stale"),
    (Fault::Html, "html"),
    (Fault::Slow(Duration::from_millis(300)), "slow"),
];

/// What is known of a write.
struct Write {
    since: Instant,
    /// What its caller was told: done, or surely not; `None` for unknown, or nothing yet.
    told: Option<bool>,
    arrived: u64,
}

/// The writes of the last seconds, and what was found of those before.
#[derive(Default)]
struct Ledger {
    writes: HashMap<String, Write>,
    lost: u64,
    doubled: u64,
    arrived: u64,
}

impl Ledger {
    fn write(&mut self, number: &str) -> &mut Write {
        let new = || Write { since: Instant::now(), told: None, arrived: 0 };
        self.writes.entry(number.to_owned()).or_insert_with(new)
    }

    /// Judges what is older than this, and forgets it.
    fn settle(&mut self, age: Duration) {
        let Self { writes, lost, doubled, arrived } = self;
        writes.retain(|_, write| {
            if write.since.elapsed() < age {
                return true;
            }
            *lost += u64::from(write.told.is_some_and(|done| done != (write.arrived > 0)));
            *doubled += u64::from(write.arrived > 1);
            *arrived += u64::from(write.arrived > 0);
            false
        });
    }
}

/// What the callers count.
#[derive(Default)]
struct Counts {
    sent: AtomicU64,
    succeeded: AtomicU64,
    astray: AtomicU64,
    failed: Mutex<HashMap<String, u64>>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let minutes: f64 = std::env::var("SOAK_MINUTES").ok().map_or(Ok(10.0), |text| text.parse())?;
    let merchants: usize = std::env::var("SOAK_MERCHANTS").ok().map_or(Ok(200), |text| text.parse())?;
    let (gateway, ledger, counts) = (Server::start_tls()?, Arc::new(Mutex::new(Ledger::default())), Counts::default());
    serve(&gateway, &ledger);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let clients = (0..merchants.max(1)).map(|number| {
        let builder = gateway.builder().auto_certificates().timeout(Duration::from_secs(2)).max_concurrent(2);
        let builder = if number % 2 == 0 { builder } else { builder.runtime(runtime.handle().clone()) };
        builder.build()
    });
    let clients = clients.collect::<Result<Vec<_>, _>>()?;
    let (started, stop) = (Instant::now(), AtomicBool::new(false));
    let all = Duration::from_secs_f64(minutes * 60.0);
    let (mut before, mut rotated, mut keys) = (None, started, 0);
    std::thread::scope(|scope| -> Result<(), Box<dyn std::error::Error>> {
        for caller in 0..CALLERS {
            let (clients, ledger, counts, stop) = (&clients, &ledger, &counts, &stop);
            scope.spawn(move || {
                let mut dice = Dice(caller * 7919 + 1);
                while !stop.load(Ordering::Relaxed) {
                    call(dice.one_of(clients), ledger, counts, &mut dice);
                }
            });
        }
        while started.elapsed() < all {
            std::thread::sleep(Duration::from_millis(500));
            lock(&ledger).settle(SETTLED);
            if keys == 0 || rotated.elapsed() > ROTATION {
                rotate(&gateway)?;
                (rotated, keys) = (Instant::now(), keys + 1);
            }
            let is_full = counts.sent.load(Ordering::Relaxed) > JOURNAL && started.elapsed() > all / 5;
            if before.is_none() && (is_full || started.elapsed() > all * 4 / 5) {
                before = Some(state()?);
            }
        }
        stop.store(true, Ordering::Relaxed);
        Ok(())
    })?;
    std::thread::sleep(Duration::from_secs(1));
    lock(&ledger).settle(Duration::ZERO);
    report(&counts, &lock(&ledger), keys, before.ok_or("too short")?, state()?)
}

fn serve(gateway: &Server, ledger: &Arc<Mutex<Ledger>>) {
    let ledger = Arc::clone(ledger);
    gateway.on(Method::POST, PATH).reply_with(move |call| {
        let number = call.json()["out_refund_no"].as_str().unwrap_or_default();
        lock(&ledger).write(number).arrived += 1;
        json!({"status": "PROCESSING", "out_refund_no": number})
    });
    let found = |call: &Call| json!({"out_refund_no": call.variable("out_refund_no").unwrap_or_default()});
    gateway.on(Method::GET, format!("{PATH}/{{out_refund_no}}")).reply_with(found);
    for (fault, name) in FAULTS {
        gateway.on(Method::GET, format!("{PATH}/{name}")).fault(fault);
    }
}

/// Small and good enough to choose by.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[usize::try_from(self.below(all.len() as u64)).unwrap_or(0)]
    }
}

/// One call: mostly writes, some with so little time that they are cut off, and reads of what is broken.
fn call(wxpay: &Client, ledger: &Mutex<Ledger>, counts: &Counts, dice: &mut Dice) {
    let number = format!("{:020}", counts.sent.fetch_add(1, Ordering::Relaxed));
    match dice.below(8) {
        0 => {
            let (_, name) = dice.one_of(&FAULTS);
            let chain = wxpay.chain(PATH).arg(name).timeout(Duration::from_millis(200 + dice.below(400)));
            return count(counts, chain.get().map(drop));
        }
        1 => return count(counts, wxpay.chain(PATH).arg(&number).get().map(|answer| check(counts, &answer, &number))),
        _ => {}
    }
    lock(ledger).write(&number);
    let chain = wxpay.chain(PATH);
    // A deadline around the time that a call takes: some are cut off before they leave, some after.
    let chain = if dice.below(5) == 0 { chain.timeout(Duration::from_micros(300 + dice.below(40_000))) } else { chain };
    let amount = json!({"refund": 1, "total": 100, "currency": "CNY"});
    let result = chain.post(json!({"out_trade_no": "1217752501", "out_refund_no": number, "amount": amount}));
    lock(ledger).write(&number).told = match &result {
        Ok(_) => Some(true),
        Err(error) => (!error.outcome_unknown()).then_some(false),
    };
    count(counts, result.map(|answer| check(counts, &answer, &number)));
}

/// Whether an answer is the one to this call.
fn check(counts: &Counts, answer: &Response, number: &str) {
    let astray = answer.get::<String>("/out_refund_no").map_or(true, |found| found != number);
    counts.astray.fetch_add(u64::from(astray), Ordering::Relaxed);
}

fn count(counts: &Counts, result: Result<(), Error>) {
    match result {
        Ok(()) => _ = counts.succeeded.fetch_add(1, Ordering::Relaxed),
        Err(error) => {
            let name = format!("{:?}{}", error.kind(), if error.outcome_unknown() { " (unknown)" } else { "" });
            *lock(&counts.failed).entry(name).or_default() += 1;
        }
    }
}

/// Answers are signed with a new certificate from here on, which the client has to find.
fn rotate(gateway: &Server) -> wechatpay_chain::Result<()> {
    let serial = gateway.issue_certificate(Validity::Now)?;
    gateway.sign_with(&serial)
}

/// Resident memory in KiB, and open sockets.
fn state() -> Result<(u64, usize), Box<dyn std::error::Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let resident = line.trim().trim_end_matches(" kB").parse()?;
    let links = std::fs::read_dir("/proc/self/fd")?.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    Ok((resident, links.filter(|link| link.to_string_lossy().starts_with("socket:")).count()))
}

fn report(
    counts: &Counts,
    ledger: &Ledger,
    keys: u32,
    before: (u64, usize),
    after: (u64, usize),
) -> Result<(), Box<dyn std::error::Error>> {
    let mut failed: Vec<_> = lock(&counts.failed).iter().map(|(name, count)| format!("{name} {count}")).collect();
    failed.sort();
    let (lost, doubled, astray) = (ledger.lost, ledger.doubled, counts.astray.load(Ordering::Relaxed));
    println!(
        "sent {}, succeeded {}, failed: {}; {} writes arrived, {keys} keys, lost {lost}, doubled {doubled}, astray {astray}, memory {} -> {} KiB, sockets {} -> {}",
        counts.sent.load(Ordering::Relaxed),
        counts.succeeded.load(Ordering::Relaxed),
        failed.join(", "),
        ledger.arrived,
        before.0,
        after.0,
        before.1,
        after.1,
    );
    if lost + doubled + astray > 0 {
        Err("a write was lost or doubled, or an answer went astray".into())
    } else {
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
