use std::time::Duration;

use wechatpay_chain::json;
use wechatpay_sim::Simulator;

const HOUR: u64 = 3600;

type Done = Result<(), Box<dyn std::error::Error>>;

#[test]
fn a_week_passes() -> Done {
    let sim = Simulator::builder().frozen("2026-11-25T10:00:00+08:00").start()?;
    let wxpay = sim.client()?;
    for number in ["A-00001", "A-00002"] {
        wxpay.chain("v3/pay/transactions/native").post(json!({
            "appid": "wx0000000000000001", "mchid": wxpay.mchid(),
            "description": "a book", "out_trade_no": number,
            "notify_url": "http://127.0.0.1:9/paid",
            "amount": {"total": 100, "currency": "CNY"},
        }))?;
    }
    sim.pay("A-00001").send()?;

    // Nobody answers at port 9: sixteen attempts, then it is given up.
    sim.advance(Duration::from_secs(24 * HOUR + 240))?;
    let notice = &sim.notices()?[0];
    assert_eq!(notice["state"], "given_up");
    assert_eq!(notice["attempts"].as_array().map(Vec::len), Some(16));

    // Yesterday's bill is there, from ten o'clock on.
    let bills = wxpay.chain("v3/bill/tradebill");
    let bill = bills.query("bill_date", "2026-11-25").get()?;
    let mut file = Vec::new();
    wxpay.download(&bill)?.to_writer(&mut file)?;
    assert!(String::from_utf8(file)?.contains("A-00001"));

    // The order that nobody paid is closed.
    sim.advance(Duration::from_secs(6 * 24 * HOUR))?;
    assert_eq!(sim.get("orders/A-00002")?["state"], "CLOSED");
    Ok(())
}
