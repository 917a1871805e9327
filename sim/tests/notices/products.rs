//! Which notices payments and refunds cause.

use std::time::Duration;

use serde_json::{Value, json};
use wechatpay_chain::Client;
use wechatpay_sim::{Fault, Simulator};

use crate::receiver::{Answer, Done, Receiver, frozen};

/// Places an order of one yuan.
fn place(client: &Client, number: &str, notify_url: &str) -> wechatpay_chain::Result<()> {
    let order = json!({
        "appid": "wx0000000000000001", "mchid": "1900000001", "description": "茶", "out_trade_no": number,
        "notify_url": notify_url, "amount": {"total": 100, "currency": "CNY"},
    });
    client.chain("v3/pay/transactions/native").post(order).map(|_| ())
}

fn refund(client: &Client, number: &str, refund: &str, notify_url: Option<&str>) -> wechatpay_chain::Result<()> {
    let mut body = json!({
        "out_trade_no": number, "out_refund_no": refund, "amount": {"refund": 30, "total": 100, "currency": "CNY"},
    });
    if let Some(url) = notify_url {
        body["notify_url"] = url.into();
    }
    client.chain("v3/refund/domestic/refunds").post(body).map(|_| ())
}

/// A simulator, its first merchant's client, and a receiver that verifies.
fn shop() -> Result<(Simulator, Client, Receiver), wechatpay_sim::Error> {
    let sim = frozen();
    let client = sim.client()?;
    let receiver = Receiver::verifying(client.clone());
    Ok((sim, client, receiver))
}

#[test]
fn a_payment_is_told_with_what_a_query_answers() -> Done {
    let (sim, client, receiver) = shop()?;
    place(&client, "20261125001", &receiver.url())?;
    assert_eq!(sim.pay("20261125001").outcome("WRONG_PASSWORD").wait_for_notices().send()?["notices"], json!([]));
    let paid = sim.pay("20261125001").wait_for_notices().send()?;
    assert_eq!((&paid["state"], &paid["notices"][0]["state"]), (&json!("SUCCESS"), &json!("accepted")));
    let notice = receiver.received()[0].notice(&client)?;
    assert_eq!((notice.event_type(), notice.original_type()), ("TRANSACTION.SUCCESS", Some("transaction")));
    let query = client.chain("v3/pay/transactions/out-trade-no/20261125001").query("mchid", "1900000001").get()?;
    assert_eq!(notice.resource(), &query.value()?);
    assert_eq!(sim.orders()?[0]["refs"]["notices"], json!([sim.notices()?[0]["id"]]));
    assert_eq!((receiver.received().len(), sim.notices()?.len()), (1, 1));
    Ok(())
}

#[test]
fn a_refund_is_told_when_it_has_a_result() -> Done {
    let (sim, client, receiver) = shop()?;
    place(&client, "20261125001", &receiver.url())?;
    sim.pay("20261125001").wait_for_notices().send()?;
    refund(&client, "20261125001", "R1", Some(&receiver.url()))?;
    assert_eq!(receiver.received().len(), 1, "an accepted refund has no result yet");
    let clock = sim.advance(Duration::from_secs(3))?;
    let kinds: Vec<_> = clock["events"].as_array().unwrap().iter().map(|event| event["kind"].clone()).collect();
    assert_eq!(kinds, ["finish_refund", "send_notice"]);
    let notice = receiver.received()[1].notice(&client)?;
    assert_eq!((notice.event_type(), notice.original_type()), ("REFUND.SUCCESS", Some("refund")));
    let resource = notice.resource();
    assert_eq!((&resource["out_refund_no"], &resource["refund_status"]), (&json!("R1"), &json!("SUCCESS")));
    assert!(resource.get("status").is_none());
    assert_eq!(sim.refunds()?[0]["status"], "SUCCESS");
    Ok(())
}

#[test]
fn each_result_of_a_refund_has_its_event() -> Done {
    let (sim, client, receiver) = shop()?;
    sim.patch("settings", json!({"auto": {"refund": null}}))?;
    place(&client, "20261125001", &receiver.url())?;
    sim.pay("20261125001").wait_for_notices().send()?;
    for (number, status) in [("R1", "SUCCESS"), ("R2", "ABNORMAL"), ("R3", "CLOSED")] {
        refund(&client, "20261125001", number, Some(&receiver.url()))?;
        sim.post(&format!("refunds/{number}/result?wait=notices"), json!({"status": status}))?;
        let notice = receiver.received().pop().unwrap().notice(&client)?;
        assert_eq!(
            (notice.event_type(), &notice.resource()["refund_status"]),
            (format!("REFUND.{status}").as_str(), &json!(status))
        );
        sim.advance(Duration::from_secs(61))?;
    }
    Ok(())
}

#[test]
fn a_refund_without_address_is_told_as_apiv2_or_not_at_all() -> Done {
    let (sim, client, receiver) = shop()?;
    let xml = Receiver::new(|_, _| Answer::new(200).body("<xml><return_code>SUCCESS</return_code></xml>"));
    place(&client, "20261125001", &receiver.url())?;
    sim.pay("20261125001").wait_for_notices().send()?;
    refund(&client, "20261125001", "R1", None)?;
    sim.advance(Duration::from_secs(60))?;
    assert_eq!(sim.notices()?.len(), 1);
    sim.patch("merchants/1900000001", json!({"refund_notify_url": xml.url()}))?;
    refund(&client, "20261125001", "R2", None)?;
    sim.advance(Duration::from_secs(60))?;
    assert_eq!((&sim.notices()?[0]["state"], &sim.notices()?[0]["version"]), (&json!("accepted"), &json!("v2")));
    let read = client.notice_v2(&xml.received()[0].body)?;
    assert!(read.to_string().contains("R2"), "{read}");
    Ok(())
}

#[test]
fn an_apiv2_order_is_told_as_xml_with_its_sign_type() -> Done {
    let (sim, client, _) = shop()?;
    for sign_type in ["MD5", "HMAC-SHA256"] {
        let xml = Receiver::new(|_, _| Answer::new(200).body("<xml><return_code>SUCCESS</return_code></xml>"));
        let number = format!("20261125{}", sign_type.len());
        let order = json!({
            "appid": "wx0000000000000001", "mch_id": "1900000001", "body": "tea", "out_trade_no": number, "total_fee": 100, "sign_type": sign_type,
            "spbill_create_ip": "127.0.0.1", "notify_url": xml.url(), "trade_type": "NATIVE",
        });
        client.chain("v2/pay/unifiedorder").post(order)?;
        let paid = sim.pay(&number).wait_for_notices().send()?;
        assert_eq!(paid["notices"][0]["state"], "accepted", "{paid}");
        let read = client.notice_v2(&xml.received()[0].body)?;
        assert_eq!((&read["out_trade_no"], &read["total_fee"]), (&json!(number), &json!("100")));
        let sign = read["sign"].as_str().unwrap_or_default().len();
        assert!(sign == 0 || sign == if sign_type == "MD5" { 32 } else { 64 });
    }
    Ok(())
}

#[test]
fn a_partners_notice_is_sealed_with_the_partners_key() -> Done {
    let sim = frozen();
    let partner = sim.merchant("1900000010")?.client()?;
    let receiver = Receiver::verifying(partner.clone());
    let order = json!({
        "sp_appid": "wx0000000000000001", "sp_mchid": "1900000010", "sub_mchid": "1900000011", "description": "茶",
        "out_trade_no": "20261125001", "notify_url": receiver.url(), "amount": {"total": 100},
    });
    partner.chain("v3/pay/partner/transactions/native").post(order)?;
    sim.pay("20261125001").wait_for_notices().send()?;
    let notice = receiver.received()[0].notice(&partner)?;
    let resource: &Value = notice.resource();
    assert_eq!((&resource["sp_mchid"], &resource["sub_mchid"]), (&json!("1900000010"), &json!("1900000011")));
    Ok(())
}

#[test]
fn a_call_can_ask_for_a_fault_of_its_notice() -> Done {
    let (sim, client, receiver) = shop()?;
    let order = json!({
        "appid": "wx0000000000000001", "mchid": "1900000001", "description": "茶 #FORGED", "out_trade_no": "20261125001",
        "notify_url": receiver.url(), "amount": {"total": 100},
    });
    client.chain("v3/pay/transactions/native").post(order)?;
    let paid = sim.pay("20261125001").wait_for_notices().send()?;
    assert_eq!(paid["notices"][0]["attempts"][0]["fault"], "FORGED");
    sim.advance(Duration::from_secs(15))?;
    assert_eq!(sim.notices()?[0]["state"], "accepted");

    place(&client, "20261125002", &receiver.url())?;
    sim.fault(Fault::Lost).on_notice("TRANSACTION.*").number("20261125002").set()?;
    sim.pay("20261125002").wait_for_notices().send()?;
    assert_eq!(sim.notices()?[0]["state"], "lost");
    Ok(())
}
