//! APIv2: the steps in their order, and the answer.

use serde_json::Value;
use wechatpay_chain::SignType;

use super::super::journal::record::{Plain, Record};
use super::super::replies::{self, Made};
use super::super::shared::Shared;
use super::look::look;
use crate::engine::answer::{Answer, Content, Refusal, Warning};
use crate::engine::call::{Call, Version};
use crate::engine::faults::act::{Act, Planned};
use crate::engine::faults::choose::for_call;
use crate::engine::faults::facts::CallFacts;
use crate::engine::faults::micropay::Case;
use crate::engine::products::table as products;
use crate::engine::step::{Event, Reply};
use crate::gate::answer::{Given, Proof};
use crate::gate::arrived::Arrived;
use crate::gate::example;
use crate::gate::known::Known;
use crate::gate::limits::{self, TooMany};
use crate::gate::outgoing::Outgoing;
use crate::gate::route::Found;
use crate::gate::stop::Stop;
use crate::gate::v2::{self, Fields, Signer};
use crate::misbehave::perform;
use crate::misbehave::sent::Sent;

/// Answers with the key that the sandbox signs with.
pub(super) const SANDBOX_KEY: &str = "v2/xdc/apiv2getsignkey/sign/getsignkey";

/// Who called, once the sign is accepted.
struct Entered {
    known: Known,
    mchid: String,
    fields: Fields,
    kind: SignType,
    /// How a payment by code goes, if a fault says so.
    case: Option<Case>,
}

/// Answers a call.
pub(super) fn answer(shared: &Shared, arrived: &Arrived, found: Found, record: &mut Record) -> Sent {
    let mut entered = match enter(shared, arrived, found, record) {
        Ok(entered) => entered,
        Err(stop) => {
            let given = v2::plain(&stop);
            record.refused = Some(Box::new(stop));
            return Sent::Whole(given.bare());
        }
    };
    let planned = fault(shared, arrived, found, &entered);
    record.fault = planned.as_ref().map(|planned| planned.name.clone());
    record.warnings.extend(planned.iter().filter_map(|planned| planned.warning.clone()));
    entered.case = planned.as_ref().and_then(|planned| planned.case);
    let nonce = shared.desk.word(32);
    let secret = &entered.known.keys.secret;
    let (operation, mchid, kind) = (found.operation, entered.mchid.as_str(), entered.kind);
    let signer = Signer { operation, mchid, asked: &entered.fields, kind, secret, nonce: &nonce };
    let given = match planned.as_ref().is_none_or(|planned| planned.executes) {
        true => carried_out(shared, arrived, found, &entered, signer, record),
        false => Given::empty(200),
    };
    match planned {
        None => Sent::Whole(given.bare()),
        Some(planned) => {
            let given = refusal(&planned, signer).unwrap_or(given);
            perform::v2(&planned, given, &arrived.target, kind, secret)
                .unwrap_or_else(|_| Sent::Whole(Outgoing::empty(500)))
        }
    }
}

/// The refusal that a fault is, whether the call is carried out or not.
fn refusal(planned: &Planned, signer: Signer<'_>) -> Option<Given> {
    let Act::Refuse(refusal, _) = &planned.act else { return None };
    Some(signer.refusal(refusal).unwrap_or_else(|_| Given::empty(500)))
}

/// The document, its merchant and its sign.
fn enter(shared: &Shared, arrived: &Arrived, found: Found, record: &mut Record) -> Result<Entered, Stop> {
    let fields = v2::read(arrived, found).inspect_err(|_| record.forget_secrets())?;
    let mchid = v2::mchid(&fields).inspect_err(|_| record.forget_secrets())?.to_owned();
    record.mchid = Some(mchid.clone());
    let known = look(shared, &mchid, "", None)
        .map_err(|error| Stop::new("0", "trouble", system_error()).hint(error.to_string()))?;
    let Some(known) = known else {
        record.forget_secrets();
        return Err(v2::unknown_merchant());
    };
    record.plain = Plain::of(&v2::object(&fields));
    let kind = v2::verify(&fields, found, &known.keys.secret)?;
    if found.operation.needs_certificate() {
        record.warnings.extend(certified(shared, arrived, &mchid)?);
    }
    Ok(Entered { known, mchid, fields, kind, case: None })
}

/// Whether the client showed a certificate, of those paths that ask for one; a warning of what would not do there.
fn certified(shared: &Shared, arrived: &Arrived, mchid: &str) -> Result<Option<Warning>, Stop> {
    let warning = |text: &str| Ok(Some(Warning { id: "v2.certificate".to_owned(), text: text.to_owned() }));
    let is_own = |serial: &str| {
        shared.read(|world, moment| world.merchants.get(mchid).is_some_and(|known| known.holds(serial, moment.wall)))
    };
    match &arrived.certificate {
        Some(serial) if is_own(serial) => Ok(None),
        Some(_) => warning("the certificate is not a valid one of the merchant that the document names"),
        None if arrived.listener == "tls" => {
            let stop = Stop::new("v2", "certificate", Refusal::new(200, "FAIL", "证书校验错误"));
            Err(stop.hint("show the merchant's certificate in the handshake: apiclient_cert.pem, apiclient_key.pem"))
        }
        None => warning("the real gateway asks for the merchant's certificate here, over TLS"),
    }
}

fn system_error() -> Refusal {
    Refusal::new(200, "SYSTEMERROR", "系统错误")
}

/// Step 7.
fn fault(shared: &Shared, arrived: &Arrived, found: Found, entered: &Entered) -> Option<Planned> {
    let (variables, query) = (found.variables(arrived.path()), arrived.pairs().into_iter().collect());
    let body = v2::object(&entered.fields);
    let facts = CallFacts {
        version: Version::V2,
        method: found.operation.method(),
        template: found.template,
        path: arrived.path(),
        mchid: &entered.mchid,
        header: arrived.named("wechatpay-negative-test"),
        variables: &variables,
        query: &query,
        body: &body,
    };
    shared.change(|world, _| for_call(world, &facts))
}

/// The rates, the form, the business, and the answer.
fn carried_out(
    shared: &Shared,
    arrived: &Arrived,
    found: Found,
    entered: &Entered,
    signer: Signer<'_>,
    record: &mut Record,
) -> Given {
    let known = &entered.known;
    let counts = &shared.desk.counts;
    if let Some(too_many) = counts.too_many(&known.limits, &entered.mchid, found.template, known.wall) {
        if limits::may_be_accepted(&known.rules, found.template) {
            _ = v2::check(arrived, found, &entered.fields, &known.rules)
                .map(|_| made(shared, arrived, found, entered, record));
        }
        return refused(Stop::new("6", "limit", limited(too_many)), signer, record);
    }
    match v2::check(arrived, found, &entered.fields, &known.rules) {
        Ok(warnings) => record.warnings.extend(warnings),
        Err(stop) => {
            let given = v2::plain(&stop);
            record.refused = Some(Box::new(stop));
            return given;
        }
    }
    match made(shared, arrived, found, entered, record) {
        Ok(made) => written(made, signer, record),
        Err(refusal) => {
            counts.was_wrong(&known.limits, &entered.mchid, found.template, known.wall);
            refused(Stop::new("14", "rule", refusal), signer, record)
        }
    }
}

/// APIv2 has a code of its own for too many calls that were wrong.
fn limited(too_many: TooMany) -> Refusal {
    match too_many {
        TooMany::Calls => Refusal::new(200, "FREQUENCY_LIMITED", "频率限制"),
        TooMany::Wrong => Refusal::new(200, "INVALID_REQ_TOO_MUCH", "无效请求过多"),
    }
}

fn refused(mut stop: Stop, signer: Signer<'_>, record: &mut Record) -> Given {
    record.refs.append(&mut stop.refusal.refs);
    let given = signer.refusal(&stop.refusal).unwrap_or_else(|_| Given::empty(500));
    record.refused = Some(Box::new(stop));
    given
}

/// What the engine answers, or what stands for behaviour.
fn made(
    shared: &Shared,
    arrived: &Arrived,
    found: Found,
    entered: &Entered,
    record: &mut Record,
) -> Result<Made, Refusal> {
    let (method, template) = (found.operation.method(), found.template);
    if let Some(set) = shared.change(|world, _| world.replies.take(method, template, arrived.path())) {
        record.example = true;
        return Ok(replies::answer(set));
    }
    if products::handler(method, template).is_none() {
        record.example = true;
        return Ok(exemplary(found, entered).into());
    }
    let call = Call {
        version: Version::V2,
        method,
        template,
        mchid: entered.mchid.clone(),
        path: found.variables(arrived.path()),
        query: arrived.pairs().into_iter().collect(),
        body: v2::body(&entered.fields),
        base: arrived.base(),
        pages: arrived.pages(shared.http()),
        wall: entered.known.wall,
        case: entered.case,
        file: None,
    };
    match shared.step(Event::Call(call)) {
        Reply::Call(outcome) => outcome.map(Made::from),
        Reply::Control(_) | Reply::Due(_) => Err(system_error()),
    }
}

/// The example of an endpoint without behaviour.
fn exemplary(found: Found, entered: &Entered) -> Answer {
    let operation = found.operation;
    if found.template == SANDBOX_KEY {
        // The sandbox signs with the merchant's own key here.
        return Answer::json(200, serde_json::json!({"sandbox_signkey": entered.known.keys.secret.as_str()}));
    }
    if operation.is_download() {
        let (bytes, content_type) = example::file(operation);
        let content = Content::File { bytes: bytes.into(), content_type };
        return Answer { status: 200, content, warnings: Vec::new(), refs: Vec::new() };
    }
    let members = v2::object(&entered.fields);
    let known = &entered.known;
    let asked = example::Asked {
        operation,
        members: &members,
        mchid: &entered.mchid,
        media: entered.fields.get("media_hash").map(String::as_str),
        now: known.now,
        seed: known.seed,
    };
    match example::answer(asked) {
        Value::Null => Answer::json(200, serde_json::json!({})),
        body => Answer::json(200, body),
    }
}

/// The answer, signed as the request was.
fn written(made: Made, signer: Signer<'_>, record: &mut Record) -> Given {
    let Made { mut answer, headers } = made;
    record.warnings.append(&mut answer.warnings);
    record.refs.append(&mut answer.refs);
    let given = match answer.content {
        Content::Empty => signer.answer(&Value::Null),
        Content::Fields(members) => signer.answer(&members),
        Content::File { bytes, content_type } => {
            Ok(Given { body: bytes, content_type, proof: Proof::Unsigned, ..Given::empty(200) })
        }
    };
    let mut given = given.unwrap_or_else(|_| Given::empty(500));
    given.headers.extend(headers);
    if record.example { given.with("Sim-Example", "1") } else { given }
}
