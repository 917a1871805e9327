//! APIv3: steps 3 to 14 in their order, and the answer.

use bytes::Bytes;
use serde_json::Value;
use wechatpay_catalog::{Operation, encrypted};
use wechatpay_chain::gateway::{Authorization, Form};

use super::super::journal::record::{Meta, Plain, Record, Signed};
use super::super::replies::{self, Made};
use super::super::shared::Shared;
use super::look::{all_keys, look};
use crate::engine::answer::{Answer, Content, Refusal, Warning};
use crate::engine::call::{Call, Upload, Version};
use crate::engine::faults::act::Planned;
use crate::engine::faults::choose::for_call;
use crate::engine::faults::facts::CallFacts;
use crate::engine::faults::micropay::Case;
use crate::engine::products::table as products;
use crate::engine::step::{Event, Reply};
use crate::gate::answer::Given;
use crate::gate::arrived::Arrived;
use crate::gate::differs::find::{Evidence, cause};
use crate::gate::known::Known;
use crate::gate::outgoing::Outgoing;
use crate::gate::route::Found;
use crate::gate::stop::Stop;
use crate::gate::{body, certificates, example, identity, limits, schema, sensitive, standing, upload};
use crate::misbehave::perform;
use crate::misbehave::sent::Sent;
use crate::schema::document::Document;

/// Who called, once the signature is accepted.
struct Entered {
    known: Known,
    authorization: Authorization,
    form: Option<Form>,
    /// How a payment by code goes, if a fault says so.
    case: Option<Case>,
}

/// Answers a call.
pub(super) fn answer(shared: &Shared, arrived: &Arrived, found: Found, record: &mut Record) -> Sent {
    let mut entered = match enter(shared, arrived, record) {
        Ok(entered) => entered,
        Err(stop) => return Sent::Whole(unsigned(shared, arrived, stop, record)),
    };
    let signing = shared.desk.signing(entered.known.platform_key(), entered.known.seconds());
    let signed = |given: Given| given.signed(&signing).unwrap_or_else(|_| Outgoing::empty(500));
    let document = match before(shared, arrived, found, &entered) {
        Ok(document) => document,
        Err(stop) => {
            if stop.step == "6" && limits::may_be_accepted(&entered.known.rules, found.template) {
                let document = body::read(arrived, found, entered.form.as_ref());
                carried_out(shared, arrived, found, &entered, document, record);
            }
            return Sent::Whole(signed(refused(stop, record)));
        }
    };
    let planned = fault(shared, arrived, found, &entered, document.as_ref().ok());
    record.fault = planned.as_ref().map(|planned| planned.name.clone());
    record.warnings.extend(planned.iter().filter_map(|planned| planned.warning.clone()));
    entered.case = planned.as_ref().and_then(|planned| planned.case);
    let given = match planned.as_ref().is_none_or(|planned| planned.executes) {
        true => carried_out(shared, arrived, found, &entered, document, record),
        false => Given::empty(200),
    };
    match planned {
        None => Sent::Whole(signed(given)),
        Some(planned) => perform::v3(&planned, given, &arrived.target, &signing, &entered.known.platform)
            .unwrap_or_else(|_| Sent::Whole(Outgoing::empty(500))),
    }
}

/// Steps 3 to 5.
fn enter(shared: &Shared, arrived: &Arrived, record: &mut Record) -> Result<Entered, Stop> {
    if !identity::is_order(arrived) {
        identity::headers(arrived)?;
    }
    let authorization = identity::authorization(arrived).inspect_err(|_| record.forget_secrets())?;
    record.mchid = Some(authorization.mchid().to_owned());
    record.serial = Some(authorization.serial().to_owned());
    let found = look(shared, authorization.mchid(), authorization.serial(), arrived.named("wechatpay-serial"));
    let found = found.map_err(|error| trouble(&error.to_string()))?;
    if found.is_none() {
        record.forget_secrets();
    }
    let wall = super::super::shared::wall();
    identity::time(&authorization, u64::try_from(wall.seconds()).unwrap_or_default())?;
    let Some(known) = found else { return Err(identity::unknown(None)) };
    let form = Form::parse(arrived.header("content-type"), &arrived.body);
    let signed = signed(form.as_ref(), arrived);
    record.signed = Some(Signed {
        timestamp: authorization.timestamp_text().to_owned(),
        nonce: authorization.nonce().to_owned(),
        meta: form.as_ref().and_then(Form::meta).map(Bytes::copy_from_slice).map(Meta),
    });
    if !known.holds {
        return Err(identity::unknown(Some(&known)));
    }
    identity::signature(&authorization, arrived, signed, &known)
        .map_err(|stop| explained(shared, stop, &authorization, arrived, signed, &known))?;
    nonce(shared, &authorization, &known, record)?;
    Ok(Entered { known, authorization, form, case: None })
}

/// What the signature covers: the body, of an upload its meta.
fn signed<'a>(form: Option<&'a Form>, arrived: &'a Arrived) -> &'a [u8] {
    form.and_then(Form::meta).unwrap_or(&arrived.body)
}

/// A signature that does not verify, with the mistake that explains it.
fn explained(
    shared: &Shared,
    mut stop: Stop,
    authorization: &Authorization,
    arrived: &Arrived,
    signed: &[u8],
    known: &Known,
) -> Stop {
    let Some(key) = known.public_key(authorization.serial()).filter(|_| stop.why == "unknown") else { return stop };
    let (others, platform) = all_keys(shared);
    let evidence = Evidence {
        authorization,
        method: arrived.method.as_str(),
        target: &arrived.target,
        authority: &arrived.authority,
        signed,
        body: &arrived.body,
        key,
        others: &others,
        platform: &platform,
    };
    if let Some(cause) = cause(evidence) {
        cause.why.clone_into(&mut stop.why);
        (stop.differs, stop.hint) = (cause.differs, Some(cause.hint));
    }
    stop
}

/// Step 5c, as far as it is about other calls.
fn nonce(shared: &Shared, authorization: &Authorization, known: &Known, record: &mut Record) -> Result<(), Stop> {
    if !shared.desk.nonces.is_reused(authorization.mchid(), authorization.nonce()) {
        return Ok(());
    }
    if known.rules.is("sign.nonce_reuse", "refuse") {
        return Err(identity::reused());
    }
    let text = "the nonce was used before".to_owned();
    record.warnings.push(Warning { id: "sign.nonce_reuse".to_owned(), text });
    Ok(())
}

/// What of the steps before the fault is left: late headers and rates. What is wrong with the body is told after the fault.
fn before(shared: &Shared, arrived: &Arrived, found: Found, entered: &Entered) -> Result<Result<Document, Stop>, Stop> {
    if identity::is_order(arrived) {
        identity::headers(arrived)?;
    }
    let (known, mchid) = (&entered.known, entered.authorization.mchid());
    if shared.desk.counts.too_many(&known.limits, mchid, found.template, known.wall).is_some() {
        let refusal = Refusal::new(429, "FREQUENCY_LIMITED", "频率超限，请降低请求频率").internal(268_447_840);
        return Err(Stop::new("6", "limit", refusal));
    }
    Ok(body::read(arrived, found, entered.form.as_ref()))
}

/// Step 7.
fn fault(
    shared: &Shared,
    arrived: &Arrived,
    found: Found,
    entered: &Entered,
    document: Option<&Document>,
) -> Option<Planned> {
    let variables = found.variables(arrived.path());
    let query = arrived.pairs().into_iter().collect();
    let facts = CallFacts {
        version: Version::V3,
        method: found.operation.method(),
        template: found.template,
        path: arrived.path(),
        mchid: entered.authorization.mchid(),
        header: arrived.named("wechatpay-negative-test"),
        variables: &variables,
        query: &query,
        body: document.map_or(&Value::Null, |document| &document.value),
    };
    shared.change(|world, _| for_call(world, &facts))
}

/// Steps 8 to 14, and the answer before it is signed.
fn carried_out(
    shared: &Shared,
    arrived: &Arrived,
    found: Found,
    entered: &Entered,
    document: Result<Document, Stop>,
    record: &mut Record,
) -> Given {
    let known = &entered.known;
    let done = document.and_then(|document| checked(shared, arrived, found, entered, document, record));
    let done = done.and_then(|(call, media)| made(shared, arrived, found, known, call, media.as_deref(), record));
    let given = done.and_then(|made| written(shared, found, entered, made, record));
    given.unwrap_or_else(|stop| {
        if (400..500).contains(&stop.refusal.status) {
            shared.desk.counts.was_wrong(&known.limits, entered.authorization.mchid(), found.template, known.wall);
        }
        refused(stop, record)
    })
}

/// Steps 8 to 12: the call, and the id of the file that it brought.
fn checked(
    shared: &Shared,
    arrived: &Arrived,
    found: Found,
    entered: &Entered,
    mut document: Document,
    record: &mut Record,
) -> Result<(Call, Option<String>), Stop> {
    let known = &entered.known;
    let media = match &entered.form {
        Some(form) if found.operation.is_upload() => {
            let (hash, warning) = upload::check(found, form, &document.value)?;
            record.warnings.extend(warning);
            Some(shared.desk.media.give(&hash))
        }
        _ => None,
    };
    body::headers(arrived, found)?;
    let mut query = arrived.pairs();
    let named = arrived.named("wechatpay-serial").and_then(|named| known.platform.named(named));
    let opened = sensitive::open(found, &mut document.value, &mut query, known, named);
    let has_ciphertext = encrypted(found.operation.method(), found.operation.path()).next().is_some();
    record.plain = if has_ciphertext || media.is_some() { Plain::of(&document.value) } else { Plain::Body };
    opened?;
    match media {
        None => record.warnings.extend(schema::form(found.operation, &query, &document, &known.rules)?),
        Some(_) => record.warnings.extend(schema::form(found.operation, &query, &Document::none(), &known.rules)?),
    }
    record.warnings.extend(shared.desk.media.unknown(&document.value).filter(|_| media.is_none()));
    let is_kept = products::handler(found.operation.method(), found.template).is_some();
    let file = entered.form.as_ref().and_then(|form| form.part("file")).zip(media.clone()).filter(|_| is_kept);
    let call = Call {
        version: Version::V3,
        method: found.operation.method(),
        template: found.template,
        mchid: entered.authorization.mchid().to_owned(),
        path: found.variables(arrived.path()),
        query: query.into_iter().collect(),
        body: document.value,
        base: arrived.base(),
        pages: arrived.pages(shared.http()),
        wall: known.wall,
        case: entered.case,
        file: file.map(|(part, media_id)| Upload { media_id, bytes: Bytes::copy_from_slice(part.bytes()) }),
    };
    standing::named(&call, &known.rules)?;
    Ok((call, media))
}

/// Steps 13 and 14: what the engine answers, or what stands for behaviour.
fn made(
    shared: &Shared,
    arrived: &Arrived,
    found: Found,
    known: &Known,
    mut call: Call,
    media: Option<&str>,
    record: &mut Record,
) -> Result<Made, Stop> {
    shared.read(|world, _| standing::check(world, &call))?;
    let (method, template) = (call.method, call.template);
    if let Some(set) = shared.change(|world, _| world.replies.take(method, template, arrived.path())) {
        record.example = true;
        return Ok(replies::answer(set));
    }
    if products::handler(method, template).is_none() {
        record.example = true;
        return Ok(exemplary(found.operation, &call, media, known).into());
    }
    if template == "v3/security/echo" {
        if let Some(key) = record.serial.as_deref().and_then(|serial| known.public_key(serial)) {
            certificates::echo(&mut call.body, key);
        }
    }
    match shared.step(Event::Call(call)) {
        Reply::Call(outcome) => outcome.map(Made::from).map_err(|refusal| Stop::new("14", "rule", refusal)),
        Reply::Control(_) | Reply::Due(_) => Err(trouble("the engine answered another event")),
    }
}

/// The example of an endpoint without behaviour.
fn exemplary(operation: Operation, call: &Call, media: Option<&str>, known: &Known) -> Answer {
    if operation.is_download() {
        let (bytes, content_type) = example::file(operation);
        let content = Content::File { bytes: bytes.into(), content_type };
        return Answer { status: 200, content, warnings: Vec::new(), refs: Vec::new() };
    }
    let members = example::members(&call.body, &call.path, &call.query);
    let asked =
        example::Asked { operation, members: &members, mchid: &call.mchid, media, now: known.now, seed: known.seed };
    match example::answer(asked) {
        Value::Null => Answer::empty(),
        body => Answer::json(200, body),
    }
}

/// The answer before it is signed: sealed, and marked.
fn written(shared: &Shared, found: Found, entered: &Entered, made: Made, record: &mut Record) -> Result<Given, Stop> {
    let Made { mut answer, headers } = made;
    record.warnings.append(&mut answer.warnings);
    record.refs.append(&mut answer.refs);
    if let Content::Fields(body) = &mut answer.content {
        if certificates::are_asked_for(found.template) {
            certificates::sealed(body, &entered.known, || shared.desk.word(12)).map_err(|error| trouble(&error))?;
        }
    }
    let key = entered.known.public_key(entered.authorization.serial()).ok_or_else(|| trouble("the key is gone"))?;
    let given = Given::content(answer.status, answer.content, found, key);
    let mut given = given.map_err(|error| trouble(&error.to_string()))?;
    given.headers.extend(headers);
    Ok(if record.example { given.with("Sim-Example", "1") } else { given })
}

/// A refusal of a call whose signature was accepted.
fn refused(mut stop: Stop, record: &mut Record) -> Given {
    record.refs.append(&mut stop.refusal.refs);
    let given = Given::refusal(&stop.refusal);
    record.refused = Some(Box::new(stop));
    given
}

/// A refusal of steps 3 to 5: nothing of WeChat Pay's is in its headers; on some paths not even a number.
fn unsigned(shared: &Shared, arrived: &Arrived, stop: Stop, record: &mut Record) -> Outgoing {
    let bare = identity::is_order(arrived) && stop.refusal.status == 401;
    let given = refused(stop, record);
    if bare { given.bare() } else { given.unsigned(&shared.desk.request_id()) }
}

/// Something that is the simulator's own fault, or its machine's.
fn trouble(what: &str) -> Stop {
    Stop::new("0", "trouble", Refusal::new(500, "SYSTEM_ERROR", "系统错误")).hint(what)
}
