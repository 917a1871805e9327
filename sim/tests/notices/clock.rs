//! The two clocks.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use wechatpay_sim::Simulator;

use crate::receiver::{Answer, Done, Gate, Receiver, frozen, now, send};

const PAID: &str = "TRANSACTION.SUCCESS";

fn seconds(text: &Value) -> i64 {
    text.as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_second()
}

#[test]
fn a_running_clock_shows_the_wall_clock_and_what_was_added() -> Done {
    let sim = Simulator::builder().start()?;
    let clock = sim.get("clock")?;
    assert_eq!((&clock["mode"], &clock["offset_s"], &clock["now"]), (&json!("wall"), &json!(0), &clock["wall"]));
    let moved = sim.post("clock/advance", json!({"by": "1h30m"}))?;
    assert_eq!((&moved["mode"], &moved["events"]), (&json!("wall"), &json!([])));
    let off = seconds(&moved["now"]) - seconds(&moved["wall"]);
    assert!((5398..=5401).contains(&off), "{off}");
    Ok(())
}

#[test]
fn a_frozen_clock_stands_until_it_is_moved() -> Done {
    let sim = frozen();
    assert_eq!(sim.get("clock")?["now"], "2026-11-25T10:00:00+08:00");
    let moved = sim.post("clock/advance", json!({"to": "2026-11-26T00:00:00+08:00"}))?;
    assert_eq!((&moved["now"], &moved["mode"]), (&json!("2026-11-26T00:00:00+08:00"), &json!("frozen")));
    Ok(())
}

#[test]
fn it_can_be_stopped_and_let_go() -> Done {
    let sim = Simulator::builder().start()?;
    let stopped = sim.post("clock", json!({"mode": "frozen"}))?;
    assert_eq!(stopped["mode"], "frozen");
    let later = sim.post("clock", json!({"mode": "frozen", "now": "2099-01-01T00:00:00+08:00"}))?;
    assert_eq!(later["now"], "2099-01-01T00:00:00+08:00");
    let running = sim.post("clock", json!({"mode": "wall"}))?;
    let off = seconds(&running["now"]) - seconds(&json!("2099-01-01T00:00:00+08:00"));
    assert!(running["mode"] == "wall" && (0..5).contains(&off));
    assert!(running["offset_s"].as_i64().unwrap() > 1_000_000_000);
    Ok(())
}

#[test]
fn time_never_goes_back() {
    let sim = frozen();
    for (path, body) in [
        ("clock/advance", json!({"to": "2026-11-25T09:59:59+08:00"})),
        ("clock", json!({"mode": "frozen", "now": "2026-11-25T09:59:59+08:00"})),
        ("clock", json!({"mode": "wall", "now": "2020-01-01T00:00:00+08:00"})),
    ] {
        assert_eq!(sim.post(path, body).unwrap_err().code(), "STATE", "{path}");
    }
    assert_eq!(sim.get("clock").unwrap()["now"], "2026-11-25T10:00:00+08:00");
    assert_eq!(sim.post("clock/next", json!({})).unwrap_err().code(), "NOT_FOUND");
}

#[test]
fn what_cannot_be_read_is_refused() {
    let sim = frozen();
    for (path, body) in [
        ("clock/advance", json!({})),
        ("clock/advance", json!({"by": 1, "to": "2026-11-26T00:00:00+08:00"})),
        ("clock/advance", json!({"by": -1})),
        ("clock/advance", json!({"by": "soon"})),
        ("clock/advance", json!({"by": "99999999d"})),
        ("clock/advance", json!({"to": "tomorrow"})),
        ("clock/advance", json!({"by": 1, "till": 2})),
        ("clock/next", json!({"count": 0})),
        ("clock", json!({"mode": "slow"})),
        ("clock", json!({})),
    ] {
        assert_eq!(sim.post(path, body.clone()).unwrap_err().code(), "BAD_REQUEST", "{path} {body}");
    }
}

#[test]
fn running_time_sends_again_by_itself() -> Done {
    let sim = Simulator::builder().start()?;
    sim.patch("rules", json!({"notice.schedule": [1, 1]}))?;
    let receiver = Receiver::new(|number, _| Answer::new(if number < 3 { 500 } else { 204 }));
    let begun = Instant::now();
    let notice = send(&sim, PAID, &receiver.url());
    receiver.wait(3);
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(1900), "{took:?}");
    let found = sim.post("notices/wait", json!({"timeout_ms": 5000}))?;
    assert_eq!(found["items"][0]["id"], notice["id"]);
    Ok(())
}

#[test]
fn simulated_times_are_exact_with_a_running_clock_too() -> Done {
    let sim = Simulator::builder().start()?;
    let receiver = Receiver::always(500);
    let notice = send(&sim, PAID, &receiver.url());
    sim.post("clock/advance", json!({"by": 90_000}))?;
    let notice = now(&sim, &notice);
    let times: Vec<_> =
        notice["attempts"].as_array().unwrap().iter().map(|attempt| seconds(&attempt["sent_at"])).collect();
    let spans: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    // Only the first sending took place while the clock ran.
    assert_eq!(spans[1..], [15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600]);
    assert!((15..=16).contains(&spans[0]));
    Ok(())
}

#[test]
fn requests_from_outside_wait_no_longer_than_one_event() -> Done {
    let sim = frozen();
    let gate = Gate::default();
    let receiver = gate.receiver(3, 500);
    send(&sim, PAID, &receiver.url());
    let answer = sim.post("clock/advance", json!({"by": 86_640, "wait": false}))?;
    assert_eq!(answer["events"], json!([]));
    receiver.wait(3);
    assert_eq!(sim.get("clock")?["now"], "2026-11-25T10:00:30+08:00", "it is on its way");
    gate.open();
    receiver.wait(16);
    sim.post("notices/wait", json!({"state": "given_up", "timeout_ms": 10_000}))?;
    assert_eq!(sim.post("clock/advance", json!({"by": 0}))?["now"], "2026-11-26T10:04:00+08:00");
    Ok(())
}

#[test]
fn an_answer_is_awaited_before_the_next_thing_happens() -> Done {
    let sim = frozen();
    let receiver = Receiver::new(|_, _| Answer::new(500).after(Duration::from_millis(50)));
    let (first, second) =
        (send(&sim, PAID, &receiver.url()), send(&sim, PAID, &receiver.url().replace("notify", "other")));
    let answer = sim.post("clock/advance", json!({"by": 30}))?;
    let order: Vec<_> = answer["events"].as_array().unwrap().iter().map(|event| event["ref"].clone()).collect();
    let (first, second) = (first["id"].clone(), second["id"].clone());
    assert_eq!(order, [first.clone(), second.clone(), first, second]);
    let came: Vec<_> = receiver.received().windows(2).map(|pair| pair[1].at - pair[0].at).collect();
    assert!(came.iter().all(|span| *span >= Duration::from_millis(50)), "{came:?}");
    Ok(())
}

#[test]
fn what_was_on_its_way_in_a_saved_state_is_sent_by_the_next_simulator() -> Done {
    let sim = frozen();
    let gate = Gate::default();
    let slow = gate.receiver(1, 204);
    sim.post("notices", json!({"event_type": PAID, "mchid": "1900000001", "url": slow.url()}))?;
    slow.wait(1);
    let state = sim.get("state")?;
    gate.open();
    let other = frozen();
    other.put("state", state)?;
    slow.wait(2);
    let found = other.post("notices/wait", json!({"timeout_ms": 5000}))?;
    assert_eq!(found["items"][0]["attempts"].as_array().unwrap().len(), 1);
    Ok(())
}

#[test]
fn an_answer_to_a_world_that_is_gone_is_nobodys() -> Done {
    let sim = frozen();
    let slow = Receiver::new(|_, _| Answer::new(500).after(Duration::from_millis(500)));
    let quick = Receiver::always(204);
    let body = |url: String| json!({"event_type": PAID, "mchid": "1900000001", "url": url});
    let old = sim.post("notices", body(slow.url()))?;
    slow.wait(1);
    sim.post("reset", json!({}))?;
    sim.post("clock", json!({"mode": "frozen"}))?;
    let new = sim.post("notices?wait=notices", body(quick.url()))?;
    assert_eq!((&old["id"], &old["notice_id"]), (&new["id"], &new["notice_id"]), "the same seed begins anew");
    // Waits for the old world's answer too.
    sim.post("clock/advance", json!({"by": 60}))?;
    let new = now(&sim, &new);
    assert_eq!((&new["state"], new["attempts"].as_array().unwrap().len()), (&json!("accepted"), 1));
    assert_eq!(slow.received().len(), 1);
    Ok(())
}
