//! The loop that calls the jobs.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::report::Report;
use super::{bills, closing, queries};
use crate::error::Result;
use crate::shop::Shop;

/// How often something may be due.
const SOON: Duration = Duration::from_secs(5);

/// How often the bill is looked for.
const SELDOM: Duration = Duration::from_secs(600);

/// Runs the jobs as long as it is polled; what they could not do goes to the log.
pub async fn run(shop: Shop) {
    let mut ticks = interval(SOON);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut bill = Instant::now();
    loop {
        ticks.tick().await;
        // Paid in the last moment counts: asked before it is closed.
        log("asking", queries::run_once(&shop, Timestamp::now()).await);
        log("closing", closing::run_once(&shop, Timestamp::now()).await);
        if Instant::now() >= bill {
            log("bill", bills::run_once(&shop, Timestamp::now()).await);
            bill = Instant::now() + SELDOM;
        }
    }
}

fn log(job: &str, done: Result<Report>) {
    match done {
        Ok(report) => report.troubles.iter().for_each(|trouble| eprintln!("{job}: {trouble}")),
        Err(error) => eprintln!("{job}: {error}"),
    }
}
