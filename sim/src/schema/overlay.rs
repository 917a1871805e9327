//! What the catalogue does not have: `overlay.jsonl`, a line for each member.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

/// A line: about one member of an endpoint or of all, or about several of which one is due.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    /// Verb and template, or the beginning of a template and `*`; of every endpoint if absent.
    #[serde(default)]
    pub(super) op: Option<String>,
    /// The member's pointer; `*` stands for every item of a list.
    #[serde(default)]
    pub(super) at: String,
    /// Its Chinese name, as the gateway's messages have it.
    #[serde(default)]
    title: String,
    #[serde(default)]
    pub(super) min_len: Option<usize>,
    #[serde(default)]
    pub(super) max_len: Option<usize>,
    /// Besides letters and digits these characters, and no other.
    #[serde(default)]
    pub(super) extra: Option<String>,
    #[serde(default)]
    pub(super) min: Option<i64>,
    #[serde(default)]
    pub(super) max: Option<i64>,
    #[serde(default)]
    pub(super) values: Vec<String>,
    #[serde(default)]
    pub(super) form: Option<Form>,
    /// Pointers of which one at least must be there.
    #[serde(default)]
    pub(super) one_of: Vec<String>,
    /// Where this is known from.
    #[allow(dead_code, reason = "for readers of the file; a test asks for it")]
    source: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Form {
    NotifyUrl,
    Time,
    Ip,
}

/// All lines: those of single endpoints, then those of families, then those of all. The file is part of the program, and a test reads it.
static LINES: LazyLock<Vec<Line>> = LazyLock::new(|| {
    let mut lines = read(include_str!("../../overlay.jsonl"));
    lines.sort_by_key(|line| line.op.as_deref().map_or(2, |op| u8::from(op.ends_with('*'))));
    lines
});

fn read(text: &str) -> Vec<Line> {
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The lines about an endpoint: those of its own, of its family, of all.
pub(super) fn of<'a>(method: &'a str, template: &'a str) -> impl Iterator<Item = &'static Line> + 'a {
    LINES.iter().filter(move |line| line.op.as_deref().is_none_or(|op| is_of(op, method, template)))
}

/// Whether verb and template are the ones that a line names.
fn is_of(op: &str, method: &str, template: &str) -> bool {
    let Some(path) = op.strip_prefix(method).and_then(|rest| rest.strip_prefix(' ')) else { return false };
    path.strip_suffix('*').map_or(template == path, |start| template.starts_with(start))
}

/// A member's Chinese name, else its name.
pub(super) fn title<'a>(method: &str, template: &str, pointer: &'a str) -> &'a str
where
    'static: 'a,
{
    let line = of(method, template).find(|line| !line.title.is_empty() && is_at(&line.at, pointer));
    line.map_or_else(|| pointer.rsplit('/').next().unwrap_or_default(), |line| line.title.as_str())
}

/// Whether a pointer is the one of a line: `*` stands for an item of a list.
pub(super) fn is_at(at: &str, pointer: &str) -> bool {
    let (mut expected, mut found) = (at.split('/'), pointer.split('/'));
    loop {
        match (expected.next(), found.next()) {
            (None, None) => return true,
            (Some("*"), Some(index)) if index.bytes().all(|byte| byte.is_ascii_digit()) => {}
            (Some(name), Some(other)) if name == other => {}
            _ => return false,
        }
    }
}

/// The values of a body that a line's pointer means, each with its own pointer.
pub(super) fn found<'v>(body: &'v Value, at: &str) -> Vec<(String, &'v Value)> {
    let mut names = at.split('/').skip(1);
    if !at.contains('*') {
        let value = names.try_fold(body, |value, name| value.as_object()?.get(name));
        return value.map(|value| (at.to_owned(), value)).into_iter().collect();
    }
    let all = vec![(String::new(), body)];
    names.fold(all, |all, name| all.into_iter().flat_map(|(pointer, value)| below(&pointer, value, name)).collect())
}

fn below<'v>(pointer: &str, value: &'v Value, name: &str) -> Vec<(String, &'v Value)> {
    match (name, value) {
        ("*", Value::Array(items)) => {
            items.iter().enumerate().map(|(index, item)| (format!("{pointer}/{index}"), item)).collect()
        }
        (name, Value::Object(members)) => {
            members.get(name).map(|member| (format!("{pointer}/{name}"), member)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_says_where_it_is_from() {
        let text = include_str!("../../overlay.jsonl");
        assert_eq!(LINES.len(), text.lines().count());
        for line in LINES.iter() {
            assert!(!line.source.is_empty());
            assert!(line.at.starts_with('/') != (line.one_of.len() > 1), "{line:?}");
            if let Some(op) = &line.op {
                let known = |operation: wechatpay_catalog::Operation| is_of(op, operation.method(), operation.path());
                assert!(wechatpay_catalog::operations().any(known), "{op}");
            }
        }
    }

    #[test]
    fn an_endpoints_own_line_goes_first() {
        assert_eq!(title("POST", "v3/pay/transactions/native", "/amount/total"), "总金额");
        assert_eq!(title("POST", "v3/refund/domestic/refunds", "/amount/total"), "原订单金额");
        assert_eq!(title("POST", "v3/refund/domestic/refunds", "/goods_detail/0/unit_price"), "unit_price");
        let body = serde_json::json!({"list": [{"name": 1}, {}, {"name": 2}], "name": 3});
        let pointers = |at: &str| found(&body, at).into_iter().map(|(pointer, _)| pointer).collect::<Vec<_>>();
        assert_eq!(pointers("/list/*/name"), ["/list/0/name", "/list/2/name"]);
        assert_eq!(
            (pointers("/name"), pointers("/name/*").len(), pointers("/list/name").len()),
            (vec!["/name".into()], 0, 0)
        );
        assert!(is_at("/list/*/name", "/list/3/name") && !is_at("/list/*/name", "/list/x/name"));
    }
}
