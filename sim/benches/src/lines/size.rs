//! Line 2: the program's size, and its memory when nothing happens.

use std::time::Duration;

use http::Method;
use serde_json::Value;

use crate::load::Connection;
use crate::measure::median;
use crate::process::Sim;
use crate::table::Table;
use crate::{Bench, Error, RUNS};

pub async fn run(bench: &Bench, table: &mut Table) -> Result<(), Error> {
    let bytes = std::fs::metadata(&bench.program)?.len();
    table.at_most("2", "the program", bytes as f64 / 1e6, 25.0, "MB");
    let mut resident = Vec::new();
    for _ in 0..RUNS {
        let (sim, _) = Sim::start(&bench.program, bench.keys.path(), &[])?;
        // Whoever looks at it has asked for something once.
        Connection::open(&sim.authority()).await?.control(Method::GET, "info", &Value::Null).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        resident.push(sim.memory("VmRSS")?);
        sim.stop()?;
    }
    table.at_most("2", "resident when idle", median(resident), 40.0, "MB");
    Ok(())
}
