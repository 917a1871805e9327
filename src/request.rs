//! From a chain and a payload to the request as it goes over the wire, but for its `Authorization`. No I/O, no clock.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};

use crate::chain::{Description, Piece};
use crate::client::Shared;
use crate::error::{Error, Result};
use crate::outcome::Intent;
use crate::payload::{Body, Source};
use crate::percent;
use crate::template::{Template, Var};
use crate::var;

/// The `Wechatpay-Serial` header: as a request header it names the key the caller can verify with.
const SERIAL: HeaderName = HeaderName::from_static("wechatpay-serial");

/// What the client sets itself; a caller's value could only contradict it.
const NOT_THE_CALLERS: [HeaderName; 4] = [AUTHORIZATION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING];

/// A call, ready to be signed and sent.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) request: http::Request<Bytes>,
    /// The path below the base URI, with a leading `/` and without the query: what the endpoint is known by.
    pub(crate) operation: String,
    pub(crate) timeout: Duration,
    pub(crate) intent: Intent,
}

/// Checks everything that can be checked and writes the request down.
pub(crate) fn prepare(client: &Shared, call: &Description, method: Method, source: Source<'_>) -> Result<Prepared> {
    call.check()?;
    let mut target = expand(call)?;
    let operation = operation(&target)?;
    client.check_protocol(&operation)?;
    append_query(&mut target, &call.query);
    let url = call.base_uri.as_ref().unwrap_or(&client.base_uri).join(&target);
    let uri = url.parse::<Uri>().map_err(|error| {
        Error::request(format!("`{}` is no path of a URL, or a longer one than 65,534 bytes", call.template()))
            .with_source(error)
    })?;
    let body = source.into_json_body()?;
    let intent = Intent { read: matches!(method, Method::GET | Method::HEAD), idempotent: call.idempotent };
    let mut request = http::Request::new(body.bytes.clone());
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers(client, call, &body)?;
    Ok(Prepared { request, operation, timeout: call.timeout.unwrap_or(client.timeout), intent })
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

fn expand_template(text: &str, call: &Description, target: &mut String) -> Result<()> {
    let refused = |why| Error::request(format!("the path `{text}` is no template: {why}"));
    let find = |name: &str| call.vars.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    let template = Template::parse(text).map_err(refused)?;
    for name in template.names() {
        match find(name).map(var::flaw) {
            None => return Err(Error::request(format!("the variable `{name}` of `{text}` has no value"))),
            Some(Some(flaw)) => return Err(Error::request(format!("the variable `{name}` {flaw}"))),
            Some(None) => {}
        }
    }
    template.expand(|name| find(name) as Option<&Var>, target).map_err(refused)
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

fn append_query(target: &mut String, query: &str) {
    target.truncate(target.trim_end_matches(['?', '&']).len());
    if !query.is_empty() {
        target.push(if target.contains('?') { '&' } else { '?' });
        target.push_str(query);
    }
}

/// The defaults, then the caller's, who may replace them.
fn headers(client: &Shared, call: &Description, body: &Body) -> Result<HeaderMap> {
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, client.user_agent.clone());
    if let Some(serial) = &client.platform_serial {
        headers.insert(SERIAL, serial.clone());
    }
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
        headers.insert(known, value);
    }
    Ok(headers)
}
