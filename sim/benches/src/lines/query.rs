//! Line 5: how long queries take that come at 500 in a second, whether the one before is answered or not.

use std::time::{Duration, Instant};

use http::Method;
use serde_json::json;
use tokio::sync::mpsc;

use super::orders::through;
use crate::load::Connection;
use crate::measure::{median, percentile};
use crate::merchant::{MCHID, client, number, orders};
use crate::process::Sim;
use crate::receiver::Receiver;
use crate::table::Table;
use crate::{Bench, Error, RUNS};

const RATE: u32 = 500;
const COUNT: u32 = 2_500;
const CONNECTIONS: usize = 8;

pub async fn run(bench: &Bench, table: &mut Table) -> Result<(), Error> {
    let (mut late, mut usual) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let (sim, _) = Sim::start(&bench.program, bench.keys.path(), &[])?;
        let (wxpay, receiver) = (client(bench, &sim)?, Receiver::start(None).await?);
        through(&sim, orders(&wxpay, "QUERY", 100, &receiver.url)?).await?;
        receiver.wait(100).await;
        let query = |at: u32| {
            let chain = wxpay.chain("v3/pay/transactions/out-trade-no").arg(number("QUERY", at as usize % 100));
            Ok(chain.query("mchid", MCHID).to_request(Method::GET, ())?)
        };
        let queries: Vec<_> = (0..COUNT).map(query).collect::<Result<_, Error>>()?;
        let mut took = at_a_rate(&sim, queries).await?;
        late.push(percentile(&mut took, 99));
        usual.push(percentile(&mut took, 50));
        sim.stop()?;
    }
    table.also("5", "a query at 500/s, half of them within", median(usual), "ms");
    table.at_most("5", "a query at 500/s, 99 % of them within", median(late), 5.0, "ms");
    Ok(())
}

/// Milliseconds from when each was due until it was answered.
async fn at_a_rate(sim: &Sim, queries: Vec<http::Request<bytes::Bytes>>) -> Result<Vec<f64>, Error> {
    let (answered, mut times) = mpsc::unbounded_channel();
    let mut lanes = Vec::new();
    for _ in 0..CONNECTIONS {
        let (lane, mut due) = mpsc::unbounded_channel::<(Instant, http::Request<bytes::Bytes>)>();
        let (mut connection, answered) = (Connection::open(&sim.authority()).await?, answered.clone());
        // The first request over a connection is not counted.
        connection.control(Method::GET, "clock", &json!(null)).await?;
        tokio::spawn(async move {
            while let Some((at, request)) = due.recv().await {
                let done = connection.done(request).await;
                answered.send(done.map(|_| at.elapsed().as_secs_f64() * 1e3)).unwrap_or_default();
            }
        });
        lanes.push(lane);
    }
    drop(answered);
    let started = Instant::now();
    for (count, request) in (0u32..).zip(queries) {
        let at = started + Duration::from_secs(1) * count / RATE;
        tokio::time::sleep_until(at.into()).await;
        lanes[count as usize % CONNECTIONS].send((at, request))?;
    }
    drop(lanes);
    let mut all = Vec::new();
    while let Some(time) = times.recv().await {
        all.push(time?);
    }
    Ok(all)
}
