//! Verifies an answer: a 2xx that is not WeChat Pay's does not pass.

use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use tower_layer::Layer;
use tower_service::Service;

use crate::call::CallState;
use crate::clock::unix_seconds;
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::exempt::{self, Rule};
use crate::rejection::request_id;
use crate::signer::{AnyVerifier, BoxFuture};
use crate::trust::Trust;
use crate::verify::{self, Signed, Verified};

/// Checks the signature of each answer, by the platform keys or a [`Verifier`](crate::Verifier).
///
/// A 2xx passes only if its signature is right, or if its endpoint is on the table of exempt ones; otherwise the service
/// fails with an [`Error`] of the kind `Verify`. Other answers pass, because a gateway may leave them unsigned. Get one
/// from [`Client::verify_layer`](crate::Client::verify_layer).
#[derive(Clone, Debug)]
pub struct VerifyLayer(Arc<Check>);

#[derive(Debug)]
struct Check {
    by: Authority,
    window: Duration,
}

/// Who knows whether a signature is right.
#[derive(Clone, Debug)]
pub(crate) enum Authority {
    Held(Arc<Trust>),
    Asked(AnyVerifier),
}

impl VerifyLayer {
    pub(crate) fn new(by: Authority, window: Duration) -> Self {
        Self(Arc::new(Check { by, window }))
    }
}

impl<S> Layer<S> for VerifyLayer {
    type Service = Verify<S>;

    fn layer(&self, inner: S) -> Verify<S> {
        Verify { inner, check: Arc::clone(&self.0) }
    }
}

/// The service that [`VerifyLayer`] makes.
#[derive(Clone, Debug)]
pub struct Verify<S> {
    inner: S,
    check: Arc<Check>,
}

impl<S> Service<http::Request<Bytes>> for Verify<S>
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
        let check = Arc::clone(&self.check);
        let state = request.extensions().get::<Arc<CallState>>().cloned();
        let path = state.as_ref().map_or_else(|| request.uri().path(), |state| &state.operation);
        let rule = exempt::rule(request.method(), path);
        let answering = inner.call(request);
        Box::pin(async move {
            let response = answering.await.map_err(Into::into)?;
            let checked = check.verify(rule, response.headers(), response.body()).await;
            match (checked, state) {
                (Ok(verified), Some(state)) => state.prove(verified, response.status(), response.body().clone()),
                (Err(error), _) if response.status().is_success() => return Err(error.into()),
                _ => {}
            }
            Ok(response)
        })
    }
}

impl Check {
    async fn verify(&self, rule: Rule, headers: &HeaderMap, body: &Bytes) -> Result<Verified> {
        if let Some(exempt) = Verified::exempt(rule) {
            return Ok(exempt);
        }
        let failed = |failure: verify::Failure| failure.into_error(headers);
        let now = unix_seconds().ok_or_else(|| Error::new(ErrorKind::Verify, "the local clock is before 1970"))?;
        let signed = Signed::read(headers, now, self.window).map_err(failed)?;
        let digest = match rule {
            Rule::SignedDigest => Some(verify::statement_digest(headers, body).map_err(failed)?),
            Rule::Signed | Rule::Unsigned => None,
        };
        let body = digest.as_ref().map_or(&body[..], String::as_bytes);
        match &self.by {
            Authority::Held(trust) => signed.check(body, trust).map_err(failed),
            Authority::Asked(verifier) => {
                let signature = signed.signature().map_err(failed)?;
                let answer = verifier.verify(signed.serial, signed.message(body).into(), signature.into()).await;
                let right = answer.map_err(|error| {
                    let message =
                        format!("the answer is not verified: the verifier failed for the key {:?}", signed.serial);
                    Error::new(ErrorKind::Verify, message).with_source(error).with_request_id(request_id(headers))
                })?;
                signed.conclude(right).map_err(failed)
            }
        }
    }
}
