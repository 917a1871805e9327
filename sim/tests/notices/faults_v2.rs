//! Faults of notices of APIv2, against a receiver: those that have a meaning there, and those that wait for one of APIv3.

use serde_json::{Value, json};
use wechatpay_chain::ErrorKind;
use wechatpay_sim::Simulator;

use crate::receiver::{Answer, Done, Receiver, advance, findings, frozen, now};

/// What an APIv2 receiver answers.
fn answer(code: &str) -> Answer {
    Answer::new(200).body(format!("<xml><return_code>{code}</return_code></xml>"))
}

fn verifying(sim: &Simulator) -> Receiver {
    let client = sim.client().unwrap();
    Receiver::new(move |_, came| answer(if client.notice_v2(&came.body).is_ok() { "SUCCESS" } else { "FAIL" }))
}

/// An order of APIv2 that alice pays; the notice after its first sending.
fn paid(sim: &Simulator, number: &str, url: &str) -> Value {
    let order = json!({
        "appid": "wx0000000000000001", "mch_id": "1900000001", "body": "tea", "out_trade_no": number, "total_fee": 100,
        "spbill_create_ip": "1.2.3.4", "notify_url": url, "trade_type": "NATIVE",
    });
    sim.client().unwrap().chain("v2/pay/unifiedorder").post(order).unwrap();
    let order = sim.post(&format!("orders/{number}/pay?wait=notices"), json!({})).unwrap();
    order["notices"][0].clone()
}

fn fired(sim: &Simulator) -> Value {
    sim.get("faults").unwrap()["items"][0]["fired"].clone()
}

#[test]
fn what_must_not_be_believed_is_refused_by_the_sdk_and_comes_again_rightly() -> Done {
    for (fault, kind) in
        [("FORGED", ErrorKind::Verify), ("TAMPERED", ErrorKind::Verify), ("WRONG_KEY", ErrorKind::Verify)]
    {
        let sim = frozen();
        let receiver = verifying(&sim);
        sim.post("faults", json!({"fault": fault, "match": {"event_type": "*"}}))?;
        let notice = paid(&sim, "A-00001", &receiver.url());
        let error = sim.client()?.notice_v2(&receiver.received()[0].body).unwrap_err();
        assert_eq!(error.kind(), kind, "{fault}: {error}");
        assert_eq!((&notice["version"], &notice["state"]), (&json!("v2"), &json!("failed")), "{fault}");
        assert_eq!((&notice["attempts"][0]["fault"], fired(&sim)), (&json!(fault), json!(1)));
        advance(&sim, 15);
        assert_eq!(now(&sim, &notice)["state"], "accepted", "{fault}");
        assert!(findings(&sim).is_empty());
    }
    Ok(())
}

#[test]
fn a_refunds_notice_is_sealed_with_another_key() -> Done {
    let sim = frozen();
    let receiver = verifying(&sim);
    sim.patch("merchants/1900000001", json!({"refund_notify_url": receiver.url()}))?;
    paid(&sim, "A-00001", &receiver.url());
    sim.post("faults", json!({"fault": "WRONG_KEY", "match": {"event_type": "REFUND*"}}))?;
    sim.post("orders/A-00001/refund", json!({"refund": 10}))?;
    advance(&sim, 3);
    let came = receiver.wait(2);
    let error = sim.client()?.notice_v2(&came[1].body).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decrypt, "{error}");
    advance(&sim, 15);
    let read = sim.client()?.notice_v2(&receiver.wait(3)[2].body)?;
    assert!(read.to_string().contains("\"refund_status\":\"SUCCESS\""), "{read}");
    Ok(())
}

#[test]
fn who_believes_it_all_the_same_is_found_out() -> Done {
    for (fault, finding) in
        [("FORGED", "forged_accepted"), ("TAMPERED", "tampered_accepted"), ("WRONG_KEY", "unreadable_accepted")]
    {
        let sim = frozen();
        let receiver = Receiver::new(|_, _| answer("SUCCESS"));
        sim.post("faults", json!({"fault": fault, "match": {"event_type": "*"}}))?;
        paid(&sim, "A-00001", &receiver.url());
        assert_eq!(findings(&sim), [finding], "{fault}");
    }
    Ok(())
}

#[test]
fn when_and_how_often_it_goes_is_the_same_for_apiv2() -> Done {
    let sim = frozen();
    let receiver = verifying(&sim);
    sim.post("faults", json!({"fault": "DUPLICATE(3)", "match": {"event_type": "*"}}))?;
    assert_eq!(paid(&sim, "A-00001", &receiver.url())["attempts"].as_array().map(Vec::len), Some(3));
    assert_eq!(receiver.received().len(), 3);
    sim.post("faults", json!({"fault": "LATE(40)", "match": {"event_type": "*"}}))?;
    let late = paid(&sim, "A-00002", &receiver.url());
    assert_eq!((&late["state"], receiver.received().len()), (&json!("pending"), 3));
    advance(&sim, 40);
    assert_eq!((now(&sim, &late)["state"].clone(), receiver.received().len()), (json!("accepted"), 4));
    sim.post("faults", json!({"fault": "LOST", "match": {"event_type": "*"}}))?;
    assert_eq!((&paid(&sim, "A-00003", &receiver.url())["state"], receiver.received().len()), (&json!("lost"), 4));
    Ok(())
}

#[test]
fn what_has_no_meaning_there_waits_for_a_notice_of_apiv3() -> Done {
    let sim = frozen();
    let receiver = verifying(&sim);
    for (index, fault) in
        ["STALE", "UNKNOWN_SERIAL", "PROBE", "EMPTY_AAD", "NO_AAD", "NO_TYPE_HEADER", "V2_XML"].into_iter().enumerate()
    {
        sim.post("faults", json!({"fault": fault, "match": {"event_type": "*"}}))?;
        let notice = paid(&sim, &format!("A-0000{index}"), &receiver.url());
        assert_eq!((&notice["state"], &notice["attempts"][0]["fault"]), (&json!("accepted"), &Value::Null), "{fault}");
        assert_eq!(fired(&sim), 0, "{fault}");
        let body = json!({"event_type": "TRANSACTION.SUCCESS", "mchid": "1900000001", "url": receiver.url()});
        let made = sim.post("notices?wait=notices", body)?;
        let made = now(&sim, &made);
        assert_eq!((&made["attempts"][0]["fault"], fired(&sim)), (&json!(fault), json!(1)), "{made}");
        sim.delete("faults")?;
    }
    Ok(())
}

#[test]
fn one_that_is_made_by_hand_is_refused_a_fault_without_meaning() {
    let sim = frozen();
    let names: Vec<_> =
        wechatpay_catalog::notifications().filter(|one| one.protocol() == wechatpay_catalog::Protocol::V2).collect();
    let name = format!("v2:{}", names.first().expect("there are notices of APIv2").event_type());
    for (fault, why) in [("PROBE", "has no meaning for a notice of APIv2"), ("SLOW", "is one of calls")] {
        let body = json!({"event_type": name, "mchid": "1900000001", "url": "http://127.0.0.1:9/", "fault": fault});
        let error = sim.post("notices", body).unwrap_err();
        assert!(error.code() == "BAD_REQUEST" && error.to_string().contains(why), "{error}");
    }
    assert!(sim.notices().unwrap().is_empty());
}
