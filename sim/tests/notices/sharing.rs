//! Profit sharing from the payment to the bills, as merchants of the SDK see it.

use std::time::Duration;

use serde_json::{Value, json};
use wechatpay_chain::{Client, Response};
use wechatpay_sim::{Fault, Simulator};

use crate::merchant::{DAY, accounts, bill, code, openid, status};
use crate::receiver::{Done, Receiver, frozen};

const ORDERS: &str = "v3/profitsharing/orders";

/// A simulator with an order of 100 yuan that may be shared, paid a minute ago; the client, and the transaction's number.
fn shop() -> Result<(Simulator, Client, String), Box<dyn std::error::Error>> {
    let sim = frozen();
    let wxpay = sim.client()?;
    let order = json!({
        "appid": "wx0000000000000001", "mchid": "1900000001", "description": "tea", "out_trade_no": "A-00001",
        "notify_url": "http://127.0.0.1:9/paid", "amount": {"total": 10_000, "currency": "CNY"},
        "settle_info": {"profit_sharing": true},
    });
    sim.post("notices/pause", json!({}))?;
    wxpay.chain("v3/pay/transactions/native").post(order)?;
    let paid = sim.pay("A-00001").send()?;
    let transaction_id = paid["transaction_id"].as_str().ok_or("it is paid")?.to_owned();
    sim.advance(Duration::from_secs(60))?;
    sim.post("notices/resume", json!({}))?;
    Ok((sim, wxpay, transaction_id))
}

fn add(wxpay: &Client, kind: &str, account: &str, name: &str) -> wechatpay_chain::Result<Response> {
    let body = json!({
        "appid": "wx0000000000000001", "type": kind, "account": account, "name": name, "relation_type": "PARTNER",
    });
    wxpay.chain("v3/profitsharing/receivers/add").encrypt("/name").post(body)
}

fn share(wxpay: &Client, transaction_id: &str, number: &str, receivers: &Value) -> wechatpay_chain::Result<Response> {
    let body = json!({
        "appid": "wx0000000000000001", "transaction_id": transaction_id, "out_order_no": number,
        "receivers": receivers, "unfreeze_unsplit": false,
    });
    wxpay.chain(ORDERS).encrypt_if_present("/receivers/1/name").post(body)
}

fn basic(sim: &Simulator, mchid: &str) -> Value {
    accounts(sim, mchid)["BASIC"].clone()
}

#[test]
fn an_order_is_shared_told_queried_given_back_released_and_in_the_bills() -> Done {
    let (sim, wxpay, transaction_id) = shop()?;
    let other = sim.merchant("1900000002")?.client()?;
    // This merchant verifies by certificates.
    other.certificates().refresh()?;
    let receiver = Receiver::verifying(other.clone());
    sim.patch("merchants/1900000002", json!({"sharing_notify_url": receiver.url()}))?;
    let bob = openid(&sim, "bob");
    let added = add(&wxpay, "MERCHANT_ID", "1900000002", "a shop")?;
    assert_eq!(added.decrypt("/name")?.as_str(), "a shop");
    add(&wxpay, "PERSONAL_OPENID", bob.as_str().unwrap_or_default(), "鲍勃")?;
    let receivers = json!([
        {"type": "MERCHANT_ID", "account": "1900000002", "amount": 2_000, "description": "a share"},
        {"type": "PERSONAL_OPENID", "account": bob, "name": "鲍勃", "amount": 1_000, "description": "another"},
    ]);
    let made = share(&wxpay, &transaction_id, "S1", &receivers)?;
    assert_eq!(made["state"], "PROCESSING");
    sim.advance(Duration::from_secs(1))?;

    let received = receiver.received();
    assert_eq!(received.len(), 1);
    let notice = received[0].notice(&other)?;
    assert_eq!((notice.event_type(), notice.original_type()), ("TRANSACTION.SUCCESS", Some("profitsharing")));
    assert_eq!(notice.resource()["receiver"]["amount"], 2_000);
    let shown = wxpay.chain(format!("{ORDERS}/S1")).query("transaction_id", &transaction_id).get()?;
    assert_eq!((&shown["state"], &shown["receivers"][1]["result"]), (&json!("FINISHED"), &json!("SUCCESS")));
    assert_eq!(notice.resource()["order_id"], shown["order_id"]);
    let amounts = format!("v3/profitsharing/transactions/{transaction_id}/amounts");
    assert_eq!(wxpay.chain(&amounts).get()?["unsplit_amount"], 6_940);

    let back = json!({
        "out_order_no": "S1", "out_return_no": "B1", "return_mchid": "1900000002", "amount": 500, "description": "back",
    });
    assert_eq!(wxpay.chain("v3/profitsharing/return-orders").post(back)?["result"], "SUCCESS");
    let rest = json!({"transaction_id": transaction_id, "out_order_no": "U1", "description": "the rest"});
    wxpay.chain("v3/profitsharing/orders/unfreeze").post(rest)?;
    assert_eq!(wxpay.chain(&amounts).get()?["unsplit_amount"], 0);
    assert_eq!(basic(&sim, "1900000001"), json!({"available": 7_440, "frozen": 0}));
    assert_eq!(basic(&sim, "1900000002"), json!({"available": 1_500, "frozen": 0}));

    sim.advance(DAY)?;
    let sharing = bill(&wxpay, "v3/profitsharing/bills", &[])?;
    assert!(sharing.ends_with("分账总笔数,分账总金额\r\n`3,`35.00\r\n"), "{sharing}");
    let own = bill(&wxpay, "v3/bill/fundflowbill", &[])?;
    assert!(own.ends_with("`5,`2,`105.00,`3,`30.60\r\n"), "{own}");
    let others = bill(&other, "v3/bill/fundflowbill", &[])?;
    assert!(others.ends_with("`2,`1,`20.00,`1,`5.00\r\n"), "{others}");
    assert_eq!(sim.get("invariants")?, json!({"ok": true, "failed": []}));
    Ok(())
}

#[test]
fn a_sharing_whose_answer_is_lost_is_made_once() -> Done {
    let (sim, wxpay, transaction_id) = shop()?;
    add(&wxpay, "MERCHANT_ID", "1900000002", "a shop")?;
    let receivers =
        json!([{"type": "MERCHANT_ID", "account": "1900000002", "amount": 3_000, "description": "a share"}]);
    sim.fault(Fault::SystemErrorAfter).on("POST", ORDERS).times(1).set()?;
    assert!(share(&wxpay, &transaction_id, "S1", &receivers).unwrap_err().outcome_unknown());
    assert_eq!(share(&wxpay, &transaction_id, "S1", &receivers)?["state"], "PROCESSING");
    assert_eq!(code(&share(&wxpay, &transaction_id, "S2", &receivers).unwrap_err()), "INVALID_REQUEST");
    sim.fault(Fault::code("RULE_LIMIT")).on("POST", ORDERS).times(1).set()?;
    let error = share(&wxpay, &transaction_id, "S3", &receivers).unwrap_err();
    assert_eq!((code(&error), status(&error)), ("RULE_LIMIT", Some(403)));
    assert_eq!(basic(&sim, "1900000001"), json!({"available": 0, "frozen": 6_940}));
    Ok(())
}

#[test]
fn a_name_in_plain_text_is_refused() -> Done {
    let (_sim, wxpay, transaction_id) = shop()?;
    let receivers = json!([
        {"type": "PERSONAL_OPENID", "account": "o1", "name": "鲍勃", "amount": 1, "description": "a share"},
    ]);
    let body = json!({
        "appid": "wx0000000000000001", "transaction_id": transaction_id, "out_order_no": "S1", "receivers": receivers,
        "unfreeze_unsplit": false,
    });
    // The SDK says so itself, before anything is sent.
    assert!(wxpay.chain(ORDERS).post(body).is_err());
    Ok(())
}
