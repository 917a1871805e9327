//! One request: read within bounds, handed to the gate or to the controls, answered.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::Incoming;

use super::control;
use super::guard::BASE;
use super::names::PATIENCE;
use super::payload::Payload;
use super::socket::Fate;
use crate::gate::arrived::Arrived;
use crate::gate::outgoing::Outgoing;
use crate::misbehave::sent::Sent;
use crate::shell::calls::receive::{receive, too_long};
use crate::shell::shared::Shared;

const MB: usize = 1024 * 1024;

/// How the listener that a request came by is called, and where it listens.
#[derive(Clone, Debug)]
pub(super) struct Door {
    pub(super) listener: &'static str,
    /// Address and port: what stands for a `Host` that is not there.
    pub(super) address: String,
    /// Who is at the other end.
    pub(super) peer: IpAddr,
}

/// Answers a request.
pub(super) async fn serve(
    shared: Arc<Shared>,
    door: Door,
    fate: Fate,
    request: Request<Incoming>,
) -> io::Result<Response<Payload>> {
    let (head, body) = request.into_parts();
    let authority = authority(&head, &door);
    let is_control = head.uri.path().starts_with(BASE);
    let limit = limit(&head, is_control);
    let body = tokio::time::timeout(PATIENCE, Limited::new(body, limit).collect()).await;
    let body = match body {
        Ok(Ok(body)) => Some(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => None,
        // The client is gone, or as good as gone.
        Ok(Err(_)) | Err(_) => return Ok(closing(empty(StatusCode::REQUEST_TIMEOUT))),
    };
    if is_control {
        let base = format!("{}://{authority}", if door.listener == "tls" { "https" } else { "http" });
        return Ok(match body {
            Some(body) => {
                control::answer(shared, &head, &body, control::Way { door: &door, authority: &authority, base }).await
            }
            None => closing(control::too_long(limit)),
        });
    }
    let read = body.is_some();
    let arrived = arrived(head, body.unwrap_or_default(), door.listener, authority);
    Ok(match read {
        true => return going_out(receive(&shared, &arrived), &fate).await,
        false => closing(written(too_long(&shared, &arrived, limit))),
    })
}

/// What becomes of an answer on its way; an error ends the connection.
async fn going_out(sent: Sent, fate: &Fate) -> io::Result<Response<Payload>> {
    let broken = || io::Error::new(io::ErrorKind::ConnectionAborted, "a fault");
    match sent {
        Sent::Whole(outgoing) => Ok(written(outgoing)),
        Sent::Late(seconds, outgoing) => {
            tokio::time::sleep(Duration::from_secs(seconds.into())).await;
            Ok(written(outgoing))
        }
        Sent::Half(outgoing) => {
            let whole = outgoing.body.len();
            let half = outgoing.body.slice(..whole.div_ceil(2).min(whole.saturating_sub(1)));
            let mut response = written(outgoing);
            *response.body_mut() = Payload::Half(half, whole as u64);
            Ok(response)
        }
        Sent::Garbage => {
            fate.garble();
            Ok(closing(empty(StatusCode::OK)))
        }
        Sent::Reset => {
            fate.reset();
            Err(broken())
        }
        Sent::Silence(seconds) => {
            tokio::time::sleep(Duration::from_secs(seconds.into())).await;
            Err(broken())
        }
    }
}

/// So much of a body is read.
fn limit(head: &Parts, is_control: bool) -> usize {
    let content_type = head.headers.get(header::CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    let is_form = content_type.get(..10).is_some_and(|start| start.eq_ignore_ascii_case(b"multipart/"));
    match is_control {
        // A whole state may be put back.
        true if head.uri.path().ends_with("/state") => 256 * MB,
        false if is_form => 16 * MB,
        _ => MB,
    }
}

/// The host that a request names, else where it came in.
fn authority(head: &Parts, door: &Door) -> String {
    let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok()).filter(|host| !host.is_empty());
    let absolute = head.uri.authority().map(http::uri::Authority::as_str);
    absolute.or(host).unwrap_or(&door.address).to_owned()
}

fn arrived(head: Parts, body: Bytes, listener: &'static str, authority: String) -> Arrived {
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    Arrived { listener, method: head.method, target, authority, headers: head.headers, body, certified: false }
}

/// An answer as it goes out; its names' case is the connection's affair.
fn written(outgoing: Outgoing) -> Response<Payload> {
    let mut response = Response::new(Payload::Whole(outgoing.body));
    *response.status_mut() = StatusCode::from_u16(outgoing.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in outgoing.headers {
        // Whoever set an answer by the controls may have set what is no header.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

fn empty(status: StatusCode) -> Response<Payload> {
    let mut response = Response::new(Payload::Whole(Bytes::new()));
    *response.status_mut() = status;
    response
}

/// What is left of the request is not read.
fn closing(mut response: Response<Payload>) -> Response<Payload> {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
