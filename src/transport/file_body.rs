//! The body of a file, read piece by piece.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use http::header::TRANSFER_ENCODING;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};

use super::driver::Driver;
use super::timer::{self, Over};
use crate::error::rejection::request_id;
use crate::error::{Error, ErrorKind, Result};

/// The body of a file, read by whoever writes it.
#[derive(Debug)]
pub(crate) struct FileBody {
    body: Incoming,
    driver: Driver,
    host: String,
    request_id: Option<String>,
    /// How many bytes the answer announced.
    pub(crate) length: Option<u64>,
    /// Its end can be told from a connection that broke.
    pub(crate) is_framed: bool,
    pub(crate) received: u64,
    /// What the answer's signature says the file's SHA-1 is: overseas statements.
    pub(crate) sha1: Option<String>,
}

impl FileBody {
    pub(super) fn new(parts: &http::response::Parts, body: Incoming, host: String, driver: Driver) -> Self {
        let length = body.size_hint().exact();
        let request_id = request_id(&parts.headers).map(str::to_owned);
        // Of any other coding the end is that of the connection (RFC 9112, section 6.3).
        let codings = parts.headers.get_all(TRANSFER_ENCODING).iter().next_back().map(HeaderValue::as_bytes);
        let last = codings.and_then(|codings| codings.rsplit(|byte| *byte == b',').next());
        let is_chunked = last.is_some_and(|coding| coding.trim_ascii().eq_ignore_ascii_case(b"chunked"));
        let is_framed = length.is_some() || is_chunked;
        Self { body, driver, host, request_id, length, is_framed, received: 0, sha1: None }
    }

    /// The next bytes, waited for no longer than `idle`; `None` at the end.
    pub(crate) async fn next(&mut self, idle: Duration) -> Result<Option<Bytes>> {
        loop {
            match timer::within(&self.driver, idle, self.body.frame()).await {
                Ok(None) => return Ok(None),
                Ok(Some(Ok(frame))) => {
                    // Trailers are of no use here.
                    let Ok(data) = frame.into_data() else { continue };
                    self.received += data.len() as u64;
                    return Ok(Some(data));
                }
                Ok(Some(Err(error))) => {
                    return Err(self.broken(ErrorKind::Transport, "broke off").with_source(error));
                }
                Err(Over::Late) => {
                    return Err(self.broken(ErrorKind::Timeout, &format!("sent nothing for {idle:?}")));
                }
                Err(Over::ShutDown) => {
                    let how = "broke off, because the runtime given by `runtime` was shut down,";
                    return Err(self.broken(ErrorKind::Transport, how));
                }
            }
        }
    }

    fn broken(&self, kind: ErrorKind, how: &str) -> Error {
        let (host, received) = (&self.host, self.received);
        let length = self.length.map_or_else(String::new, |length| format!(" of {length}"));
        let message = format!("the download from {host} {how} after {received}{length} bytes");
        Error::new(kind, message).with_request_id(self.request_id.as_deref())
    }
}
