//! Who goes when: one after another, several at a time, in another order, several copies at once.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Condvar, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use wechatpay_sim::Simulator;

use crate::receiver::{Answer, Done, Gate, Received, Receiver, frozen, send};

const PAID: &str = "TRANSACTION.SUCCESS";

fn post(sim: &Simulator, url: &str) -> Value {
    sim.post("notices", json!({"event_type": PAID, "mchid": "1900000001", "url": url})).unwrap()
}

/// A receiver that answers once `together` are there and a moment has passed, and the most that it had at a time.
fn slow(together: usize) -> (Receiver, Arc<AtomicUsize>) {
    let (here, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (highest, complete) = (Arc::clone(&most), Barrier::new(together));
    let receiver = Receiver::new(move |_, _| {
        highest.fetch_max(here.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        complete.wait();
        std::thread::sleep(Duration::from_millis(20));
        here.fetch_sub(1, Ordering::SeqCst);
        Answer::new(204)
    });
    (receiver, most)
}

#[test]
fn one_at_a_time_to_one_address_in_the_order_of_events() {
    let sim = frozen();
    let (receiver, most) = slow(1);
    let sent: Vec<_> = (0..10).map(|_| post(&sim, &receiver.url())["notice_id"].clone()).collect();
    let came: Vec<_> = receiver.wait(10).iter().map(|one| one.json()["id"].clone()).collect();
    assert_eq!((came, most.load(Ordering::SeqCst)), (sent, 1));
}

#[test]
fn other_addresses_do_not_wait() {
    let sim = frozen();
    let gate = Gate::default();
    let stuck = gate.receiver(1, 204);
    let quick = Receiver::always(204);
    post(&sim, &stuck.url());
    stuck.wait(1);
    assert_eq!(send(&sim, PAID, &quick.url())["state"], "accepted");
    gate.open();
}

#[test]
fn several_at_a_time_as_the_setting_says() -> Done {
    let sim = frozen();
    sim.patch("settings", json!({"notify": {"concurrency": 3}}))?;
    let (receiver, most) = slow(3);
    (0..9).for_each(|_| _ = post(&sim, &receiver.url()));
    receiver.wait(9);
    assert_eq!(most.load(Ordering::SeqCst), 3);
    Ok(())
}

#[test]
fn copies_go_at_once_with_signatures_of_their_own() -> Done {
    let sim = frozen();
    // Each is answered once all that are due have come.
    let due = Arc::new((Mutex::new((0, 1)), Condvar::new()));
    let counted = Arc::clone(&due);
    let receiver = Receiver::new(move |_, _| {
        let (state, changed) = &*counted;
        let mut state = state.lock().unwrap();
        state.0 += 1;
        changed.notify_all();
        let few = |(came, due): &mut (usize, usize)| came < due;
        let (_state, late) = changed.wait_timeout_while(state, Duration::from_secs(4), few).unwrap();
        Answer::new(if late.timed_out() { 500 } else { 204 })
    });
    let expect = |count| due.0.lock().unwrap().1 += count;
    let notice = send(&sim, PAID, &receiver.url());
    for (path, body, count) in [
        (format!("notices/{}/duplicate?wait=notices", notice["id"].as_str().unwrap()), json!({"count": 5}), 5),
        (
            "notices?wait=notices".to_owned(),
            json!({"event_type": PAID, "mchid": "1900000001", "url": receiver.url(), "fault": "DUPLICATE(5)"}),
            5,
        ),
    ] {
        let before = receiver.received().len();
        expect(count);
        let answer = sim.post(&path, body)?;
        assert_eq!(answer["state"], "accepted");
        let came = receiver.wait(before + count).split_off(before);
        assert_copies(&came, count);
        for one in &came {
            assert!(one.notice(&sim.client()?).is_ok());
        }
    }
    sim.patch("settings", json!({"notify": {"duplicate": 3}}))?;
    expect(3);
    let notice = send(&sim, PAID, &receiver.url());
    assert_eq!(notice["state"], "accepted");
    assert_copies(&receiver.received().split_off(11), 3);
    let numbers: Vec<_> = notice["attempts"].as_array().unwrap().iter().map(|attempt| attempt["n"].clone()).collect();
    assert_eq!(numbers, [1, 1, 1], "copies are one attempt of the schedule");
    Ok(())
}

/// The same bytes, other signatures.
fn assert_copies(came: &[Received], count: usize) {
    assert_eq!(came.len(), count);
    let bodies: HashSet<_> = came.iter().map(|one| one.body.clone()).collect();
    let signatures: HashSet<_> = came.iter().map(|one| one.header("Wechatpay-Signature").to_owned()).collect();
    assert_eq!((bodies.len(), signatures.len()), (1, count));
    let first = came.iter().map(|one| one.at).min().unwrap();
    println!("{count} copies came within {:?}", came.iter().map(|one| one.at - first).max().unwrap());
}

#[test]
fn shuffled_they_come_in_another_order_the_same_for_the_same_seed() -> Done {
    let order = || -> Result<Vec<usize>, Box<dyn std::error::Error>> {
        let sim = frozen();
        sim.patch("settings", json!({"notify": {"shuffle": true}}))?;
        let receiver = Receiver::always(204);
        sim.post("notices/pause", json!({}))?;
        let sent: Vec<_> = (0..8).map(|_| post(&sim, &receiver.url())["notice_id"].clone()).collect();
        sim.post("notices/resume", json!({}))?;
        let came = receiver.wait(8);
        let place = |one: &Received| sent.iter().position(|id| *id == one.json()["id"]).unwrap();
        Ok(came.iter().map(place).collect())
    };
    let (first, second) = (order()?, order()?);
    assert_eq!(first, second);
    let mut sorted = first.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..8).collect::<Vec<_>>());
    assert_ne!(first, sorted);
    Ok(())
}

#[test]
fn shuffled_retries_of_one_moment_are_sent_by_an_advance_too() -> Done {
    let sim = frozen();
    let receiver = Receiver::always(500);
    sim.patch("settings", json!({"notify": {"shuffle": true}}))?;
    sim.post("notices/pause", json!({}))?;
    (0..6).for_each(|_| _ = post(&sim, &receiver.url()));
    sim.post("notices/wait", json!({"state": "paused", "count": 6}))?;
    let resumed = sim.post("notices/resume?wait=notices", json!({}))?;
    assert_eq!((resumed["notices"].as_array().unwrap().len(), receiver.received().len()), (6, 6));
    let events = sim.post("clock/advance", json!({"by": 15}))?;
    assert_eq!((receiver.received().len(), events["events"].as_array().unwrap().len()), (12, 6));
    Ok(())
}

#[test]
fn a_delay_is_waited_for_before_each() -> Done {
    let sim = frozen();
    sim.patch("settings", json!({"notify": {"delay_ms": 300}}))?;
    let receiver = Receiver::always(204);
    let begun = std::time::Instant::now();
    send(&sim, PAID, &receiver.url());
    assert!(receiver.received()[0].at - begun >= Duration::from_millis(300));
    Ok(())
}

#[test]
fn an_advance_does_not_wait_for_more_to_be_shuffled() -> Done {
    let sim = frozen();
    sim.patch("settings", json!({"notify": {"shuffle": true}}))?;
    sim.patch("rules", json!({"notice.schedule": vec![1; 200]}))?;
    let receiver = Receiver::always(500);
    send(&sim, PAID, &receiver.url());
    let begun = std::time::Instant::now();
    sim.post("clock/advance", json!({"by": 200}))?;
    // Gathering takes a tenth of a second; two hundred retries would take twenty.
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!(receiver.received().len(), 201);
    Ok(())
}
