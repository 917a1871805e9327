//! What is to be fetched, and how it is checked: from an answer, a URL or a chain. No I/O.

use http::uri::Scheme;
use http::{Method, Uri};
use serde_json::Value;

use super::unpack::{Expected, Opening};
use crate::error::json::kind;
use crate::error::{Error, Result};
use crate::exchange::response::Response;
use crate::protocol::v3::exempt::{self, Rule};
use crate::request::merchant::Merchant;
use crate::request::prepare::{self, Prepared};
use crate::request::protocol::Protocol;

/// The hosts of WeChat Pay that a URL may name beside the client's own, each with what is below it (hosts are in the
/// signature of no request, so only this list keeps an `Authorization` from going elsewhere).
const DOMAINS: [&str; 3] = ["mch.weixin.qq.com", "wechatpay.cn", "payapp.weixin.qq.com"];

/// Serves invoices (发票): neither the request nor the answer is signed, and the path may change.
const INVOICES: &str = "pay.wechatpay.cn";

/// The path that it has today.
const INVOICE: &str = "/v3/new-tax-control-fapiao/download";

/// One file to fetch.
pub(crate) struct Part {
    pub(crate) request: Prepared,
    pub(crate) rule: Rule,
    pub(crate) expected: Option<Expected>,
    pub(crate) opening: Option<Opening>,
    /// It was named by a URL, which may have expired.
    pub(crate) by_url: bool,
}

/// An answer that names files: what [`Client::download`](crate::Client::download) takes. Sealed: `&Response` and `&Value`.
pub trait IntoFiles: sealed::Sealed {}

impl<T: sealed::Sealed> IntoFiles for T {}

mod sealed {
    use super::{Response, Result, Value};

    pub trait Sealed {
        #[doc(hidden)]
        fn files(self) -> Result<Value>;
    }

    impl Sealed for &Response {
        fn files(self) -> Result<Value> {
            self.value()
        }
    }

    impl Sealed for &Value {
        fn files(self) -> Result<Value> {
            Ok(self.clone())
        }
    }
}

/// The parts of the file that an answer names: one by `download_url`, or several by `download_bill_list`.
pub(crate) fn by_answer(merchant: &Merchant, answer: impl IntoFiles) -> Result<Vec<Part>> {
    let answer = answer.files()?;
    let Some(list) = answer.get("download_bill_list") else { return Ok(vec![part(merchant, &answer, "")?]) };
    let entries = list
        .as_array()
        .filter(|list| !list.is_empty())
        .ok_or_else(|| Error::request("the answer's /download_bill_list is no list with files in it"))?;
    let is_count =
        |count: &Value| count.as_u64().or_else(|| count.as_str()?.parse().ok()) == Some(entries.len() as u64);
    if let Some(count) = answer.get("download_bill_count").filter(|count| !is_count(count)) {
        let found = entries.len();
        return Err(Error::request(format!(
            "the answer's /download_bill_count is {count}, its list has {found} files"
        )));
    }
    let mut parts = Vec::with_capacity(entries.len());
    for sequence in 1..=entries.len() as u64 {
        let is_it = |entry: &&Value| entry.get("bill_sequence").and_then(Value::as_u64) == Some(sequence);
        let entry = entries.iter().find(is_it).ok_or_else(|| {
            Error::request(format!("no file of the answer's /download_bill_list has the bill_sequence {sequence}"))
        })?;
        parts.push(part(merchant, entry, "/download_bill_list/*")?);
    }
    Ok(parts)
}

/// One file that an answer names, with the digest it must have.
fn part(merchant: &Merchant, entry: &Value, place: &str) -> Result<Part> {
    let text = |name: &str| match entry.get(name) {
        Some(Value::String(text)) => Ok(text.as_str()),
        Some(other) => {
            Err(Error::request(format!("the answer's {place}/{name} is {}, expected a string", kind(other))))
        }
        None => Err(Error::request(format!("the answer has no {place}/{name}"))),
    };
    // The flow of coupons calls it `url`.
    let url = if entry.get("download_url").is_none() && entry.get("url").is_some() { "url" } else { "download_url" };
    let mut part = by_url(merchant, text(url)?)?;
    let unhashed =
        |error: Error| error.and(", so nothing could check the file; `download_url` downloads it all the same");
    if part.rule == Rule::SignedDigest {
        let why = "the answer names an overseas statement, whose own signature says its hash: use `download_url`";
        return Err(Error::request(why));
    }
    part.expected = Some(Expected::new(text("hash_type").map_err(unhashed)?, text("hash_value").map_err(unhashed)?)?);
    if entry.get("encrypt_key").is_some() {
        part.opening = Some(opening(merchant, text("encrypt_key")?, text("nonce")?)?);
    }
    Ok(part)
}

/// What decrypts a bill: a key that is encrypted for the merchant's own.
#[cfg(feature = "aws-lc-rs")]
fn opening(merchant: &Merchant, encrypted: &str, nonce: &str) -> Result<Opening> {
    use crate::error::ErrorKind;
    let key = merchant.private_key.as_ref().ok_or_else(|| {
        Error::config("the bill is encrypted for the merchant's private_key, which this client does not hold")
    })?;
    let key =
        key.decrypt_bytes(encrypted).map_err(|error| Error::new(error.kind(), format!("encrypt_key: {error}")))?;
    Opening::new(&key, nonce.as_bytes()).map_err(|_| {
        let (key, nonce) = (key.len(), nonce.len());
        Error::new(
            ErrorKind::Decrypt,
            format!("the bill's key has {key} bytes and its nonce {nonce}; expected 32, and some"),
        )
    })
}

#[cfg(not(feature = "aws-lc-rs"))]
fn opening(_: &Merchant, _: &str, _: &str) -> Result<Opening> {
    Err(Error::config("the bill is encrypted, which needs the feature `aws-lc-rs` of this crate"))
}

/// The file of a URL, which is taken verbatim.
pub(crate) fn by_url(merchant: &Merchant, url: &str) -> Result<Part> {
    let (uri, invoice) = check_url(merchant, url)?;
    let below = merchant.base_uri.below(&uri).unwrap_or(uri.path());
    let operation = exempt::operation(uri.path(), below).to_owned();
    let rule = match exempt::rule(&Method::GET, &operation) {
        Rule::Signed if invoice => Rule::Unsigned,
        Rule::Signed => return Err(no_file(&operation)),
        rule => rule,
    };
    let invoice = invoice || operation == INVOICE;
    let request = prepare::prepare_url(merchant, uri, operation, !invoice)?;
    Ok(Part { request, rule, expected: None, opening: None, by_url: true })
}

/// The file of an endpoint.
pub(crate) fn by_request(request: Prepared) -> Result<Part> {
    let Some(rule) = request.file_rule() else { return Err(no_file(&request.operation)) };
    let request = match request.protocol() {
        Protocol::V2 => request,
        Protocol::V3 if request.operation == INVOICE => request.accepting_anything().without_authorization(),
        Protocol::V3 => request.accepting_anything(),
    };
    Ok(Part { request, rule, expected: None, opening: None, by_url: false })
}

fn no_file(operation: &str) -> Error {
    Error::request(format!(
        "`{operation}` is not one of the files that WeChat Pay serves unsigned: call it with a verb, whose answer is verified"
    ))
}

/// Whether the host may be asked, and whether it is asked for an invoice.
fn check_url(merchant: &Merchant, url: &str) -> Result<(Uri, bool)> {
    let refused = |why: &str| Error::request(format!("the download URL {why}"));
    let uri: Uri = url.parse().map_err(|error| refused("is no URL").with_source(error))?;
    let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
        return Err(refused("has no host, expected an absolute URL"));
    };
    if authority.as_str().contains('@') || url.contains('#') {
        return Err(refused("has a user or a fragment, expected neither"));
    }
    let host = authority.host().to_ascii_lowercase();
    let port = authority.as_str().split_once(':').is_none_or(|(_, port)| port == "443");
    let below = |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let wechat = *scheme == Scheme::HTTPS && port && DOMAINS.into_iter().any(below);
    if !wechat && !merchant.base_uri.is_origin(scheme, authority) {
        return Err(refused(&format!(
            "names {scheme}://{authority}, which is neither the client's base_uri nor a host of WeChat Pay over https"
        )));
    }
    if cfg!(not(feature = "tls")) && *scheme == Scheme::HTTPS {
        return Err(Error::config("the download URL is https, which needs the feature `tls` of this crate"));
    }
    // What is signed must be what arrives, also where an encoded slash is decoded on the way.
    let path = uri.path().to_ascii_lowercase().replace("%2f", "/").replace("%2e", ".");
    if path.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err(refused("has a `.` or `..` segment, expected none"));
    }
    Ok((uri, wechat && host == INVOICES))
}
