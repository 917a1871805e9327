//! From a chain and a payload to the request as it goes over the wire, but for its `Authorization`. No I/O, no clock.
//!
//! [`prepare`] checks and writes down all that needs no key; [`Prepared::finish`] names the key, and encrypts with it.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::base_uri::BaseUri;
use crate::client::Shared;
use crate::description::Description;
use crate::error::{Error, Result};
use crate::outcome::Intent;
use crate::payload::{Body, SignedPart, Source};
use crate::percent;
use crate::retry::Retry;
#[cfg(feature = "aws-lc-rs")]
use crate::sealing::Sealing;
use crate::target::{expand, operation, strip_v2};
use crate::trust::Trust;

/// As a request header it names the key the caller can verify with, and the one that encrypted its fields.
pub(crate) const SERIAL: HeaderName = HeaderName::from_static("wechatpay-serial");

/// What the client sets itself; a caller's value could only contradict it.
const NOT_THE_CALLERS: [HeaderName; 4] = [AUTHORIZATION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING];

/// In a request's extensions: it goes without `Authorization`.
#[derive(Clone, Debug)]
pub(crate) struct Unsigned;

/// In a request's extensions: the merchant certificate is presented in the TLS handshake.
#[derive(Clone, Debug)]
pub(crate) struct Presenting;

/// A call, checked and ready for its key.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) request: http::Request<Bytes>,
    #[cfg(feature = "aws-lc-rs")]
    sealing: Option<Box<Sealing>>,
    #[cfg(feature = "v2")]
    document: Option<Box<crate::v2::request::Document>>,
    pub(crate) is_v2: bool,
    /// The path below the base URI, with a leading `/` and without the query: what the endpoint is known by. Of APIv2 without
    /// the `v2`.
    pub(crate) operation: String,
    pub(crate) timeout: Duration,
    pub(crate) intent: Intent,
    pub(crate) retry: Option<Retry>,
    /// What is told of it.
    #[cfg(all(feature = "tracing", feature = "_transport"))]
    pub(crate) names: Option<crate::trace::Names>,
}

/// Checks everything that can be checked and writes the request down.
pub(crate) fn prepare(client: &Shared, call: &Description, method: Method, source: Source<'_>) -> Result<Prepared> {
    let prepared = written(client, call, method, source)?;
    #[cfg(all(feature = "tracing", feature = "_transport"))]
    let prepared = {
        let mut prepared = prepared;
        let (method, template) = (prepared.request.method().clone(), call.low_cardinality_template());
        prepared.names = Some(crate::trace::Names { method, template });
        prepared
    };
    Ok(prepared)
}

fn written(client: &Shared, call: &Description, method: Method, source: Source<'_>) -> Result<Prepared> {
    call.check()?;
    if call.timeout.is_some_and(|timeout| timeout.is_zero()) {
        return Err(Error::request("timeout is zero, expected some time"));
    }
    let target = expand(call)?;
    let operation = operation(&target)?;
    if let Some(rest) = strip_v2(&target) {
        #[cfg(feature = "v2")]
        return crate::v2::request::prepare(client, call, method, source, rest);
        #[cfg(not(feature = "v2"))]
        return Err(Error::request(format!(
            "the path starts with `v2`: APIv2 (here `{rest}`) needs the feature `v2` of this crate"
        )));
    }
    client.check_v3(&operation)?;
    if method == Method::CONNECT {
        return Err(Error::request("the verb CONNECT asks a proxy for a tunnel; it is not one of the API"));
    }
    let base_uri = base_uri(client, call)?;
    let path = base_uri.resolve(target);
    #[cfg(feature = "aws-lc-rs")]
    let (source, sealing) = Sealing::new(call, source, &path)?;
    let body = source.into_body()?;
    let intent = Intent { read: matches!(method, Method::GET | Method::HEAD), idempotent: call.idempotent };
    let mut request = http::Request::new(body.bytes.clone());
    *request.method_mut() = method;
    *request.uri_mut() = base_uri.uri(with_query(path, &call.query))?;
    *request.headers_mut() = headers(client, call, &body)?;
    if let Some(signed) = body.signed {
        request.extensions_mut().insert(SignedPart(signed));
    }
    if call.mtls {
        client.require_identity(&operation)?;
        request.extensions_mut().insert(Presenting);
    }
    let mut prepared = Prepared::of_v3(request, operation, call.timeout.unwrap_or(client.timeout), intent);
    prepared.retry = call.retry;
    #[cfg(feature = "aws-lc-rs")]
    {
        prepared.sealing = sealing.map(Box::new);
    }
    Ok(prepared)
}

/// A `GET` of a URL from an answer, verbatim; `signed` unless it is of the few that want no `Authorization`.
#[cfg(feature = "_transport")]
pub(crate) fn prepare_url(client: &Shared, uri: http::Uri, operation: String, signed: bool) -> Result<Prepared> {
    client.v3()?;
    let mut request = http::Request::new(Bytes::new());
    *request.uri_mut() = uri;
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("*/*"));
    request.headers_mut().insert(USER_AGENT, client.user_agent.clone());
    if !signed {
        request.extensions_mut().insert(Unsigned);
    }
    let intent = Intent { read: true, idempotent: false };
    #[cfg(feature = "tracing")]
    let names = crate::trace::Names { method: Method::GET, template: crate::trace::low_cardinality(&operation, false) };
    #[cfg_attr(not(feature = "tracing"), allow(unused_mut))]
    let mut prepared = Prepared::of_v3(request, operation, client.timeout, intent);
    #[cfg(feature = "tracing")]
    {
        prepared.names = Some(names);
    }
    Ok(prepared)
}

#[cfg(feature = "_transport")]
impl Prepared {
    pub(crate) fn method(&self) -> &Method {
        self.request.method()
    }

    /// For invoices, which are asked for unsigned.
    pub(crate) fn without_authorization(mut self) -> Self {
        self.request.extensions_mut().insert(Unsigned);
        self
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
    fn of_v3(request: http::Request<Bytes>, operation: String, timeout: Duration, intent: Intent) -> Self {
        Self {
            request,
            #[cfg(feature = "aws-lc-rs")]
            sealing: None,
            #[cfg(feature = "v2")]
            document: None,
            is_v2: false,
            operation,
            timeout,
            intent,
            retry: None,
            #[cfg(all(feature = "tracing", feature = "_transport"))]
            names: None,
        }
    }

    /// A call of APIv2; its document is signed at the end, one that the caller wrote is not there.
    #[cfg(feature = "v2")]
    pub(crate) fn of_v2(
        request: http::Request<Bytes>,
        document: Option<crate::v2::request::Document>,
        operation: String,
        timeout: Duration,
        intent: Intent,
    ) -> Self {
        Self { document: document.map(Box::new), is_v2: true, ..Self::of_v3(request, operation, timeout, intent) }
    }

    /// Makes the request whole: names the key in `Wechatpay-Serial`, and encrypts what is to be encrypted with that same key.
    pub(crate) fn finish(&mut self, trust: &Trust, now: SystemTime) -> Result<()> {
        let request = &mut self.request;
        if self.is_v2 {
            #[cfg(feature = "v2")]
            self.document.take().map_or(Ok(()), |document| document.apply(request))?;
            return Ok(());
        }
        if let (false, Some(preferred)) = (request.headers().contains_key(SERIAL), trust.preferred_header(now)) {
            request.headers_mut().insert(SERIAL, preferred.clone());
        }
        #[cfg(feature = "aws-lc-rs")]
        if let Some(sealing) = self.sealing.take() {
            sealing.apply(request, trust)?;
        }
        Ok(())
    }
}

/// The call's own base URI, else the client's.
pub(crate) fn base_uri<'a>(client: &'a Shared, call: &'a Description) -> Result<&'a BaseUri> {
    let base_uri = match call.base_uri.as_deref() {
        Some(Ok(base_uri)) => base_uri,
        Some(Err(why)) => return Err(Error::request(format!("base_uri {why}"))),
        None => &client.base_uri,
    };
    match base_uri.is_https() && cfg!(all(feature = "_transport", not(feature = "tls"))) {
        true => Err(Error::config("base_uri is https, which needs the feature `tls` of this crate")),
        false => Ok(base_uri),
    }
}

/// The path with the parameters appended to the query that may stand in it already.
pub(crate) fn with_query(mut target: String, query: &[(String, String)]) -> String {
    if target.contains('?') {
        target.truncate(target.trim_end_matches(['?', '&']).len());
    }
    for (name, value) in query {
        target.push(if target.contains('?') { '&' } else { '?' });
        percent::encode(name, &mut target);
        target.push('=');
        percent::encode(value, &mut target);
    }
    target
}

/// Puts another path and query into a request.
#[cfg(any(feature = "aws-lc-rs", feature = "v2"))]
pub(crate) fn retarget(request: &mut http::Request<Bytes>, target: String) -> Result<()> {
    let parts = std::mem::take(request.uri_mut()).into_parts();
    *request.uri_mut() = crate::base_uri::with_target(parts, target)?;
    Ok(())
}

/// The defaults, then the caller's, who may replace them.
pub(crate) fn headers(client: &Shared, call: &Description, body: &Body) -> Result<HeaderMap> {
    let too_many = |error| Error::request("there are too many headers").with_source(error);
    // With `Wechatpay-Serial`, `Authorization`, `Host` and hyper's `Content-Length` there are seven: none of them needs more room.
    let mut headers = HeaderMap::try_with_capacity(7 + call.headers.len()).map_err(too_many)?;
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, client.user_agent.clone());
    if let Some(content_type) = &body.content_type {
        let value = match content_type {
            Cow::Borrowed(text) => HeaderValue::from_static(text),
            Cow::Owned(text) => HeaderValue::from_str(text)
                .map_err(|error| Error::request("the payload's content type is no header text").with_source(error))?,
        };
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
        headers.try_insert(known, value).map_err(too_many)?;
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures as f;

    #[test]
    fn more_headers_than_http_can_hold_are_refused() {
        let key = crate::PrivateKey::from_pem(f::MERCHANT_KEY).unwrap();
        let builder = crate::Client::builder().mchid("1900009191").serial(f::MERCHANT_SERIAL).private_key(key);
        let public = crate::PublicKey::from_pem(f::WECHATPAY_PUBLIC).unwrap();
        let wxpay = builder.platform_key(f::WECHATPAY_ID, public).build().unwrap();
        let body = Source::Empty.into_body().unwrap();
        let with = |count: usize| {
            let list = (0..count).map(|at| (format!("x-{at}"), "x".to_owned())).collect();
            headers(wxpay.shared(), &Description { headers: list, ..Description::default() }, &body)
        };
        assert_eq!(with(20_000).unwrap().len(), 20_002);
        for count in [24_570, 24_600, 100_000] {
            assert!(with(count).unwrap_err().to_string().contains("too many headers"), "{count}");
        }
    }
}
