//! Line 6: a notice that is refused for 24 hours and 4 minutes of simulated time, alone and a hundred of them.

use std::time::Instant;

use http::Method;
use serde_json::{Value, json};

use super::orders::through;
use crate::load::Connection;
use crate::measure::median;
use crate::merchant::{client, orders};
use crate::process::Sim;
use crate::receiver::Receiver;
use crate::table::Table;
use crate::{Bench, Error, RUNS};

const START: &str = "2031-11-25T10:00:00+08:00";

/// When the attempts are due, in seconds from the payment.
const SCHEDULE: [u32; 16] = [0, 15, 30, 60, 240, 840, 2040, 3840, 5640, 7440, 11040, 21840, 32640, 43440, 65040, 86640];

pub async fn run(bench: &Bench, table: &mut Table) -> Result<(), Error> {
    for (count, what, most) in [(1, "one notice refused for 24 h 4 min", 0.5), (100, "100 such notices", 5.0)] {
        let mut took = Vec::new();
        for _ in 0..RUNS {
            took.push(refused(bench, count).await?);
        }
        table.at_most("6", format!("{what}, 16 attempts each, exact to the second"), median(took), most, "s");
    }
    Ok(())
}

/// The seconds that the advance takes.
async fn refused(bench: &Bench, count: usize) -> Result<f64, Error> {
    let (sim, _) = Sim::start(&bench.program, bench.keys.path(), &[])?;
    let (wxpay, receiver) = (client(bench, &sim)?, Receiver::start(None).await?);
    receiver.answer(500);
    let mut connection = Connection::open(&sim.authority()).await?;
    connection.control(Method::POST, "clock", &json!({"mode": "frozen", "now": START})).await?;
    through(&sim, orders(&wxpay, "REFUSED", count, &receiver.url)?).await?;
    let wait = json!({"state": "failed", "count": count, "timeout_ms": 60_000});
    connection.control(Method::POST, "notices/wait", &wait).await?;
    let started = Instant::now();
    connection.control(Method::POST, "clock/advance", &json!({"by": "24h4m"})).await?;
    let took = started.elapsed().as_secs_f64();
    let notices = connection.control(Method::GET, "notices?limit=1000", &Value::Null).await?;
    let notices = notices["items"].as_array().ok_or("no notices")?;
    if notices.len() != count || !notices.iter().all(is_exact) {
        return Err(format!("not {count} notices with attempts at {SCHEDULE:?} seconds: {notices:?}").into());
    }
    sim.stop()?;
    Ok(took)
}

/// Whether a notice was tried when it was due, and given up after that.
fn is_exact(notice: &Value) -> bool {
    let due: Vec<Option<u32>> =
        notice["attempts"].as_array().into_iter().flatten().map(|attempt| since_start(&attempt["sent_at"])).collect();
    notice["state"] == "given_up" && due == SCHEDULE.map(Some)
}

/// Seconds from the start to a time of the same or the next day.
fn since_start(time: &Value) -> Option<u32> {
    let text = time.as_str()?;
    let day: u32 = text.get(8..10)?.parse().ok()?;
    let of_day = [text.get(11..13)?, text.get(14..16)?, text.get(17..19)?];
    let of_day = of_day.iter().try_fold(0, |sum: u32, part| Some(sum * 60 + part.parse::<u32>().ok()?))?;
    (day * 86_400 + of_day).checked_sub(25 * 86_400 + 36_000)
}
