//! What is wrong with a request, in the gateway's words.

use http::StatusCode;
use serde_json::{Value, json};
use wechatpay_catalog::{Issue, Location, Operation, Part, Problem};

use super::content::Refused;

/// What the gateway says about members that it does not know (its internal code is 270924358).
const UNKNOWN: &str = "请求中含有未在API文档中定义的参数";

/// One thing that is wrong.
#[derive(Debug)]
pub(super) struct Finding {
    location: &'static str,
    /// A JSON pointer; of a header its name.
    pub(super) pointer: String,
    issue: Issue,
    /// What is wrong there, in English.
    text: String,
    /// The gateway's message.
    message: String,
    /// What stands there, if it is not a secret.
    value: Value,
}

impl Finding {
    /// What the catalogue finds, with the values that stand there.
    pub(super) fn all(known: Operation, problems: &[Problem], query: &Value, body: &Value) -> Vec<Self> {
        let finding = |problem| match Problem::location(problem) {
            Location::Query => Self::in_part(known, problem, ("query", Part::Query), query),
            _ => Self::in_part(known, problem, ("body", Part::Json), body),
        };
        problems.iter().flat_map(finding).collect()
    }

    fn in_part(known: Operation, problem: &Problem, (place, part): (&'static str, Part), whole: &Value) -> Vec<Self> {
        if let (Issue::Unexpected, Value::Object(members)) = (problem.issue(), whole) {
            // Where no query or no body is known, each member is one too many.
            let pointer = |name: &String| format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            return members.keys().map(|name| Self::too_many(place, pointer(name))).collect();
        }
        let field = match known.is_upload() && part == Part::Json {
            true => known.field(Part::Form, &format!("/meta{}", problem.pointer())),
            false => known.field(part, problem.pointer()),
        };
        let encrypted = field.is_some_and(|field| field.encryption().is_some());
        let scalar = |value: &&Value| !encrypted && !value.is_object() && !value.is_array();
        let value = whole.pointer(problem.pointer()).filter(scalar).cloned().unwrap_or_default();
        vec![Self::of(problem, place, value)]
    }

    fn of(problem: &Problem, location: &'static str, value: Value) -> Self {
        let pointer = problem.pointer().to_owned();
        let (english, chinese) = (problem.to_string(), problem.zh().to_string());
        let text = english.split_once(&format!("{pointer}: ")).map_or(english.as_str(), |(_, text)| text).to_owned();
        let chinese = chinese.split_once(&format!("{pointer}：")).map_or(chinese.as_str(), |(_, text)| text);
        let message = message(problem, location, chinese);
        Self { location, issue: problem.issue(), text, message, value, pointer }
    }

    fn too_many(location: &'static str, pointer: String) -> Self {
        let (issue, text, message) = (Issue::UnknownMember, "no such member".to_owned(), UNKNOWN.to_owned());
        Self { location, pointer, issue, text, message, value: Value::Null }
    }

    /// A body that is of another kind.
    pub(super) fn whole(text: &str) -> Self {
        let message = format!("参数错误: {text}");
        let (pointer, text) = (String::new(), text.to_owned());
        Self { location: "body", pointer, issue: Issue::WrongType, text, message, value: Value::Null }
    }

    /// A header that is missing.
    pub(super) fn of_header(name: &str) -> Self {
        let text = "string missing".to_owned();
        let message = format!("Http头缺少{name}");
        Self { location: "header", pointer: name.to_owned(), issue: Issue::Missing, text, message, value: Value::Null }
    }

    /// A part of a form that is missing.
    pub(super) fn of_part(name: &str) -> Self {
        let text = "part of the form missing".to_owned();
        let (pointer, message) = (format!("/{name}"), required("body", &format!("/{name}")));
        Self { location: "body", pointer, issue: Issue::Missing, text, message, value: Value::Null }
    }

    /// The refusal of the first one; of unknown members it lists all. The journal has every one.
    pub(super) fn refusal(all: &[Self]) -> Option<Refused> {
        let first = all.first()?;
        let unknown = all.iter().filter(|other| other.issue == Issue::UnknownMember);
        let value = match first.issue {
            Issue::UnknownMember => unknown.map(|other| format!("/{}{}", other.location, other.pointer)).collect(),
            _ => first.value.clone(),
        };
        let detail = json!({"field": first.pointer, "value": value, "issue": first.text, "location": first.location});
        let body = json!({"code": "PARAM_ERROR", "message": first.message, "detail": detail});
        let why: Vec<_> = all.iter().map(Self::sentence).collect();
        Some(Refused { answer: (StatusCode::BAD_REQUEST, body), why: why.join("\n") })
    }

    fn sentence(&self) -> String {
        let gap = if self.pointer.is_empty() { "" } else { " " };
        format!("{}{gap}{}: {}", self.location, self.pointer, self.text)
    }
}

/// What the gateway says; its Chinese name of the field is not in the catalogue, so the member's name stands for it.
fn message(problem: &Problem, location: &str, chinese: &str) -> String {
    let pointer = problem.pointer();
    let name = pointer.rsplit('/').next().unwrap_or_default();
    let source = format!("输入源“/{location}{pointer}”映射到");
    match problem.issue() {
        Issue::UnknownMember | Issue::Unexpected => UNKNOWN.to_owned(),
        Issue::Missing | Issue::Null => required(location, pointer),
        Issue::NotEncrypted => "平台私钥解密失败".to_owned(),
        Issue::WrongType if matches!(problem.expected(), "integer" | "number") => {
            format!("{source}数值字段“{name}”类型不符")
        }
        Issue::WrongType => format!("{source}字段“{name}”类型不符"),
        _ => format!("{source}字段“{name}”规则校验失败，{chinese}"),
    }
}

fn required(location: &str, pointer: &str) -> String {
    let name = pointer.rsplit('/').next().unwrap_or_default();
    format!("输入源“/{location}{pointer}”映射到字段“{name}”必填性规则校验失败，此字段为必填项")
}
