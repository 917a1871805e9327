//! Notifications as the gateway sends them, and as forgers do.

use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use serde_json::{Value, json};

use super::answer;
use super::keyring::API_V3_KEY;
use super::names::documented;
use crate::crypto::clock::unix_seconds;
use crate::crypto::{base64, random};
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::protocol::gateway::{PlatformKey, seal};

/// A notification about to be sent; signed and right unless told otherwise. `Debug` shows its types.
#[derive(Clone)]
#[must_use = "take its `headers()` and `body()`, or `push` it"]
pub struct Notification {
    signatory: PlatformKey,
    id: String,
    event_type: String,
    original_type: String,
    resource: Value,
    flaw: Option<Flaw>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    Forged,
    Stale,
    Probe,
    Tampered,
}

impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Notification({}, {}, {:?})", self.event_type, self.original_type, self.flaw)
    }
}

impl Notification {
    pub(super) fn new(
        signatory: PlatformKey,
        id: String,
        event_type: &str,
        original_type: &str,
        resource: Value,
    ) -> Self {
        let (event_type, original_type) = (event_type.to_owned(), original_type.to_owned());
        Self { signatory, id, event_type, original_type, resource, flaw: None }
    }

    /// Signed by somebody else's key.
    pub fn forged(mut self) -> Self {
        self.flaw = Some(Flaw::Forged);
        self
    }

    /// Signed ten minutes ago.
    pub fn stale(mut self) -> Self {
        self.flaw = Some(Flaw::Stale);
        self
    }

    /// With a signature that begins `WECHATPAY/SIGNTEST/`, as WeChat Pay sends to see whether a merchant verifies.
    pub fn probe(mut self) -> Self {
        self.flaw = Some(Flaw::Probe);
        self
    }

    /// Changed after it was signed.
    pub fn tampered(mut self) -> Self {
        self.flaw = Some(Flaw::Tampered);
        self
    }

    /// The headers and the body, signed now.
    ///
    /// # Errors
    ///
    /// `Sign`, should the cryptographic library fail.
    pub fn parts(&self) -> Result<(HeaderMap, Bytes)> {
        self.build()
            .map_err(|error| Error::new(ErrorKind::Sign, "the notification could not be made").with_source(error))
    }

    /// The headers, signed now; use [`parts`](Self::parts) to have the body they belong to.
    ///
    /// # Panics
    ///
    /// Should the cryptographic library fail.
    pub fn headers(&self) -> HeaderMap {
        self.parts().expect("the stand-in's own key signs").0
    }

    /// The body; the same at every call.
    ///
    /// # Panics
    ///
    /// Should the cryptographic library fail.
    pub fn body(&self) -> Bytes {
        self.parts().expect("the stand-in's own key signs").1
    }

    /// Sends it to an `http://` URL and gives the status of the answer; blocks the thread.
    ///
    /// # Errors
    ///
    /// `Request` for another URL, `Transport` when no answer comes.
    pub fn push(&self, url: &str) -> Result<StatusCode> {
        let (headers, body) = self.parts()?;
        let uri: Uri = url.parse().map_err(|error| Error::request(format!("{url:?} is no URL")).with_source(error))?;
        let authority = uri.authority().filter(|_| uri.scheme_str() == Some("http"));
        let authority = authority.ok_or_else(|| Error::request(format!("{url:?} is no http:// URL")))?.as_str();
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let lost = |error: io::Error| {
            Error::new(ErrorKind::Transport, format!("no answer from {authority}")).with_source(error)
        };
        send(authority, path, &headers, &body).map_err(lost)
    }

    fn build(&self) -> Result<(HeaderMap, Bytes), BoxError> {
        let nonce = format!("{:0>12}", &self.id[self.id.len().saturating_sub(12)..]);
        let plain = self.resource.to_string();
        let mut resource = serde_json::to_value(seal(API_V3_KEY, &nonce, &self.original_type, plain.as_bytes())?)?;
        resource["original_type"] = self.original_type.as_str().into();
        let envelope = json!({
            "id": self.id,
            "create_time": "2026-11-22T16:20:04+08:00",
            "resource_type": "encrypt-resource",
            "event_type": self.event_type,
            "summary": "stand-in",
            "resource": resource,
        });
        let mut body = envelope.to_string();
        let now = unix_seconds().ok_or("the clock is before 1970")?;
        let time = if self.flaw == Some(Flaw::Stale) { now.saturating_sub(600) } else { now };
        let mut headers = answer::signed(body.as_bytes(), &self.signatory, time)?;
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        headers.extend(answer::request_id());
        match self.flaw {
            Some(Flaw::Forged) => {
                headers.insert("wechatpay-signature", HeaderValue::from_str(&base64::encode(&[7; 256]))?);
            }
            Some(Flaw::Probe) => answer::make_probe(&mut headers)?,
            Some(Flaw::Tampered) => body = body.replace("stand-in", "stand-out"),
            Some(Flaw::Stale) | None => {}
        }
        Ok((headers, body.into()))
    }
}

fn send(authority: &str, path: &str, headers: &HeaderMap, body: &[u8]) -> io::Result<StatusCode> {
    let mut stream = TcpStream::connect(authority)?;
    let mut request =
        format!("POST {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        request.extend([&documented(name.as_str()), ": ", value.to_str().unwrap_or_default(), "\r\n"]);
    }
    request.push_str("\r\n");
    stream.write_all(&[request.as_bytes(), body].concat())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let status = answer.get(9..12).and_then(|digits| StatusCode::from_bytes(digits).ok());
    status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "not an HTTP answer"))
}

/// A fresh id for a notification.
pub(super) fn id() -> Result<String> {
    Ok(format!("EV-{}", random::nonce()?))
}
