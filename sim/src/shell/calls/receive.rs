//! Where a call comes in.

use std::time::Instant;

use super::super::journal::record::{Record, kept};
use super::super::shared::Shared;
use super::{v2, v3};
use crate::engine::answer::Refusal;
use crate::engine::effect::Kind;
use crate::gate::answer::Given;
use crate::gate::arrived::Arrived;
use crate::gate::outgoing::Outgoing;
use crate::gate::route::{self, Found};
use crate::gate::stop::Stop;
use crate::misbehave::sent::Sent;

/// Answers a call, and writes it down.
pub(crate) fn receive(shared: &Shared, arrived: &Arrived) -> Sent {
    let begun = Instant::now();
    let mut record = Record::begin(arrived, shared.read(|_, moment| moment.now));
    let sent = match route::find(arrived) {
        Err(stop) => {
            let outgoing = Outgoing::empty(stop.refusal.status);
            record.refused = Some(stop);
            Sent::Whole(outgoing)
        }
        Ok(found) => answered(shared, arrived, found, &mut record),
    };
    // Of a fault that leaves no answer the journal has status 0.
    keep(shared, record, sent.outgoing().unwrap_or(&Outgoing::empty(0)), begun);
    sent
}

/// Refuses a call whose body was not read to its end.
pub(crate) fn too_long(shared: &Shared, arrived: &Arrived, limit: usize) -> Outgoing {
    let begun = Instant::now();
    let mut record = Record::begin(arrived, shared.read(|_, moment| moment.now));
    let refusal = Refusal::param("", "body", "请求体过大");
    let outgoing = Given::refusal(&refusal).unsigned(&shared.desk.request_id());
    record.forget_secrets();
    record.refused = Some(Stop::new("8", "too_long", refusal).hint(format!("the body has more than {limit} bytes")));
    keep(shared, record, &outgoing, begun);
    outgoing
}

fn keep(shared: &Shared, mut record: Record, outgoing: &Outgoing, begun: Instant) {
    record.answer = Outgoing { body: kept(&outgoing.body), ..outgoing.clone() };
    record.micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    let what = format!("{} {} {}", record.verdict(), record.method, record.template.unwrap_or_default());
    let id = shared.journal.keep(record);
    shared.change(|world, _| world.changed(Kind::Call, &id, what));
}

fn answered(shared: &Shared, arrived: &Arrived, found: Found, record: &mut Record) -> Sent {
    record.template = Some(found.template);
    let sent = match found.is_v2() {
        true => v2::answer(shared, arrived, found, record),
        false => v3::answer(shared, arrived, found, record),
    };
    match warnings(record) {
        None => sent,
        Some(ids) => sent.with("Sim-Warning", ids),
    }
}

/// The ids of what a call is warned of.
fn warnings(record: &Record) -> Option<String> {
    let ids: Vec<&str> = record.warnings.iter().map(|warning| warning.id.as_str()).collect();
    Some(ids.join(", ")).filter(|ids| !ids.is_empty())
}
