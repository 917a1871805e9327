//! A client for each of many merchants, in one process: what it takes to build them, and what their calls cost in turn beside those of one.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::caller::{Caller, Keys, Kind};
use crate::gateway::Gateway;
use crate::measure::{Cost, Meter, median, memory, percentile};
use crate::{Error, runtime};

const WHO: [Kind; 4] = [Kind::Ours, Kind::OursOwn, Kind::Reqwest, Kind::WxpayRs];
const HOW_MANY: [usize; 3] = [1, 100, 10_000];

/// One client's calls and those of all in turn take turns: so many, and as many more as each of all needs to be called once.
const TURNS: usize = 6;
const CALLS: usize = 500;

/// Each in a process of its own.
pub fn compare() -> Result<(), Error> {
    let gateway = Gateway::start()?;
    println!("{}", crate::measure::machine()?);
    println!(
        "Over TLS 1.3; turns of {CALLS} calls by one client and of as many by all in turn, each of them at least once; keys parsed for each"
    );
    println!(
        "| {:<26} | merchants | keys parsed in ms, all cores | built in ms | µs each | resident MiB, built | KiB each | resident MiB, called | CPU µs, first calls | then | over one's | p50 µs | handshakes | calls |",
        ""
    );
    println!(
        "|{:-<28}|----------:|----------------------------:|------------:|--------:|--------------------:|---------:|---------------------:|--------------------:|-----:|-----------:|-------:|-----------:|------:|",
        ""
    );
    for how_many in HOW_MANY {
        for kind in WHO {
            let arguments = ["merchants", &format!("{kind:?}"), &how_many.to_string(), &gateway.plain, &gateway.tls];
            let output = Command::new(std::env::current_exe()?).args(arguments).output()?;
            print!("{}{}", String::from_utf8(output.stdout)?, String::from_utf8(output.stderr)?);
        }
    }
    Ok(())
}

/// Builds so many and lets them call.
pub fn child(who: &str, how_many: usize, plain: &str, tls: &str) -> Result<(), Error> {
    let kind = WHO.into_iter().find(|kind| format!("{kind:?}") == who).ok_or("nobody of that name")?;
    let runtime = runtime(1)?;
    // What all share is there before: the library's own preparations, roots, a connection.
    let one = runtime.block_on(Caller::new(kind, tls))?;
    let shared = one.shared();
    runtime.block_on(calls(std::slice::from_ref(&one), 0, 20))?;
    let before = memory("VmRSS")?;
    let started = Instant::now();
    let keys = parsed(kind, how_many)?;
    let parsed = started.elapsed();
    let started = Instant::now();
    let all = runtime.block_on(async {
        let mut all = Vec::with_capacity(how_many);
        for keys in keys {
            all.push(Caller::beside(kind, tls, &shared, keys).await?);
        }
        Ok::<_, Error>(Arc::new(all))
    })?;
    let (built, resident) = (started.elapsed(), memory("VmRSS")?);
    // The first call of each key makes what the crypto library keeps of it.
    let meter = Meter::start();
    let first = meter.stop(runtime.block_on(calls(&all, 0, how_many))?);
    // A call of one's is as warm as those of all.
    let one = Arc::new(vec![one]);
    let (mut ones, mut theirs, mut shaken) = (Vec::new(), Vec::new(), 0);
    let turns = TURNS.max(how_many / CALLS);
    for turn in 0..turns {
        // In either order, so that none always follows the other.
        for is_one in [turn % 2 == 0, turn % 2 == 1] {
            let (callers, costs) = if is_one { (&one, &mut ones) } else { (&all, &mut theirs) };
            let before = handshakes(plain)?;
            let meter = Meter::start();
            let latencies = runtime.block_on(calls(callers, turn * CALLS, CALLS))?;
            costs.push(meter.stop(latencies));
            shaken += if is_one { 0 } else { handshakes(plain)? - before };
        }
    }
    let ratio = median(theirs.iter().zip(&ones).map(|(theirs, one): (&Cost, &Cost)| theirs.cpu / one.cpu));
    println!(
        "| {:<26} | {how_many:>9} | {:>28.1} | {:>11.1} | {:>7.1} | {:>19.1} | {:>8.1} | {:>20.1} | {:>19.1} | {:>6.1} | {ratio:>10.3} | {:>6.0} | {shaken:>10} | {:>5} |",
        kind.title(),
        parsed.as_secs_f64() * 1e3,
        built.as_secs_f64() * 1e3,
        built.as_secs_f64() * 1e6 / how_many as f64,
        resident as f64 / 1024.0,
        (resident - before) as f64 / how_many as f64,
        memory("VmRSS")? as f64 / 1024.0,
        first.cpu,
        median(theirs.iter().map(|cost| cost.cpu)),
        percentile(&theirs, 50),
        turns * CALLS,
    );
    Ok(())
}

/// The keys of so many, parsed on all cores: a private key is a quarter of a millisecond's work of the crypto library.
fn parsed(kind: Kind, how_many: usize) -> Result<Vec<Keys>, Error> {
    let cores = std::thread::available_parallelism()?.get();
    std::thread::scope(|scope| {
        let share =
            |core: usize| (core..how_many).step_by(cores).map(|_| Keys::of(kind)).collect::<Result<Vec<_>, _>>();
        let threads: Vec<_> = (0..cores).map(|core| scope.spawn(move || share(core))).collect();
        let mut all = Vec::with_capacity(how_many);
        for thread in threads {
            all.extend(thread.join().map_err(|_| "a thread that parses panicked")??);
        }
        Ok(all)
    })
}

/// So many calls, one after another, by all in turn.
async fn calls(callers: &[Caller], from: usize, how_many: usize) -> Result<Vec<Duration>, Error> {
    let mut latencies = Vec::with_capacity(how_many);
    for number in from..from + how_many {
        let started = Instant::now();
        callers[number % callers.len()].call().await?;
        latencies.push(started.elapsed());
    }
    Ok(latencies)
}

/// How many TLS handshakes the server has made.
fn handshakes(plain: &str) -> Result<u64, Error> {
    let mut stream = TcpStream::connect(plain.trim_start_matches("http://").trim_end_matches('/'))?;
    stream.write_all(b"GET /handshakes HTTP/1.1\r\nhost: x\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.rsplit("\r\n").next().unwrap_or_default().parse()?)
}
