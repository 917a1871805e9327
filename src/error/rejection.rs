//! The gateway's "no": the answer of every status that is not 2xx.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, StatusCode};
use serde_json::Value;

use super::lang;

/// How much of a proxy's HTML is quoted in the error.
const EXCERPT: usize = 120;

/// How many characters of code and message an error prints.
const LONGEST: usize = 300;

/// How many characters of a field's name an error prints.
const LONGEST_NAME: usize = 100;

/// What an error says around the gateway's words.
struct Words {
    refused: &'static str,
    and: &'static str,
    colon: &'static str,
    field: &'static str,
    between: &'static str,
    within: &'static str,
    brackets: [&'static str; 2],
    unverified: &'static str,
}

const ENGLISH: Words = Words {
    refused: "the gateway refused with ",
    and: " and ",
    colon: ": ",
    field: "field ",
    between: " ",
    within: "in ",
    brackets: [" (", ")"],
    unverified: " [unverified]",
};

const CHINESE: Words = Words {
    refused: "网关拒绝了请求：",
    and: "，",
    colon: "：",
    field: "字段 ",
    between: "，",
    within: "位于 ",
    brackets: ["（", "）"],
    unverified: " [应答未验签]",
};

/// What the gateway answered when it refused.
///
/// `Debug` shows status, code, message and `Request-ID`, not the body: its `detail` may repeat a customer's data.
#[derive(Clone)]
pub struct Rejection {
    status: StatusCode,
    code: String,
    message: String,
    detail: Option<Value>,
    place: Place,
    request_id: Option<String>,
    verified: bool,
    body: Bytes,
}

/// Why the gateway refused, as its answer says; each protocol says it in its own way.
#[derive(Debug, Default)]
pub(crate) struct Reason {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) detail: Option<Value>,
    pub(crate) place: Place,
}

/// What of the request was refused, as the answer names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) field: Option<String>,
    pub(crate) issue: Option<String>,
    pub(crate) location: Option<String>,
    /// What stood there, as a text: never shown, wherever else it is repeated.
    pub(crate) value: Option<String>,
}

impl Rejection {
    /// The HTTP status; APIv2 refuses with 200.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The gateway's error code, such as `PARAM_ERROR` (APIv2: `err_code`); empty if the body has none.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The gateway's message, usually Chinese; empty if the body has none.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The `detail` member as it came; its shape differs from endpoint to endpoint. Of APIv2 all elements, as a flat object.
    pub fn detail(&self) -> Option<&Value> {
        self.detail.as_ref()
    }

    /// The field that was refused, such as `/amount/currency`, from `detail`; most refusals of APIv3 for a bad parameter name it.
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
    /// # use wechatpay_chain::{Method, json};
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # gateway.on(Method::POST, "v3/pay/transactions/native").status(400, json!({"code": "PARAM_ERROR", "message": "参数错误",
    /// #     "detail": {"field": "/amount/currency", "value": "XYZ", "issue": "Currency code is invalid", "location": "body"}}));
    /// # let wxpay = gateway.client()?;
    /// # let order = json!({"appid": "wxd678efh567hg6787", "mchid": wxpay.mchid(), "description": "a book", "out_trade_no": "1217752501",
    /// #     "notify_url": "https://shop.example/paid", "amount": {"total": 100, "currency": "XYZ"}});
    /// let error = wxpay["v3/pay/transactions/native"].post(order).unwrap_err();
    /// let no = error.rejection().expect("the gateway refused");
    /// assert_eq!((no.field(), no.location()), (Some("/amount/currency"), Some("body")));
    /// assert_eq!(no.issue(), Some("Currency code is invalid"));
    /// assert!(error.to_string().contains("(field /amount/currency in body: Currency code is invalid)"));
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn field(&self) -> Option<&str> {
        self.place.field.as_deref()
    }

    /// What is wrong with the field, in the gateway's words, from `detail`.
    ///
    /// An error prints it without the refused value, should it repeat that; here it is as it came.
    pub fn issue(&self) -> Option<&str> {
        self.place.issue.as_deref()
    }

    /// Where the field is, from `detail`: `body`, `url`, `query` or `authorization`, among others.
    pub fn location(&self) -> Option<&str> {
        self.place.location.as_deref()
    }

    /// The `Request-ID` of the answer; the digits after its last `-` are the gateway's internal error code.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Whether the refusal was signed by the gateway and the signature is right.
    ///
    /// An unverified refusal is no proof that nothing happened: anything between you and the gateway may have written it.
    pub fn is_verified(&self) -> bool {
        self.verified
    }

    /// The body, whatever it is.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Compares the code without case and underscores: products spell `ORDER_PAID` and `ORDERPAID` alike.
    pub fn is(&self, code: &str) -> bool {
        same_code(&self.code, code)
    }

    /// The refusal of an answer; `verified` if its signature is right.
    pub(crate) fn new(status: StatusCode, headers: &HeaderMap, body: Bytes, verified: bool, reason: Reason) -> Self {
        let Reason { code, message, detail, place } = reason;
        Self {
            status,
            code,
            message,
            detail,
            place,
            request_id: request_id(headers).map(str::to_owned),
            verified,
            body,
        }
    }

    /// The sentence an error prints for it.
    pub(crate) fn sentence(&self) -> String {
        self.told(&ENGLISH, &self.excerpt())
    }

    /// The same in Chinese; what the gateway said stays as it is.
    pub(crate) fn chinese(&self) -> String {
        self.told(&CHINESE, &lang::chinese(&self.excerpt()))
    }

    fn told(&self, words: &Words, excerpt: &str) -> String {
        let mut sentence = format!("{}{}", words.refused, self.status);
        let said: Vec<_> = [&*self.code, &*self.message].into_iter().filter(|part| !part.is_empty()).collect();
        for (index, part) in said.iter().enumerate() {
            sentence.push_str(if index > 0 { " " } else { words.colon });
            sentence.extend(part.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }));
        }
        if said.is_empty() {
            sentence.push_str(words.and);
            sentence.push_str(excerpt);
        }
        sentence.extend(self.place.told(words));
        if !self.verified {
            sentence.push_str(words.unverified);
        }
        sentence
    }

    /// The start of a body that is not the gateway's JSON, such as a proxy's HTML.
    fn excerpt(&self) -> String {
        let start = String::from_utf8_lossy(&self.body[..self.body.len().min(EXCERPT)]);
        match self.body.len() {
            0 => "an empty body".to_owned(),
            // Anything else may be an answer that repeats a customer's data.
            length if !is_page(&start) => format!("{length} bytes without a code"),
            length => {
                let words = start.split_whitespace().collect::<Vec<_>>().join(" ");
                format!("{length} bytes of a web page: {words:?}")
            }
        }
    }
}

impl Place {
    /// ` (field /amount/currency in body: …)`, as far as it is known; without the value.
    fn told(&self, words: &Words) -> Option<String> {
        let named = |before: &str, name: &str| format!("{before}{}", brief(name, LONGEST_NAME));
        let field = self.field.as_deref().map(|field| named(words.field, field));
        let location = self.location.as_deref().map(|location| named(words.within, location));
        let issue = self.issue.as_deref().map(|issue| {
            // One or two characters may be a part of any word.
            let value = self.value.as_deref().filter(|value| value.chars().count() > 2);
            brief(&value.map_or_else(|| issue.to_owned(), |value| issue.replace(value, "…")), LONGEST)
        });
        let place: Vec<_> = field.into_iter().chain(location).collect();
        let place = Some(place.join(words.between)).filter(|place| !place.is_empty());
        let said: Vec<_> = place.into_iter().chain(issue).collect();
        let [open, close] = words.brackets;
        (!said.is_empty()).then(|| format!("{open}{}{close}", said.join(words.colon)))
    }
}

/// So many characters of a text at most, in which nothing can move the cursor or turn the line around.
fn brief(text: &str, longest: usize) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == longest {
            out.push('…');
            break;
        }
        match c {
            '"' | '\'' | '\\' => out.push(c),
            c => out.extend(c.escape_debug()),
        }
    }
    out
}

impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejection")
            .field("status", &self.status)
            .field("code", &self.code)
            .field("message", &self.message)
            .field("request_id", &self.request_id)
            .field("verified", &self.verified)
            .finish_non_exhaustive()
    }
}

/// Whether a body is a proxy's page and not the gateway's.
fn is_page(start: &str) -> bool {
    let start = start.trim_start().to_ascii_lowercase();
    start.starts_with("<html") || start.starts_with("<!doctype html")
}

/// The `Request-ID` header, spelled in any case.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    headers.get(REQUEST_ID)?.to_str().ok()
}

/// Whether two error codes are the same but for case and underscores.
pub(crate) fn same_code(left: &str, right: &str) -> bool {
    let fold = |code| str::bytes(code).filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_uppercase());
    fold(left).eq(fold(right))
}
