//! hyper as a service: connects, sends, reads the whole answer within a limit. Never follows a redirect, never sends twice.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioTimer;
use tokio::sync::oneshot;
use tower_service::Service;

use super::connect::Connector;
use super::delivery::Delivery;
use super::driver::{self, Driver};
use super::runtime;
use super::sending::{Answer, Pools, Sending, exchange};
use super::settings::Settings;
use crate::error::{Error, ErrorKind, Result};

/// The gateway closes idle connections after eight seconds; a pooled one is not kept that long.
const IDLE: Duration = Duration::from_secs(7);

/// hyper-util's client as a `Service<http::Request<Bytes>, Response = http::Response<Bytes>>`.
///
/// Connections are pooled, kept for seven idle seconds, and watched by the background thread of this crate, so it can be
/// used from any runtime. The answer is read whole, up to a limit. Cheap to clone; clones share the pool.
#[derive(Clone)]
pub struct HyperService(Arc<Pools>);

impl HyperService {
    /// A service with the defaults: Mozilla's roots, five seconds to connect, answers of at most 16 MiB.
    ///
    /// # Errors
    ///
    /// `Config`, when the TLS library cannot be set up.
    pub fn new() -> Result<Self> {
        Self::with(&Settings::default())
    }

    pub(crate) fn with(settings: &Settings) -> Result<Self> {
        let client = |present| {
            let connector = Connector::new(settings, present)?;
            let mut builder = Client::builder(Driver);
            Ok(builder.set_host(false).pool_idle_timeout(IDLE).pool_timer(TokioTimer::new()).build(connector))
        };
        let presenting = settings.identity.is_some().then(|| client(true)).transpose()?;
        let (egress, limit) = (settings.egress.clone(), settings.response_limit);
        Ok(Self(Arc::new(Pools { client: client(false)?, presenting, egress, limit })))
    }

    /// Sends a request of the call that `state` is of.
    pub(crate) fn send(&self, request: http::Request<Bytes>, state: Option<Arc<Delivery>>) -> Exchange {
        let (sender, answer) = oneshot::channel();
        let (first, hold) = driver::task(exchange(Sending::new(&self.0, request, state.as_ref()), state, sender));
        Exchange { first: Some(first), answer, _hold: hold }
    }
}

impl fmt::Debug for HyperService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperService").field("response_limit", &self.0.limit).finish_non_exhaustive()
    }
}

impl Service<http::Request<Bytes>> for HyperService {
    type Response = http::Response<Bytes>;
    type Error = Error;
    type Future = Exchange;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Bytes>) -> Exchange {
        let state = request.extensions().get::<Arc<Delivery>>().cloned();
        self.send(request, state)
    }
}

/// The future of [`HyperService`]: a request and its answer, read whole; it runs on any executor.
///
/// Nothing is sent before its first poll, which takes the request as far as a socket and may write it there. Dropping it cuts the
/// request off and closes its connection; what was written by then may have taken effect.
#[derive(Debug)]
#[must_use = "nothing is sent before it is polled"]
pub struct Exchange {
    /// Its first step is this thread's.
    first: Option<driver::Task>,
    answer: oneshot::Receiver<Answer>,
    _hold: driver::CancelOnDrop,
}

impl Future for Exchange {
    type Output = Result<http::Response<Bytes>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(first) = self.first.take() {
            let _background = runtime::handle()?.enter();
            driver::step(first);
        }
        let lost = |error| Error::new(ErrorKind::Transport, "the exchange ended without an answer").with_source(error);
        Pin::new(&mut self.answer).poll(cx).map(|answer| answer.map_err(lost)?)
    }
}
