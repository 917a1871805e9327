//! The gateway's words for what is wrong with a member.

use serde_json::Value;
use wechatpay_catalog::{Issue, Problem};

pub(super) const UNKNOWN: &str = "请求中含有未在API文档中定义的参数";

/// `输入源“/body/amount/total”映射到数值字段“总金额”`; `kind` is the catalogue's word for the type, or empty.
pub(super) fn source(part: &str, pointer: &str, kind: &str, title: &str) -> String {
    let kind = match kind {
        "string" => "字符串",
        "integer" | "number" => "数值",
        "boolean" => "布尔",
        "array" => "数组",
        "object" => "对象",
        _ => "",
    };
    format!("输入源“/{part}{pointer}”映射到{kind}字段“{title}”")
}

/// A rule that a value does not keep.
pub(super) fn rule(source: &str, what: &str) -> String {
    format!("{source}规则校验失败，{what}")
}

/// What a problem of the catalogue's is called; `value` is what stands there.
pub(super) fn problem(problem: &Problem, part: &str, title: &str, value: Option<&Value>) -> String {
    let pointer = problem.pointer();
    let plain = source(part, pointer, "", title);
    let typed = |kind: &str| source(part, pointer, kind, title);
    let length = value.and_then(Value::as_str).map_or(0, |text| text.chars().count());
    let bound: String = problem.expected().chars().filter(char::is_ascii_digit).collect();
    match problem.issue() {
        Issue::UnknownMember => UNKNOWN.to_owned(),
        Issue::Missing => format!("{plain}必填性规则校验失败，此字段为必填项"),
        Issue::Null => format!("{plain}必填性规则校验失败，值不能为null"),
        Issue::WrongType => {
            let expected = problem.expected();
            let kind = if expected.starts_with("array") { "array" } else { expected };
            format!("{}类型不符", typed(kind))
        }
        Issue::NotInEnum => rule(&typed("string"), "值不在枚举范围内"),
        Issue::TooShort => rule(&typed("string"), &format!("字符串长度 {length}，小于最小值 {bound}")),
        Issue::TooLong => rule(&typed("string"), &format!("字符串长度 {length}，大于最大值 {bound}")),
        Issue::NotJson => rule(&typed("string"), "值不是有效的JSON"),
        Issue::NotEncrypted => "平台私钥解密失败".to_owned(),
        _ => rule(&plain, "格式不符"),
    }
}
