//! hyper as a service: connects, sends, reads the whole answer within a limit. Never follows a redirect, never sends twice.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::sync::oneshot;
use tower_service::Service;

use super::delivery::Delivery;
use super::driver::{CancelOnDrop, Driver, Task};
use super::runtime::{self, Drive};
use super::sending::{Answer, Pools, Sending, exchange};
use super::settings::{Connecting, OwnSettings, Settings};
use super::shared::{Connections, Pool};
use crate::error::{Error, ErrorKind, Result};
#[cfg(feature = "tls")]
use crate::uri::base_uri::BaseUri;

/// The most bytes of an answer that are read, where nothing else is said.
const RESPONSE_LIMIT: usize = 16 * 1024 * 1024;

/// hyper-util's client as a `Service<http::Request<Bytes>, Response = http::Response<Bytes>>`.
///
/// Connections are pooled, kept for seven idle seconds, and watched by the background thread of this crate, or the runtime of
/// [`ClientBuilder::runtime`](crate::ClientBuilder::runtime); so it can be used from any runtime. The answer is read whole, up to a limit. Cheap to clone; clones share the connections, and so do the clients that
/// are given one by [`ClientBuilder::transport`](crate::ClientBuilder::transport).
#[derive(Clone)]
pub struct HyperService(Arc<Pools>);

impl HyperService {
    /// What one client sends by over these connections, and over some of its own if it presents a certificate.
    pub(super) fn over(shared: Arc<Pool>, own: OwnSettings) -> Result<Self> {
        let present = |identity| Connections::new(&shared.connecting, Some(identity)).map(Box::new);
        let presenting = own.identity.as_ref().map(present).transpose()?;
        let (egress, limit) = (own.egress.unwrap_or_default(), own.response_limit.unwrap_or(RESPONSE_LIMIT));
        Ok(Self(Arc::new(Pools { shared, presenting, egress, limit })))
    }

    /// What a client sends by: over the connections of all whose settings are equal.
    pub(crate) fn of_client(settings: Settings) -> Result<Self> {
        Self::over(Pool::shared(settings.connecting)?, settings.own)
    }

    /// What a client sends by over the connections of this one, whose settings count where the client has none of its own.
    pub(crate) fn lent_to(&self, own: OwnSettings) -> Result<Self> {
        let response_limit = own.response_limit.or(Some(self.0.limit));
        let egress = own.egress.or_else(|| Some(self.0.egress.clone()));
        Self::over(Arc::clone(&self.0.shared), OwnSettings { response_limit, egress, identity: own.identity })
    }

    /// How its connections are made.
    pub(crate) fn connecting(&self) -> &Connecting {
        &self.0.shared.connecting
    }

    /// What drives its connections and its timers.
    pub(crate) fn drive(&self) -> &Drive {
        &self.0.shared.drive
    }

    /// Whether the proxy can be used, where it would be, to reach these hosts.
    ///
    /// # Errors
    ///
    /// `Config`, naming the setting or the variable.
    #[cfg(feature = "tls")]
    pub(crate) fn check_proxy(&self, bases: &[BaseUri]) -> Result<()> {
        let rules = self.0.shared.connecting.proxy.rules()?;
        for base in bases {
            let uri = base.uri("/".to_owned())?;
            rules.check(self.0.egress.instead_of(&uri)?.as_ref().unwrap_or(&uri))?;
        }
        Ok(())
    }

    /// Sends a request of the call that `state` is of.
    pub(crate) fn send(&self, request: http::Request<Bytes>, state: Option<Arc<Delivery>>) -> Exchange {
        let (sender, answer) = oneshot::channel();
        match self.drive().driver() {
            Ok(driver) => {
                let sending = Sending::new(&self.0, driver, request, state.as_ref());
                let (first, hold) = driver.task(exchange(sending, state, sender));
                Exchange { driver: Some(driver.clone()), first: Some(first), answer, _hold: Some(hold) }
            }
            Err(error) => {
                _ = sender.send(Err(error));
                Exchange { driver: None, first: None, answer, _hold: None }
            }
        }
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
/// Nothing is sent before its first poll, which takes the request as far as a socket and may write it there; a task of the runtime
/// of [`ClientBuilder::runtime`](crate::ClientBuilder::runtime), where that has one thread, leaves this to it. Dropping it cuts the
/// request off and closes its connection; what was written by then may have taken effect.
#[derive(Debug)]
#[must_use = "nothing is sent before it is polled"]
pub struct Exchange {
    driver: Option<Driver>,
    /// Its first step is this thread's, as a rule.
    first: Option<Task>,
    answer: oneshot::Receiver<Answer>,
    _hold: Option<CancelOnDrop>,
}

impl Future for Exchange {
    type Output = Result<http::Response<Bytes>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let first = self.first.take();
        if let (Some(driver), Some(first)) = (&self.driver, first) {
            driver.step(first);
        }
        Pin::new(&mut self.answer).poll(cx).map(|answer| {
            answer.map_err(|error| match self.driver.as_ref().is_some_and(Driver::is_shut) {
                true => runtime::shut_down_meanwhile(),
                false => Error::new(ErrorKind::Transport, "the exchange ended without an answer").with_source(error),
            })?
        })
    }
}
