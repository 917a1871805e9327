//! From a payload to the signed XML of a `POST` of APIv2, or the signed query of a `GET`.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::ACCEPT;
use http::{HeaderValue, Method};
use serde_json::{Map, Value};

use super::body::{Body, PresentCertificate};
use super::description::Description;
use super::headers;
use super::merchant::Merchant;
use super::payload::Source;
use super::v2_upload;
use crate::crypto::random;
use crate::crypto::secret::Secret;
use crate::error::outcome::Intent;
use crate::error::{Error, Result};
use crate::protocol::v2::document::Document;
use crate::protocol::v2::{table, xml};
use crate::uri::target::{known_end, retarget, with_query};

const CONTENT_TYPE: &str = "text/xml; charset=utf-8";

/// Answers are XML, bills plain text or gzip, and one is JSON.
const ACCEPTED: HeaderValue = HeaderValue::from_static("text/xml, text/plain, application/x-gzip, */*;q=0.5");

/// A request of APIv2 that lacks nonce and signature.
pub(super) struct Written {
    pub(super) request: http::Request<Bytes>,
    /// `None` where the body is whole already: an upload, or one that the caller wrote and signed.
    pub(super) draft: Option<Draft>,
    pub(super) operation: String,
    pub(super) intent: Intent,
}

/// A document that is not in its request yet.
#[derive(Debug)]
pub(super) struct Draft {
    document: Document,
    /// The path that a query is appended to, for a `GET`.
    query_of: Option<String>,
}

/// Checks a call and writes down all but nonce and signature; `target` is the path without its `v2`.
pub(super) fn write(
    merchant: &Merchant,
    call: &Description,
    method: Method,
    source: Source<'_>,
    target: &str,
) -> Result<Written> {
    check_call(call, &method, target)?;
    let secret = merchant.secret.clone();
    let secret =
        secret.ok_or_else(|| Error::config("an APIv2 call is signed with the APIv2 key: secret is missing"))?;
    let base_uri = merchant.base_uri(call)?;
    let whole = base_uri.resolve(target.to_owned());
    let below = format!("/{}", target.trim_start_matches('/'));
    let operation = known_end(&whole, &below, table::is_known).to_owned();
    let is_post = method == Method::POST;
    let (body, draft) = body(merchant, call, source, &operation, (!is_post).then(|| whole.clone()), secret)?;
    let mut request = http::Request::new(body.bytes.clone());
    let query: &[(String, String)] = if is_post { &call.query } else { &[] };
    *request.uri_mut() = base_uri.uri(with_query(whole, query))?;
    *request.headers_mut() = headers::write(&merchant.user_agent, call, &body)?;
    if !call.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept")) {
        request.headers_mut().insert(ACCEPT, ACCEPTED);
    }
    if call.mtls {
        merchant.require_mtls(&operation, base_uri)?;
    }
    if call.mtls || table::needs_certificate(&operation) {
        merchant.require_identity(&operation)?;
        request.extensions_mut().insert(PresentCertificate);
    }
    let intent = Intent { read: method == Method::GET || table::is_read(&operation), idempotent: call.idempotent };
    *request.method_mut() = method;
    Ok(Written { request, draft, operation, intent })
}

/// The body, or the draft of the document that is going to be it; with `query_of` a draft that is going to be a query of that path.
fn body(
    merchant: &Merchant,
    call: &Description,
    source: Source<'_>,
    operation: &str,
    query_of: Option<String>,
    secret: Secret,
) -> Result<(Body, Option<Draft>)> {
    let is_post = query_of.is_none();
    Ok(match source {
        // What the caller wrote and signed.
        Source::Raw { bytes, content_type } if is_post => {
            (Body { bytes, content_type: Some(content_type.into()), signed: None }, None)
        }
        Source::Media(media) if is_post && operation == v2_upload::PATH => {
            (v2_upload::body(media, merchant.require_mchid()?, &secret)?, None)
        }
        source => {
            let draft = draft(merchant, call, source, operation, query_of, secret)?;
            let content_type = is_post.then_some(Cow::Borrowed(CONTENT_TYPE));
            (Body { bytes: Bytes::new(), content_type, signed: None }, Some(draft))
        }
    })
}

fn check_call(call: &Description, method: &Method, target: &str) -> Result<()> {
    if !matches!(*method, Method::GET | Method::POST) {
        return Err(Error::request(format!("APIv2 has no {method}; expected GET or POST")));
    }
    if target.trim_matches('/').is_empty() {
        return Err(Error::request("the path is empty behind `v2`, expected one such as `v2/pay/orderquery`"));
    }
    if target.contains('?') {
        return Err(Error::request("the path of an APIv2 call has a query, which would not be signed; use `.query`"));
    }
    if call.known.is_some() {
        return Err(Error::request(
            "encrypt_known is of APIv3; the few fields of APIv2 are for another key, encrypt them with `PublicKey::encrypt`",
        ));
    }
    if !call.encrypt.is_empty() || !call.encrypt_query.is_empty() {
        return Err(Error::request("encrypt is of APIv3; for APIv2 encrypt the value with `PublicKey::encrypt`"));
    }
    Ok(())
}

/// The document of a call; for a `GET` with the path that its query is appended to, whose parameters are fields too.
fn draft(
    merchant: &Merchant,
    call: &Description,
    source: Source<'_>,
    operation: &str,
    query_of: Option<String>,
    secret: Secret,
) -> Result<Draft> {
    let query: &[(String, String)] = if query_of.is_some() { &call.query } else { &[] };
    let document = Document::new(payload(source)?.as_ref(), query, operation, merchant.require_mchid()?, secret)?;
    let document = if call.nonceless { document.nonceless() } else { document };
    Ok(Draft { document: document.workwx(call.workwx.clone()), query_of })
}

/// The object whose members are the fields.
fn payload(source: Source<'_>) -> Result<Cow<'_, Value>> {
    match source {
        Source::Empty => Ok(Cow::Owned(Value::Object(Map::new()))),
        Source::Json(value) => Ok(value),
        Source::Raw { .. } => {
            Err(Error::request("the payload of an APIv2 call is not JSON; expected an object of texts"))
        }
        Source::Media(_) => {
            Err(Error::request("a file is uploaded to APIv2 by POST to `v2/secapi/mch/uploadmedia` alone"))
        }
    }
}

impl Draft {
    /// Adds nonce and signature, and writes the document into the request.
    pub(super) fn apply(self, request: &mut http::Request<Bytes>) -> Result<()> {
        let fields = self.document.signed(random::nonce)?;
        match self.query_of {
            Some(path) => retarget(request, with_query(path, &fields))?,
            None => *request.body_mut() = xml::write(&fields).into(),
        }
        Ok(())
    }
}
