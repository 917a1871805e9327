//! From a chain and a payload to the request as it goes over the wire, but for its `Authorization`. No I/O, no clock.
//!
//! [`prepare`] checks and writes down all that needs no key; [`Prepared::finish`] names the key, and encrypts with it.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{ACCEPT, USER_AGENT};
use http::{HeaderValue, Method};

use super::body::{PresentCertificate, SignedPart, Unsigned};
use super::description::Description;
#[cfg(feature = "aws-lc-rs")]
use super::encryption::Encryption;
use super::headers::{self, SERIAL};
use super::merchant::Merchant;
use super::payload::Source;
use super::protocol::Protocol;
use crate::error::outcome::Intent;
use crate::error::retry::Retry;
use crate::error::{Error, Result};
use crate::protocol::v3::exempt::{self, Rule};
use crate::protocol::v3::trust::Trust;
use crate::uri::target::{operation, with_query};

/// A call, checked and ready for its key.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) request: http::Request<Bytes>,
    written: Written,
    /// What the endpoint is known by: the path that goes out, without the query, if anything special is known about that; else the part
    /// below the base URI, whose path may be a proxy's. Of APIv2 without the `v2`.
    pub(crate) operation: String,
    pub(crate) timeout: Duration,
    pub(crate) intent: Intent,
    pub(crate) retry: Option<Retry>,
    /// It is for a base URI of its own, and goes to no other host.
    pub(crate) stays: bool,
    /// The path that `tracing` is told.
    #[cfg(feature = "tracing")]
    pub(crate) template: String,
}

/// How a request was written, and what is left to be done when its key is known.
#[derive(Debug)]
enum Written {
    V3 {
        #[cfg(feature = "aws-lc-rs")]
        encryption: Option<Box<Encryption>>,
    },
    /// Its document is signed at the end; one that the caller wrote is not there.
    #[cfg(feature = "v2")]
    V2 { document: Option<Box<super::v2::Draft>> },
}

/// Checks everything that can be checked and writes the request down, in the protocol that its path names.
pub(crate) fn prepare(merchant: &Merchant, call: &Description, method: Method, source: Source<'_>) -> Result<Prepared> {
    call.check()?;
    if call.timeout.is_some_and(|timeout| timeout.is_zero()) {
        return Err(Error::request("timeout is zero, expected some time"));
    }
    let target = call.path.expand()?;
    let operation = operation(&target)?;
    match Protocol::of(&target) {
        (Protocol::V3, _) => v3(merchant, call, method, source, target, &operation),
        #[cfg(feature = "v2")]
        (Protocol::V2, rest) => v2(merchant, call, method, source, rest),
        #[cfg(not(feature = "v2"))]
        (Protocol::V2, rest) => Err(Error::request(format!(
            "the path starts with `v2`: APIv2 (here `{rest}`) needs the feature `v2` of this crate"
        ))),
    }
}

fn v3(
    merchant: &Merchant,
    call: &Description,
    method: Method,
    source: Source<'_>,
    target: String,
    operation: &str,
) -> Result<Prepared> {
    merchant.check_v3(operation)?;
    if method == Method::CONNECT {
        return Err(Error::request("the verb CONNECT asks a proxy for a tunnel; it is not one of the API"));
    }
    let base_uri = merchant.base_uri(call)?;
    let path = base_uri.resolve(target);
    #[cfg(feature = "aws-lc-rs")]
    let (source, encryption) = Encryption::new(call, &method, source, (&path, operation))?;
    let body = source.into_body()?;
    let intent = Intent { read: matches!(method, Method::GET | Method::HEAD), idempotent: call.idempotent };
    let mut request = http::Request::new(body.bytes.clone());
    *request.method_mut() = method;
    *request.uri_mut() = base_uri.uri(with_query(path, &call.query))?;
    *request.headers_mut() = headers::write(&merchant.user_agent, call, &body)?;
    if let Some(signed) = body.signed {
        request.extensions_mut().insert(SignedPart(signed));
    }
    if call.mtls {
        merchant.require_mtls(operation, base_uri)?;
        request.extensions_mut().insert(PresentCertificate);
    }
    let operation = exempt::operation(request.uri().path(), operation).to_owned();
    let written = Written::V3 {
        #[cfg(feature = "aws-lc-rs")]
        encryption: encryption.map(Box::new),
    };
    Ok(Prepared::new(merchant, call, request, written, operation, intent))
}

#[cfg(feature = "v2")]
fn v2(merchant: &Merchant, call: &Description, method: Method, source: Source<'_>, rest: &str) -> Result<Prepared> {
    let super::v2::Written { request, draft, operation, intent } =
        super::v2::write(merchant, call, method, source, rest)?;
    let written = Written::V2 { document: draft.map(Box::new) };
    Ok(Prepared::new(merchant, call, request, written, operation, intent))
}

/// A `GET` of a URL from an answer, verbatim; `signed` unless it is of the few that want no `Authorization`.
pub(crate) fn prepare_url(merchant: &Merchant, uri: http::Uri, operation: String, signed: bool) -> Result<Prepared> {
    merchant.require_v3()?;
    let mut request = http::Request::new(Bytes::new());
    *request.uri_mut() = uri;
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("*/*"));
    request.headers_mut().insert(USER_AGENT, merchant.user_agent.clone());
    if !signed {
        request.extensions_mut().insert(Unsigned);
    }
    Ok(Prepared {
        request,
        written: Written::V3 {
            #[cfg(feature = "aws-lc-rs")]
            encryption: None,
        },
        #[cfg(feature = "tracing")]
        template: crate::uri::path::low_cardinality(&operation),
        operation,
        timeout: merchant.timeout,
        intent: Intent { read: true, idempotent: false },
        retry: None,
        stays: false,
    })
}

impl Prepared {
    fn new(
        merchant: &Merchant,
        call: &Description,
        request: http::Request<Bytes>,
        written: Written,
        operation: String,
        intent: Intent,
    ) -> Self {
        Self {
            request,
            written,
            operation,
            timeout: call.timeout.unwrap_or(merchant.timeout),
            intent,
            retry: call.retry,
            stays: call.base_uri.is_some(),
            #[cfg(feature = "tracing")]
            template: call.path.low_cardinality(),
        }
    }

    /// The protocol that the call speaks.
    pub(crate) fn protocol(&self) -> Protocol {
        match self.written {
            Written::V3 { .. } => Protocol::V3,
            #[cfg(feature = "v2")]
            Written::V2 { .. } => Protocol::V2,
        }
    }

    /// How the answer is verified if it is a file; `None` for an endpoint that answers none.
    pub(crate) fn file_rule(&self) -> Option<Rule> {
        match self.written {
            Written::V3 { .. } => {
                Some(exempt::rule(self.request.method(), &self.operation)).filter(|rule| *rule != Rule::Signed)
            }
            #[cfg(feature = "v2")]
            Written::V2 { .. } => crate::protocol::v2::table::is_file(&self.operation).then_some(Rule::Unsigned),
        }
    }

    /// For invoices, which are asked for unsigned.
    pub(crate) fn without_authorization(mut self) -> Self {
        self.request.extensions_mut().insert(Unsigned);
        self
    }

    /// For files of APIv3, which are not JSON; what the caller set stays.
    pub(crate) fn accepting_anything(mut self) -> Self {
        let accept = self.request.headers_mut().entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
        if accept == "application/json" {
            *accept = HeaderValue::from_static("*/*");
        }
        self
    }

    /// Makes the request whole: names the key in `Wechatpay-Serial`, and encrypts what is to be encrypted with that same key; a
    /// document of APIv2 is signed instead.
    pub(crate) fn finish(&mut self, trust: &Trust, now: SystemTime) -> Result<()> {
        let request = &mut self.request;
        match &mut self.written {
            Written::V3 {
                #[cfg(feature = "aws-lc-rs")]
                encryption,
            } => {
                if let (false, Some(preferred)) = (request.headers().contains_key(SERIAL), trust.preferred_header(now))
                {
                    request.headers_mut().insert(SERIAL, preferred.clone());
                }
                #[cfg(feature = "aws-lc-rs")]
                if let Some(encryption) = encryption.take() {
                    encryption.apply(request, trust, now)?;
                }
                Ok(())
            }
            #[cfg(feature = "v2")]
            Written::V2 { document } => document.take().map_or(Ok(()), |document| document.apply(request)),
        }
    }
}
