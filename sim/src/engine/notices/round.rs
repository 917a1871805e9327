//! Rounds: a notice falls due, or is sent by hand, and whoever sends takes it.

use compact_str::CompactString;

use super::super::effect::{Effect, Kind};
use super::super::faults::choose;
use super::super::faults::facts::NoticeFacts;
use super::super::faults::fault::Fault;
use super::super::ids::Ids;
use super::super::time::Time;
use super::super::world::World;
use super::notice::{Notice, NoticeState, Round};
use super::store::Epoch;
use super::target::Target;

/// The longest delay, and the longest time for an answer, whatever a state file says.
const LONGEST_MS: u64 = 60_000;

/// The most copies of a notice that go at once.
const MOST_COPIES: u32 = 100;

/// How long a notice waits at most for another one to go out before it, in seconds.
const OVERTAKEN: i64 = 60;

/// A round that is to be sent, with everything of the state that sending needs.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) notice: Notice,
    pub(crate) round: Round,
    pub(crate) url: String,
    pub(crate) epoch: Epoch,
    /// Nonces and the like: the same for the same seed, notice and round, whatever happens elsewhere meanwhile.
    pub(crate) ids: Ids,
    /// Whether the body is sealed anew each time.
    pub(crate) seals_anew: bool,
    /// Whether a 2xx whose `code` is not `SUCCESS` is a failure.
    pub(crate) minds_code: bool,
    /// Wall milliseconds: how long it waits before it goes out, and how long for the answer.
    pub(crate) delay_ms: u64,
    pub(crate) timeout_ms: u64,
    /// Whether any certificate of the target is taken.
    pub(crate) insecure: bool,
}

/// A notice's next sending falls due.
pub(crate) fn due(world: &mut World, at: Time, id: &str) {
    let held_by = world.notices.update(id, |notice| {
        (notice.due, notice.next_at) = (None, None);
        notice.held_by.take()
    });
    let Some(held_by) = held_by else { return };
    world.notices.overtaken.retain(|other| other != id);
    let fault = match held_by {
        Some(fault) => Some(fault),
        None => match chosen(world, id) {
            Some(fault) if fault.name() == "LOST" => return lose(world, id),
            Some(fault) if fault.name() == "LATE" => return hold(world, at, id, &fault, i64::from(fault.argument())),
            Some(fault) if fault.name() == "REORDERED" => {
                world.notices.overtaken.push(id.to_owned());
                return hold(world, at, id, &fault, OVERTAKEN);
            }
            other => other.map(|fault| fault.to_string().into()),
        },
    };
    let duplicate =
        fault.as_deref().and_then(|fault| Fault::parse(fault).ok()).filter(|fault| fault.name() == "DUPLICATE");
    let copies = duplicate.map_or(world.settings.notify.duplicate, |fault| fault.argument());
    let every = u64::from(world.settings.notify.probe_every);
    let probe = every > 0 && (world.notices.rounds + 1) % every == 0;
    start(world, id, Round { copies, probe, scheduled: true, fault: fault.map(Into::into), ..round(at) });
}

/// Sends a notice outside its schedule: so many copies, after a probe if one is asked for. `None` without such a notice.
pub(crate) fn send_now(world: &mut World, now: Time, id: &str, copies: u32, probe: bool) -> Option<()> {
    let notice = world.notices.by_id(id)?;
    // One that was never sent begins its schedule.
    let scheduled = matches!(notice.state, NoticeState::Blocked | NoticeState::Lost);
    if !Target::of(&world.settings.notify, &notice.url).is_allowed() {
        block(world, id);
        return Some(());
    }
    if scheduled {
        world.notices.update(id, |notice| notice.state = NoticeState::Pending);
    }
    start(world, id, Round { copies, probe, scheduled, ..round(now) });
    Some(())
}

/// Stops all sending. What is on its way arrives.
pub(crate) fn pause(world: &mut World) {
    world.notices.paused = true;
    world.changed(Kind::Notice, "", "paused");
}

/// Lets the sending go on: what fell due meanwhile goes out in order.
pub(crate) fn resume(world: &mut World) {
    world.notices.paused = false;
    for (_, id) in std::mem::take(&mut world.notices.waiting) {
        world.notices.update(&id, |notice| {
            if notice.state == NoticeState::Paused {
                notice.state = notice.unpaused();
            }
        });
        world.effect(Effect::Deliver(id));
    }
    world.changed(Kind::Notice, "", "resumed");
}

/// After a state was read: what was on its way when it was written is sent again.
pub(crate) fn wake(world: &mut World) {
    let mut rounds: Vec<(u64, CompactString)> = world
        .notices
        .iter()
        .flat_map(|notice| notice.outgoing.iter().map(|round| (round.number, notice.id.clone())))
        .collect();
    rounds.sort();
    for (number, id) in rounds {
        hand_on(world, &id, number);
    }
}

/// Takes the first round of a notice that nobody has taken; `None` if there is none, or if it may not go out now.
pub(crate) fn take(world: &mut World, id: &str) -> Option<Job> {
    let target = Target::of(&world.settings.notify, &world.notices.by_id(id)?.url);
    let (paused, allowed) = (world.notices.paused, target.is_allowed());
    let round = world.notices.update(id, |notice| {
        let round = notice.outgoing.iter_mut().find(|round| !round.started)?;
        round.started = !paused;
        Some(round.clone())
    })??;
    if paused {
        hand_on(world, id, round.number);
        return None;
    }
    if !allowed {
        world.notices.update(id, |notice| notice.outgoing.retain(|other| other.number != round.number));
        block(world, id);
        return None;
    }
    let notice = world.notices.by_id(id)?.clone();
    let ids = Ids::new(world.ids.seed).of(&format!("{} {}", notice.uuid, round.n));
    let notify = &world.settings.notify;
    Some(Job {
        notice,
        round,
        url: target.url,
        epoch: world.notices.epoch(),
        ids,
        seals_anew: !world.rules.flag("notice.same_body"),
        minds_code: !world.rules.is("notice.code_fail", "accepted"),
        delay_ms: notify.delay_ms.min(LONGEST_MS),
        timeout_ms: notify.timeout_ms.min(LONGEST_MS),
        insecure: notify.insecure,
    })
}

impl Notice {
    /// What it is while nothing holds it back.
    fn unpaused(&self) -> NoticeState {
        match self.failures {
            0 => NoticeState::Pending,
            _ => NoticeState::Failed,
        }
    }
}

/// The rest of a round is filled in when it starts.
fn round(due: Time) -> Round {
    Round { number: 0, n: 0, due, copies: 1, probe: false, scheduled: false, fault: None, started: false }
}

fn start(world: &mut World, id: &str, round: Round) {
    world.notices.rounds += 1;
    let number = world.notices.rounds;
    world.notices.update(id, |notice| {
        notice.rounds += 1;
        notice.outgoing.push(Round { number, n: notice.rounds, copies: round.copies.clamp(1, MOST_COPIES), ..round });
    });
    hand_on(world, id, number);
}

/// Asks the outside to send a round, or lets it wait for the end of the pause.
fn hand_on(world: &mut World, id: &str, number: u64) {
    if !world.notices.paused {
        return world.effect(Effect::Deliver(id.to_owned()));
    }
    world.notices.waiting.insert(number, id.to_owned());
    world.notices.update(id, |notice| {
        if matches!(notice.state, NoticeState::Pending | NoticeState::Failed) {
            notice.state = NoticeState::Paused;
        }
    });
    world.changed(Kind::Notice, id, "paused");
}

/// The fault that fires on a notice's next sending.
fn chosen(world: &mut World, id: &str) -> Option<Fault> {
    if let Some(asked) = world.notices.update(id, |notice| notice.asked.take())? {
        return Fault::parse(&asked).ok();
    }
    let notice = world.notices.by_id(id)?;
    let (event_type, mchid, attempt) = (notice.event_type.clone(), notice.mchid.clone(), notice.rounds + 1);
    let resource = serde_json::from_str(&notice.resource.text()).unwrap_or_default();
    let version = notice.version;
    let facts = NoticeFacts { version, event_type: &event_type, mchid: &mchid, resource: &resource, attempt };
    choose::for_notice(world, &facts)
}

fn lose(world: &mut World, id: &str) {
    world.notices.update(id, |notice| notice.state = NoticeState::Lost);
    world.changed(Kind::Notice, id, "lost");
}

fn block(world: &mut World, id: &str) {
    let place = world.notices.update(id, |notice| {
        (notice.state, notice.next_at) = (NoticeState::Blocked, None);
        notice.due.take()
    });
    if let Some(Some(place)) = place {
        world.queue.remove(place);
    }
    world.changed(Kind::Notice, id, "blocked");
}

fn hold(world: &mut World, at: Time, id: &str, fault: &Fault, seconds: i64) {
    super::delivered::wait_for(world, id, at.plus_seconds(seconds));
    world.notices.update(id, |notice| notice.held_by = Some(fault.to_string().into()));
    world.changed(Kind::Notice, id, format!("held by {}", fault.name()));
}
