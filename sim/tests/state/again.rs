//! Everything but keys is there again after a restart, the journal too.

use std::fs;

use wechatpay_chain::{Media, Value, json};
use wechatpay_sim::Simulator;

use super::{Done, differing, place, start};

/// An order, but for its page, which is at the port of the day.
fn shown(sim: &Simulator) -> Value {
    let mut order = sim.get("orders/A-00001").unwrap();
    order["credential"]["pay_url"].take();
    order
}

/// Pays the order; its notice waits for the end of the pause.
fn pay(sim: &Simulator) {
    sim.post("orders/A-00001/pay", json!({})).unwrap();
    sim.post("notices/wait", json!({"state": "paused", "timeout_ms": 60_000})).unwrap();
}

fn items(sim: &Simulator, list: &str) -> Vec<Value> {
    sim.get(&format!("{list}?limit=1000")).unwrap()["items"].as_array().unwrap().clone()
}

#[test]
fn what_was_is_there_again() -> Done {
    let folder = tempfile::tempdir()?;
    let sim = start(folder.path());
    sim.post("notices/pause", json!({}))?;
    sim.patch("settings", json!({"lang": "en"}))?;
    sim.patch("rules", json!({"close.unknown": 404}))?;
    sim.post("faults", json!({"fault": "GARBAGE", "match": {"number": "Z-1"}}))?;
    place(&sim, "A-00001")?;
    pay(&sim);
    let refund = json!({
        "out_trade_no": "A-00001", "out_refund_no": "R1", "amount": {"refund": 30, "total": 100, "currency": "CNY"},
    });
    sim.client()?.chain("v3/refund/domestic/refunds").post(refund)?;
    assert!(
        sim.client()?.chain("v3/pay/transactions/out-trade-no/A-00009").query("mchid", "1900000001").get().is_err()
    );
    let lists = ["calls", "refunds", "notices", "faults", "merchants/1900000001/ledger"];
    let all = |sim: &Simulator| {
        let singles = ["settings", "rules", "clock", "findings"].map(|path| sim.get(path).unwrap());
        let mut lists = lists.map(|list| items(sim, list));
        // The wall clock goes on, and the headers of the last sending are the program's.
        lists[2].iter_mut().for_each(|notice| _ = notice["headers"].take());
        let mut singles = singles.to_vec();
        for members in singles.iter_mut().filter_map(Value::as_object_mut) {
            members.retain(|name, _| name != "wall" && name != "offset_s");
        }
        (shown(sim), singles, lists)
    };
    let before = all(&sim);
    assert_eq!(before.0["refs"]["calls"], json!(["call_1", "call_2"]));
    drop(sim);
    let saved: Value = wechatpay_chain::serde_json::from_slice(&fs::read(folder.path().join("state.json"))?)?;
    assert_eq!(saved["version"], 1);
    let sim = start(folder.path());
    let after = all(&sim);
    assert_eq!(after.0, before.0);
    assert_eq!(after.1, before.1);
    for (list, (now, then)) in lists.iter().zip(after.2.iter().zip(&before.2)) {
        assert_eq!(now, then, "{list}");
    }
    assert_eq!(sim.get("invariants")?["ok"], true);
    // The number is used, as it was; the journal goes on counting.
    assert!(place(&sim, "A-00001").is_err());
    place(&sim, "A-00002")?;
    assert_eq!(items(&sim, "calls")[0]["id"], "call_5");
    Ok(())
}

#[test]
fn what_the_gate_remembers_is_there_again() -> Done {
    let folder = tempfile::tempdir()?;
    let sim = start(folder.path());
    let upload = |sim: &Simulator| {
        let media = Media::new("a.png", &b"bytes"[..]);
        let answer = sim.client().unwrap().chain("v3/merchant/media/upload").post(media).unwrap();
        let id = answer.headers()["request-id"].to_str().unwrap().to_owned();
        (answer["media_id"].as_str().unwrap().to_owned(), id)
    };
    let (media, first) = upload(&sim);
    drop(sim);
    let sim = start(folder.path());
    let body = json!({
        "complainted_mchid": "1900000001", "response_content": "we are sorry", "response_images": [media],
    });
    sim.client()?.chain("v3/merchant-service/complaints-v2/1/response").post(body).ok();
    let warned = items(&sim, "calls")[0]["warnings"].to_string();
    assert!(!warned.contains("media.unknown"), "{warned}");
    let (again, second) = upload(&sim);
    assert_eq!(again, media);
    assert_ne!(first, second, "no number of an answer is given twice");
    Ok(())
}

#[test]
fn the_state_goes_through_the_controls_as_it_does_through_the_file() -> Done {
    let folder = tempfile::tempdir()?;
    let sim = start(folder.path());
    sim.post("notices/pause", json!({}))?;
    place(&sim, "A-00001")?;
    pay(&sim);
    let state = sim.get("state")?;
    drop(sim);
    let saved: Value = wechatpay_chain::serde_json::from_slice(&fs::read(folder.path().join("state.json"))?)?;
    assert_eq!(differing(&saved, &state), [""; 0]);

    let other = Simulator::builder().seed(9).start()?;
    place(&other, "B-00001")?;
    other.put("state", state.clone())?;
    assert_eq!((shown(&other)["state"].as_str(), other.orders()?.len()), (Some("SUCCESS"), 1));
    assert_eq!(shown(&other)["refs"]["calls"], json!(["call_1"]));
    assert_eq!(other.calls()?.len(), 1);

    // One whose journal cannot be read changes nothing.
    let mut wrong = state;
    wrong["calls"]["newest"][0]["at"] = json!(true);
    wrong["orders"].take();
    let error = other.put("state", wrong).unwrap_err();
    assert!(error.code() == "BAD_REQUEST" && error.to_string().contains("state: "), "{error}");
    assert_eq!(shown(&other)["state"], "SUCCESS");
    Ok(())
}
