//! Why a check failed, as far as headers and body show it: looked at only after it failed, and told without what the body says.

use std::fmt;

use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use serde_json::{Map, Value};

use super::verify::{Failure, HEADERS};
use crate::crypto::base64;
use crate::error::rejection::request_id;
use crate::error::{Error, ErrorKind};
use crate::protocol::rewritten;
use crate::protocol::shape::{self, Shape, Whose};

/// What came, whose check failed.
#[derive(Clone, Copy)]
pub(crate) struct Came<'a> {
    pub(crate) whose: Whose,
    pub(crate) headers: &'a HeaderMap,
    /// `None` for a file, whose body nobody has read.
    pub(crate) body: Option<&'a [u8]>,
    /// The serial of the merchant's own certificate, where it is known.
    pub(crate) own_serial: Option<&'a str>,
}

/// The members by which a decrypted resource is known.
const RESOURCE: [&str; 10] = [
    "out_trade_no",
    "transaction_id",
    "combine_out_trade_no",
    "out_refund_no",
    "out_bill_no",
    "out_batch_no",
    "out_order_no",
    "complaint_id",
    "mchid",
    "sp_mchid",
];

/// How the ids of WeChat Pay public keys begin.
const PREFIX: &str = "PUB_KEY_ID_";

/// RSA-2048: how long every signature is.
const SIGNATURE: usize = 256;
/// The same in base64, in characters.
const SIGNATURE_TEXT: usize = 344;

impl Failure {
    /// The error of what came: which check failed, the likeliest cause, and what to do.
    pub(crate) fn into_error(self, came: &Came<'_>) -> Error {
        let what = match came.whose {
            Whose::Answer => "the answer",
            Whose::Notice => "the notification",
        };
        let cause = came.cause(&self).map(|cause| format!("; {cause}")).unwrap_or_default();
        Error::new(ErrorKind::Verify, format!("{what} is not verified: {self}{cause}"))
            .with_request_id(request_id(came.headers))
    }
}

impl Came<'_> {
    /// The likeliest cause of a failure, and the remedy.
    fn cause(&self, failure: &Failure) -> Option<String> {
        match failure {
            Failure::MissingHeaders(names) => Some(self.missing(names)),
            Failure::UnknownType(_) => self.odd(&[HEADERS[4]]),
            Failure::NotATimestamp => {
                self.odd(&[HEADERS[1]]).or_else(|| Some(self.as_it_came("expected Unix seconds")))
            }
            Failure::OutsideWindow { skew, .. } => Some(match skew.unsigned_abs() {
                // In seconds it would be the year 33,000.
                1_000_000_000_000.. => self.as_it_came("it seems to be in milliseconds, expected seconds"),
                _ => "is the local clock right?".to_owned(),
            }),
            Failure::UnknownSerial { serial, held, search } => {
                self.odd(&[HEADERS[0]]).or_else(|| self.serial(serial, held, search.is_some()))
            }
            // It says the cause itself.
            Failure::Ended(_) | Failure::NotBase64 { probe: true } | Failure::Mismatch { probe: true, .. } => None,
            Failure::NotBase64 { probe: false } => self.odd(&[HEADERS[3]]).or_else(|| self.signature()),
            Failure::Mismatch { probe: false, .. } => {
                self.odd(&HEADERS[..4]).or_else(|| self.signature()).or_else(|| self.changed())
            }
            Failure::Digest | Failure::CompressedStatement => self.encoding(),
        }
    }

    fn missing(&self, names: &[&str]) -> String {
        for name in names {
            if self.headers.contains_key(*name) {
                return format!("{name} is there, but is empty or no ASCII text");
            }
            if let Some(other) = self.headers.keys().find(|other| is_renamed(other.as_str(), name)) {
                return format!(
                    "{name} is there as {:?}, likely renamed by CGI, WSGI or a proxy: hand it over under its own name",
                    Brief(other.as_str())
                );
            }
        }
        if let Some(found) = self.body.and_then(|body| self.form(body)) {
            return found;
        }
        match self.headers.is_empty() && self.whose == Whose::Notice {
            true => "no header at all was handed over; names are compared without case".to_owned(),
            false => "a proxy that strips headers is a frequent cause".to_owned(),
        }
    }

    /// What is found of a header, and the remedy.
    fn as_it_came(&self, found: &str) -> String {
        let remedy = match self.whose {
            Whose::Notice => "hand over the header's text as it came",
            Whose::Answer => "likely a proxy or layer on the way changed it",
        };
        format!("{found}; {remedy}")
    }

    /// A header whose value was changed in a way that shows.
    fn odd(&self, names: &[&str]) -> Option<String> {
        let each = names.iter().copied().find_map(|name| {
            let mut values = self.headers.get_all(name).iter();
            let value = String::from_utf8_lossy(values.next()?.as_bytes());
            let how = match values.any(|other| other.as_bytes() != value.as_bytes()) {
                true => Some("is there more than once"),
                false => oddity(&value),
            };
            how.map(|how| format!("its {name} {how}"))
        })?;
        Some(self.as_it_came(&each))
    }

    /// Whose key a serial may be.
    fn serial(&self, serial: &str, held: &[String], searched: bool) -> Option<String> {
        let plain = |text: &str| {
            text.trim_start_matches("0x").replace([':', ' ', '-'], "").trim_start_matches('0').to_ascii_uppercase()
        };
        let same = |other: &str| plain(other) == plain(serial);
        if self.own_serial.is_some_and(|own| !own.is_empty() && same(own)) {
            return Some("that is the merchant's own certificate, with which WeChat Pay signs nothing: likely the headers of a request were handed over, or this is forged".to_owned());
        }
        let is_public = serial.starts_with(PREFIX);
        let lost =
            |id: &str| id.strip_prefix(PREFIX).is_some_and(|rest| rest == serial || plain(rest) == plain(serial));
        if held.iter().any(|id| lost(id)) {
            return Some(self.as_it_came("its `PUB_KEY_ID_` was cut off"));
        }
        if held.iter().any(|held| same(held)) {
            return Some(self.as_it_came("it is the same in another spelling"));
        }
        let cause = match held {
            [] => return None,
            _ if is_public && held.iter().any(|held| held.starts_with(PREFIX)) => {
                "likely it is meant for another merchant or brand, or the WeChat Pay public key was replaced: compare the id in the merchant platform with platform_key"
            }
            _ if is_public => "that is a WeChat Pay public key: configure it with platform_key",
            _ if searched => return None,
            _ if held.iter().all(|held| held.starts_with(PREFIX)) => {
                "that is a platform certificate, or another merchant's: configure auto_certificates or platform_certificate, both kinds sign while a merchant changes over"
            }
            _ => "likely it is a newer platform certificate, or another merchant's: auto_certificates fetches new ones",
        };
        Some(cause.to_owned())
    }

    /// A signature that was changed in a way that shows.
    fn signature(&self) -> Option<String> {
        let signature = self.headers.get(HEADERS[3])?.as_bytes();
        let found = if signature.contains(&b' ') {
            "it has blanks where base64 has `+`, so it was decoded as part of a form or URL".to_owned()
        } else if signature.iter().any(|byte| matches!(byte, b'-' | b'_')) {
            "it is written in the URL alphabet of base64".to_owned()
        } else {
            match base64::decode(signature) {
                Some(bytes) if bytes.len() == SIGNATURE => return None,
                Some(bytes) => format!("it has {} bytes, expected {SIGNATURE}; likely it was cut off", bytes.len()),
                None if signature.len() < SIGNATURE_TEXT => {
                    format!("it has {} characters, expected {SIGNATURE_TEXT}; likely it was cut off", signature.len())
                }
                None => return None,
            }
        };
        Some(self.as_it_came(&found))
    }

    /// What became of the body that was signed.
    fn changed(&self) -> Option<String> {
        let body = self.body?;
        let seen =
            self.form(body).or_else(|| self.text(body)).or_else(|| self.encoding()).or_else(|| self.length(body));
        Some(seen.unwrap_or_else(|| {
            let other = "the key held under that id is not WeChat Pay's: compare it with the merchant platform";
            match self.whose {
                Whose::Notice => format!(
                    "if a framework parsed the JSON and wrote it again, hand over the raw bytes instead; if not, it is forged, or {other}"
                ),
                Whose::Answer => format!("it was changed on the way, or {other}"),
            }
        }))
    }

    /// A body that is of another form than the JSON that WeChat Pay sends.
    fn form(&self, body: &[u8]) -> Option<String> {
        let shape = Shape::of(body);
        match (shape, self.whose) {
            (Shape::Empty, Whose::Answer) if !self.says_there_is_a_body() => None,
            (Shape::Xml, Whose::Notice) => {
                Some("its body is XML, so likely it is a notification of APIv2: read it with notice_v2".to_owned())
            }
            (Shape::Xml, Whose::Answer) => Some(
                "its body is XML, so likely the endpoint is one of APIv2, whose paths begin with `v2/` here".to_owned(),
            ),
            (Shape::Json, Whose::Notice) => members(body),
            (Shape::Binary | Shape::Other, whose) => match shape::named_encoding(self.headers) {
                Some(name) if std::str::from_utf8(body).is_err() => Some(shape::compressed(name, whose)),
                _ => shape.tell(whose),
            },
            _ => shape.tell(self.whose),
        }
    }

    /// A text that was written in another way than it came.
    fn text(&self, body: &[u8]) -> Option<String> {
        let advice = match self.whose {
            Whose::Notice => "; hand over the raw bytes instead",
            Whose::Answer => "; a proxy or layer on the way must leave it as it is",
        };
        let marked = body.strip_prefix(shape::MARK);
        let marked =
            marked.map(|_| "its body begins with a byte order mark, likely added when it was saved or decoded");
        let found = marked.or_else(|| rewritten::charset(body));
        let found = found.or_else(|| match Shape::of(body) {
            Shape::Json => rewritten::broken_json(body).or_else(|| rewritten::rewritten(body)),
            _ => None,
        });
        found.map(|found| format!("{found}{advice}"))
    }

    /// A `Content-Encoding` that is left when nothing else shows.
    fn encoding(&self) -> Option<String> {
        shape::named_encoding(self.headers).map(shape::encoded)
    }

    fn announced(&self) -> Option<usize> {
        self.headers.get(CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
    }

    fn says_there_is_a_body(&self) -> bool {
        let has = |name| self.headers.contains_key(name);
        match self.announced() {
            Some(length) => length > 0,
            None => has(CONTENT_TYPE) || has(CONTENT_ENCODING),
        }
    }

    fn length(&self, body: &[u8]) -> Option<String> {
        let (announced, found) = (self.announced()?, body.len());
        (announced != found).then(|| {
            format!("its Content-Length is {announced} and its body has {found} bytes, so it was changed or cut off")
        })
    }
}

/// What a JSON object is that is no envelope of a notification.
fn members(body: &[u8]) -> Option<String> {
    let object: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let has = |name: &str| object.contains_key(name);
    if has("isBase64Encoded") || has("body") && ["headers", "httpMethod", "requestContext"].into_iter().any(has) {
        return Some("its body is the whole event of an API gateway: hand over the event's `body`, decoded where isBase64Encoded says so".to_owned());
    }
    if has("return_code") || has("result_code") {
        return Some("its body is a notification of APIv2 turned into JSON: give the raw XML to notice_v2".to_owned());
    }
    if let Some(resource) = object.get("resource") {
        let is_open = resource.is_object() && resource.get("ciphertext").is_none();
        return is_open.then(|| "its resource is decrypted already: hand over the raw bytes as they came".to_owned());
    }
    if has("ciphertext") && has("nonce") {
        return Some("its body is only the `resource` of a notification: hand over the whole body".to_owned());
    }
    let is_resource = RESOURCE.into_iter().any(has);
    is_resource
        .then(|| "its body is likely the decrypted resource: hand over the whole body as it came, encrypted".to_owned())
}

/// Whether a header is another one whose name was changed: `http_wechatpay_serial`, `x-original-wechatpay-serial`.
fn is_renamed(other: &str, name: &str) -> bool {
    let fold = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    !other.eq_ignore_ascii_case(name) && fold(other).ends_with(&fold(name))
}

/// What is odd about a value that WeChat Pay writes of letters, digits and `+/=_`.
fn oddity(value: &str) -> Option<&'static str> {
    let (bare, lower) = (value.trim(), value.to_ascii_lowercase());
    // A signature of its full length lost a `+` at its end, not a blank too many.
    if bare.len() != value.len() && value.len() != SIGNATURE_TEXT {
        return Some("has blanks around it");
    }
    if value.contains(['"', '\'']) {
        return Some("is in quotes");
    }
    if value.contains(',') {
        return Some("is there more than once, joined by a comma");
    }
    if value.starts_with(['[', '(', '{']) {
        return Some("is printed as a list");
    }
    ["%2b", "%2f", "%3d"].iter().any(|code| lower.contains(code)).then_some("is percent-encoded")
}

/// A text of which no more than a name's length is shown.
struct Brief<'a>(&'a str);

impl fmt::Debug for Brief<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short: String = self.0.chars().take(60).collect();
        fmt::Debug::fmt(&short, f)
    }
}
