//! Lines 3 and 4: what an order costs (created, paid by control, its notice accepted), and how many go through in a second.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use bytes::Bytes;
use http::{Method, Request};
use serde_json::json;
use wechatpay_chain::Client;

use crate::load::Connection;
use crate::measure::median;
use crate::merchant::{Merchant, NATIVE, Signed, number, order};
use crate::process::Sim;
use crate::receiver::Receiver;
use crate::table::Table;
use crate::{Bench, Error, RUNS};

/// Orders of a run, and connections that they go over.
const COUNT: usize = 3_000;
const CONNECTIONS: usize = 16;

pub async fn run(bench: &Bench, table: &mut Table) -> Result<(), Error> {
    let (mut cpu, mut rates, mut sdk_rates) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let (sim, _) = Sim::start(&bench.program, bench.keys.path(), &[])?;
        let merchant = Merchant::of(bench, &sim)?;
        let receiver = Receiver::start(None).await?;
        through(&sim, merchant.orders("WARM", 200, &receiver.url)?).await?;
        receiver.wait(200).await;
        let signed = merchant.orders("ORDER", COUNT, &receiver.url)?;
        let (started, before) = (Instant::now(), sim.cpu()?);
        through(&sim, signed).await?;
        receiver.wait(200 + COUNT).await;
        rates.push(COUNT as f64 / started.elapsed().as_secs_f64());
        cpu.push(sim.cpu()?.saturating_sub(before).as_secs_f64() * 1e6 / COUNT as f64);

        let checking = Receiver::start(Some(merchant.client.clone())).await?;
        let started = Instant::now();
        by_sdk(&sim, &merchant.client, &checking.url).await?;
        checking.wait(COUNT).await;
        sdk_rates.push(COUNT as f64 / started.elapsed().as_secs_f64());
        if checking.counts().1 > 0 {
            return Err("the SDK has refused a notice".into());
        }
        sim.stop()?;
    }
    let each = median(cpu);
    table.also("3", "CPU of the simulator per order", each, "µs");
    table.at_most("3", "the same / (2 signatures + 1 verification)", each / bench.floor.order(), 1.6, "");
    let (least, least_sdk) = if bench.floor.is_fast() { (1_000.0, 500.0) } else { (600.0, 300.0) };
    table.at_least("4", "orders/s, signed beforehand, receiver that counts", median(rates), least, "");
    table.at_least("4", "orders/s, SDK client, receiver that verifies", median(sdk_rates), least_sdk, "");
    Ok(())
}

/// Sends what is signed, each order created and then paid, over several connections at once.
pub async fn through(sim: &Sim, signed: Vec<Signed>) -> Result<(), Error> {
    in_turn(sim, signed.into_iter().map(|Signed { create, pay }| vec![create, pay]).collect()).await
}

/// Sends lists of requests, those of a list one after the other, over several connections at once.
pub async fn in_turn(sim: &Sim, lists: Vec<Vec<Request<Bytes>>>) -> Result<(), Error> {
    let mut lanes: Vec<Vec<Request<Bytes>>> = (0..CONNECTIONS).map(|_| Vec::new()).collect();
    lists.into_iter().enumerate().for_each(|(at, list)| lanes[at % CONNECTIONS].extend(list));
    let lanes = lanes.into_iter().map(|lane| {
        let authority = sim.authority();
        tokio::spawn(async move {
            let mut connection = Connection::open(&authority).await?;
            for request in lane {
                connection.done(request).await?;
            }
            Ok::<_, Error>(())
        })
    });
    for lane in lanes.collect::<Vec<_>>() {
        lane.await??;
    }
    Ok(())
}

/// The same by an SDK that signs and verifies.
async fn by_sdk(sim: &Sim, wxpay: &Client, receiver: &str) -> Result<(), Error> {
    let next = Arc::new(AtomicUsize::new(0));
    let lanes = (0..CONNECTIONS).map(|_| {
        let (authority, wxpay, receiver, next) =
            (sim.authority(), wxpay.clone(), receiver.to_owned(), Arc::clone(&next));
        tokio::spawn(async move {
            let mut connection = Connection::open(&authority).await?;
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= COUNT {
                    return Ok::<_, Error>(());
                }
                let (number, url) = (number("SDK", at), format!("{receiver}/{}", at % 16));
                wxpay.chain(NATIVE).post_async(order(&number, &url)).await?;
                connection.control(Method::POST, &format!("orders/{number}/pay"), &json!({})).await?;
            }
        })
    });
    for lane in lanes.collect::<Vec<_>>() {
        lane.await??;
    }
    Ok(())
}
