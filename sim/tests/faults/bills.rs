//! Faults of bills: of what is told of one, and of its file.

use std::time::Duration;

use wechatpay_chain::ErrorKind::{Rejected, Verify};
use wechatpay_chain::{Error, ErrorKind, Rejection, Response, json};

use super::shop::{Done, Shop, block_on, once};

const BILL: &str = "v3/bill/tradebill";
const FILE: &str = "v3/billdownload/file";

/// A shop on the day after a sale.
fn next_day() -> Shop {
    let shop = Shop::open();
    shop.paid("A-00001");
    shop.sim.advance(Duration::from_secs(86_400)).unwrap();
    shop
}

fn address(shop: &Shop, later: bool) -> Result<Response, Error> {
    let chain = once(&shop.wxpay, BILL).query("bill_date", "2026-11-25").query("bill_type", "ALL");
    if later { block_on(chain.get_async()) } else { chain.get() }
}

fn file(shop: &Shop, address: &Response, later: bool) -> Result<Vec<u8>, Error> {
    let (download, mut bytes) = (shop.wxpay.download(address)?, Vec::new());
    match later {
        true => block_on(download.to_writer_async(&mut bytes))?,
        false => download.to_writer(&mut bytes)?,
    };
    Ok(bytes)
}

#[test]
fn a_file_that_is_not_what_was_promised_is_noticed() -> Done {
    let shop = next_day();
    for later in [false, true] {
        let whole = file(&shop, &address(&shop, later)?, later)?;
        assert!(whole.len() > 500);
        for (fault, path, expected) in [
            ("WRONG_HASH", BILL, Verify),
            ("BILL_TRUNCATED", FILE, Verify),
            ("TRUNCATED", FILE, ErrorKind::Transport),
            ("BILL_EXPIRED", FILE, Rejected),
        ] {
            shop.sim.post("faults", json!({"fault": fault, "match": {"path": path}}))?;
            let error = file(&shop, &address(&shop, later)?, later).unwrap_err();
            assert_eq!(error.kind(), expected, "{fault} {later}: {error}");
            assert!(!error.outcome_unknown());
            assert_eq!(file(&shop, &address(&shop, later)?, later)?, whole, "{fault}");
        }
    }
    Ok(())
}

#[test]
fn a_bill_is_still_being_made_so_many_times() -> Done {
    let shop = next_day();
    for later in [false, true] {
        shop.sim.post("faults", json!({"fault": "STATEMENT_CREATING(3)", "match": {"path": BILL}}))?;
        for _ in 0..3 {
            let error = address(&shop, later).unwrap_err();
            assert_eq!((error.kind(), error.rejection().map(Rejection::code)), (Rejected, Some("STATEMENT_CREATING")));
        }
        address(&shop, later)?;
    }
    Ok(())
}
