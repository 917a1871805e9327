//! One request and its answer: signed by the SDK, sent by what sends the SDK's requests, once, to one host.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Request, Response, StatusCode};
use tower_layer::Layer as _;
use tower_service::Service;
use wechatpay_chain::gateway::{Authorization, request_message};
use wechatpay_chain::{Client, HyperService};

use crate::base::sdk::with_causes;

/// What came back.
#[derive(Clone, Debug)]
pub(in crate::doctor) struct Answer {
    pub(in crate::doctor) status: StatusCode,
    pub(in crate::doctor) headers: HeaderMap,
    pub(in crate::doctor) body: Bytes,
    pub(in crate::doctor) took: Duration,
    pub(in crate::doctor) received: SystemTime,
    /// The text that the request's signature is of.
    pub(in crate::doctor) signed: Vec<u8>,
}

/// Why nothing came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::doctor) enum Trouble {
    /// Nothing within the time.
    Late(Duration),
    /// The connection was not made, or broke.
    Broken(String),
}

/// Who sends.
pub(super) struct Sender {
    runtime: tokio::runtime::Runtime,
    service: HyperService,
    pub(super) timeout: Duration,
}

impl Sender {
    /// # Errors
    ///
    /// Why the system gives no timer.
    pub(super) fn new(service: HyperService, timeout: Duration) -> Result<Self, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        Ok(Self { runtime: runtime.map_err(|error| error.to_string())?, service, timeout })
    }

    /// Signs a request of the SDK as its client does, and sends it.
    pub(super) fn sign_and_send(&self, client: &Client, request: Request<Bytes>) -> Result<Answer, Trouble> {
        let catcher = Catcher::default();
        let layer = client.sign_layer().map_err(|error| Trouble::Broken(error.to_string()))?;
        let signing = self.runtime.block_on(layer.layer(catcher.clone()).call(request));
        signing.map_err(|error| Trouble::Broken(error.to_string()))?;
        let caught = catcher.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let request = caught.ok_or_else(|| Trouble::Broken("the request was not signed".to_owned()))?;
        self.send(request)
    }

    /// Sends a request as it stands.
    pub(super) fn send(&self, request: Request<Bytes>) -> Result<Answer, Trouble> {
        let signed = signed_text(&request);
        let began = Instant::now();
        let mut service = self.service.clone();
        let sending = async { tokio::time::timeout(self.timeout, service.call(request)).await };
        let answer = self.runtime.block_on(sending).map_err(|_| Trouble::Late(self.timeout))?;
        let (parts, body) = answer.map_err(|error| Trouble::Broken(with_causes(&error)))?.into_parts();
        let (took, received) = (began.elapsed(), SystemTime::now());
        Ok(Answer { status: parts.status, headers: parts.headers, body, took, received, signed })
    }
}

/// The text that a request's signature is of; empty for one without.
fn signed_text(request: &Request<Bytes>) -> Vec<u8> {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(authorization) = header.and_then(|header| Authorization::parse(header).ok()) else { return Vec::new() };
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let (timestamp, nonce) = (authorization.timestamp_text(), authorization.nonce());
    request_message(request.method().as_str(), target, timestamp, nonce, request.body())
}

/// Stands where the network would, and keeps the request that comes by.
#[derive(Clone, Debug, Default)]
struct Catcher(Arc<Mutex<Option<Request<Bytes>>>>);

impl Service<Request<Bytes>> for Catcher {
    type Response = Response<Bytes>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Bytes>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(request);
        ready(Ok(Response::new(Bytes::new())))
    }
}

impl Answer {
    pub(in crate::doctor) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok().filter(|value| !value.is_empty())
    }

    pub(in crate::doctor) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// What the gateway says in words: its code and message.
    pub(in crate::doctor) fn said(&self) -> String {
        /// So many characters of a message are told.
        const LONGEST: usize = 200;
        let json = self.json();
        let text = |name: &str| json.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
        let said = format!("{} {} {}", self.status.as_u16(), text("code"), text("message"));
        said.trim().chars().take(LONGEST).collect()
    }
}
