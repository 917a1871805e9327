//! An answer on its way out: signed, or wrong in the way a fault says.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, request};
use hyper::body::{Body, Frame, SizeHint};

use super::bills::generator::statement_sha1;
use super::route::{Content, Fault, Reply};
use super::stream::Stream;
use super::stream::{BillFault, Pieces};
use crate::crypto::random;
use crate::error::{BoxError, Result};
use crate::protocol::gateway::PlatformKey;
use crate::protocol::v3::exempt::{Rule, rule};

/// More than a client reads by default.
const OVERSIZE: usize = 17 * 1024 * 1024;

const TEN_MINUTES: u64 = 600;

/// A body that may end before the length it announced, or come in pieces without one.
pub(super) struct Answer {
    data: Option<Bytes>,
    announced: u64,
    paused: bool,
    stream: Option<Stream>,
}

impl Body for Answer {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(stream) = &mut self.stream {
            return stream.poll(cx);
        }
        let Some(data) = self.data.take() else {
            if self.announced > 0 && !self.paused {
                // Lets hyper send what it has, so that the answer ends in its body and not before its head.
                self.paused = true;
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            let broken = (self.announced > 0).then(|| Err(io::ErrorKind::UnexpectedEof.into()));
            return Poll::Ready(broken);
        };
        self.announced -= data.len() as u64;
        Poll::Ready(Some(Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_none() && self.announced == 0 && self.stream.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        match self.stream {
            Some(_) => SizeHint::default(),
            None => SizeHint::with_exact(self.announced),
        }
    }
}

/// A reply, signed as its endpoint's are.
pub(super) fn reply(
    reply: Reply,
    signatory: &PlatformKey,
    now: u64,
    request: &request::Parts,
) -> Result<http::Response<Answer>, BoxError> {
    // HTTP gives these no body, so none is signed.
    let bodiless = request.method == Method::HEAD || matches!(reply.status.as_u16(), 204 | 304);
    let (headers, body) = match reply.body {
        Content::Json(body) if !bodiless => {
            let body = serde_json::to_vec(&body)?;
            (signed(&body, signatory, now)?, body.into())
        }
        Content::None | Content::Json(_) => (signed(&[], signatory, now)?, Bytes::new()),
        Content::File { content_type, bytes } => {
            let mut headers = match rule(&Method::GET, request.uri.path()) {
                Rule::SignedDigest => statement(&bytes, signatory, now)?,
                Rule::Signed | Rule::Unsigned => HeaderMap::new(),
            };
            headers.insert(CONTENT_TYPE, HeaderValue::from_str(&content_type)?);
            (headers, bytes)
        }
        Content::Stream { content_type, pieces, fault } => return stream(&content_type, &pieces, fault),
    };
    Ok(response(reply.status, headers, body))
}

/// The headers of an overseas statement: the signature is that of its digest.
fn statement(body: &[u8], signatory: &PlatformKey, now: u64) -> Result<HeaderMap, BoxError> {
    let digest = statement_sha1(body)?;
    let mut headers = signed(format!(r#"{{"sha1":"{digest}"}}"#).as_bytes(), signatory, now)?;
    headers.insert("wechatpay-statement-sha1", HeaderValue::from_str(&digest)?);
    Ok(headers)
}

fn stream(
    content_type: &str,
    pieces: &Mutex<Option<Pieces>>,
    fault: Option<BillFault>,
) -> Result<http::Response<Answer>, BoxError> {
    let pieces = pieces.lock().unwrap_or_else(PoisonError::into_inner).take().ok_or("a stream is sent once")?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_str(content_type)?);
    let mut response = response(StatusCode::OK, headers, Bytes::new());
    response.body_mut().stream = Some(Stream::new(pieces, fault));
    Ok(response)
}

/// The answer of a fault that still is an answer; what happens to the connection is not decided here.
pub(super) fn fault(fault: Fault, signatory: &PlatformKey, now: u64) -> Result<http::Response<Answer>, BoxError> {
    let mut body = Bytes::from_static(br#"{"fault":true}"#);
    let time = match fault {
        Fault::Stale => now.saturating_sub(TEN_MINUTES),
        Fault::Future => now + TEN_MINUTES,
        _ => now,
    };
    if fault == Fault::Oversized {
        body = [&b"{}"[..], &vec![b' '; OVERSIZE]].concat().into();
    }
    let mut headers = signed(&body, signatory, time)?;
    let mut status = StatusCode::OK;
    match fault {
        Fault::BadSignature => _ = headers.insert("wechatpay-nonce", HeaderValue::from_static("another")),
        Fault::NotBase64 => _ = headers.insert("wechatpay-signature", HeaderValue::from_static("***")),
        Fault::Unsigned => headers = HeaderMap::new(),
        Fault::UnknownSerial => _ = headers.insert("wechatpay-serial", HeaderValue::from_static("PUB_KEY_ID_0")),
        Fault::Probe => make_probe(&mut headers)?,
        // Nobody can tell where what is not HTTP ends.
        Fault::Garbage => _ = headers.insert(CONNECTION, HeaderValue::from_static("close")),
        Fault::Html => {
            (status, body) = (StatusCode::BAD_GATEWAY, Bytes::from_static(b"<html><h1>502 Bad Gateway</h1></html>"));
            headers = HeaderMap::new();
        }
        Fault::Redirect => {
            status = StatusCode::FOUND;
            headers.insert(LOCATION, HeaderValue::from_static("https://example.invalid/"));
        }
        _ => {}
    }
    let mut response = response(status, headers, body);
    if fault == Fault::Truncated {
        response.body_mut().announced += 1000;
    }
    Ok(response)
}

pub(super) fn response(status: StatusCode, mut headers: HeaderMap, body: Bytes) -> http::Response<Answer> {
    headers.extend(request_id());
    if !body.is_empty() && !headers.contains_key(CONTENT_TYPE) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    }
    let announced = body.len() as u64;
    let mut response = http::Response::new(Answer {
        data: (!body.is_empty()).then_some(body),
        announced,
        paused: false,
        stream: None,
    });
    (*response.status_mut(), *response.headers_mut()) = (status, headers);
    response
}

/// The header `Request-ID`, another one each time.
pub(super) fn request_id() -> Option<(HeaderName, HeaderValue)> {
    static CALLS: AtomicU64 = AtomicU64::new(1);
    let id = format!("08MOCK{:010X}-0", CALLS.fetch_add(1, Ordering::Relaxed));
    Some((HeaderName::from_static("request-id"), HeaderValue::try_from(id).ok()?))
}

/// Makes the signature one of WeChat Pay's probes.
pub(super) fn make_probe(headers: &mut HeaderMap) -> Result<(), BoxError> {
    let signature = headers.get("wechatpay-signature").map_or(&b""[..], HeaderValue::as_bytes);
    let probe = [&b"WECHATPAY/SIGNTEST/"[..], signature.get(19..).unwrap_or_default()].concat();
    headers.insert("wechatpay-signature", HeaderValue::from_bytes(&probe)?);
    Ok(())
}

/// The signature headers for a body, as the platform's key makes them.
pub(super) fn signed(body: &[u8], signatory: &PlatformKey, time: u64) -> Result<HeaderMap, BoxError> {
    let mut headers = HeaderMap::new();
    for (name, value) in signatory.sign(time, &random::nonce()?, body)?.headers() {
        headers.insert(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::try_from(value)?);
    }
    Ok(headers)
}
