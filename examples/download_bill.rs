//! Downloads yesterday's bill, checks it, and adds up its amounts.
//!
//! `cargo run --example download_bill --features mock` needs no account: it talks to a stand-in gateway on this machine.
//! With `-- --real 2026-11-21` behind it, it asks the gateway that the `WECHATPAY_*` variables name (see `Client::from_env`).

use wechatpay_chain::{Bill, Client, mock};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (flags, dates): (Vec<_>, Vec<_>) = std::env::args().skip(1).partition(|arg| arg == "--real");
    let date = dates.into_iter().next().unwrap_or_else(|| "2026-11-21".to_owned());
    let gateway = if flags.is_empty() { Some(start_stand_in()?) } else { None };
    let wxpay = match &gateway {
        Some(gateway) => gateway.client()?,
        None => Client::from_env()?,
    };
    let folder = tempfile::tempdir()?;
    let path = folder.path().join(format!("{date}.csv"));

    // The answer is signed; it holds the URL of the file and the hash that the file must have.
    let bill = wxpay.chain("v3/bill/tradebill").query("bill_date", &date).query("tar_type", "GZIP").get()?;
    let mut pieces = 0;
    let download = wxpay.download(&bill)?.progress(move |done, _| {
        pieces += 1;
        if pieces % 64 == 1 {
            println!("… {done} bytes");
        }
    });
    let written = download.to_path(&path)?;
    println!("{} has {written} bytes, and the {} of the answer", path.display(), bill.get::<String>("/hash_type")?);

    let bill = Bill::open(&path)?;
    let (mut count, mut sum) = (0, 0);
    for row in bill.rows() {
        let row = row?;
        count += 1;
        sum += row.fen("应结订单金额")?;
        if count == 1 {
            println!("the first order is {}", row.get("商户订单号").unwrap_or_default());
        }
    }
    let summary = bill.summary()?;
    println!("{count} rows, {sum} fen; the summary says {}", summary.get("应结订单总金额").unwrap_or_default());
    if summary.fen("应结订单总金额")? != sum {
        return Err("the rows do not add up to the summary".into());
    }
    Ok(())
}

/// A gateway on 127.0.0.1 that serves bills of 10,000 rows.
fn start_stand_in() -> wechatpay_chain::Result<mock::Server> {
    println!("Calling a stand-in gateway on this machine, no account needed; `-- --real` calls the real one.");
    let gateway = mock::Server::start()?;
    gateway.bills(10_000);
    Ok(gateway)
}
