//! What goes wrong on purpose, and who falls for it.

use serde_json::{Value, json};
use wechatpay_chain::ErrorKind;

use crate::receiver::{Answer, Done, Receiver, advance, findings, frozen, now, send, send_faulty};

const PAID: &str = "TRANSACTION.SUCCESS";

#[test]
fn what_must_not_be_believed_is_refused_by_the_sdk_and_comes_again_rightly() -> Done {
    for (fault, kind) in [
        ("FORGED", ErrorKind::Verify),
        ("TAMPERED", ErrorKind::Verify),
        ("STALE", ErrorKind::Verify),
        ("STALE(400)", ErrorKind::Verify),
        ("UNKNOWN_SERIAL", ErrorKind::Verify),
        ("PROBE", ErrorKind::Verify),
        ("WRONG_KEY", ErrorKind::Decrypt),
    ] {
        let sim = frozen();
        let receiver = Receiver::verifying(sim.client()?);
        let notice = send_faulty(&sim, PAID, &receiver.url(), fault);
        let error = receiver.received()[0].notice(&sim.client()?).unwrap_err();
        assert_eq!(error.kind(), kind, "{fault}: {error}");
        assert_eq!((&notice["state"], &notice["attempts"][0]["fault"]), (&json!("failed"), &json!(fault)));
        advance(&sim, 15);
        let notice = now(&sim, &notice);
        assert_eq!((&notice["state"], &notice["attempts"][1]["fault"]), (&json!("accepted"), &json!(null)), "{fault}");
        assert!(findings(&sim).is_empty());
    }
    Ok(())
}

#[test]
fn who_believes_it_all_the_same_is_found_out() {
    for (fault, finding) in [
        ("FORGED", "forged_accepted"),
        ("TAMPERED", "tampered_accepted"),
        ("STALE", "stale_accepted"),
        ("UNKNOWN_SERIAL", "forged_accepted"),
        ("PROBE", "probe_accepted"),
        ("WRONG_KEY", "unreadable_accepted"),
    ] {
        let sim = frozen();
        let receiver = Receiver::always(200);
        let notice = send_faulty(&sim, PAID, &receiver.url(), fault);
        assert_eq!(findings(&sim), [finding], "{fault}");
        assert_eq!(sim.get("findings").unwrap()[0]["ref"], notice["id"]);
    }
}

#[test]
fn each_trick_is_what_it_says() -> Done {
    let sim = frozen();
    let receiver = Receiver::always(204);
    let right = send(&sim, PAID, &receiver.url());
    let serial = right["headers"]["Wechatpay-Serial"].clone();
    let sent = |fault| send_faulty(&sim, PAID, &receiver.url(), fault);
    assert_eq!(sent("FORGED")["headers"]["Wechatpay-Serial"], serial);
    assert_ne!(sent("UNKNOWN_SERIAL")["headers"]["Wechatpay-Serial"], serial);
    assert!(sent("PROBE")["headers"]["Wechatpay-Signature"].as_str().unwrap().starts_with("WECHATPAY/SIGNTEST/"));
    let stamp = |notice: &Value| notice["headers"]["Wechatpay-Timestamp"].as_str().unwrap().parse::<u64>().unwrap();
    let late = stamp(&right) - stamp(&sent("STALE(1000)"));
    assert!((990..=1000).contains(&late), "{late}");
    let tampered = sent("TAMPERED");
    let body: Value = serde_json::from_str(tampered["body"].as_str().unwrap())?;
    assert_ne!(body["create_time"], "2026-11-25T10:00:00+08:00");
    Ok(())
}

#[test]
fn odd_but_right_ones_are_believed() -> Done {
    let sim = frozen();
    let receiver = Receiver::verifying(sim.client()?);
    for (fault, associated_data) in
        [("EMPTY_AAD", json!("")), ("NO_AAD", json!(null)), ("NO_TYPE_HEADER", json!("transaction"))]
    {
        let notice = send_faulty(&sim, PAID, &receiver.url(), fault);
        assert_eq!(notice["state"], "accepted", "{fault}");
        let came = receiver.received().pop().unwrap();
        assert_eq!(came.json()["resource"]["associated_data"], associated_data, "{fault}");
        assert_eq!(came.header("Wechatpay-Signature-Type").is_empty(), fault == "NO_TYPE_HEADER");
    }
    assert!(findings(&sim).is_empty());
    Ok(())
}

#[test]
fn as_apiv2_it_says_the_same() -> Done {
    let sim = frozen();
    let receiver = Receiver::always(204);
    send_faulty(&sim, PAID, &receiver.url(), "V2_XML");
    let came = receiver.received().pop().unwrap();
    assert_eq!((came.header("Content-Type"), came.header("Wechatpay-Signature")), ("text/xml", ""));
    let read = sim.client()?.notice_v2(&came.body)?;
    assert_eq!((&read["mch_id"], &read["result_code"]), (&json!("1900000001"), &json!("SUCCESS")));

    let resource = json!({"out_refund_no": "R1", "refund_status": "CLOSED", "amount": {"refund": 7, "total": 9}});
    let body = json!({"event_type": "REFUND.CLOSED", "mchid": "1900000001", "url": receiver.url(), "resource": resource, "fault": "V2_XML"});
    sim.post("notices?wait=notices", body)?;
    let read = sim.client()?.notice_v2(&receiver.received()[1].body)?;
    let inner = read.get("req_info").unwrap_or(&read);
    assert_eq!((&inner["refund_status"], &inner["refund_fee"]), (&json!("REFUNDCLOSE"), &json!("7")), "{read}");
    Ok(())
}

#[test]
fn lost_late_and_overtaken_ones() {
    let sim = frozen();
    let receiver = Receiver::always(204);
    assert_eq!(send_faulty(&sim, PAID, &receiver.url(), "LOST")["state"], "lost");
    let late = send_faulty(&sim, PAID, &receiver.url(), "LATE(40)");
    assert_eq!((&late["state"], &late["next_at"]), (&json!("pending"), &json!("2026-11-25T10:00:40+08:00")));
    advance(&sim, 39);
    assert!(receiver.received().is_empty());
    advance(&sim, 1);
    let late = now(&sim, &late);
    assert_eq!((&late["state"], &late["attempts"][0]["fault"]), (&json!("accepted"), &json!("LATE(40)")));

    let first = send_faulty(&sim, PAID, &receiver.url(), "REORDERED");
    let second = send(&sim, PAID, &receiver.url());
    let order: Vec<_> = receiver.wait(3).iter().map(|one| one.json()["id"].clone()).collect();
    assert_eq!(order[1..], [second["notice_id"].clone(), first["notice_id"].clone()]);
}

#[test]
fn a_rule_fires_on_the_notices_that_it_fits() -> Done {
    let sim = frozen();
    let receiver = Receiver::always(204);
    let rule =
        sim.post("faults", json!({"match": {"event_type": "REFUND.*"}, "fault": "LOST", "times": 1, "skip": 1}))?;
    assert_eq!(send(&sim, PAID, &receiver.url())["state"], "accepted");
    let states: Vec<_> = (0..3).map(|_| send(&sim, "REFUND.SUCCESS", &receiver.url())["state"].clone()).collect();
    assert_eq!(states, ["accepted", "lost", "accepted"]);
    let faults = sim.get("faults")?;
    let fired = faults["items"]
        .as_array()
        .or(faults.as_array())
        .unwrap()
        .iter()
        .find(|fault| fault["id"] == rule["id"])
        .unwrap();
    assert_eq!(fired["fired"], 1);
    Ok(())
}

#[test]
fn a_probe_goes_before_the_real_one() -> Done {
    let sim = frozen();
    let careful = Receiver::verifying(sim.client()?);
    let notice = send(&sim, PAID, &careful.url());
    let path = format!("notices/{}/probe?wait=notices", notice["id"].as_str().unwrap());
    sim.post(&path, json!({}))?;
    let verdicts = |notice: &Value| -> Vec<Value> {
        now(&sim, notice)["attempts"].as_array().unwrap().iter().map(|attempt| attempt["verdict"].clone()).collect()
    };
    assert_eq!(verdicts(&notice), ["accepted", "probe_refused", "accepted"]);
    let signatures: Vec<_> =
        careful.received().iter().map(|one| one.header("Wechatpay-Signature").to_owned()).collect();
    let is_probe: Vec<_> = signatures.iter().map(|one| one.starts_with("WECHATPAY/SIGNTEST/")).collect();
    assert_eq!((is_probe, findings(&sim).len()), (vec![false, true, false], 0));

    sim.patch("settings", json!({"notify": {"probe_every": 2}}))?;
    let careless = Receiver::new(|_, _| Answer::new(200));
    let sent: Vec<_> = (0..4).map(|_| verdicts(&send(&sim, PAID, &careless.url()))).collect();
    let probed = sent.iter().filter(|verdicts| verdicts[0] == "probe_accepted").count();
    assert_eq!((probed, findings(&sim)), (2, vec!["probe_accepted".to_owned(); 2]));
    Ok(())
}
