//! One exchange: a request on its way, the whole answer, and what is known when there is none.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, Entry, HOST};
use http::uri::Authority;
use http::{HeaderValue, Method};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper_util::client::legacy::{self, ResponseFuture};
use tokio::sync::oneshot;

use super::delivery::Delivery;
use super::driver::Driver;
use super::egress::Egress;
use super::file_body::FileBody;
use super::shared::{Connections, Pool};
use super::timer;
#[cfg(feature = "tls")]
use super::tls;
use super::tracked::{CancelGuard, SendProgress, TrackedBody};
#[cfg(feature = "tls")]
use super::watched::ConnectionEvents;
use crate::error::rejection::{REQUEST_ID, request_id};
use crate::error::{Error, ErrorKind, Result};
use crate::request::body::PresentCertificate;
use crate::uri::base_uri::host_header;

/// How long an attempt that came too late waits for the call's timer to end it.
const LATE: Duration = Duration::from_millis(10);

pub(super) type Answer = Result<http::Response<Bytes>>;

pub(super) async fn exchange(
    sending: Result<Sending>,
    delivery: Option<Arc<Delivery>>,
    answer: oneshot::Sender<Answer>,
) {
    let sending = match sending {
        Ok(sending) => sending,
        Err(error) => {
            _ = answer.send(Err(error));
            return;
        }
    };
    if delivery.as_ref().is_some_and(|delivery| delivery.is_late()) {
        // It might take effect, and no answer would be waited for.
        let driver = sending.forget();
        // The call's timer says so, which fires when nothing else is ready: a layer that tries again at once would never let it.
        // Rare, so it is no part of every call's future.
        _ = Box::pin(timer::pause(&driver, LATE)).await;
        _ = answer.send(Err(Error::new(ErrorKind::Timeout, "the call's time was over before this attempt was sent")));
        return;
    }
    let attempt = delivery.as_ref().map(|delivery| delivery.start(sending.place.host.clone()));
    let progress = Arc::clone(&sending.progress);
    let guard = CancelGuard::new(&progress);
    let result = sending.whole_answer().await;
    guard.disarm();
    if let (Some(delivery), Some(attempt)) = (&delivery, attempt) {
        let response = result.as_ref().ok();
        let id = response.and_then(|response| response.headers().get(REQUEST_ID).cloned());
        delivery.finish(attempt, response.map(http::Response::status), id);
    }
    let sent = may_have_arrived(&result, progress.is_sent(), delivery.as_deref());
    // Over before the caller hears of it, who may hear it at once; nobody does when the call was dropped.
    drop(progress);
    _ = answer.send(result.map_err(|error| error.with_sent(sent)));
}

/// Whether what was sent may have arrived; without an answer the call then stays open.
fn may_have_arrived(result: &Answer, mut sent: bool, delivery: Option<&Delivery>) -> bool {
    if result.as_ref().is_err_and(|error| error.kind() == ErrorKind::Connect) {
        // Whatever was written, the handshake failed on the other side, where nobody read it.
        sent = false;
        delivery.into_iter().for_each(Delivery::clear_sent);
    }
    if let (Err(_), true, Some(delivery)) = (result, sent, delivery) {
        delivery.mark_open();
    }
    sent
}

/// The connections of a client, where it sends to, and how much of an answer it reads.
pub(super) struct Pools {
    /// Of other clients as well.
    pub(super) shared: Arc<Pool>,
    /// With connections of its own, on which the merchant certificate was presented.
    /// Few clients have some.
    pub(super) presenting: Option<Box<Connections>>,
    pub(super) egress: Egress,
    pub(super) limit: usize,
}

/// The host that a request is meant for, and what it goes by way of.
struct Place {
    host: Option<Authority>,
    via: Option<Authority>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.host.as_ref().map_or("", Authority::as_str))?;
        self.via.as_ref().map_or(Ok(()), |via| write!(f, " by way of {via}"))
    }
}

/// A request on its way: hyper's future, which does nothing before it is polled, and what is known of it.
pub(super) struct Sending {
    answering: ResponseFuture,
    driver: Driver,
    place: Place,
    presented: bool,
    limit: usize,
    progress: Arc<SendProgress>,
    /// Whose answer is a file, left there unread.
    for_file: Option<Arc<Delivery>>,
}

impl Sending {
    /// # Errors
    ///
    /// `Config` or `Request`, for a request that cannot go by the way out that its host has.
    pub(super) fn new(
        pools: &Pools,
        driver: &Driver,
        request: http::Request<Bytes>,
        delivery: Option<&Arc<Delivery>>,
    ) -> Result<Self> {
        // Only what was asked for: a layer may send something else, and would get another file.
        let for_file = delivery.filter(|delivery| delivery.is_for_file() && delivery.is_asked(&request)).cloned();
        let (mut parts, body) = request.into_parts();
        if body.is_empty() && matches!(parts.method, Method::POST | Method::PUT | Method::PATCH) {
            // hyper writes no length for an absent body, and proxies answer 411 to such a POST.
            parts.headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        if let (Entry::Vacant(entry), Some(host)) = (parts.headers.entry(HOST), host_header(&parts.uri)) {
            entry.insert(host);
        }
        let data = (!body.is_empty()).then_some(body);
        let progress = SendProgress::new(delivery.cloned());
        let host = parts.uri.authority().cloned();
        let place = Place { host, via: pools.egress.turn(&mut parts)? };
        let presented = parts.extensions.get::<PresentCertificate>().is_some();
        let request = http::Request::from_parts(parts, TrackedBody::new(data, &progress));
        let connections = pools.presenting.as_deref().filter(|_| presented).unwrap_or(&pools.shared.connections);
        let answering = connections.of(driver).request(request);
        Ok(Self { answering, driver: driver.clone(), place, presented, limit: pools.limit, progress, for_file })
    }

    /// Lets go of a request that is not sent.
    fn forget(self) -> Driver {
        self.driver
    }

    async fn whole_answer(self) -> Result<http::Response<Bytes>> {
        let Self { answering, driver, place, presented, limit, progress, for_file } = self;
        let response = answering.await.map_err(|error| classify(error, &place, presented, progress.is_sent()))?;
        let (parts, body) = response.into_parts();
        if let Some(delivery) = for_file.filter(|_| parts.status.is_success()) {
            delivery.leave_file(FileBody::new(&parts, body, place.to_string(), driver));
            return Ok(http::Response::from_parts(parts, Bytes::new()));
        }
        match Limited::new(body, limit).collect().await {
            Ok(body) => Ok(http::Response::from_parts(parts, body.to_bytes())),
            Err(error) => {
                let message = match error.is::<LengthLimitError>() {
                    true => format!("the answer of {place} is longer than {limit} bytes"),
                    false => format!("the answer of {place} broke off in its body"),
                };
                let id = request_id(&parts.headers);
                Err(Error::new(ErrorKind::Transport, message).with_request_id(id).with_source(error))
            }
        }
    }
}

/// An error before an answer: either the connection was never made, or it broke.
#[cfg_attr(not(feature = "tls"), allow(unused_variables))]
fn classify(error: legacy::Error, place: &Place, presented: bool, sent: bool) -> Error {
    #[cfg(feature = "tls")]
    if let Some(why) = refusal(&error, presented) {
        let message = format!("no connection to {place}: {why}; the request was not taken");
        return Error::new(ErrorKind::Connect, message).with_source(error);
    }
    match (error.is_connect(), sent) {
        (true, _) => Error::new(ErrorKind::Connect, format!("no connection to {place}; nothing was sent")),
        (false, true) => Error::new(ErrorKind::Transport, format!("the connection to {place} broke before an answer")),
        (false, false) => {
            let message = format!("the connection to {place} broke before the request; nothing was sent");
            Error::new(ErrorKind::Transport, message)
        }
    }
    .with_source(error)
}

/// Why the server refuses us, as the error says or the connection was told; not after an answer over it.
#[cfg(feature = "tls")]
fn refusal(error: &legacy::Error, presented: bool) -> Option<&'static str> {
    let mut known = http::Extensions::new();
    if let Some(connected) = error.connect_info() {
        connected.get_extras(&mut known);
    }
    match known.get::<ConnectionEvents>() {
        Some(events) if events.has_answered() => None,
        events => events.and_then(ConnectionEvents::refusal).or_else(|| tls::refusal(error, presented)),
    }
}
