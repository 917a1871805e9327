//! A request against what the catalogue knows about its endpoint.

#[cfg(feature = "v2")]
use http::Method;
use http::StatusCode;
use serde_json::{Value, json};
#[cfg(feature = "v2")]
use wechatpay_catalog::Issue;
use wechatpay_catalog::{DATE, Operation, Part, Protocol, Required, is_known, nearest_paths, operation, operations_at};

use super::content::Refused;
use super::finding::Finding;
use super::journal::Call;
use super::strictness::Strictness;
use crate::protocol::gateway::Form;
#[cfg(feature = "v2")]
use crate::protocol::v2::table;
use crate::protocol::v3::exempt::{Rule, rule};

/// How many of the nearest paths are tried for one that has the verb.
const NEAR: usize = 8;

/// The endpoint that a call is for.
pub(super) fn of(call: &Call, protocol: Protocol) -> Option<Operation> {
    operation(call.method(), call.path()).filter(|known| known.protocol() == protocol)
}

/// Checks a call of APIv3 as it came, with ciphertext where ciphertext is due.
pub(super) fn check(call: &Call, form: Option<&Form>, strictness: &Strictness) -> Result<(), Refused> {
    if strictness.is_lenient() {
        return Ok(());
    }
    // The URL of a file is not the caller's: it is one of an answer, with whatever stands in it.
    if rule(call.method(), call.path()) == Rule::Unsigned {
        return Ok(());
    }
    let known = of(call, Protocol::V3).ok_or_else(|| unknown(call, Protocol::V3).refusal())?;
    let mut findings = headers(known, call);
    findings.extend(match (known.is_upload(), form) {
        (true, Some(form)) => upload(known, form, &call.asked, call.json()),
        (false, None) => Finding::all(known, &known.check_sent(&call.asked, call.json()), &call.asked, call.json()),
        (true, None) => vec![Finding::whole("multipart/form-data expected, found JSON")],
        (false, Some(_)) => vec![Finding::whole("JSON expected, found multipart/form-data")],
    });
    findings.retain(|finding| !strictness.allows(&finding.pointer));
    Finding::refusal(&findings).map_or(Ok(()), Err)
}

/// What is wrong with a call of APIv2, in the words of its `return_msg`; members besides the known ones are ignored.
#[cfg(feature = "v2")]
pub(super) fn check_v2(call: &Call, strictness: &Strictness) -> Result<(), Wrong> {
    if strictness.is_lenient() {
        return Ok(());
    }
    let Some(known) = of(call, Protocol::V2) else {
        return if table::is_unsigned(call.path()) { Ok(()) } else { Err(unknown(call, Protocol::V2)) };
    };
    let mut fields = call.json().clone();
    // An empty member is as good as none: it is not signed either.
    fields.as_object_mut().into_iter().for_each(|members| members.retain(|_, value| value != ""));
    let mut problems = match *call.method() {
        Method::GET => known.check_sent(&fields, &Value::Null),
        _ => known.check_sent(&call.asked, &fields),
    };
    problems.retain(|problem| {
        !matches!(problem.issue(), Issue::UnknownMember | Issue::Unexpected) && !strictness.allows(problem.pointer())
    });
    let Some(first) = problems.first() else { return Ok(()) };
    let name = first.pointer().split('/').nth(1).unwrap_or_default();
    let message = match first.issue() {
        // As the pages of the bills say.
        _ if table::is_file(call.path()) => format!("invalid {name}"),
        Issue::Missing => format!("缺少参数{name}"),
        Issue::TooLong | Issue::TooShort => format!("{name}参数长度有误"),
        _ => format!("{name}参数格式错误"),
    };
    let why: Vec<_> = problems.iter().map(ToString::to_string).collect();
    Err(Wrong { status: StatusCode::OK, message, why: why.join("\n") })
}

/// What is wrong, before it is put into the words of a protocol.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) status: StatusCode,
    pub(super) message: String,
    pub(super) why: String,
}

#[cfg(feature = "v2")]
impl From<&'static str> for Wrong {
    /// Of a check that knows nothing of endpoints.
    fn from(message: &'static str) -> Self {
        Self { status: StatusCode::OK, message: message.to_owned(), why: message.to_owned() }
    }
}

impl Wrong {
    fn refusal(self) -> Refused {
        let code = if self.status == StatusCode::NOT_FOUND { "NOT_FOUND" } else { "METHOD_NOT_ALLOWED" };
        Refused { answer: (self.status, json!({"code": code, "message": self.message})), why: self.why }
    }
}

/// No such endpoint, or not with this verb.
fn unknown(call: &Call, protocol: Protocol) -> Wrong {
    let (method, path) = (call.method(), call.path());
    let verbs: Vec<_> =
        operations_at(path).filter(|other| other.protocol() == protocol).map(Operation::method).collect();
    let (status, message) = match verbs.is_empty() {
        true => {
            let near = nearest_paths(path, NEAR);
            let meant = near.iter().find(|near| is_known(method, near)).or(near.first()).copied().unwrap_or_default();
            let version = if protocol == Protocol::V2 { "APIv2" } else { "APIv3" };
            let message = format!("no {method} {path} of {version} in the catalogue of {DATE}; did you mean {meant}?");
            (StatusCode::NOT_FOUND, message)
        }
        false => (StatusCode::METHOD_NOT_ALLOWED, format!("{path} has no {method}, only {}", verbs.join(", "))),
    };
    Wrong { status, why: message.clone(), message }
}

/// Headers that must be there; `Wechatpay-Serial` is looked at where ciphertext is.
fn headers(known: Operation, call: &Call) -> Vec<Finding> {
    let due = known.fields(Part::Header).into_iter().filter(|field| field.required() == Required::Yes);
    due.filter(|field| !call.headers().contains_key(field.name()))
        .map(|field| Finding::of_header(field.name()))
        .collect()
}

/// An upload: its query, its parts, its meta.
fn upload(known: Operation, form: &Form, query: &Value, meta: &Value) -> Vec<Finding> {
    let parts = known.fields(Part::Form).into_iter().filter(|field| field.required() == Required::Yes);
    let missing = parts.filter(|field| form.part(field.name()).is_none()).map(|field| Finding::of_part(field.name()));
    let mut findings: Vec<_> = missing.collect();
    let mut problems = known.check_sent(query, &Value::Null);
    problems.extend(known.check_meta(meta));
    findings.extend(Finding::all(known, &problems, query, meta));
    findings
}
