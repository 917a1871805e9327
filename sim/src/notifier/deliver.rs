//! One round of a notice, from the state to what came of it.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::client::{NoAnswer, Poster, pause};
use super::judge::{Answer, Asked, judge};
use super::letter::{Letter, Stamp, first_body, write};
use super::limits::patience;
use super::misbehave::Trick;
use super::papers::Papers;
use super::sent::SentRing;
use crate::engine::faults::fault::Fault;
use crate::engine::notices::{Job, Outcome, Sending, Verdict, delivered, take};
use crate::gate::headers::Headers;
use crate::keys::KeyError;
use crate::shell::outlets::Sent;
use crate::shell::shared::{Shared, wall};

/// How much of an answer is kept.
const KEPT: usize = 4 * 1024;

/// Everything that sending needs besides the notice.
#[derive(Clone, Debug)]
pub(super) struct Desk {
    pub(super) shared: Arc<Shared>,
    pub(super) poster: Arc<Poster>,
    pub(super) sent: Arc<SentRing>,
}

/// Sends a notice's round that is due, if there is one, and notes what came of it.
pub(super) async fn deliver(desk: Desk, id: String) {
    let Some(job) = desk.shared.change(|world, _| take(world, &id)) else { return };
    pause(job.delay_ms).await;
    let (epoch, round) = (job.epoch, job.round.number);
    let (sendings, body) = match prepare(&desk, &job) {
        Ok((papers, body, letters)) => (send_all(&desk, Arc::new(job), Arc::new(papers), letters).await, Some(body)),
        Err(error) => (vec![unsent(&desk, &error)], None),
    };
    desk.shared.change(|world, moment| delivered(world, moment.now, &id, Outcome { epoch, round, sendings, body }));
}

/// A letter, and what it is.
struct Addressed {
    letter: Letter,
    is_probe: bool,
}

/// Seals the body, if it was not yet, and signs all letters of the round.
fn prepare(desk: &Desk, job: &Job) -> Result<(Papers, Box<str>, Vec<Addressed>), KeyError> {
    let papers = Papers::of(&desk.shared, &job.notice)?;
    let mut ids = job.ids.clone();
    let mut notice = job.notice.clone();
    if job.seals_anew {
        (notice.nonce, notice.body) = (ids.word(12).into(), None);
    }
    let body = notice.body.clone().map_or_else(|| first_body(&notice, &papers), Ok)?;
    let seconds = u64::try_from(wall().seconds()).unwrap_or_default();
    let mut letter = |trick| {
        let stamp = Stamp { seconds, nonce: ids.word(32), request_id: request_id(&mut ids) };
        write(&notice, &body, &papers, &stamp, trick)
    };
    let mut letters = Vec::new();
    if job.round.probe {
        letters.push(Addressed { letter: letter(Some(Trick::Probe))?, is_probe: true });
    }
    let trick = trick(job);
    for _ in 0..job.round.copies {
        letters.push(Addressed { letter: letter(trick)?, is_probe: false });
    }
    if let Some(last) = letters.last() {
        let headers = Headers::of(last.letter.headers.iter().map(|(name, value)| (name, value)));
        let body = String::from_utf8_lossy(&last.letter.body).into();
        desk.sent.keep(job.epoch, &job.notice.id, Sent { headers, body });
    }
    Ok((papers, body, letters))
}

fn request_id(ids: &mut crate::engine::ids::Ids) -> String {
    format!("{}-0", ids.hex(32).to_ascii_uppercase())
}

/// What the round's fault does to the letter.
fn trick(job: &Job) -> Option<Trick> {
    let fault = Fault::parse(job.round.fault.as_deref()?).ok()?;
    Trick::of(fault.name(), fault.argument())
}

/// The probe first; then all copies at once.
async fn send_all(desk: &Desk, job: Arc<Job>, papers: Arc<Papers>, letters: Vec<Addressed>) -> Vec<Sending> {
    let (probes, copies): (Vec<_>, Vec<_>) = letters.into_iter().partition(|addressed| addressed.is_probe);
    let mut sendings = Vec::new();
    for probe in probes {
        sendings.push(send(desk.clone(), Arc::clone(&job), Arc::clone(&papers), probe).await);
    }
    let barrier = Arc::new(Barrier::new(copies.len()));
    let mut going = JoinSet::new();
    for copy in copies {
        let (desk, job, papers, barrier) = (desk.clone(), Arc::clone(&job), Arc::clone(&papers), Arc::clone(&barrier));
        going.spawn(async move {
            barrier.wait().await;
            send(desk, job, papers, copy).await
        });
    }
    while let Some(done) = going.join_next().await {
        sendings.extend(done);
    }
    sendings
}

async fn send(desk: Desk, job: Arc<Job>, papers: Arc<Papers>, addressed: Addressed) -> Sending {
    let sent_at = desk.shared.read(|_, moment| moment.now);
    let begun = Instant::now();
    let patience = patience(&job.notice.event_type, job.timeout_ms);
    let answer = desk.poster.post(&job.url, &addressed.letter, job.insecure, patience).await;
    let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let asked = Asked { version: job.notice.version, event_type: &job.notice.event_type, minds_code: job.minds_code };
    let (verdict, error) = verdict(asked, &answer, addressed.is_probe);
    let answer = answer.ok();
    let mut text = answer.as_ref().map(|answer| String::from_utf8_lossy(&answer.body).into_owned());
    let echoed = text.as_mut().is_some_and(|text| papers.cover(text));
    let fault = if addressed.is_probe { Some("PROBE".to_owned()) } else { job.round.fault.clone() };
    let status = answer.map(|answer| answer.status.as_u16());
    Sending { sent_at, ms, status, verdict, answer: text.map(shortened), error, fault, echoed }
}

fn verdict(asked: Asked<'_>, answer: &Result<Answer, NoAnswer>, is_probe: bool) -> (Verdict, Option<String>) {
    match answer {
        Err(NoAnswer::TimedOut) => (Verdict::TimedOut, Some("no complete head of an answer in time".to_owned())),
        Err(NoAnswer::Unreachable(why)) => (Verdict::Unreachable, Some(why.clone())),
        Ok(answer) if is_probe && answer.status.is_success() => (Verdict::ProbeAccepted, None),
        Ok(_) if is_probe => (Verdict::ProbeRefused, None),
        Ok(answer) => judge(asked, answer),
    }
}

/// The first bytes of a text, as whole characters.
fn shortened(mut text: String) -> String {
    let end = (0..=KEPT.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    text.truncate(end);
    text
}

/// What there is to say of a notice that could not be written.
fn unsent(desk: &Desk, error: &KeyError) -> Sending {
    Sending {
        sent_at: desk.shared.read(|_, moment| moment.now),
        ms: 0,
        status: None,
        verdict: Verdict::Unreachable,
        answer: None,
        error: Some(format!("it could not be written: {error}")),
        fault: None,
        echoed: false,
    }
}
