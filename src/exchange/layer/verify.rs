//! Verifies an answer: a 2xx that is not WeChat Pay's does not pass.

use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use tower_layer::Layer;
use tower_service::Service;

use crate::crypto::clock::unix_seconds;
use crate::error::outcome;
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::exchange::state::CallState;
use crate::keys::signer::{AnyVerifier, BoxFuture};
use crate::protocol::shape::Whose;
use crate::protocol::v3::answer;
use crate::protocol::v3::cause::Came;
use crate::protocol::v3::exempt::{self, Rule};
use crate::protocol::v3::verify::{self, Failure, Signed};
use crate::protocol::verified::Verified;
use crate::request::protocol::Protocol;
use crate::request::target::{Target, target};
use crate::trust::platform_keys::PlatformKeys;

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
    Held(PlatformKeys),
    Remote(AnyVerifier),
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
        let layer = VerifyLayer(Arc::clone(&self.check));
        let state = CallState::of(&request);
        let asked = RequestFacts::new(&request, state.as_deref());
        let answering = inner.call(request);
        Box::pin(async move {
            let response = answering.await.map_err(Into::into)?;
            // What is of APIv2 is not judged by the rules of APIv3.
            if state.as_ref().is_none_or(|state| state.protocol == Protocol::V3) {
                layer.judge(asked, state.as_deref(), &response).await?;
            }
            Ok(response)
        })
    }
}

/// What is to be known of a request when its answer comes.
#[derive(Debug)]
pub(crate) struct RequestFacts {
    rule: Rule,
    pub(crate) target: Target,
    pub(crate) is_file: bool,
}

impl RequestFacts {
    pub(crate) fn new(request: &http::Request<Bytes>, state: Option<&CallState>) -> Self {
        Self {
            rule: rule(request, state),
            target: target(request),
            is_file: state.is_some_and(|state| state.is_for_file() && state.is_asked(request)),
        }
    }
}

impl VerifyLayer {
    /// Notes in the call's state what an answer proves and what it leaves open.
    ///
    /// # Errors
    ///
    /// `Verify`, for a 2xx that is not verified.
    pub(crate) async fn judge(
        &self,
        asked: RequestFacts,
        state: Option<&CallState>,
        response: &http::Response<Bytes>,
    ) -> Result<()> {
        let (status, success) = (response.status(), response.status().is_success());
        // The exemptions are about files; a refusal is signed as everywhere.
        let rule = if success { asked.rule } else { Rule::Signed };
        // Of a file only the head is here; its body is hashed while it is written.
        let is_file = success && asked.is_file;
        let body = Some(response.body()).filter(|_| !is_file);
        let checked = self.0.verify(rule, response.headers(), body).await;
        if let Some(state) = state {
            // A success took effect, verified or not: a layer may pass it over, and send again what then fails.
            if success || outcome::leaves_open(status, &answer::code(response.body()), checked.is_ok()) {
                state.mark_open();
            }
        }
        if let (Rule::SignedDigest, true, Ok(_), Some(state)) = (rule, is_file, &checked, state) {
            state.demand_sha1(verify::statement_sha1(response.headers()).unwrap_or_default());
        }
        match (checked, state) {
            (Ok(verified), Some(state)) => state.prove(verified, status, response.body().clone(), asked.target),
            (Err(error), _) if success => return Err(error),
            _ => {}
        }
        Ok(())
    }
}

/// The rule for a request: by what the endpoint is known by, as long as that is what goes out.
fn rule(request: &http::Request<Bytes>, state: Option<&CallState>) -> Rule {
    let (method, path) = (request.method(), request.uri().path());
    if let Some(rule) = state.filter(|state| state.is_asked(request)).and_then(CallState::file_rule) {
        return rule;
    }
    let operation = state.map(|state| state.operation.as_str()).filter(|operation| path.ends_with(operation));
    match operation.map(|operation| exempt::rule(method, operation)) {
        Some(Rule::Signed) | None => exempt::rule(method, path),
        Some(rule) => rule,
    }
}

impl Check {
    async fn verify(&self, rule: Rule, headers: &HeaderMap, body: Option<&Bytes>) -> Result<Verified> {
        if let Some(exempt) = rule.exemption() {
            return Ok(exempt);
        }
        let came =
            Came { whose: Whose::Answer, headers, body: body.map(|body| &body[..]), own_serial: self.by.own_serial() };
        let failed = |failure: Failure| failure.into_error(&came);
        let now = unix_seconds().ok_or_else(|| Error::new(ErrorKind::Verify, "the local clock is before 1970"))?;
        let signed = Signed::read(headers, now, self.window).map_err(failed)?;
        let body = body.map(|body| &body[..]);
        let digest = match rule {
            Rule::SignedDigest => Some(verify::statement_digest(headers, body).map_err(failed)?),
            Rule::Signed | Rule::Unsigned => None,
        };
        let body = digest.as_ref().map_or(body.unwrap_or_default(), String::as_bytes);
        self.by.check(&signed, body).await?.map_err(failed)
    }
}

impl Authority {
    /// The serial of the merchant's own certificate, where it is known.
    pub(crate) fn own_serial(&self) -> Option<&str> {
        match self {
            Self::Held(keys) => keys.store.own_serial(),
            Self::Remote(_) => None,
        }
    }

    /// Whether the signature is right; `Err` when a verifier could not say, `Ok(Err(…))` when a check failed.
    pub(crate) async fn check(&self, signed: &Signed<'_>, body: &[u8]) -> Result<Result<Verified, Failure>> {
        let verifier = match self {
            Self::Held(keys) => return Ok(keys.check(signed, body).await),
            Self::Remote(verifier) => verifier,
        };
        let signature = match signed.signature() {
            Ok(signature) => signature,
            Err(failure) => return Ok(Err(failure)),
        };
        let answer = verifier.verify(signed.serial, signed.message(body).into(), signature.into()).await;
        let right = answer.map_err(|error| {
            let message = format!("nothing is verified: the verifier failed for the key {:?}", signed.serial);
            Error::new(ErrorKind::Verify, message).with_source(error)
        })?;
        Ok(signed.conclude(right))
    }
}
