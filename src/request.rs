//! From a chain and a payload to the request as it goes over the wire, but for its `Authorization`. No I/O, no clock.
//!
//! [`prepare`] checks and writes down all that needs no key; [`Prepared::finish`] names the key, and encrypts with it.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

use crate::base_uri::BaseUri;
use crate::chain::{Description, Piece};
use crate::client::Shared;
use crate::error::{Error, Result};
use crate::outcome::Intent;
use crate::payload::{Body, SignedPart, Source};
use crate::percent;
use crate::template::Template;
use crate::trust::Trust;
use crate::var;

/// As a request header it names the key the caller can verify with, and the one that encrypted its fields.
const SERIAL: HeaderName = HeaderName::from_static("wechatpay-serial");

/// What the client sets itself; a caller's value could only contradict it.
const NOT_THE_CALLERS: [HeaderName; 4] = [AUTHORIZATION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING];

/// In a request's extensions: it goes without `Authorization`.
#[derive(Clone, Debug)]
pub(crate) struct Unsigned;

/// A call, checked and ready for its key.
#[derive(Debug)]
pub(crate) struct Prepared {
    request: http::Request<Bytes>,
    #[cfg(feature = "aws-lc-rs")]
    sealing: Option<Sealing>,
    /// The path below the base URI, with a leading `/` and without the query: what the endpoint is known by.
    pub(crate) operation: String,
    pub(crate) timeout: Duration,
    pub(crate) intent: Intent,
}

/// What is encrypted when the key is known.
#[cfg(feature = "aws-lc-rs")]
struct Sealing {
    payload: Option<serde_json::Value>,
    fields: Vec<(String, bool)>,
    /// The URL before the query parameters are appended.
    url: String,
    query: Vec<(String, String)>,
    encrypted: Vec<String>,
}

/// Checks everything that can be checked and writes the request down.
pub(crate) fn prepare(client: &Shared, call: &Description, method: Method, source: Source<'_>) -> Result<Prepared> {
    call.check()?;
    if call.timeout.is_some_and(|timeout| timeout.is_zero()) {
        return Err(Error::request("timeout is zero, expected some time"));
    }
    let target = expand(call)?;
    let operation = operation(&target)?;
    client.check_protocol(&operation)?;
    if method == Method::CONNECT {
        return Err(Error::request("the verb CONNECT asks a proxy for a tunnel; it is not one of the API"));
    }
    let url = base_uri(client, call)?.join(&target);
    #[cfg(feature = "aws-lc-rs")]
    let (source, sealing) = Sealing::new(call, source, &url)?;
    let body = source.into_body()?;
    let intent = Intent { read: matches!(method, Method::GET | Method::HEAD), idempotent: call.idempotent };
    let mut request = http::Request::new(body.bytes.clone());
    *request.method_mut() = method;
    *request.uri_mut() = with_query(url, &call.query)?;
    *request.headers_mut() = headers(client, call, &body)?;
    if let Some(signed) = body.signed {
        request.extensions_mut().insert(SignedPart(signed));
    }
    Ok(Prepared {
        request,
        #[cfg(feature = "aws-lc-rs")]
        sealing,
        operation,
        timeout: call.timeout.unwrap_or(client.timeout),
        intent,
    })
}

/// A `GET` of a URL from an answer, verbatim; `signed` unless it is of the few that want no `Authorization`.
#[cfg(feature = "_transport")]
pub(crate) fn prepare_url(client: &Shared, uri: Uri, operation: String, signed: bool) -> Result<Prepared> {
    client.v3()?;
    let mut request = http::Request::new(Bytes::new());
    *request.uri_mut() = uri;
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("*/*"));
    request.headers_mut().insert(USER_AGENT, client.user_agent.clone());
    if !signed {
        request.extensions_mut().insert(Unsigned);
    }
    Ok(Prepared {
        request,
        #[cfg(feature = "aws-lc-rs")]
        sealing: None,
        operation,
        timeout: client.timeout,
        intent: Intent { read: true, idempotent: false },
    })
}

#[cfg(feature = "_transport")]
impl Prepared {
    pub(crate) fn method(&self) -> &Method {
        self.request.method()
    }

    /// For files, which are not JSON; what the caller set stays.
    pub(crate) fn accepting_anything(mut self) -> Self {
        let accept = self.request.headers_mut().entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
        if accept == "application/json" {
            *accept = HeaderValue::from_static("*/*");
        }
        self
    }
}

impl Prepared {
    /// The whole request: names the key in `Wechatpay-Serial`, and encrypts what is to be encrypted with that same key.
    pub(crate) fn finish(self, trust: &Trust, now: SystemTime) -> Result<http::Request<Bytes>> {
        let mut request = self.request;
        let preferred = trust.preferred_serial(now).and_then(|serial| HeaderValue::from_str(serial).ok());
        if let Some(preferred) = preferred.filter(|_| !request.headers().contains_key(SERIAL)) {
            request.headers_mut().insert(SERIAL, preferred);
        }
        #[cfg(feature = "aws-lc-rs")]
        if let Some(sealing) = self.sealing {
            sealing.apply(&mut request, trust)?;
        }
        Ok(request)
    }
}

#[cfg(feature = "aws-lc-rs")]
impl Sealing {
    /// Keeps the payload in plain text where some of it is to be encrypted.
    fn new<'a>(call: &Description, source: Source<'a>, url: &str) -> Result<(Source<'a>, Option<Self>)> {
        if call.encrypt.is_empty() && call.encrypt_query.is_empty() {
            return Ok((source, None));
        }
        if let Some(name) = call.encrypt_query.iter().find(|name| !call.query.iter().any(|(known, _)| known == *name)) {
            return Err(Error::request(format!("encrypt_query: no query parameter {name:?} was added by `.query`")));
        }
        let (source, payload) = match source {
            Source::Json(value) => (Source::Json(value.clone()), Some(value.into_owned())),
            source if call.encrypt.is_empty() => (source, None),
            _ => return Err(Error::request("encrypt: the payload is not JSON, so it has no fields to encrypt")),
        };
        let (fields, encrypted, query) = (call.encrypt.clone(), call.encrypt_query.clone(), call.query.clone());
        Ok((source, Some(Self { payload, fields, url: url.to_owned(), query, encrypted })))
    }

    fn apply(mut self, request: &mut http::Request<Bytes>, trust: &Trust) -> Result<()> {
        let serial = request.headers().get(SERIAL).and_then(|serial| serial.to_str().ok());
        let key = crate::sensitive::find(trust, serial.ok_or_else(crate::sensitive::no_key)?)?;
        if let Some(payload) = self.payload.as_mut().filter(|_| !self.fields.is_empty()) {
            crate::sensitive::seal(payload, &self.fields, key)?;
            let source = Source::Json(std::borrow::Cow::Borrowed(payload));
            *request.body_mut() = source.into_body()?.bytes;
        }
        for (name, value) in self.query.iter_mut().filter(|(name, _)| self.encrypted.contains(name)) {
            *value = key
                .encrypt(value)
                .map_err(|error| Error::new(error.kind(), format!("encrypt_query: {name}: {error}")))?;
        }
        *request.uri_mut() = with_query(self.url, &self.query)?;
        Ok(())
    }
}

#[cfg(feature = "aws-lc-rs")]
impl std::fmt::Debug for Sealing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealing").field("fields", &self.fields).field("query", &self.encrypted).finish_non_exhaustive()
    }
}

/// The path, and the query that stands in it, percent-encoded.
fn expand(call: &Description) -> Result<String> {
    let mut target = String::with_capacity(96);
    for (index, piece) in call.pieces.iter().enumerate() {
        if index > 0 {
            if target.contains('?') {
                return Err(Error::request(format!("`{}` has a path after its query", call.template())));
            }
            target.truncate(target.trim_end_matches('/').len());
            target.push('/');
        }
        let start = target.len();
        match piece {
            Piece::Value(value) => percent::encode(value, &mut target),
            Piece::Template(text) => expand_template(text, call, &mut target)?,
        }
        if index > 0 {
            let slashes = target.len() - start - target[start..].trim_start_matches('/').len();
            target.replace_range(start..start + slashes, "");
        }
    }
    Ok(target)
}

/// The call's own base URI, else the client's.
fn base_uri<'a>(client: &'a Shared, call: &'a Description) -> Result<&'a BaseUri> {
    let base_uri = match &call.base_uri {
        Some(Ok(base_uri)) => base_uri,
        Some(Err(why)) => return Err(Error::request(format!("base_uri {why}"))),
        None => &client.base_uri,
    };
    match base_uri.is_https() && cfg!(all(feature = "_transport", not(feature = "tls"))) {
        true => Err(Error::config("base_uri is https, which needs the feature `tls` of this crate")),
        false => Ok(base_uri),
    }
}

fn expand_template(text: &str, call: &Description, target: &mut String) -> Result<()> {
    let refused = |why| Error::request(format!("the path `{text}` is no template: {why}"));
    let find = |name: &str| call.vars.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    let template = Template::parse(text).map_err(refused)?;
    for name in template.names() {
        let flaw = match find(name) {
            None => {
                let given: Vec<_> = call.vars.iter().map(|(name, _)| format!("`{name}`")).collect();
                let given = if given.is_empty() { String::new() } else { format!("; given: {}", given.join(", ")) };
                return Err(Error::request(format!("the variable `{name}` of `{text}` has no value{given}")));
            }
            Some(Err(flaw)) => Some(*flaw),
            Some(Ok(value)) => var::flaw(value),
        };
        if let Some(flaw) = flaw {
            return Err(Error::request(format!("the variable `{name}` {flaw}")));
        }
    }
    template.expand(|name| find(name)?.as_ref().ok(), target).map_err(refused)
}

/// The path of the target, checked: it may not decide the host, nor be changed by whoever normalises it.
fn operation(target: &str) -> Result<String> {
    if target.contains('#') {
        return Err(Error::request("the path has a `#`; a fragment is never sent"));
    }
    if target.starts_with("//") {
        return Err(Error::request("the path starts with `//`, which would name a host"));
    }
    let path = target.split('?').next().unwrap_or_default().trim_start_matches('/');
    if path.is_empty() {
        return Err(Error::request("the path is empty, expected one such as `v3/certificates`"));
    }
    let dots = |segment: &str| matches!(segment.replace("%2e", ".").replace("%2E", ".").as_str(), "." | "..");
    if path.split('/').any(dots) {
        return Err(Error::request("the path has a `.` or `..` segment; what is signed must be what arrives"));
    }
    Ok(format!("/{path}"))
}

/// The URL with the parameters appended to the query that may stand in it already.
fn with_query(mut url: String, query: &[(String, String)]) -> Result<Uri> {
    if url.contains('?') {
        url.truncate(url.trim_end_matches(['?', '&']).len());
    }
    for (name, value) in query {
        url.push(if url.contains('?') { '&' } else { '?' });
        percent::encode(name, &mut url);
        url.push('=');
        percent::encode(value, &mut url);
    }
    let length = url.len();
    url.parse().map_err(|error| {
        Error::request(format!("a URL of {length} bytes cannot be sent: at most 65,534 bytes are possible"))
            .with_source(error)
    })
}

/// The defaults, then the caller's, who may replace them.
fn headers(client: &Shared, call: &Description, body: &Body) -> Result<HeaderMap> {
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, client.user_agent.clone());
    if let Some(content_type) = &body.content_type {
        let value = HeaderValue::from_str(content_type)
            .map_err(|error| Error::request("the payload's content type is no header text").with_source(error))?;
        headers.insert(CONTENT_TYPE, value);
    }
    for (name, value) in &call.headers {
        let known = HeaderName::from_bytes(name.as_bytes()).map_err(|error| {
            Error::request(format!("the header name {name:?} is not allowed in HTTP")).with_source(error)
        })?;
        if NOT_THE_CALLERS.contains(&known) {
            return Err(Error::request(format!("the header `{name}` is set by the client, not by the caller")));
        }
        let value = HeaderValue::from_str(value)
            .ok()
            .filter(|_| value.is_ascii())
            .ok_or_else(|| Error::request(format!("the value of the header `{name}` is not printable ASCII")))?;
        headers
            .try_insert(known, value)
            .map_err(|error| Error::request("there are too many headers").with_source(error))?;
    }
    Ok(headers)
}
