//! What came of a round, and what follows.

use super::super::due::Due;
use super::super::effect::Kind;
use super::super::findings::{self, Finding};
use super::super::time::Time;
use super::super::world::World;
use super::notice::{NoticeAttempt, NoticeState, Round, Verdict};
use super::schedule;
use super::store::Epoch;

/// What came of a round.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) epoch: Epoch,
    pub(crate) round: u64,
    /// The probe, if there was one, and each copy.
    pub(crate) sendings: Vec<Sending>,
    /// The body as it was sealed, for the next time.
    pub(crate) body: Option<Box<str>>,
}

/// What came of one sending.
#[derive(Clone, Debug)]
pub(crate) struct Sending {
    pub(crate) sent_at: Time,
    pub(crate) ms: u64,
    pub(crate) status: Option<u16>,
    pub(crate) verdict: Verdict,
    pub(crate) answer: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) fault: Option<String>,
    /// Whether the answer held a secret of the merchant's.
    pub(crate) echoed: bool,
}

/// Notes what came of a round that ended at `now`; a failure leads to the next sending of the schedule.
pub(crate) fn delivered(world: &mut World, now: Time, id: &str, outcome: Outcome) {
    if outcome.epoch != world.notices.epoch() {
        return;
    }
    let Some(Some(round)) = world.notices.update(id, |notice| {
        let index = notice.outgoing.iter().position(|round| round.number == outcome.round)?;
        let round = notice.outgoing.remove(index);
        // There are many notices, most with nothing under way.
        notice.outgoing.shrink_to_fit();
        Some(round)
    }) else {
        return;
    };
    for sending in &outcome.sendings {
        for (kind, text) in findings::of_sending(sending) {
            findings::note(world, Finding::new(now, kind, text, id));
        }
    }
    let is_accepted = outcome.sendings.iter().any(|sending| sending.verdict == Verdict::Accepted);
    world.notices.update(id, |notice| {
        // There are many notices, most with one attempt.
        notice.attempts.reserve_exact(outcome.sendings.len());
        notice.attempts.extend(outcome.sendings.into_iter().map(|sending| attempt(&round, sending)));
        notice.body = outcome.body;
    });
    match (is_accepted, round.scheduled) {
        (true, _) => accept(world, id),
        (false, true) => fail(world, now, id),
        (false, false) => world.changed(Kind::Notice, id, "refused"),
    }
    release_overtaken(world, now, id);
}

/// Lets a notice wait for its time in the queue.
pub(super) fn wait_for(world: &mut World, id: &str, at: Time) {
    let place = world.queue.insert(at, Due::SendNotice(id.to_owned()));
    world.notices.update(id, |notice| (notice.due, notice.next_at) = (Some(place), Some(at)));
}

fn attempt(round: &Round, sending: Sending) -> NoticeAttempt {
    NoticeAttempt {
        n: round.n,
        due: round.due,
        sent_at: sending.sent_at,
        ms: sending.ms,
        status: sending.status,
        verdict: sending.verdict,
        answer: sending.answer.map(Into::into),
        error: sending.error.map(Into::into),
        fault: sending.fault.map(Into::into),
    }
}

fn accept(world: &mut World, id: &str) {
    let place = world.notices.update(id, |notice| {
        (notice.state, notice.next_at, notice.body, notice.held_by) = (NoticeState::Accepted, None, None, None);
        notice.due.take()
    });
    if let Some(Some(place)) = place {
        world.queue.remove(place);
    }
    world.changed(Kind::Notice, id, "accepted");
}

fn fail(world: &mut World, now: Time, id: &str) {
    let Some(notice) = world.notices.by_id(id) else { return };
    if notice.state == NoticeState::Accepted {
        return;
    }
    let failures = notice.failures + 1;
    let wait = schedule::wait(&world.rules, notice.version, &notice.event_type, failures);
    world.notices.update(id, |notice| {
        notice.failures = failures;
        notice.state = if wait.is_some() { NoticeState::Failed } else { NoticeState::GivenUp };
        if wait.is_none() {
            notice.body = None;
        }
    });
    if let Some(wait) = wait {
        wait_for(world, id, now.plus_seconds(wait));
    }
    world.changed(Kind::Notice, id, if wait.is_some() { "failed" } else { "given_up" });
}

/// Notices that waited for another one of their merchant's to go first are due now.
fn release_overtaken(world: &mut World, now: Time, id: &str) {
    let Some(mchid) = world.notices.by_id(id).map(|notice| notice.mchid.clone()) else { return };
    for other in world.notices.overtaken.clone() {
        let place = world.notices.update(&other, |notice| match notice.mchid == mchid && notice.id != id {
            true => notice.due.take(),
            false => None,
        });
        if let Some(Some(place)) = place {
            world.queue.remove(place);
            wait_for(world, &other, now);
        }
    }
}
