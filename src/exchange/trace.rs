//! What is told to `tracing`, with the feature of that name. The contract:
//!
//! * One span for each call, `wechatpay.call` at INFO, with OpenTelemetry's names: `otel.kind`, `http.request.method`, `url.template`,
//!   `server.address`; at its end `http.response.status_code`, `error.type` (the kind), and `wechatpay.` `request_id`, `code`, `attempts`, `verified`,
//!   `outcome_unknown`.
//! * One event for each attempt, at DEBUG where it brought an answer that is kept, else at WARN, with the same names and `wechatpay.duration_ms`.
//! * One event at WARN for a call that was dropped after it was sent: its outcome is unknown, and nobody hears of it.
//!
//! The target is `wechatpay_chain`. `url.template` has the path: literals of the program and `{variables}` as they are written; of a path made at run
//! time the words that documented paths are made of, and `{}` for everything else, since it may be a value. Bodies, queries, headers, keys, and what the
//! gateway says in words are never told.

use std::time::Instant;

use super::response::Response;
#[cfg(feature = "tracing")]
use crate::error::Error;
use crate::error::Result;
#[cfg(feature = "tracing")]
use crate::error::attempt::Attempt;

/// The names of a call that all its events have.
#[cfg(feature = "tracing")]
#[derive(Clone, Debug)]
struct Names {
    method: http::Method,
    template: String,
}

/// The span of one call; without the feature nothing.
#[derive(Clone, Debug)]
pub(crate) struct Span(#[cfg(feature = "tracing")] tracing::Span, #[cfg(feature = "tracing")] Names);

#[cfg(feature = "tracing")]
impl Span {
    pub(crate) fn new(method: http::Method, template: String) -> Self {
        let names = Names { method, template };
        let span = tracing::info_span!(
            target: "wechatpay_chain",
            "wechatpay.call",
            otel.kind = "client",
            http.request.method = %names.method,
            url.template = %names.template,
            server.address = tracing::field::Empty,
            http.response.status_code = tracing::field::Empty,
            error.type = tracing::field::Empty,
            wechatpay.request_id = tracing::field::Empty,
            wechatpay.code = tracing::field::Empty,
            wechatpay.attempts = tracing::field::Empty,
            wechatpay.verified = tracing::field::Empty,
            wechatpay.outcome_unknown = tracing::field::Empty,
        );
        Self(span, names)
    }

    /// Runs the call inside.
    pub(crate) fn around<T>(&self, call: impl Future<Output = T>) -> impl Future<Output = T> {
        tracing::Instrument::instrument(call, self.0.clone())
    }

    /// Tells of an attempt that is over.
    pub(crate) fn attempt(&self, result: &Result<Response>, started: Instant) {
        let (told, took) = (Told::of(result), started.elapsed());
        let host = result.as_ref().map_or_else(Error::attempts, Response::attempts).last().map(Attempt::host);
        let Names { method, template } = &self.1;
        macro_rules! event {
            ($level:ident) => {
                tracing::$level!(
                    target: "wechatpay_chain",
                    { http.request.method = %method,
                    url.template = %template,
                    server.address = host,
                    http.response.status_code = told.status,
                    error.type = told.kind,
                    wechatpay.request_id = told.request_id,
                    wechatpay.code = told.code,
                    wechatpay.verified = told.verified,
                    wechatpay.duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX) },
                    "attempt"
                )
            };
        }
        self.0.in_scope(|| if result.is_ok() { event!(debug) } else { event!(warn) });
    }

    /// Tells how the call ended.
    pub(crate) fn end(&self, result: &Result<Response>) {
        let (told, span) = (Told::of(result), &self.0);
        let trail = result.as_ref().map_or_else(Error::attempts, Response::attempts);
        if let Some(last) = trail.last() {
            span.record("server.address", last.host());
        }
        told.status.map(|status| span.record("http.response.status_code", status));
        told.kind.map(|kind| span.record("error.type", kind));
        told.request_id.map(|id| span.record("wechatpay.request_id", id));
        told.code.map(|code| span.record("wechatpay.code", code));
        span.record("wechatpay.attempts", trail.len() as u64);
        span.record("wechatpay.verified", told.verified);
        span.record("wechatpay.outcome_unknown", result.as_ref().is_err_and(Error::outcome_unknown));
    }

    /// Tells of a call that was dropped after it was sent.
    pub(crate) fn dropped(&self) {
        let Names { method, template } = &self.1;
        self.0.in_scope(|| {
            tracing::warn!(
                target: "wechatpay_chain",
                { http.request.method = %method,
                url.template = %template,
                wechatpay.outcome_unknown = true },
                "dropped after it was sent: the outcome is unknown"
            );
        });
    }
}

/// What may be told of a result.
#[cfg(feature = "tracing")]
struct Told<'a> {
    status: Option<u16>,
    kind: Option<&'static str>,
    request_id: Option<&'a str>,
    code: Option<&'a str>,
    verified: bool,
}

#[cfg(feature = "tracing")]
impl<'a> Told<'a> {
    fn of(result: &'a Result<Response>) -> Self {
        match result {
            Ok(response) => Self {
                status: Some(response.status().as_u16()),
                kind: None,
                request_id: response.request_id(),
                code: None,
                verified: true,
            },
            Err(error) => {
                let no = error.rejection();
                let status = error.attempts().last().and_then(Attempt::status);
                Self {
                    status: status.map(|status| status.as_u16()),
                    kind: Some(error.kind().name()),
                    request_id: error.request_id(),
                    code: no.map(crate::error::rejection::Rejection::code).filter(|code| is_code(code)),
                    verified: no.is_some_and(crate::error::rejection::Rejection::is_verified),
                }
            }
        }
    }
}

/// Codes are words in capitals, or numbers; anything else may be anything.
#[cfg(feature = "tracing")]
fn is_code(code: &str) -> bool {
    !code.is_empty()
        && code.len() <= 40
        && code.bytes().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'0'..=b'9'))
}

#[cfg(not(feature = "tracing"))]
#[allow(clippy::unused_self)]
impl Span {
    pub(crate) fn new() -> Self {
        Self()
    }

    pub(crate) fn around<T>(&self, call: impl Future<Output = T>) -> impl Future<Output = T> {
        call
    }

    pub(crate) fn attempt(&self, _: &Result<Response>, _: Instant) {}

    pub(crate) fn end(&self, _: &Result<Response>) {}

    pub(crate) fn dropped(&self) {}
}
