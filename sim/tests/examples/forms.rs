//! Every endpoint with a JSON body: what is wrong in one member of a right request is refused, and the member is named.

use std::sync::Mutex;
use std::thread;

use serde_json::{Value, json};
use wechatpay_catalog::{Field, Fields, Kind, Operation, Part, Protocol, Required, encrypted, operations};
use wechatpay_chain::{Client, Method};
use wechatpay_sim::Simulator;

use super::by_hand::{Answer, Ask};
use super::requests::{Sample, Sender, is_partners, text};

/// A request with one mistake: what it is, the body, and the pointer that has to be named.
struct Case {
    what: &'static str,
    body: Value,
    pointer: String,
}

/// A right request of an endpoint, but for the signature.
struct Right {
    target: String,
    body: Value,
    /// The same before anything in it was encrypted.
    plain: Value,
    serial: Option<String>,
    headers: Vec<&'static str>,
}

fn with_body() -> Vec<Operation> {
    let json = |operation: &Operation| !operation.fields(Part::Json).is_empty();
    operations().filter(|operation| operation.protocol() == Protocol::V3).filter(json).collect()
}

fn right(wxpay: &Client, operation: Operation) -> Right {
    let sender = Sender { is_partner: is_partners(operation), number: 1 };
    let Sample { path, query, body: plain } = Sample::of(operation, sender);
    let pairs = query.as_object().into_iter().flatten();
    let chain = pairs.fold(wxpay.chain(path), |chain, (name, value)| {
        let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        values.iter().fold(chain, |chain, value| chain.query(name.clone(), text(value)))
    });
    let target = chain.to_request(Method::GET, ()).unwrap().uri().path_and_query().unwrap().to_string();
    let (mut body, mut serial) = (plain.clone(), None);
    for member in encrypted(operation.method(), operation.path()).filter(|member| member.part() == Part::Json) {
        let tokens: Vec<_> = member.pointer().split('/').skip(1).collect();
        seal(wxpay, &mut body, &tokens, &mut serial);
    }
    let required = operation.fields(Part::Header).into_iter().filter(|field| field.required() == Required::Yes);
    let headers = required.map(Field::name).filter(|name| !name.eq_ignore_ascii_case("wechatpay-serial")).collect();
    Right { target, body, plain, serial, headers }
}

fn seal(wxpay: &Client, value: &mut Value, tokens: &[&str], serial: &mut Option<String>) {
    match (tokens.split_first(), value) {
        (None, Value::String(text)) => {
            let sealed = wxpay.encrypt(text.as_str()).unwrap();
            *serial = Some(sealed.serial().to_owned());
            sealed.ciphertext().clone_into(text);
        }
        (Some((&"*", rest)), Value::Array(items)) => items.iter_mut().for_each(|item| seal(wxpay, item, rest, serial)),
        (Some((name, rest)), Value::Object(members)) => {
            members.get_mut(*name).into_iter().for_each(|member| seal(wxpay, member, rest, serial));
        }
        _ => {}
    }
}

/// All members of an example whose field is known, with their pointers: those above before those below.
fn members(fields: Fields, value: &Value, at: &str, all: &mut Vec<(String, Field)>) {
    let names: Vec<_> = fields.into_iter().map(Field::name).collect();
    for (name, member) in value.as_object().into_iter().flatten() {
        // Of alternatives under one name it is not known which one is meant.
        let Some(field) = fields.get(name).filter(|_| names.iter().filter(|other| *other == name).count() == 1) else {
            continue;
        };
        let at = format!("{at}/{name}");
        all.push((at.clone(), field));
        match member {
            Value::Array(items) => {
                items.first().into_iter().for_each(|item| members(field.fields(), item, &format!("{at}/0"), all));
            }
            other => members(field.fields(), other, &at, all),
        }
    }
}

/// The first and the deepest of those that fit.
fn two(all: &[(String, Field)], fits: impl Fn(&Field) -> bool) -> Vec<(String, Field)> {
    let found: Vec<_> = all.iter().filter(|(_, field)| fits(field)).cloned().collect();
    let depth = |one: &(String, Field)| one.0.matches('/').count();
    let deepest = found.iter().max_by_key(|one| depth(one)).cloned();
    let mut two: Vec<_> = found.first().cloned().into_iter().chain(deepest).collect();
    two.dedup_by(|one, other| one.0 == other.0);
    two
}

/// Another type than the member's.
fn of_another_type(field: Field) -> Value {
    match field.kind() {
        _ if field.is_list() => json!({}),
        Kind::String => json!(1),
        Kind::Integer | Kind::Number => json!("1"),
        Kind::Boolean => json!("true"),
        _ => json!([]),
    }
}

fn put(body: &Value, pointer: &str, value: Value) -> Value {
    let mut body = body.clone();
    *body.pointer_mut(pointer).unwrap() = value;
    body
}

fn without(body: &Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let mut body = body.clone();
    body.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name);
    body
}

fn cases(operation: Operation, right: &Right) -> Vec<Case> {
    let mut all = Vec::new();
    members(operation.fields(Part::Json), &right.plain, "", &mut all);
    let body = &right.body;
    let mut cases = vec![];
    let mut case = |what, pointer: String, body| cases.push(Case { what, body, pointer });
    let mut unknown = body.clone();
    unknown["sim_unknown"] = json!(1);
    case("unknown", "/sim_unknown".to_owned(), unknown);
    for (pointer, _) in
        two(&all, |field| field.kind() == Kind::Object && !field.is_list() && !field.fields().is_empty())
    {
        let mut unknown = body.clone();
        unknown.pointer_mut(&pointer).unwrap()["sim_unknown"] = json!(1);
        case("unknown", format!("{pointer}/sim_unknown"), unknown);
    }
    for (pointer, _) in two(&all, |field| field.required() == Required::Yes) {
        case("missing", pointer.clone(), without(body, &pointer));
    }
    for (pointer, field) in two(&all, |_| true) {
        case("type", pointer.clone(), put(body, &pointer, of_another_type(field)));
        case("null", pointer.clone(), put(body, &pointer, Value::Null));
    }
    let closed = |field: &Field| {
        field.values().len() > 0 && !field.is_open() && !field.is_list() && field.kind() == Kind::String
    };
    for (pointer, _) in two(&all, closed) {
        case("enum", pointer.clone(), put(body, &pointer, json!("NO_SUCH")));
    }
    for (pointer, _) in two(&all, |field| field.kind() == Kind::String && !field.is_list()) {
        case("emoji", pointer.clone(), put(body, &pointer, json!("a😀")));
    }
    for (pointer, _) in all.iter().filter(|(pointer, _)| right.plain.pointer(pointer) != body.pointer(pointer)) {
        if body.pointer(pointer).is_some_and(Value::is_string) {
            case("plain text", pointer.clone(), put(body, pointer, json!("张三")));
        }
    }
    cases
}

/// Sends it; what is wrong with the answer, if something is.
fn send(sim: &Simulator, template: &Ask, operation: Operation, right: &Right, body: &Value, number: usize) -> Answer {
    let mut ask = Ask { body: body.to_string().into_bytes(), ..template.clone() };
    (ask.method, ask.target, ask.nonce) = (operation.method().to_owned(), right.target.clone(), format!("n{number}"));
    for name in &right.headers {
        ask = ask.header(name, "1");
    }
    if let Some(serial) = &right.serial {
        ask = ask.header("Wechatpay-Serial", serial);
    }
    ask.send(sim)
}

fn is_named(answer: &Answer, case: &Case) -> bool {
    if answer.status != 400 || !answer.is_signed() || answer.json()["code"] != "PARAM_ERROR" {
        return false;
    }
    let detail = answer.json()["detail"].clone();
    match case.what {
        "unknown" => {
            let named = detail["value"].as_array().cloned().unwrap_or_default();
            named.contains(&json!(format!("/body{}", case.pointer)))
        }
        _ => detail["field"] == case.pointer.as_str(),
    }
}

/// Some endpoints, each right and each wrong; how many cases there were of each kind.
fn some(operations: &[Operation], wrong: &Mutex<Vec<String>>) -> Vec<&'static str> {
    let sim = Simulator::builder().start().unwrap();
    let wxpay = sim.client().unwrap();
    let template = Ask::new(&sim, "POST", "/", "{}");
    let mut kinds = Vec::new();
    for operation in operations {
        let right = right(&wxpay, *operation);
        let answer = send(&sim, &template, *operation, &right, &right.body, kinds.len());
        let step = super::by_hand::step(&sim);
        if !matches!(step.as_str(), "" | "12" | "13" | "14") {
            let said = String::from_utf8_lossy(&answer.body).into_owned();
            wrong.lock().unwrap().push(format!("{operation:?} is refused as it is at step {step}: {said}"));
            continue;
        }
        for case in cases(*operation, &right) {
            let answer = send(&sim, &template, *operation, &right, &case.body, kinds.len());
            kinds.push(case.what);
            if !is_named(&answer, &case) {
                let said = String::from_utf8_lossy(&answer.body).into_owned();
                wrong
                    .lock()
                    .unwrap()
                    .push(format!("{operation:?} {} {}: {} {said}", case.what, case.pointer, answer.status));
            }
        }
    }
    kinds
}

#[test]
fn one_mistake_is_refused_and_the_member_is_named() {
    let (operations, wrong) = (with_body(), Mutex::new(Vec::new()));
    assert!(operations.len() > 500, "{}", operations.len());
    let kinds: Vec<&str> = thread::scope(|scope| {
        let parts = operations.chunks(operations.len().div_ceil(4));
        let threads: Vec<_> = parts.map(|part| scope.spawn(|| some(part, &wrong))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), kinds.len(), wrong[..wrong.len().min(60)].join("\n"));
    for (kind, least) in [
        ("unknown", 600),
        ("missing", 600),
        ("type", 900),
        ("null", 900),
        ("enum", 150),
        ("emoji", 600),
        ("plain text", 150),
    ] {
        let count = kinds.iter().filter(|other| **other == kind).count();
        assert!(count >= least, "{kind}: {count}");
        println!("{kind}: {count}");
    }
}
