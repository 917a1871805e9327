//! Where a call comes in.

use std::time::Instant;

use wechatpay_chain::gateway::Authorization;

use super::super::journal::record::{Answered, Record, kept};
use super::super::shared::Shared;
use super::{v2, v3};
use crate::engine::answer::Refusal;
use crate::engine::effect::Kind;
use crate::gate::answer::Given;
use crate::gate::arrived::Arrived;
use crate::gate::headers::Headers;
use crate::gate::outgoing::Outgoing;
use crate::gate::route::{self, Found};
use crate::gate::stop::Stop;
use crate::misbehave::sent::Sent;

/// Answers a call, and writes it down.
pub(crate) fn receive(shared: &Shared, arrived: &Arrived) -> Sent {
    let begun = Instant::now();
    let mut record = begin(shared, arrived);
    let sent = match route::find(arrived) {
        Err(stop) => {
            named(arrived, &mut record);
            let outgoing = Outgoing::empty(stop.refusal.status);
            record.refused = Some(Box::new(stop));
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
    let mut record = begin(shared, arrived);
    named(arrived, &mut record);
    let refusal = Refusal::param("", "body", "请求体过大");
    let outgoing = Given::refusal(&refusal).unsigned(&shared.desk.request_id());
    let stop = Stop::new("8", "too_long", refusal).hint(format!("the body has more than {limit} bytes"));
    record.refused = Some(Box::new(stop));
    keep(shared, record, &outgoing, begun);
    outgoing
}

fn begin(shared: &Shared, arrived: &Arrived) -> Record {
    let (now, epoch) = shared.read(|world, moment| (moment.now, world.notices.epoch()));
    Record::begin(arrived, now, epoch)
}

/// Notes who says that they call, where nobody asked them to prove it.
fn named(arrived: &Arrived, record: &mut Record) {
    if let Ok(authorization) = Authorization::parse(arrived.header("authorization")) {
        record.mchid = Some(authorization.mchid().to_owned());
        record.serial = Some(authorization.serial().to_owned());
    }
}

fn keep(shared: &Shared, mut record: Record, outgoing: &Outgoing, begun: Instant) {
    let headers = Headers::of(outgoing.headers.iter().map(|(name, value)| (name, value)));
    record.answer = Answered { status: outgoing.status, headers, body: kept(&outgoing.body) };
    if record.template.as_deref() == Some(v2::SANDBOX_KEY) {
        // It is the merchant's own key.
        record.answer.body = "…".into();
    }
    record.micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    let what = format!("{} {} {}", record.verdict(), record.method, record.template.as_deref().unwrap_or_default());
    shared.change(|world, _| {
        if !record.mchid.as_ref().is_some_and(|mchid| world.merchants.contains_key(mchid)) {
            record.forget_secrets();
        }
        if record.epoch != world.notices.epoch() {
            record.refs.clear();
        }
        let id = shared.journal.keep(record);
        world.changed(Kind::Call, &id, what);
    });
}

fn answered(shared: &Shared, arrived: &Arrived, found: Found, record: &mut Record) -> Sent {
    record.template = Some(found.template.into());
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
