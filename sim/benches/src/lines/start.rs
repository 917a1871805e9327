//! Line 1: from the command to its ready line.

use crate::measure::median;
use crate::process::Sim;
use crate::table::Table;
use crate::{Bench, Error, RUNS};

pub fn run(bench: &Bench, table: &mut Table) -> Result<(), Error> {
    let mut again = Vec::new();
    for _ in 0..RUNS {
        let (sim, took) = Sim::start(&bench.program, bench.keys.path(), &[])?;
        again.push(took.as_secs_f64());
        sim.stop()?;
    }
    table.at_most("1", "start, keys there", median(again), 0.3, "s");
    let mut first = Vec::new();
    for _ in 0..RUNS {
        let folder = tempfile::tempdir()?;
        let (sim, took) = Sim::start(&bench.program, &folder.path().join("keys"), &[])?;
        first.push(took.as_secs_f64());
        sim.stop()?;
    }
    table.at_most("1", "first start, keys are made", median(first), 3.0, "s");
    Ok(())
}
