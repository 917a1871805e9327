//! Line 9: a long run at 150 orders in a second, with refunds, faults, and a clock that is advanced.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use http::Method;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use wechatpay_chain::{Client, Error as Failure, Retry};

use crate::load::Connection;
use crate::merchant::{MCHID, NATIVE, builder, number, order};
use crate::process::Sim;
use crate::receiver::Receiver;
use crate::table::Table;
use crate::{Bench, Error};

/// Orders in a second.
const RATE: u32 = 150;

/// The journal and the list of events hold 10,000 each; after so many orders they are full, however busy the machine is.
const FULL: usize = 10_000;

/// What every 20th call meets, in turn: done and not told, not done, refused for now.
const FAULTS: [&str; 6] =
    ["SYSTEM_ERROR_AFTER", "RESET_AFTER", "RESET_BEFORE", "BAD_GATEWAY_AFTER", "UNSIGNED", "SYSTEM_ERROR"];

/// A connection that was not used for so long may be closed by the simulator any time, and is not used again.
const IDLE: Duration = Duration::from_secs(5);

struct Run {
    wxpay: Client,
    authority: String,
    receiver: Receiver,
    /// Connections for controls, each used by one at a time.
    spare: Mutex<Vec<(Connection, Instant)>>,
    paid: AtomicUsize,
    refunds: AtomicUsize,
    failed: AtomicUsize,
}

pub async fn run(bench: &Bench, minutes: f64, table: &mut Table) -> Result<(), Error> {
    let (sim, _) = Sim::start(&bench.program, bench.keys.path(), &[])?;
    let wxpay = builder(bench, &sim)?.retry(Retry::none()).build()?;
    let receiver = Receiver::start(Some(wxpay.clone())).await?;
    let (paid, refunds, failed) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let (spare, authority) = (Mutex::default(), sim.authority());
    let run = Arc::new(Run { wxpay, authority, receiver, spare, paid, refunds, failed });
    let (started, all) = (Instant::now(), Duration::from_secs_f64(minutes * 60.0));
    let mut work = tokio::task::JoinSet::new();
    let mut before = None;
    for at in 0usize.. {
        let due = started + Duration::from_secs(1) * u32::try_from(at)? / RATE;
        if due > started + all {
            break;
        }
        tokio::time::sleep_until(due.into()).await;
        let (one, moves_on) = (Arc::clone(&run), at % 750 == 749);
        work.spawn(async move {
            if let Err(error) = one.life(at).await {
                one.fails(&format!("order {at}"), &error);
            }
            // Every five seconds a minute passes: what waits for a repetition is sent again.
            if moves_on {
                let advanced = one.control(Method::POST, "clock/advance", json!({"by": 60, "wait": false})).await;
                advanced.err().iter().for_each(|error| one.fails("advance", error));
            }
        });
        while work.try_join_next().is_some() {}
        let paid = run.paid.load(Ordering::Relaxed);
        if before.is_none() && paid >= FULL {
            before = Some((sim.memory("VmRSS")?, paid));
        }
    }
    work.join_all().await;
    let took = started.elapsed().as_secs_f64();
    let (memory, at) = before.ok_or("too short: the rings have to be full first")?;
    let grown = (sim.memory("VmRSS")? - memory) * 1024.0;
    let orders = run.paid.load(Ordering::Relaxed);
    table.also("9", format!("soak of {minutes} min: orders/s"), orders as f64 / took, "");
    table.also("9", "resident at the end", sim.memory("VmRSS")?, "MB");
    table.at_most("9", "memory for each further order", grown / (orders - at) as f64, 2.6, "KB");
    run.judge(table).await?;
    sim.stop()?;
    Ok(())
}

impl Run {
    /// An order is made, paid, and sometimes refunded; each call may meet a fault and is then made again.
    async fn life(&self, at: usize) -> Result<(), Error> {
        let number = number("SOAK", at);
        let url = format!("{}/{}", self.receiver.url, at % 16);
        self.call(NATIVE, order(&number, &url), fault(at)).await?;
        self.control(Method::POST, &format!("orders/{number}/pay"), json!({})).await?;
        self.paid.fetch_add(1, Ordering::Relaxed);
        if at.is_multiple_of(5) {
            let amount = json!({"refund": 10, "total": 100, "currency": "CNY"});
            let refund = json!({"out_trade_no": number, "out_refund_no": format!("R{number}"), "amount": amount});
            self.call("v3/refund/domestic/refunds", refund, fault(at / 5)).await?;
            self.refunds.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// The same call again until it is answered: with the same number it is one order, one refund.
    async fn call(&self, path: &str, body: Value, fault: Option<&str>) -> Result<(), Error> {
        let mut chain = self.wxpay.chain(path);
        if let Some(fault) = fault {
            chain = chain.header("Wechatpay-Negative-Test", fault);
            match chain.post_async(body.clone()).await {
                Err(error) if may_repeat(&error) => {}
                Err(error) => return Err(error.into()),
                Ok(_) => return Err(format!("{path} did not meet its fault").into()),
            }
        }
        self.wxpay.chain(path).post_async(body).await?;
        Ok(())
    }

    async fn control(&self, method: Method, path: &str, body: Value) -> Result<Value, Error> {
        let spare = self.spare.lock().await.pop();
        let mut connection = match spare {
            Some((connection, used)) if used.elapsed() < IDLE => connection,
            _ => Connection::open(&self.authority).await?,
        };
        let answer = connection.control(method, path, &body).await?;
        self.spare.lock().await.push((connection, Instant::now()));
        Ok(answer)
    }

    /// Counts what should not have failed, and says of the first ones why it did.
    fn fails(&self, what: &str, error: &Error) {
        if self.failed.fetch_add(1, Ordering::Relaxed) < 5 {
            eprintln!("{what}: {error}");
        }
    }

    /// Everything that was asked for has happened once, and each payment was told once.
    async fn judge(&self, table: &mut Table) -> Result<(), Error> {
        self.control(Method::POST, "clock/advance", json!({"by": "25h"})).await?;
        let (paid, refunds) = (self.paid.load(Ordering::Relaxed), self.refunds.load(Ordering::Relaxed));
        let state = self.control(Method::GET, "invariants", Value::Null).await?;
        table.exactly("9", "broken invariants", state["failed"].as_array().map_or(1, Vec::len) as u64, 0);
        table.exactly(
            "9",
            "calls that failed otherwise than they should",
            self.failed.load(Ordering::Relaxed) as u64,
            0,
        );
        let taken = self.receiver.counts().0;
        table.exactly("9", "notices lost", paid.saturating_sub(taken) as u64, 0);
        let doubled = taken.saturating_sub(paid) as u64;
        table.exactly("9", "notices doubled", doubled, 0);
        if doubled > 0 {
            self.tell_repeated().await?;
        }
        // 100 fen each, a fee of 1 fen; 10 fen back, and what is left has the same fee.
        let merchant = self.control(Method::GET, &format!("merchants/{MCHID}"), Value::Null).await?;
        let balance = merchant["accounts"]["BASIC"]["available"].as_u64().ok_or("no balance")?;
        table.exactly("9", "the balance", balance, (paid * 99 - refunds * 10) as u64);
        Ok(())
    }

    /// Says of the first notices that were sent more than once what became of each sending.
    async fn tell_repeated(&self) -> Result<(), Error> {
        let (mut after, mut left) = (String::new(), 5);
        while left > 0 {
            let page = self.control(Method::GET, &format!("notices?limit=1000{after}"), Value::Null).await?;
            let notices = page["items"].as_array().ok_or("no items")?;
            for notice in notices.iter().filter(|notice| notice["attempts"].as_array().is_some_and(|all| all.len() > 1))
            {
                eprintln!("{} {} was sent more than once: {}", notice["id"], notice["ref"], notice["attempts"]);
                left -= 1;
            }
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        Ok(())
    }
}

fn may_repeat(error: &Failure) -> bool {
    error.outcome_unknown() || error.is_retryable()
}

fn fault(at: usize) -> Option<&'static str> {
    (at % 20 == 7).then(|| FAULTS[at / 20 % FAULTS.len()])
}
