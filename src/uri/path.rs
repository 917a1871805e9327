//! The path of a call as it was spelled: its pieces, and the values of their variables; and its expansion.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

use super::name::normalize;
use super::percent;
use super::template::{self, TemplateError, Var};
use super::var;
#[cfg(feature = "tracing")]
use super::words::is_word;
use crate::error::{Error, Result};

/// A path that is not expanded yet.
#[derive(Clone, Default)]
pub(crate) struct Path {
    pub(crate) pieces: Vec<Piece>,
    /// With what is wrong with a value, should the template name it.
    pub(crate) vars: Vec<(String, Result<Var, &'static str>)>,
}

/// A piece of the path; pieces are joined by exactly one `/`.
#[derive(Clone)]
pub(crate) enum Piece {
    /// A path or a part of one, possibly with RFC 6570 expressions.
    Template(Text),
    /// One value, percent-encoded: what `.arg` appends.
    Value(String),
}

/// A text that costs nothing to clone.
#[derive(Clone)]
pub(crate) enum Text {
    /// A literal of the program.
    Literal(&'static str),
    /// A name, which is a literal, rewritten.
    Name(Arc<str>),
    /// Computed at run time, possibly of values.
    Computed(Arc<str>),
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Literal(text) => text,
            Self::Name(text) | Self::Computed(text) => text,
        }
    }
}

impl Path {
    /// The path as written, with `{}` for each `.arg`: says which endpoint, and nothing about the customer.
    pub(crate) fn template(&self) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Template(text) => &**text,
            Piece::Value(_) => "{}",
        });
        pieces.collect::<Vec<_>>().join("/")
    }

    /// The same without what may be a value, for `tracing`.
    #[cfg(feature = "tracing")]
    pub(crate) fn low_cardinality(&self) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Template(text @ (Text::Literal(_) | Text::Name(_))) => without_query(text).to_owned(),
            Piece::Template(Text::Computed(text)) => low_cardinality(text),
            Piece::Value(_) => "{}".to_owned(),
        });
        pieces.collect::<Vec<_>>().join("/")
    }

    /// Appends a name, by the rules of the PHP library.
    pub(crate) fn push_name(&mut self, name: &'static str) {
        self.push(Piece::Template(match normalize(name) {
            Cow::Borrowed(text) => Text::Literal(text),
            Cow::Owned(text) => Text::Name(text.into()),
        }));
    }

    pub(crate) fn push(&mut self, piece: Piece) {
        // Most chains get no more.
        self.pieces.reserve_exact(1);
        self.pieces.push(piece);
    }

    /// Whether a text that is to be appended would name a host.
    pub(crate) fn would_name_a_host(&self, path: &str) -> bool {
        let scheme = path.split(['/', '?', '#', '{']).next().is_some_and(|start| start.contains(':'));
        path.starts_with("//") || scheme && (self.pieces.is_empty() || path.contains("://"))
    }

    /// The path, and the query that stands in it, percent-encoded.
    pub(crate) fn expand(&self) -> Result<String> {
        let mut target = String::with_capacity(96);
        for (index, piece) in self.pieces.iter().enumerate() {
            if index > 0 {
                if target.contains('?') {
                    return Err(Error::request(format!("`{}` has a path after its query", self.template())));
                }
                target.truncate(target.trim_end_matches('/').len());
                target.push('/');
            }
            let start = target.len();
            match piece {
                Piece::Value(value) => percent::encode(value, &mut target),
                Piece::Template(text) => self.expand_template(text, &mut target)?,
            }
            if index > 0 {
                let slashes = target.len() - start - target[start..].trim_start_matches('/').len();
                target.replace_range(start..start + slashes, "");
            }
        }
        Ok(target)
    }

    fn expand_template(&self, text: &str, target: &mut String) -> Result<()> {
        let lookup = |name: &str| {
            let value = self.vars.iter().find(|(known, _)| known == name).map(|(_, value)| value);
            let value = value.ok_or_else(|| Refused::Variable(self.missing(name, text)))?;
            let refused = |flaw: &str| Refused::Variable(Error::request(format!("the variable `{name}` {flaw}")));
            let value = value.as_ref().map_err(|flaw| refused(flaw))?;
            var::flaw(value).map_or(Ok(Some(value)), |flaw| Err(refused(flaw)))
        };
        template::expand(text, lookup, target).map_err(|refused| match refused {
            Refused::Template(why) => Error::request(format!("the path `{text}` is no template: {why}")),
            Refused::Variable(error) => error,
        })
    }

    fn missing(&self, name: &str, text: &str) -> Error {
        let given: Vec<_> = self.vars.iter().map(|(name, _)| format!("`{name}`")).collect();
        let given = if given.is_empty() { String::new() } else { format!("; given: {}", given.join(", ")) };
        Error::request(format!("the variable `{name}` of `{text}` has no value{given}"))
    }
}

/// Why a template is not expanded.
enum Refused {
    Template(TemplateError),
    Variable(Error),
}

impl From<TemplateError> for Refused {
    fn from(error: TemplateError) -> Self {
        Self::Template(error)
    }
}

/// A path that a program computed, as few different texts as possible: what is neither a word of the API nor a variable may be a value,
/// and is `{}`.
#[cfg(feature = "tracing")]
pub(crate) fn low_cardinality(path: &str) -> String {
    let told = |segment: &str| segment.is_empty() || is_word(segment) || is_variable(segment);
    let segments = without_query(path).split('/').map(|segment| if told(segment) { segment } else { "{}" });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(feature = "tracing")]
fn without_query(path: &str) -> &str {
    let path = path.split("{?").next().unwrap_or_default();
    path.split('?').next().unwrap_or_default()
}

/// Whether a segment is one expression, such as `{out_trade_no}`.
#[cfg(feature = "tracing")]
fn is_variable(segment: &str) -> bool {
    let inside = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    inside.is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.,:*+#;".contains(&byte))
    })
}

#[cfg(test)]
#[cfg(feature = "tracing")]
mod tests {
    use super::*;

    #[test]
    fn values_in_a_path_become_one() {
        for (path, expected) in [
            ("v3/pay/transactions/id/{transaction_id}{?mchid}", "v3/pay/transactions/id/{transaction_id}"),
            ("v3/pay/transactions/id/{transaction_id}", "v3/pay/transactions/id/{transaction_id}"),
            ("v3/pay/transactions/id/{}", "v3/pay/transactions/id/{}"),
            ("v3/pay/transactions/id/4200001", "v3/pay/transactions/id/{}"),
            ("v3/payscore/user/oUpF8uMuAJO_M2pxb1Q9zNjWeS6o?a=b", "v3/payscore/user/{}"),
            ("v3/merchant-service/complaints-v2/张三", "v3/merchant-service/complaints-v2/{}"),
            ("v3/marketing/favor/stocks", "v3/marketing/favor/stocks"),
            ("/v3/applyment4sub/applyment/", "/v3/applyment4sub/applyment/"),
            ("v3/pay/{a}zhangsan{b}/{zhang san}/{张三}", "v3/pay/{}/{}/{}"),
        ] {
            assert_eq!(low_cardinality(path), expected);
        }
        for value in [
            "zhangsan",
            "alice",
            "Alice",
            "ALICE",
            "13800000000",
            "a1",
            "oupf8umuajo",
            "%E5%BC%A0%E4%B8%89",
            "张三",
            "zhang.san",
            "zhang-san",
            "zhang_san",
            "native-app",
            "pay-transactions",
            "Pay",
            "V3",
            "pay%20",
            "alice@example.com",
            "..",
            "wx",
            "r1",
            "20261121",
            "A|1",
        ] {
            assert_eq!(low_cardinality(&format!("v3/pay/{value}/close?name={value}")), "v3/pay/{}/close", "{value}");
        }
    }

    #[test]
    fn literals_are_told_as_they_are() {
        let mut path = Path::default();
        path.push_name("v3");
        path.push_name("newProduct");
        path.push_name("_orderNo_");
        path.push(Piece::Template(Text::Literal("secapi/addSomething{?a}")));
        path.push(Piece::Template(Text::Literal("x?mchid=1900")));
        path.push(Piece::Value("pay".into()));
        path.push(Piece::Template(Text::Computed("alice/pay".into())));
        assert_eq!(path.low_cardinality(), "v3/new-product/{order-no}/secapi/addSomething/x/{}/{}/pay");
    }
}
