//! Line 5: how long queries take that come at 500 in a second, whether the one before is answered or not.

use std::time::{Duration, Instant};

use http::Method;
use serde_json::json;

use super::orders::through;
use crate::load::control;
use crate::measure::{median, percentile};
use crate::merchant::{MCHID, Merchant, number};
use crate::process::Sim;
use crate::receiver::Receiver;
use crate::table::Table;
use crate::wire::{Wire, written};
use crate::{Bench, Error, RUNS};

const RATE: u32 = 500;
const COUNT: u32 = 2_500;
const CONNECTIONS: usize = 8;

pub async fn run(bench: &Bench, table: &mut Table) -> Result<(), Error> {
    let (mut late, mut usual, mut sent) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let (sim, _) = Sim::start(&bench.program, bench.keys.path(), &[])?;
        let (merchant, receiver) = (Merchant::of(bench, &sim)?, Receiver::start(None).await?);
        through(&sim, merchant.orders("QUERY", 100, &receiver.url)?).await?;
        receiver.wait(100).await;
        let query = |at: u32| {
            let chain =
                merchant.client.chain("v3/pay/transactions/out-trade-no").arg(number("QUERY", at as usize % 100));
            merchant.signed(&chain.query("mchid", MCHID), Method::GET, None)
        };
        let authority = sim.authority();
        let written = |at| written(&query(at)?, &authority);
        let queries = (0..COUNT).map(written).collect::<Result<Vec<_>, Error>>()?;
        let took = tokio::task::block_in_place(|| at_a_rate(&authority, &queries))?;
        let mut answered: Vec<f64> = took.iter().map(|took| took.answered).collect();
        late.push(percentile(&mut answered, 99));
        usual.push(percentile(&mut answered, 50));
        sent.push(percentile(&mut took.iter().map(|took| took.sent).collect::<Vec<_>>(), 99));
        sim.stop()?;
    }
    table.also("5", "how late 99 % of the queries at most went out", median(sent), "ms");
    table.also("5", "a query at 500/s, half of them within", median(usual), "ms");
    table.at_most("5", "a query at 500/s, 99 % of them within", median(late), 5.0, "ms");
    Ok(())
}

/// What is measured of a query, in milliseconds from when it was due.
struct Took {
    /// Until it went out: how late the measuring itself is.
    sent: f64,
    answered: f64,
}

/// Asks at a rate, over several connections in turn, each with a thread of its own that sleeps until a query is due.
fn at_a_rate(authority: &str, queries: &[Vec<u8>]) -> Result<Vec<Took>, Error> {
    // Connections that were used before, and time enough for all threads to be there.
    let wires: Vec<Wire> = (0..CONNECTIONS).map(|_| warm(authority)).collect::<Result<_, _>>()?;
    let started = Instant::now() + Duration::from_millis(50);
    let lane = |mut wire: Wire, nth: usize| {
        let mut took = Vec::new();
        for (count, query) in queries.iter().enumerate().skip(nth).step_by(CONNECTIONS) {
            let due = started + Duration::from_secs(1) * u32::try_from(count)? / RATE;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let sent = due.elapsed();
            wire.ask(query)?;
            let answered = due.elapsed();
            took.push(Took { sent: sent.as_secs_f64() * 1e3, answered: answered.as_secs_f64() * 1e3 });
        }
        Ok::<_, Error>(took)
    };
    std::thread::scope(|scope| {
        let lanes = wires.into_iter().enumerate().map(|(nth, wire)| scope.spawn(move || lane(wire, nth)));
        let mut all = Vec::new();
        for lane in lanes.collect::<Vec<_>>() {
            all.extend(lane.join().map_err(|_| "a thread has panicked")??);
        }
        Ok(all)
    })
}

/// A connection whose first request is over.
fn warm(authority: &str) -> Result<Wire, Error> {
    let mut wire = Wire::open(authority)?;
    wire.ask(&written(&control(Method::GET, "clock", &json!(null))?, authority)?)?;
    Ok(wire)
}
