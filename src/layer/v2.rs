//! Verifies an answer of APIv2 by the APIv2 key; calls of APIv3 pass through.

use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use tower_layer::Layer;
use tower_service::Service;

use crate::call::{self, CallState};
use crate::error::{BoxError, Error, Result};
use crate::outcome;
use crate::rejection::request_id;
use crate::secret::Secret;
use crate::signer::BoxFuture;
use crate::v2::answer::{self, Answer};
use crate::v2::table;
use crate::verify::Verified;

/// Judges the answers to calls that were made as calls of APIv2.
#[derive(Clone, Debug)]
pub(crate) struct V2Layer {
    secret: Arc<Secret>,
    hmac_only: bool,
}

impl V2Layer {
    pub(crate) fn new(secret: Secret, hmac_only: bool) -> Self {
        Self { secret: Arc::new(secret), hmac_only }
    }
}

impl<S> Layer<S> for V2Layer {
    type Service = V2<S>;

    fn layer(&self, inner: S) -> V2<S> {
        V2 { inner, layer: self.clone() }
    }
}

/// The service that [`V2Layer`] makes.
#[derive(Clone, Debug)]
pub(crate) struct V2<S> {
    inner: S,
    layer: V2Layer,
}

impl<S> Service<http::Request<Bytes>> for V2<S>
where
    S: Service<http::Request<Bytes>, Response = http::Response<Bytes>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
{
    type Response = http::Response<Bytes>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, request: http::Request<Bytes>) -> Self::Future {
        // The service that was polled ready must be the one that is called.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let state = request.extensions().get::<Arc<CallState>>().filter(|state| state.is_v2()).cloned();
        let (target, layer) = (call::target(&request), self.layer.clone());
        let is_file = state.as_ref().is_some_and(|state| state.is_for_file() && state.is_asked(&request));
        if let Some(state) = &state {
            state.mark_seen();
        }
        let answering = inner.call(request);
        Box::pin(async move {
            let response = answering.await.map_err(Into::into)?;
            let Some(state) = state else { return Ok(response) };
            if !response.status().is_success() {
                // No answer of APIv2's own has another status.
                state.mark_open();
                return Ok(response);
            }
            let judged = layer.judge(&state, is_file, response.body());
            let open = judged.as_ref().map_or(true, |judged| judged.leaves_open(&state.operation));
            if open {
                state.mark_open();
            }
            let judged = judged.map_err(|error| error.with_request_id(request_id(response.headers())))?;
            if let Some(verified) = judged.verified {
                state.prove(verified, response.status(), response.body().clone(), target);
            }
            Ok(response)
        })
    }
}

/// What an answer is.
struct Judged {
    /// `None` for an unsigned refusal, which passes as what it is.
    verified: Option<Verified>,
    refusal: Option<answer::Refusal>,
}

impl Judged {
    fn leaves_open(&self, path: &str) -> bool {
        let verified = self.verified.is_some();
        let code = self.refusal.as_ref().map(|refusal| refusal.code.as_str());
        code.is_some_and(|code| {
            outcome::leaves_open(http::StatusCode::OK, code, verified) || table::leaves_open(path, code)
        })
    }
}

impl V2Layer {
    fn judge(&self, state: &CallState, is_file: bool, body: &Bytes) -> Result<Judged, Error> {
        let path = state.operation.as_str();
        if let Some(right) = answer::of_file(path).filter(|_| is_file) {
            return Ok(Judged { verified: Some(Verified::by_secret(&right)), refusal: None });
        }
        let read = answer::read(path, body).map_err(|why| answer::unreadable(&why))?;
        let refusal = read.refusal(path).map_err(|why| answer::unreadable(&why))?;
        let checked = answer::check(path, &read, &self.secret, self.hmac_only);
        let verified = match checked {
            Ok(right) => Some(Verified::by_secret(&right)),
            // A refusal before the signature was looked at is never signed; it is told, and proves nothing.
            Err(answer::Wrong::Missing) if refusal.is_some() && matches!(read, Answer::Xml(_)) => None,
            Err(wrong) => return Err(answer::unverified(wrong)),
        };
        Ok(Judged { verified, refusal })
    }
}
