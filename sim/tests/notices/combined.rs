//! A combined order from its placing to the bills of its merchants.

use std::time::Duration;

use serde_json::{Value, json};
use wechatpay_chain::{Client, Event, Rejection};
use wechatpay_sim::Simulator;

use crate::receiver::{Answer, Done, Receiver, frozen};

const M: &str = "1900000001";
const M2: &str = "1900000002";
const APP: &str = "wx0000000000000001";

fn sub(mchid: &str, number: &str, total: i64) -> Value {
    json!({
        "mchid": mchid, "out_trade_no": number, "attach": "x", "description": "a book",
        "amount": {"total_amount": total, "currency": "CNY"},
    })
}

/// A combined order of 100 and 200 yuan, of two merchants.
fn order(mchid: &str, number: &str, notify_url: &str) -> Value {
    json!({
        "combine_appid": APP, "combine_mchid": mchid, "combine_out_trade_no": number, "notify_url": notify_url,
        "sub_orders": [sub(M, &format!("{number}-1"), 10_000), sub(M2, &format!("{number}-2"), 20_000)],
    })
}

fn bill(client: &Client) -> Result<String, Box<dyn std::error::Error>> {
    let address = client.chain("v3/bill/tradebill").query("bill_date", "2026-11-25").get()?;
    let mut bytes = Vec::new();
    client.download(&address)?.to_writer(&mut bytes)?;
    Ok(String::from_utf8(bytes)?)
}

fn query(client: &Client, number: &str) -> Result<Value, wechatpay_chain::Error> {
    client.chain(format!("v3/combine-transactions/out-trade-no/{number}")).get()?.value()
}

fn code(error: &wechatpay_chain::Error) -> (u16, &str) {
    let rejection = error.rejection();
    (rejection.map_or(0, |rejection| rejection.status().as_u16()), rejection.map_or("", Rejection::code))
}

#[test]
fn it_is_placed_paid_told_asked_for_refunded_and_billed() -> Done {
    let sim = frozen();
    let (client, second) = (sim.client()?, sim.merchant(M2)?.client()?);
    let verifier = [client.clone(), second.clone()];
    let receiver = Receiver::new(move |_, received| {
        Answer::new(if verifier.iter().any(|client| received.notice(client).is_ok()) { 204 } else { 401 })
    });
    client.chain("v3/combine-transactions/native").post(order(M, "C-00001", &receiver.url()))?;
    assert_eq!(query(&client, "C-00001")?["sub_orders"][1]["trade_state"], "NOTPAY");
    let paid = sim.pay("C-00001").payer("bob").wait_for_notices().send()?;
    assert_eq!((&paid["kind"], &paid["notices"][0]["state"]), (&json!("combined"), &json!("accepted")));

    let notice = receiver.received()[0].notice(&client)?;
    assert!(matches!(notice.event(), Event::CombinedPayment), "{:?}", notice.event());
    assert_eq!(notice.resource(), &query(&client, "C-00001")?);
    let id = notice.resource()["sub_orders"][1]["transaction_id"].as_str().ok_or("a number")?.to_owned();

    let asked = json!({
        "transaction_id": id, "out_refund_no": "R1", "notify_url": receiver.url(),
        "amount": {"refund": 5_000, "total": 20_000, "currency": "CNY"},
    });
    let stranger = client.chain("v3/refund/domestic/refunds").post(asked.clone()).unwrap_err();
    assert_eq!(code(&stranger), (404, "RESOURCE_NOT_EXISTS"));
    assert_eq!(second.chain("v3/refund/domestic/refunds").post(asked)?["out_trade_no"], "C-00001-2");
    sim.advance(Duration::from_secs(3))?;
    let refunded = receiver.received()[1].notice(&second)?;
    assert_eq!((refunded.event_type(), &refunded.resource()["transaction_id"]), ("REFUND.SUCCESS", &json!(id)));
    assert_eq!(query(&client, "C-00001")?["sub_orders"][1]["trade_state"], "REFUND");
    let shown = sim.get("orders/C-00001")?;
    let calls = |order: &Value| order["refs"]["calls"].as_array().map(Vec::len);
    assert_eq!(
        (calls(&shown), calls(&shown["sub_orders"][0]), calls(&shown["sub_orders"][1])),
        (Some(4), Some(0), Some(1))
    );

    sim.advance(Duration::from_secs(86_400))?;
    let (first, other) = (bill(&client)?, bill(&second)?);
    assert!(first.ends_with("`1,`100.00,`0.00,`0.00,`0.60000,`100.00,`0.00\r\n"), "{first}");
    assert!(other.ends_with("`2,`200.00,`50.00,`0.00,`0.90000,`200.00,`50.00\r\n"), "{other}");
    assert!(!first.contains("`C-00001,") && !other.contains("`C-00001,"));
    assert_eq!(sim.get("invariants")?, json!({"ok": true, "failed": []}));
    Ok(())
}

#[test]
fn a_page_pays_it_with_what_the_sdk_signs() -> Done {
    let sim = Simulator::builder().start()?;
    let client = sim.client()?;
    let mut body = order(M, "C-00001", "http://127.0.0.1:9/paid");
    body["combine_payer_info"] = json!({"openid": sim.get("payers/alice")?["openids"][APP]});
    let answer = client.chain("v3/combine-transactions/jsapi").post(body)?;
    let prepay_id = answer["prepay_id"].as_str().ok_or("a prepay_id")?;
    let params = serde_json::to_value(client.pay_params().jsapi(APP, prepay_id)?)?;
    let taken = sim.post("invoke", json!({"kind": "jsapi", "params": params}))?;
    assert_eq!((&taken["ok"], &taken["order"]["kind"]), (&json!(true), &json!("combined")), "{taken}");
    let other = sim.post(&format!("orders/{prepay_id}/pay"), json!({"payer": "bob"})).unwrap_err();
    assert!(other.to_string().contains("下单账号与支付账号不一致"), "{other}");
    assert_eq!(sim.post(&format!("orders/{prepay_id}/pay"), json!({}))?["state"], "SUCCESS");
    let calls = sim.get(&format!("calls?ref={}", taken["order"]["id"].as_str().unwrap_or_default()))?;
    assert_eq!(calls["items"].as_array().map(Vec::len), Some(1));
    Ok(())
}

#[test]
fn the_gate_refuses_what_is_wrong_with_a_sub_order_by_its_place() -> Done {
    let sim = frozen();
    let client = sim.client()?;
    let refused = |at: &str, value: Value| {
        let mut body = order(M, "C-00001", "http://127.0.0.1:9/paid");
        if let Some(member) = body.pointer_mut(at) {
            *member = value;
        }
        let error = client.chain("v3/combine-transactions/native").post(body).unwrap_err();
        let detail = error.rejection().map(|rejection| rejection.body().to_vec()).unwrap_or_default();
        let detail: Value = serde_json::from_slice(&detail).unwrap_or_default();
        (code(&error).1.to_owned(), detail["detail"]["field"].as_str().unwrap_or_default().to_owned())
    };
    for (at, value) in [
        ("/combine_out_trade_no", json!("C 00001")),
        ("/sub_orders/1/out_trade_no", json!("C.00001")),
        ("/sub_orders/1/amount/total_amount", json!(0)),
        ("/sub_orders/1/amount/total_amount", json!(1_000_000_001)),
        ("/sub_orders/0/amount/currency", json!("USD")),
        ("/sub_orders/1/description", json!("")),
        ("/sub_orders/0/attach", Value::Null),
        ("/sub_orders", json!([])),
    ] {
        assert_eq!(refused(at, value.clone()), ("PARAM_ERROR".to_owned(), at.to_owned()), "{at} {value}");
    }
    assert_eq!(refused("/combine_mchid", json!(M2)).0, "INVALID_REQUEST");
    assert_eq!(sim.orders()?.len(), 0);
    Ok(())
}

#[test]
fn texts_of_sub_orders_ask_for_faults() -> Done {
    let sim = frozen();
    let client = sim.client()?;
    let mut body = order(M, "C-00001", "http://127.0.0.1:9/paid");
    body["sub_orders"][1]["description"] = "a book #SYSTEM_ERROR_AFTER".into();
    let lost = client.chain("v3/combine-transactions/native").post(body.clone()).unwrap_err();
    assert_eq!(code(&lost), (500, "SYSTEM_ERROR"));
    assert_eq!(sim.orders()?[0]["kind"], "combined");
    Ok(())
}

#[test]
fn a_partners_order_is_told_and_billed_with_its_sub_merchants() -> Done {
    let sim = frozen();
    let partner = sim.merchant("1900000010")?.client()?;
    let receiver = Receiver::verifying(partner.clone());
    let mut body = order("1900000010", "C-00001", &receiver.url());
    for (at, owner) in ["1900000011", "1900000012"].into_iter().enumerate() {
        body["sub_orders"][at]["mchid"] = "1900000010".into();
        body["sub_orders"][at]["sub_mchid"] = owner.into();
    }
    partner.chain("v3/combine-transactions/native").post(body)?;
    sim.pay("C-00001").wait_for_notices().send()?;
    let notice = receiver.received()[0].notice(&partner)?;
    assert_eq!(notice.resource(), &query(&partner, "C-00001")?);
    assert_eq!(notice.resource()["sub_orders"][1]["sub_mchid"], "1900000012");
    sim.advance(Duration::from_secs(86_400))?;
    assert!(bill(&partner)?.ends_with("`2,`300.00,`0.00,`0.00,`1.80000,`300.00,`0.00\r\n"));
    let address = partner.chain("v3/bill/tradebill").query("bill_date", "2026-11-25").query("sub_mchid", "1900000012");
    let mut bytes = Vec::new();
    partner.download(&address.get()?)?.to_writer(&mut bytes)?;
    assert!(String::from_utf8(bytes)?.ends_with("`1,`200.00,`0.00,`0.00,`1.20000,`200.00,`0.00\r\n"));
    Ok(())
}
