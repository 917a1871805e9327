//! Operations: one verb of one path.

use std::fmt;

use crate::field::{Field, Fields};
use crate::find::lookup;
use crate::kinds::{Protocol, Text, Verification};
use crate::packed::bytes::narrow;
use crate::packed::paths::{ALL, VERBS};
use crate::packed::records::{self, Of};
use crate::packed::tables;
use crate::part::Part;

/// A verb and a path template, and everything that is known about them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operation(u16);

/// The operation of a verb and a path.
///
/// `method` in upper case (`"GET"`, `http::Method::GET`), `path` a template or a filled-in path, by the rules of the crate's documentation.
///
/// ```
/// use wechatpay_catalog::operation;
///
/// let query = operation("GET", "/v3/pay/transactions/id/4200001234?mchid=1900000001").unwrap();
/// assert_eq!(query.path(), "v3/pay/transactions/id/{transaction_id}");
/// assert!(operation("PUT", "v3/pay/transactions/native").is_none());
/// ```
pub fn operation(method: impl AsRef<str>, path: &str) -> Option<Operation> {
    find(method.as_ref(), path)
}

fn find(method: &str, path: &str) -> Option<Operation> {
    lookup::verb(method).and_then(|verb| lookup::operation(&ALL, path, verb)).map(Operation::numbered)
}

/// The operations of a path, one for every verb it has.
///
/// There are none where there is no such path: 404, not 405.
///
/// ```
/// let verbs: Vec<_> = wechatpay_catalog::operations_at("v3/merchants").map(|operation| operation.method()).collect();
/// assert_eq!(verbs, ["POST", "PUT"]);
/// ```
pub fn operations_at(path: &str) -> impl Iterator<Item = Operation> + use<> {
    let found: Vec<Operation> = VERBS.iter().filter_map(|verb| find(verb, path)).collect();
    found.into_iter()
}

/// All 1,144 operations, by path, then verb.
///
/// ```
/// assert_eq!(wechatpay_catalog::operations().len(), 1_144);
/// ```
pub fn operations() -> impl ExactSizeIterator<Item = Operation> {
    (0..records::operations()).map(Operation::numbered)
}

impl Operation {
    /// The verb, in upper case.
    pub fn method(self) -> &'static str {
        let verb = ALL.verbs.get(self.place()).copied().unwrap_or_default();
        VERBS.get(usize::from(verb)).copied().unwrap_or_default()
    }

    /// The template without a leading slash: `v3/pay/transactions/id/{transaction_id}`.
    pub fn path(self) -> &'static str {
        ALL.template(self.read(Of::Template))
    }

    /// What the page calls it, in Chinese.
    pub fn title(self) -> &'static str {
        tables::string(self.read(Of::Title))
    }

    /// The segment after the version: `pay`, `profitsharing`, `marketing`.
    pub fn product(self) -> &'static str {
        self.path().split('/').nth(1).unwrap_or("")
    }

    /// The protocol.
    pub fn protocol(self) -> Protocol {
        if self.path().starts_with("v2/") { Protocol::V2 } else { Protocol::V3 }
    }

    /// The address of the public page.
    pub fn doc(self) -> String {
        format!("https://wechatpay.im/openapi/{}", self.path().replace('{', "%7B").replace('}', "%7D"))
    }

    /// The base URI where it is not `https://api.mch.weixin.qq.com/`.
    pub fn base_uri(self) -> Option<&'static str> {
        records::optional(self.place(), Of::BaseUri).map(tables::string)
    }

    /// Whether it needs the merchant's certificate (mutual TLS).
    pub fn needs_certificate(self) -> bool {
        self.flags(0, 1) == 1
    }

    /// Whether it is one of APIv2 without `nonce_str`.
    pub fn is_nonceless(self) -> bool {
        self.flags(1, 1) == 1
    }

    /// How the answer is verified.
    pub fn verification(self) -> Verification {
        match self.flags(3, 2) {
            0 => Verification::Signed,
            1 => Verification::Unsigned,
            2 => Verification::Digest,
            _ => Verification::Optional,
        }
    }

    /// Whether the body is multipart.
    pub fn is_upload(self) -> bool {
        self.body() == Some(Part::Form)
    }

    /// Whether it answers with a file.
    pub fn is_download(self) -> bool {
        self.flags(2, 1) == 1
    }

    /// Whether the page lists members of the answer; `false`: 204, or nothing is listed.
    pub fn has_answer(self) -> bool {
        !self.fields(Part::Answer).is_empty()
    }

    /// The operation that a filled-in path of this one finds, where two pages describe one path.
    pub fn alias_of(self) -> Option<Operation> {
        records::optional(self.place(), Of::Alias).map(Operation::numbered)
    }

    /// The members of a part.
    pub fn fields(self, part: Part) -> Fields {
        Fields::listed(match part {
            Part::Path => self.read(Of::Path),
            Part::Query => self.read(Of::Query),
            Part::Header => self.read(Of::Header),
            Part::Answer => self.read(Of::Answer),
            body if self.body() == Some(body) => self.read(Of::Body),
            _ => 0,
        })
    }

    /// The field at a JSON pointer (RFC 6901) of a part; `*` or a number stands for an item of a list.
    ///
    /// Of alternatives it is the first that has the rest. The pointer goes on into strings that hold JSON.
    ///
    /// ```
    /// use wechatpay_catalog::{Kind, Part, operation};
    ///
    /// let native = operation("POST", "v3/pay/transactions/native").unwrap();
    /// assert_eq!(native.field(Part::Json, "/amount/total").unwrap().kind(), Kind::Integer);
    /// assert!(native.field(Part::Json, "/detail/goods_detail/0/quantity").is_some());
    /// ```
    pub fn field(self, part: Part, pointer: &str) -> Option<Field> {
        let tokens: Vec<String> = pointer.strip_prefix('/')?.split('/').map(unescaped).collect();
        find_field(self.fields(part), &tokens)
    }

    /// The part that is the body.
    pub(crate) fn body(self) -> Option<Part> {
        match self.flags(5, 2) {
            1 => Some(Part::Json),
            2 => Some(Part::Xml),
            3 => Some(Part::Form),
            _ => None,
        }
    }

    pub(crate) fn numbered(number: usize) -> Self {
        Self(narrow(number))
    }

    fn place(self) -> usize {
        usize::from(self.0)
    }

    fn read(self, of: Of) -> usize {
        records::operation(self.place(), of)
    }

    fn flags(self, from: usize, width: usize) -> usize {
        self.read(Of::Flags) >> from & ((1 << width) - 1)
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Operation({} {})", self.method(), self.path())
    }
}

fn find_field(fields: Fields, tokens: &[String]) -> Option<Field> {
    let (name, rest) = tokens.split_first()?;
    fields.named(name).find_map(|field| within(field, rest))
}

/// The field that the rest of a pointer leads to from `field`.
fn within(field: Field, rest: &[String]) -> Option<Field> {
    let Some((token, after)) = rest.split_first() else { return Some(field) };
    let has_items = field.is_list() || matches!(field.text(), Some(Text::Objects | Text::Strings));
    let below = match is_item(token) {
        true if has_items || field.text() == Some(Text::AnyJson) => after,
        false if has_items => return None,
        _ => rest,
    };
    if below.is_empty() { Some(field) } else { find_field(field.fields(), below) }
}

fn is_item(token: &str) -> bool {
    token == "*" || (!token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit()))
}

fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}
