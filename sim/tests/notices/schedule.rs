//! When a notice comes again.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::receiver::{Answer, Done, Receiver, advance, frozen, now, send};

const PAID: &str = "TRANSACTION.SUCCESS";

/// Seconds after the first sending of the 16 sendings.
const TIMES: [i64; 16] = [0, 15, 30, 60, 240, 840, 2040, 3840, 5640, 7440, 11040, 21840, 32640, 43440, 65040, 86640];

fn seconds(text: &Value) -> i64 {
    let time: jiff::Timestamp = text.as_str().unwrap().parse().unwrap();
    let start: jiff::Timestamp = "2026-11-25T10:00:00+08:00".parse().unwrap();
    time.as_second() - start.as_second()
}

fn times(notice: &Value) -> Vec<i64> {
    notice["attempts"].as_array().unwrap().iter().map(|attempt| seconds(&attempt["sent_at"])).collect()
}

#[test]
fn refused_for_a_day_it_is_sent_16_times_to_the_second_and_given_up() {
    let sim = frozen();
    let receiver = Receiver::always(500);
    let notice = send(&sim, PAID, &receiver.url());
    assert_eq!((&notice["state"], &notice["next_at"]), (&json!("failed"), &json!("2026-11-25T10:00:15+08:00")));
    let begun = Instant::now();
    let answer = advance(&sim, 86_640);
    let took = begun.elapsed();
    let notice = now(&sim, &notice);
    assert_eq!(
        (times(&notice), &notice["state"], &notice["next_at"]),
        (TIMES.to_vec(), &json!("given_up"), &json!(null))
    );
    assert_eq!(receiver.received().len(), 16);
    let events = answer["events"].as_array().unwrap();
    assert_eq!(events.iter().map(|event| seconds(&event["at"])).collect::<Vec<_>>(), TIMES[1..]);
    assert_eq!(
        events[0],
        json!({"at": "2026-11-25T10:00:15+08:00", "kind": "send_notice", "ref": notice["id"], "what": "failed"})
    );
    assert_eq!(events[14]["what"], "given_up");
    assert!(took < Duration::from_secs(5), "24 hours took {took:?}");
    advance(&sim, 86_400);
    assert_eq!(receiver.received().len(), 16);
}

#[test]
fn a_hundred_are_refused_for_a_day() -> Done {
    let sim = frozen();
    let receiver = Receiver::always(500);
    for _ in 0..100 {
        sim.post("notices", json!({"event_type": PAID, "mchid": "1900000001", "url": receiver.url()}))?;
    }
    receiver.wait(100);
    let begun = Instant::now();
    advance(&sim, 86_640);
    let took = begun.elapsed();
    assert_eq!(receiver.received().len(), 1600);
    let all = sim.get("notices?limit=1000")?;
    for notice in all["items"].as_array().unwrap() {
        assert_eq!((times(notice), &notice["state"]), (TIMES.to_vec(), &json!("given_up")));
    }
    // Without optimisation on a busy machine it takes longer; the figure is for a release build.
    let most = if cfg!(debug_assertions) { 30 } else { 5 };
    assert!(took < Duration::from_secs(most), "100 notices for 24 hours took {took:?}");
    println!("100 notices refused for 24 hours: {took:?}");
    Ok(())
}

#[test]
fn once_accepted_it_does_not_come_again() {
    let sim = frozen();
    let receiver = Receiver::new(|number, _| Answer::new(if number < 3 { 500 } else { 204 }));
    let notice = send(&sim, PAID, &receiver.url());
    advance(&sim, 100_000);
    let notice = now(&sim, &notice);
    assert_eq!((times(&notice), &notice["state"]), (vec![0, 15, 30], &json!("accepted")));
    let numbers: Vec<_> = notice["attempts"].as_array().unwrap().iter().map(|attempt| attempt["n"].clone()).collect();
    assert_eq!(numbers, [1, 2, 3]);
}

#[test]
fn the_schedule_is_a_rule_and_some_events_have_their_own() -> Done {
    let sim = frozen();
    let receiver = Receiver::always(500);
    let transfer = send(&sim, "MCHTRANSFER.BILL.FINISHED", &receiver.url());
    sim.patch("rules", json!({"notice.schedule": [5, 7]}))?;
    let paid = send(&sim, PAID, &receiver.url());
    advance(&sim, 500);
    let transfer = times(&now(&sim, &transfer));
    assert_eq!((transfer.len(), &transfer[8..]), (12, &[120, 135, 150, 450][..]));
    assert_eq!(times(&now(&sim, &paid)), [0, 5, 12]);
    Ok(())
}

#[test]
fn the_next_one_can_be_waited_for() -> Done {
    let sim = frozen();
    let receiver = Receiver::always(500);
    let notice = send(&sim, PAID, &receiver.url());
    let clock = sim.get("clock")?;
    assert_eq!(clock["next"], json!([{"at": "2026-11-25T10:00:15+08:00", "kind": "send_notice", "ref": notice["id"]}]));
    let answer = sim.post("clock/next", json!({"count": 3, "kind": "send_notice"}))?;
    assert_eq!((&answer["now"], answer["events"].as_array().unwrap().len()), (&json!("2026-11-25T10:01:00+08:00"), 3));
    assert_eq!(times(&now(&sim, &notice)), TIMES[..4]);
    assert_eq!(sim.post("clock/next", json!({"kind": "order"})).unwrap_err().code(), "NOT_FOUND");
    assert_eq!(sim.post("clock/next", json!({"kind": "notice"}))?["events"][0]["ref"], notice["id"]);
    Ok(())
}

#[test]
fn by_hand_it_is_sent_outside_the_schedule() -> Done {
    let sim = frozen();
    let receiver = Receiver::new(|number, _| Answer::new(if number < 3 { 500 } else { 204 }));
    let notice = send(&sim, PAID, &receiver.url());
    let path = format!("notices/{}/resend?wait=notices", notice["id"].as_str().unwrap());
    let again = sim.post(&path, json!({}))?;
    assert_eq!((&again["state"], &again["next_at"]), (&json!("failed"), &json!("2026-11-25T10:00:15+08:00")));
    assert_eq!(again["notices"][0]["attempts"].as_array().unwrap().len(), 2);
    assert_eq!(sim.post(&path, json!({}))?["state"], "accepted");
    assert_eq!(advance(&sim, 100)["events"], json!([]));
    Ok(())
}

#[test]
fn a_pause_holds_back_and_its_end_lets_go_in_order() -> Done {
    let sim = frozen();
    let receiver = Receiver::new(|number, _| Answer::new(if number == 1 { 500 } else { 204 }));
    let first = send(&sim, PAID, &receiver.url());
    sim.post("notices/pause", json!({}))?;
    let second = send(&sim, PAID, &receiver.url());
    advance(&sim, 60);
    assert_eq!(receiver.received().len(), 1);
    assert_eq!((&now(&sim, &first)["state"], &now(&sim, &second)["state"]), (&json!("paused"), &json!("paused")));
    let resumed = sim.post("notices/resume?wait=notices", json!({}))?;
    let states: Vec<_> = resumed["notices"].as_array().unwrap().iter().map(|notice| notice["state"].clone()).collect();
    assert_eq!(states, ["accepted", "accepted"]);
    let came = receiver.received();
    let ids: Vec<_> = came.iter().map(|one| one.json()["id"].clone()).collect();
    // The second fell due before the first was due again.
    assert_eq!(ids[1..], [second["notice_id"].clone(), first["notice_id"].clone()]);
    Ok(())
}

#[test]
fn waiting_ends_when_there_are_as_many_as_are_wanted_or_time_is_over() -> Done {
    let sim = frozen();
    let receiver = Receiver::always(204);
    let late = sim.post("notices/wait", json!({"event_type": PAID, "timeout_ms": 50}));
    assert_eq!(late.unwrap_err().code(), "TIMEOUT");
    let merge = json!({"out_trade_no": "A1"});
    for _ in 0..2 {
        sim.post("notices", json!({"event_type": PAID, "mchid": "1900000001", "url": receiver.url(), "merge": merge}))?;
    }
    let found = sim.post("notices/wait", json!({"ref": "A1", "count": 2, "timeout_ms": 10_000}))?;
    assert_eq!(found["items"].as_array().unwrap().len(), 2);
    assert_eq!(sim.get("notices?ref=A1&state=accepted&limit=1")?["items"].as_array().unwrap().len(), 1);
    assert_eq!(sim.get("notices?ref=A2")?["items"], json!([]));
    assert_eq!(sim.get("notices?number=A1").unwrap_err().code(), "BAD_REQUEST");
    assert_eq!(
        sim.post(
            "notices?wait=forever",
            json!({"event_type": PAID, "mchid": "1900000001", "url": "http://127.0.0.1:1/n"})
        )
        .unwrap_err()
        .code(),
        "BAD_REQUEST"
    );
    Ok(())
}
