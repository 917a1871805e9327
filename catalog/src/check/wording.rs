//! The sentences of a problem, English and Chinese.

use std::fmt::{self, Write as _};

use crate::field::Field;
use crate::kinds::{Kind, Text};

use super::problem::{Issue, Location, Problem};

/// What was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expectation {
    /// A value of a type, or a list of them.
    Type(Kind, bool),
    /// One of a field's values.
    OneOf(Field),
    AtLeast(usize),
    AtMost(usize),
    NoSuchMember,
    Json(Text),
    Ciphertext,
    Nothing,
}

impl Expectation {
    pub(crate) fn of(field: Field) -> Self {
        Self::Type(field.kind(), field.is_list())
    }

    /// The same for an item of a list.
    pub(crate) fn of_item(field: Field) -> Self {
        Self::Type(field.kind(), false)
    }

    pub(crate) fn english(&self) -> String {
        match self {
            Self::Type(kind, list) => {
                let name = kind_name(*kind);
                if *list { format!("list of {name}s") } else { name.to_owned() }
            }
            Self::OneOf(field) => format!("one of {}", joined(*field, ", ")),
            Self::AtLeast(least) => format!("at least {least} characters"),
            Self::AtMost(most) => format!("at most {most} characters"),
            Self::NoSuchMember => "no such member".to_owned(),
            Self::Json(Text::Object) => "JSON object as text".to_owned(),
            Self::Json(Text::Objects) => "JSON list of objects as text".to_owned(),
            Self::Json(Text::Strings) => "JSON list of strings as text".to_owned(),
            Self::Json(_) => "JSON as text".to_owned(),
            Self::Ciphertext => "ciphertext (base64) of the platform's key".to_owned(),
            Self::Nothing => "nothing".to_owned(),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Type(kind, list) => format!("{}{}", found_zh(kind_name(*kind)), if *list { "列表" } else { "" }),
            Self::OneOf(field) => format!("{} 之一", joined(*field, "、")),
            Self::AtLeast(least) => format!("至少 {least} 个字符"),
            Self::AtMost(most) => format!("至多 {most} 个字符"),
            Self::NoSuchMember => "没有这个字段".to_owned(),
            Self::Json(Text::Object) => "JSON 对象文本".to_owned(),
            Self::Json(Text::Objects) => "JSON 对象列表文本".to_owned(),
            Self::Json(Text::Strings) => "JSON 字符串列表文本".to_owned(),
            Self::Json(_) => "JSON 文本".to_owned(),
            Self::Ciphertext => "用平台公钥加密后的密文（base64）".to_owned(),
            Self::Nothing => "空".to_owned(),
        }
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::String => "string",
        Kind::Integer => "integer",
        Kind::Number => "number",
        Kind::Boolean => "boolean",
        Kind::Object => "object",
    }
}

fn joined(field: Field, comma: &str) -> String {
    field.values().collect::<Vec<_>>().join(comma)
}

/// `body /amount/total: integer expected, found string; did you mean …?`
pub(super) fn english(problem: &Problem, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(match problem.location {
        Location::Path => "path",
        Location::Header => "header",
        Location::Query => "query",
        Location::Body => "body",
        Location::Answer => "answer",
    })?;
    pointer(problem, f)?;
    let (expected, found) = (&problem.expected, problem.found);
    match problem.issue {
        Issue::UnknownMember | Issue::TooShort | Issue::TooLong => write!(f, ": {expected}")?,
        Issue::Missing => write!(f, ": {expected} missing")?,
        Issue::NotInEnum => write!(f, ": {expected} expected, found another {found}")?,
        _ => write!(f, ": {expected} expected, found {found}")?,
    }
    match &problem.suggestion {
        Some(suggestion) => write!(f, "; did you mean {suggestion}?"),
        None => Ok(()),
    }
}

/// A problem in Chinese.
pub(super) struct Chinese<'a>(pub(super) &'a Problem);

impl fmt::Display for Chinese<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = self.0;
        f.write_str(match problem.location {
            Location::Path => "路径",
            Location::Header => "请求头",
            Location::Query => "查询参数",
            Location::Body => "请求体",
            Location::Answer => "应答",
        })?;
        pointer(problem, f)?;
        let (expected, found) = (problem.expectation.chinese(), found_zh(problem.found));
        match problem.issue {
            Issue::UnknownMember => write!(f, "：{expected}")?,
            Issue::Missing => write!(f, "：缺少{expected}")?,
            Issue::TooShort | Issue::TooLong => write!(f, "：长度应为{expected}")?,
            Issue::NotInEnum => write!(f, "：应为 {expected}，实为其他{found}")?,
            _ => write!(f, "：应为{expected}，实为{found}")?,
        }
        match &problem.suggestion {
            Some(suggestion) => write!(f, "，是否为 {suggestion}？"),
            None => Ok(()),
        }
    }
}

fn found_zh(found: &str) -> &'static str {
    match found {
        "nothing" => "空",
        "null" => " null",
        "string" => "字符串",
        "integer" => "整数",
        "number" => "数字",
        "boolean" => "布尔值",
        "array" => "列表",
        _ => "对象",
    }
}

/// The pointer after a blank; a name in it may be the caller's, so that control characters are escaped.
fn pointer(problem: &Problem, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if !problem.pointer.is_empty() {
        f.write_char(' ')?;
    }
    for letter in problem.pointer.chars() {
        match letter.is_control() {
            true => write!(f, "{}", letter.escape_unicode())?,
            false => f.write_char(letter)?,
        }
    }
    Ok(())
}
