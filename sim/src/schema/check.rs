//! The check itself: catalogue first, then the overlay; the first in order of depth and of the document answers.

use std::cell::LazyCell;
use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};
use wechatpay_catalog::{Issue, Location, Operation, Part as CatalogPart, Problem, Required};

use super::document::Document;
use super::finding::{self, Finding, Kind, Part, Place};
use super::overlay::{self, Line};
use super::{form, wording};
use crate::engine::answer::{Refusal, Warning};
use crate::engine::rules::Rules;

/// What is looked at: a body whose ciphertext has been opened, and the query as it came, decoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent<'a> {
    pub(crate) operation: Operation,
    pub(crate) query: &'a [(String, String)],
    pub(crate) document: &'a Document,
}

/// Whether a request has the right form; what it is warned of, if it has.
///
/// # Errors
///
/// 400 `PARAM_ERROR` with the gateway's `detail` about the first thing that is wrong; values of encrypted members are not told.
pub(crate) fn check(sent: Sent<'_>, rules: &Rules) -> Result<Vec<Warning>, Refusal> {
    // Most requests have nothing wrong.
    let order: LazyCell<HashMap<&str, usize>, _> =
        LazyCell::new(|| sent.document.order.iter().enumerate().map(|(at, pointer)| (pointer.as_str(), at)).collect());
    let place = |part: Part, pointer: &str| Place {
        part,
        depth: pointer.matches('/').count(),
        index: order.get(pointer).copied().unwrap_or(usize::MAX),
        pointer: pointer.to_owned(),
    };
    let (query, mut findings) = query(sent, rules, &place);
    for problem in sent.operation.check_request(&query, &sent.document.value) {
        findings.extend(of_problem(sent, &query, &problem, rules, &place));
    }
    findings.extend(of_overlay(sent, &place));
    let secret = |pointer: &str| {
        sent.operation.field(CatalogPart::Json, pointer).is_some_and(|field| field.encryption().is_some())
    };
    let value_of = |place: &Place| match place.part {
        Part::Body if secret(&place.pointer) => Value::Null,
        Part::Body => sent.document.value.pointer(&place.pointer).filter(|value| !value.is_object()).cloned().into(),
        Part::Query => query.pointer(&place.pointer).cloned().into(),
    };
    match finding::refusal(&findings, value_of) {
        Some(refusal) => Err(refusal),
        None => Ok(warnings(sent, rules)),
    }
}

/// The query as an object for the catalogue; names that stand there twice are wrong.
fn query(sent: Sent<'_>, rules: &Rules, place: &impl Fn(Part, &str) -> Place) -> (Value, Vec<Finding>) {
    let (mut object, mut findings) = (Map::new(), Vec::new());
    let fields = sent.operation.fields(CatalogPart::Query);
    for (name, value) in sent.query {
        let known = fields.get(name);
        if known.is_none() && rules.is("schema.query_unknown", "ignore") {
            continue;
        }
        if known.is_some_and(wechatpay_catalog::Field::is_list) {
            let list = object.entry(name.clone()).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(list) = list {
                list.push(value.as_str().into());
            }
        } else if object.insert(name.clone(), value.as_str().into()).is_some() {
            let pointer = format!("/{name}");
            let message = wording::rule(&wording::source("query", &pointer, "", name), "参数重复");
            findings.push(Finding { place: place(Part::Query, &pointer), kind: Kind::Other, message });
        }
    }
    let query = if object.is_empty() { Value::Null } else { Value::Object(object) };
    (query, findings)
}

/// A problem of the catalogue's in the gateway's words; `None` if a rule lets it pass.
fn of_problem(
    sent: Sent<'_>,
    query: &Value,
    problem: &Problem,
    rules: &Rules,
    place: &impl Fn(Part, &str) -> Place,
) -> Option<Finding> {
    let (part, fields, document) = match problem.location() {
        Location::Query => (Part::Query, CatalogPart::Query, query),
        _ => (Part::Body, CatalogPart::Json, &sent.document.value),
    };
    let pointer = problem.pointer();
    let required = || sent.operation.field(fields, pointer).is_some_and(|field| field.required() == Required::Yes);
    if problem.issue() == Issue::Null && rules.is("schema.null", "ignore") && !required() {
        return None;
    }
    let (method, template) = (sent.operation.method(), sent.operation.path());
    let title = overlay::title(method, template, pointer);
    let kind = if problem.issue() == Issue::UnknownMember { Kind::Unknown } else { Kind::Other };
    let missing = problem.issue() == Issue::Null && required();
    let message = match missing {
        true => format!("{}必填性规则校验失败，此字段为必填项", wording::source(part.name(), pointer, "", title)),
        false => wording::problem(problem, part.name(), title, document.pointer(pointer)),
    };
    Some(Finding { place: place(part, pointer), kind, message })
}

/// What the overlay's lines find.
fn of_overlay(sent: Sent<'_>, place: &impl Fn(Part, &str) -> Place) -> Vec<Finding> {
    let (method, template) = (sent.operation.method(), sent.operation.path());
    let (mut findings, mut seen) = (Vec::new(), BTreeSet::new());
    for line in overlay::of(method, template) {
        if !line.one_of.is_empty() {
            findings.extend(one_of(sent, line, place));
            continue;
        }
        let values = overlay::found(&sent.document.value, &line.at);
        // An endpoint's own line stands for the general one.
        if values.is_empty() || !seen.insert(line.at.as_str()) {
            continue;
        }
        for (pointer, value) in values {
            if let Some((kind, message)) = broken(sent.operation, line, &pointer, value) {
                findings.push(Finding { place: place(Part::Body, &pointer), kind, message });
            }
        }
    }
    findings
}

/// One of several members is due.
fn one_of(sent: Sent<'_>, line: &Line, place: &impl Fn(Part, &str) -> Place) -> Option<Finding> {
    let there = |pointer: &String| sent.document.value.pointer(pointer).is_some_and(|value| !value.is_null());
    if line.one_of.iter().any(there) {
        return None;
    }
    let first = line.one_of.first()?;
    let names: Vec<_> = line.one_of.iter().map(|pointer| pointer.rsplit('/').next().unwrap_or_default()).collect();
    let title = overlay::title(sent.operation.method(), sent.operation.path(), first);
    let source = wording::source("body", first, "", title);
    let message = format!("{source}必填性规则校验失败，{}须填写其中一个", names.join("、"));
    Some(Finding { place: place(Part::Body, first), kind: Kind::Other, message })
}

/// The rule of a line that a value does not keep, in the gateway's words. Values of another type are the catalogue's affair.
fn broken(operation: Operation, line: &Line, pointer: &str, value: &Value) -> Option<(Kind, String)> {
    let title = || overlay::title(operation.method(), operation.path(), &line.at);
    let source = |kind| wording::source("body", pointer, kind, title());
    if let Some(number) = value.as_i64() {
        let below = line.min.filter(|min| number < *min).map(|min| format!("值低于最小值 {min}"));
        let above = || line.max.filter(|max| number > *max).map(|max| format!("值高于最大值 {max}"));
        return below.or_else(above).map(|what| (Kind::Range, wording::rule(&source("integer"), &what)));
    }
    let text = value.as_str()?;
    let length = text.chars().count();
    let bad = |character: char, extra: &str| !character.is_ascii_alphanumeric() && !extra.contains(character);
    let what = if line.min_len.is_some_and(|least| length < least) {
        format!("字符串长度 {length}，小于最小值 {}", line.min_len.unwrap_or_default())
    } else if line.max_len.is_some_and(|most| length > most) {
        format!("字符串长度 {length}，大于最大值 {}", line.max_len.unwrap_or_default())
    } else if line.extra.as_ref().is_some_and(|extra| text.chars().any(|character| bad(character, extra))) {
        "含有不支持的字符".to_owned()
    } else if !line.values.is_empty() && !line.values.iter().any(|known| known == text) {
        "值不在枚举范围内".to_owned()
    } else {
        line.form.and_then(|known| form::fault(known, text))?.to_owned()
    };
    Some((Kind::Other, wording::rule(&source("string"), &what)))
}

/// What is accepted here, and the real gateway might not.
fn warnings(sent: Sent<'_>, rules: &Rules) -> Vec<Warning> {
    let warning = |id: &str, text: String| Warning { id: id.to_owned(), text };
    let mut warnings = Vec::new();
    let text = |pointer: &str| sent.document.value.pointer(pointer).and_then(Value::as_str);
    if let Some(url) = text("/notify_url").filter(|url| form::is_unreachable(url)) {
        warnings.push(warning("notify_url.unreachable", format!("WeChat Pay could not reach notify_url {url}")));
    }
    let h5 = sent.operation.path().ends_with("transactions/h5");
    if h5 && text("/scene_info/payer_client_ip") == Some("127.0.0.1") {
        let said = "payer_client_ip is 127.0.0.1: the real page would say 由于商家传入的H5交易参数有误";
        warnings.push(warning("h5.client_ip", said.to_owned()));
    }
    let fields = sent.operation.fields(CatalogPart::Query);
    if rules.is("schema.query_unknown", "ignore") {
        for (name, _) in sent.query.iter().filter(|(name, _)| fields.get(name).is_none()) {
            warnings.push(warning("query.unknown", format!("the query's {name} is not in the documentation")));
        }
    }
    warnings
}
