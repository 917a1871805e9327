//! A day's money through the SDK: paid, refunded, and in the bills of the next day.
#![allow(missing_docs)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use wechatpay_chain::{Client, Error, Method, Rejection, Response, json};
use wechatpay_sim::Simulator;

type Done = Result<(), Box<dyn std::error::Error>>;

const DAY: Duration = Duration::from_secs(86_400);

/// An order of 100 yuan that alice has paid.
fn paid(sim: &Simulator, wxpay: &Client, number: &str) -> Done {
    let order = json!({
        "appid": "wx0000000000000001", "mchid": "1900000001", "description": "tea, green", "out_trade_no": number,
        "notify_url": "http://127.0.0.1:9/paid", "amount": {"total": 10_000, "currency": "CNY"},
    });
    wxpay.chain("v3/pay/transactions/native").post(order)?;
    sim.pay(number).send()?;
    Ok(())
}

fn refund(wxpay: &Client, order: &str, number: &str, amount: i64) -> Result<Response, wechatpay_chain::Error> {
    let body = json!({
        "out_trade_no": order, "out_refund_no": number, "amount": {"refund": amount, "total": 10_000, "currency": "CNY"},
    });
    wxpay.chain("v3/refund/domestic/refunds").post(body)
}

fn code(error: &Error) -> &str {
    error.rejection().map_or("", Rejection::code)
}

fn bill(wxpay: &Client, path: &str, query: &[(&str, &str)]) -> Result<String, Box<dyn std::error::Error>> {
    let mut chain = wxpay.chain(path).query("bill_date", "2026-11-25");
    for (name, value) in query {
        chain = chain.query(*name, *value);
    }
    let address = chain.get()?;
    let mut bytes = Vec::new();
    wxpay.download(&address)?.to_writer(&mut bytes)?;
    Ok(String::from_utf8(bytes)?)
}

fn frozen() -> Result<Simulator, wechatpay_sim::Error> {
    Simulator::builder().seed(1).frozen("2026-11-25T10:00:00+08:00").start()
}

#[test]
fn a_day_is_in_the_bills_of_the_next_one() -> Done {
    let sim = frozen()?;
    sim.post("notices/pause", json!({}))?;
    let wxpay = sim.client()?;
    paid(&sim, &wxpay, "A-00001")?;
    let first = refund(&wxpay, "A-00001", "R1", 5_000)?;
    assert_eq!(first["status"], "PROCESSING");
    assert_eq!(refund(&wxpay, "A-00001", "R1", 5_000)?["refund_id"], first["refund_id"]);
    assert_eq!(code(&refund(&wxpay, "A-00001", "R1", 4_000).unwrap_err()), "INVALID_REQUEST");
    sim.advance(Duration::from_secs(3))?;
    let shown = wxpay.chain("v3/refund/domestic/refunds/R1").get()?;
    assert_eq!((&shown["status"], &shown["amount"]["refund_fee"]), (&json!("SUCCESS"), &json!(30)));
    let early = wxpay.chain("v3/bill/tradebill").query("bill_date", "2026-11-25").get().unwrap_err();
    assert_eq!(code(&early), "INVALID_REQUEST");
    sim.advance(DAY)?;

    let trade = bill(&wxpay, "v3/bill/tradebill", &[("bill_type", "ALL")])?;
    assert!(trade.ends_with("`2,`100.00,`50.00,`0.00,`0.30000,`100.00,`50.00\r\n"), "{trade}");
    assert!(trade.contains(",`tea\\  green,`"));
    let packed = &[("bill_type", "ALL"), ("tar_type", "GZIP")];
    assert_eq!(bill(&wxpay, "v3/bill/tradebill", packed)?, trade);
    let flow = bill(&wxpay, "v3/bill/fundflowbill", &[])?;
    assert!(flow.ends_with("`3,`1,`100.00,`2,`50.30\r\n"), "{flow}");
    assert_eq!(sim.get("invariants")?, json!({"ok": true, "failed": []}));
    Ok(())
}

#[test]
fn apiv2_refunds_and_downloads_from_the_same_store() -> Done {
    let sim = frozen()?;
    sim.post("notices/pause", json!({}))?;
    let wxpay = sim.client()?;
    paid(&sim, &wxpay, "A-00001")?;
    let asked = json!({
        "appid": "wx0000000000000001", "mch_id": "1900000001", "out_trade_no": "A-00001", "out_refund_no": "R1",
        "total_fee": 10_000, "refund_fee": 2_500,
    });
    let made = wxpay.chain("v2/secapi/pay/refund").post(asked)?;
    let v3 = wxpay.chain("v3/refund/domestic/refunds/R1").get()?;
    assert_eq!(made["refund_id"], v3["refund_id"]);
    let asked = json!({"appid": "wx0000000000000001", "mch_id": "1900000001", "out_trade_no": "A-00001"});
    let found = wxpay.chain("v2/pay/refundquery").post(asked)?;
    assert_eq!((&found["refund_count"], &found["refund_fee_0"]), (&json!("1"), &json!("2500")));
    sim.advance(DAY)?;
    let asked =
        json!({"appid": "wx0000000000000001", "mch_id": "1900000001", "bill_date": "20261125", "bill_type": "ALL"});
    let mut bytes = Vec::new();
    wxpay.chain("v2/pay/downloadbill").download(Method::POST, asked)?.to_writer(&mut bytes)?;
    assert!(String::from_utf8(bytes)?.ends_with("`2,`100.00,`25.00,`0.00,`0.45000,`100.00,`25.00\r\n"));
    Ok(())
}

#[test]
fn the_control_interface_gives_a_bill_as_a_file() -> Done {
    let sim = frozen()?;
    let wxpay = sim.client()?;
    sim.post("notices/pause", json!({}))?;
    paid(&sim, &wxpay, "A-00001")?;
    let address = sim.url().trim_start_matches("http://").trim_end_matches('/').to_owned();
    let mut stream = TcpStream::connect(&address)?;
    let path = "/_/api/bills/1900000001/2026-11-25/trade.csv?bill_type=SUCCESS";
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("an answer has a head")?;
    assert!(head.starts_with("HTTP/1.1 200") && head.to_lowercase().contains("content-type: text/csv"), "{head}");
    assert!(body.starts_with("\u{feff}交易时间,"));
    assert!(body.ends_with("`1,`100.00,`0.00,`0.00,`0.60000,`100.00,`0.00\r\n"), "{body}");
    Ok(())
}
