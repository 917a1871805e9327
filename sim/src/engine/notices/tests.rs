//! The life of a notice, without anything that is really sent.

use serde_json::json;

use super::super::call::Version;
use super::super::clock::Clock;
use super::super::due::Due;
use super::super::effect::Effect;
use super::super::faults::fault::Fault;
use super::super::faults::store::{Match, Standing};
use super::super::step::{Event, Reply, step};
use super::super::time::Time;
use super::super::world::World;
use super::*;

const START: Time = Time::from_millis(1_800_000_000_000);
const NEAR: &str = "http://127.0.0.1:3000/notify";

fn world() -> World {
    World::new(1, Clock::Frozen { now: START }, START)
}

fn new(event_type: &str, url: &str) -> NewNotice {
    NewNotice {
        event_type: event_type.to_owned(),
        original_type: "transaction".to_owned(),
        summary: "支付成功".to_owned(),
        version: Version::V3,
        mchid: "1900000001".to_owned(),
        reference: "ord_1".to_owned(),
        url: url.to_owned(),
        resource: json!({"out_trade_no": "A1"}),
        sign_type: None,
    }
}

fn told(world: &mut World) -> String {
    let id = enqueue(world, START, new("TRANSACTION.SUCCESS", NEAR)).unwrap();
    world.take_effects();
    id
}

/// Handles everything that is due; which notices are to be sent.
fn run(world: &mut World, now: Time) -> Vec<String> {
    let mut deliver = Vec::new();
    loop {
        let (reply, effects) = step(world, now, Event::Due);
        deliver.extend(effects.into_iter().filter_map(|effect| match effect {
            Effect::Deliver(id) => Some(id),
            Effect::Changed(_) => None,
        }));
        if let Reply::Due(None) = reply {
            return deliver;
        }
    }
}

fn answer(world: &mut World, now: Time, id: &str, verdict: Verdict) -> Job {
    let job = take(world, id).unwrap();
    let sending = Sending {
        sent_at: now,
        ms: 1,
        status: Some(if verdict == Verdict::Accepted { 204 } else { 500 }),
        verdict,
        answer: None,
        error: None,
        fault: job.round.fault.clone(),
        echoed: false,
    };
    let sendings = vec![sending; usize::try_from(job.round.copies).unwrap()];
    let outcome = Outcome { epoch: job.epoch, round: job.round.number, sendings, body: Some("{}".into()) };
    delivered(world, now, id, outcome);
    job
}

fn state(world: &World, id: &str) -> NoticeState {
    world.notices.by_id(id).unwrap().state
}

fn fault(world: &mut World, name: &str) {
    let standing = Standing::new("flt_x".to_owned(), Match::default(), Fault::parse(name).unwrap());
    world.faults.standing.push(standing);
}

#[test]
fn a_notice_is_due_at_once_and_accepted_once() {
    let mut world = world();
    let id = told(&mut world);
    assert_eq!(
        (state(&world, &id), world.queue.first()),
        (NoticeState::Pending, Some((START, &Due::SendNotice(id.clone()))))
    );
    assert_eq!(run(&mut world, START), [id.as_str()]);
    answer(&mut world, START, &id, Verdict::Accepted);
    assert_eq!((state(&world, &id), world.queue.first()), (NoticeState::Accepted, None));
    assert!(world.notices.by_id(&id).unwrap().body.is_none(), "a body that is not sent again is not kept");
    assert!(take(&mut world, &id).is_none());
}

#[test]
fn refused_sixteen_times_it_is_given_up_after_86640_seconds() {
    let mut world = world();
    let id = told(&mut world);
    let mut now = START;
    let mut times = Vec::new();
    while let Some((at, _)) = world.queue.first() {
        now = at;
        assert_eq!(run(&mut world, now), [id.as_str()]);
        times.push(now.since(START).as_secs());
        answer(&mut world, now, &id, Verdict::Refused);
    }
    assert_eq!(times, [0, 15, 30, 60, 240, 840, 2040, 3840, 5640, 7440, 11040, 21840, 32640, 43440, 65040, 86640]);
    assert_eq!((state(&world, &id), now), (NoticeState::GivenUp, START.plus_seconds(86_640)));
    let numbers: Vec<u32> = world.notices.by_id(&id).unwrap().attempts.iter().map(|attempt| attempt.n).collect();
    assert_eq!(numbers, (1..=16).collect::<Vec<_>>());
}

#[test]
fn the_next_sending_is_counted_from_the_end_of_the_failed_one() {
    let mut world = world();
    let id = told(&mut world);
    run(&mut world, START);
    answer(&mut world, START.plus_seconds(5), &id, Verdict::TimedOut);
    assert_eq!(world.notices.by_id(&id).unwrap().next_at, Some(START.plus_seconds(20)));
    assert_eq!(state(&world, &id), NoticeState::Failed);
}

#[test]
fn a_merchant_without_api_v3_key_gets_none() {
    let mut world = world();
    world.merchants.get_mut("1900000001").unwrap().has_api_v3_key = false;
    assert!(enqueue(&mut world, START, new("TRANSACTION.SUCCESS", NEAR)).is_none());
    assert!(enqueue(&mut world, START, NewNotice { version: Version::V2, ..new("pay", NEAR) }).is_some());
    assert!(enqueue(&mut world, START, NewNotice { version: Version::V2, ..new("pay", "") }).is_none());
    assert!(enqueue(&mut world, START, NewNotice { mchid: "1".to_owned(), ..new("pay", NEAR) }).is_none());
}

#[test]
fn a_public_host_is_blocked_until_it_is_named() {
    let mut world = world();
    let id = enqueue(&mut world, START, new("TRANSACTION.SUCCESS", "https://shop.example.com/n")).unwrap();
    assert_eq!((state(&world, &id), world.queue.first()), (NoticeState::Blocked, None));
    send_now(&mut world, START, &id, 1, false).unwrap();
    assert!(take(&mut world, &id).is_none());
    world.settings.notify.hosts.push("shop.example.com".to_owned());
    send_now(&mut world, START, &id, 1, false).unwrap();
    assert_eq!(answer(&mut world, START, &id, Verdict::Refused).url, "https://shop.example.com/n");
    assert_eq!(world.notices.by_id(&id).unwrap().next_at, Some(START.plus_seconds(15)), "its schedule begins");
    world.settings.notify.hosts.clear();
    run(&mut world, START.plus_seconds(15));
    assert!(take(&mut world, &id).is_none());
    assert_eq!(state(&world, &id), NoticeState::Blocked);
}

#[test]
fn a_pause_holds_everything_back_and_its_end_lets_it_go_in_order() {
    let mut world = world();
    let first = told(&mut world);
    assert_eq!(run(&mut world, START), [first.as_str()]);
    pause(&mut world);
    let second = told(&mut world);
    assert!(run(&mut world, START).is_empty());
    assert!(take(&mut world, &first).is_none(), "it was not on its way yet");
    assert_eq!((state(&world, &first), state(&world, &second)), (NoticeState::Paused, NoticeState::Paused));
    world.take_effects();
    resume(&mut world);
    let deliver: Vec<_> =
        world.take_effects().into_iter().filter(|effect| matches!(effect, Effect::Deliver(_))).collect();
    assert_eq!(deliver, [Effect::Deliver(first.clone()), Effect::Deliver(second)]);
    answer(&mut world, START, &first, Verdict::Accepted);
    assert_eq!(state(&world, &first), NoticeState::Accepted);
}

#[test]
fn a_resent_one_leaves_the_schedule_as_it_is_unless_it_is_accepted() {
    let mut world = world();
    let id = told(&mut world);
    run(&mut world, START);
    answer(&mut world, START, &id, Verdict::Refused);
    send_now(&mut world, START, &id, 1, false).unwrap();
    answer(&mut world, START, &id, Verdict::Refused);
    let notice = world.notices.by_id(&id).unwrap();
    assert_eq!((notice.next_at, notice.failures, notice.attempts.len()), (Some(START.plus_seconds(15)), 1, 2));
    send_now(&mut world, START, &id, 1, false).unwrap();
    answer(&mut world, START, &id, Verdict::Accepted);
    assert_eq!((state(&world, &id), world.queue.first()), (NoticeState::Accepted, None));
}

#[test]
fn faults_lose_hold_and_double_it() {
    let mut world = world();
    fault(&mut world, "LOST");
    let lost = told(&mut world);
    assert!(run(&mut world, START).is_empty());
    assert_eq!(state(&world, &lost), NoticeState::Lost);

    fault(&mut world, "LATE(40)");
    let late = told(&mut world);
    assert!(run(&mut world, START).is_empty());
    assert!(run(&mut world, START.plus_seconds(39)).is_empty());
    assert_eq!(run(&mut world, START.plus_seconds(40)), [late.as_str()]);
    assert_eq!(
        answer(&mut world, START.plus_seconds(40), &late, Verdict::Accepted).round.fault.as_deref(),
        Some("LATE(40)")
    );

    fault(&mut world, "DUPLICATE(3)");
    let tripled = told(&mut world);
    run(&mut world, START);
    assert_eq!(answer(&mut world, START, &tripled, Verdict::Accepted).round.copies, 3);
    assert_eq!(world.notices.by_id(&tripled).unwrap().attempts.len(), 3);
}

#[test]
fn a_reordered_one_follows_the_next_one_or_waits_a_minute() {
    let mut world = world();
    fault(&mut world, "REORDERED");
    let (first, second) = (told(&mut world), told(&mut world));
    assert_eq!(run(&mut world, START), [second.as_str()]);
    answer(&mut world, START, &second, Verdict::Accepted);
    assert_eq!(run(&mut world, START), [first.as_str()]);

    fault(&mut world, "REORDERED");
    let alone = told(&mut world);
    assert!(run(&mut world, START.plus_seconds(59)).is_empty());
    assert_eq!(run(&mut world, START.plus_seconds(60)), [alone.as_str()]);
}

#[test]
fn the_settings_double_and_probe() {
    let mut world = world();
    (world.settings.notify.duplicate, world.settings.notify.probe_every) = (2, 2);
    let (first, second) = (told(&mut world), told(&mut world));
    run(&mut world, START);
    let rounds = [take(&mut world, &first).unwrap().round, take(&mut world, &second).unwrap().round];
    assert_eq!(rounds.map(|round| (round.copies, round.probe)), [(2, false), (2, true)]);
}

#[test]
fn what_was_on_its_way_when_the_state_was_saved_is_sent_again() {
    let mut world = world();
    let id = told(&mut world);
    run(&mut world, START);
    let before = take(&mut world, &id).unwrap();
    let saved = serde_json::to_string(&world).unwrap();
    let mut world: World = serde_json::from_str(&saved).unwrap();
    wake(&mut world);
    assert_eq!(world.take_effects(), [Effect::Deliver(id.clone())]);
    let outcome = Outcome { epoch: before.epoch, round: before.round.number, sendings: Vec::new(), body: None };
    delivered(&mut world, START, &id, outcome);
    assert_eq!(
        take(&mut world, &id).unwrap().round.number,
        before.round.number,
        "the old world's answer is not this one's"
    );
}

#[test]
fn nonces_are_the_same_for_the_same_seed_whatever_happens_meanwhile() {
    let (mut one, mut other) = (world(), world());
    let (first, second) = (told(&mut one), told(&mut other));
    other.ids.random();
    run(&mut one, START);
    run(&mut other, START);
    let nonce = |job: Option<Job>| job.unwrap().ids.hex(32);
    assert_eq!(nonce(take(&mut one, &first)), nonce(take(&mut other, &second)));
}
