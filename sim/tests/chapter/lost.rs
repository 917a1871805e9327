use wechatpay_chain::json;
use wechatpay_sim::{Fault, Simulator};

type Done = Result<(), Box<dyn std::error::Error>>;

#[test]
fn a_refund_whose_answer_was_lost_happens_once() -> Done {
    let sim = Simulator::builder().frozen("2026-11-25T10:00:00+08:00").start()?;
    let wxpay = sim.client()?;
    wxpay.chain("v3/pay/transactions/native").post(json!({
        "appid": "wx0000000000000001", "mchid": wxpay.mchid(),
        "description": "a book", "out_trade_no": "A-00001",
        "notify_url": "http://127.0.0.1:9/paid",
        "amount": {"total": 100, "currency": "CNY"},
    }))?;
    sim.pay("A-00001").send()?;

    // It is done, and the connection ends before a byte of the answer.
    sim.fault(Fault::ResetAfter).on("POST", "v3/refund/domestic/refunds").times(1);
    let refund = || {
        wxpay.chain("v3/refund/domestic/refunds").post(json!({
            "out_trade_no": "A-00001", "out_refund_no": "R-00001",
            "amount": {"refund": 30, "total": 100, "currency": "CNY"},
        }))
    };
    let error = refund().expect_err("nobody heard the answer");
    assert!(error.outcome_unknown());

    // The same number again: never a new one.
    assert_eq!(refund()?["status"], "PROCESSING");
    assert_eq!(sim.refunds()?.len(), 1);
    assert_eq!(sim.get("orders/A-00001")?["refunded"], 30);
    assert_eq!(sim.get("invariants")?["ok"], true);
    Ok(())
}
