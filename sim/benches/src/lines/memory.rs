//! Line 8: many paid orders with their notices in memory; the state saved and loaded.

use std::time::Instant;

use http::Method;
use serde_json::{Value, json};

use super::orders::through;
use crate::load::{Connection, control};
use crate::measure::median;
use crate::merchant::{client, orders};
use crate::process::Sim;
use crate::receiver::Receiver;
use crate::table::Table;
use crate::{Bench, Error, RUNS};

pub async fn run(bench: &Bench, table: &mut Table) -> Result<(), Error> {
    let count = std::env::var("ORDERS").map_or(Ok(100_000), |text| text.parse())?;
    let file = bench.keys.path().join("state.json");
    let state = {
        let (sim, _) = Sim::start(&bench.program, bench.keys.path(), &[])?;
        let receiver = Receiver::start(None).await?;
        let wxpay = client(bench, &sim)?;
        // Signed as they are needed: a signature lives five minutes.
        for (done, prefix) in (0..count).step_by(5_000).zip(0..) {
            let some = (count - done).min(5_000);
            through(&sim, orders(&wxpay, &format!("M{prefix:04}"), some, &receiver.url)?).await?;
            receiver.wait(done + some).await;
        }
        table.at_most(
            "8",
            format!("resident with {count} paid orders and their notices"),
            sim.memory("VmRSS")?,
            256.0,
            "MB",
        );
        let mut connection = Connection::open(&sim.authority()).await?;
        let state = connection.done(control(Method::GET, "state", &Value::Null)?).await?;
        table.also("8", "resident at the most, while GET state was answered", sim.memory("VmHWM")?, "MB");
        let right = connection.control(Method::GET, "invariants", &Value::Null).await?;
        table.exactly("8", "broken invariants", right["failed"].as_array().map_or(1, Vec::len) as u64, 0);
        sim.stop()?;
        state
    };
    table.also("8", "the state as JSON", state.len() as f64 / 1e6, "MB");
    std::fs::write(&file, &state)?;
    drop(state);
    let path = file.to_str().ok_or("the folder's name is no UTF-8")?;
    let (mut load, mut save, mut without) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let (sim, took) = Sim::start(&bench.program, bench.keys.path(), &[])?;
        without.push(took.as_secs_f64());
        sim.stop()?;
        let (sim, took) = Sim::start(&bench.program, bench.keys.path(), &["--state", path])?;
        load.push(took.as_secs_f64());
        save.push(saved(sim).await?);
    }
    // Its start reads the file and writes it once.
    table.also("8", "start with that state: load and a first save", median(load.iter().copied()), "s");
    let (save, without) = (median(save), median(without));
    table.at_most("8", "save", save, 3.0, "s");
    table.at_most("8", "load", median(load) - without - save, 3.0, "s");
    Ok(())
}

/// Seconds that the end takes after a change: it is written then.
async fn saved(sim: Sim) -> Result<f64, Error> {
    let mut connection = Connection::open(&sim.authority()).await?;
    let started = Instant::now();
    connection.control(Method::PATCH, "settings", &json!({"lang": "en"})).await?;
    sim.stop()?;
    Ok(started.elapsed().as_secs_f64())
}
