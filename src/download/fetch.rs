//! Moves a file from the connection to where it goes: one request for each of its parts.

use std::sync::Arc;

use http::StatusCode;

use super::plan::Part;
use super::sink::{Sink, Step};
use super::terminal::Progress;
use super::unpack::{Expected, Unpack, over_limit};
use crate::attempt::Attempt;
use crate::client::Shared;
use crate::error::{Error, ErrorKind, Result};
use crate::execute;
use crate::exempt::Rule;
use crate::outcome::{Intent, Phase, outcome};
use crate::rejection::Rejection;
use crate::response::Response;
use crate::transport::FileBody;
#[cfg(feature = "v2")]
use crate::v2::answer;

/// How much longer a transfer may be than the file that comes of it: headers and empty parts of gzip.
const OVERHEAD: u64 = 1024 * 1024;

/// A download about to begin.
pub(super) struct Fetch {
    pub(super) client: Arc<Shared>,
    pub(super) parts: Vec<Part>,
    pub(super) limit: u64,
    pub(super) progress: Option<Progress>,
}

impl Fetch {
    /// Fetches part after part; the sink holds the file when all are right.
    pub(super) async fn run(mut self, mut sink: impl Sink) -> Result<u64> {
        let total = |body: &FileBody, parts: usize| body.length.filter(|_| parts == 1);
        let (count, mut before, mut trail) = (self.parts.len(), 0, Vec::new());
        for part in std::mem::take(&mut self.parts) {
            let (by_url, idle) = (part.by_url, part.request.timeout);
            #[cfg(feature = "v2")]
            let mut start = part.request.is_v2.then(|| Start::of(&part.request.operation));
            let opened = execute::open(Arc::clone(&self.client), part.request, part.rule).await;
            let (response, mut body) = opened.map_err(|error| if by_url { expired(error) } else { error })?;
            trail = response.attempts().to_vec();
            let expected = expected(&body, part.rule, part.expected).map_err(|error| of_call(error, &trail))?;
            check_head(&response, &body, expected.as_ref()).map_err(|error| of_call(error, &trail))?;
            let unpack = Unpack::new(expected, part.opening, self.limit);
            sink.take(Step::Begin(Box::new(unpack))).await?;
            while let Some(bytes) = body.next(idle).await.map_err(|error| of_call(error, &trail))? {
                #[cfg(feature = "v2")]
                let bytes = match &mut start {
                    None => bytes,
                    Some(begun) => {
                        let Some(held) = begun.take(&bytes) else { continue };
                        if Start::is_document(&held) {
                            return Err(of_call(begun.refused(&response, &mut body, held, idle).await, &trail));
                        }
                        start = None;
                        held
                    }
                };
                if before + body.received > self.limit.saturating_add(OVERHEAD) {
                    return Err(of_call(over_limit(self.limit), &trail));
                }
                if let Some(progress) = &mut self.progress {
                    (progress.0)(before + body.received, total(&body, count));
                }
                sink.take(Step::Bytes(bytes)).await.map_err(|error| of_call(error, &trail))?;
            }
            #[cfg(feature = "v2")]
            if start.is_some() {
                return Err(of_call(answer::unreadable("the bill is empty"), &trail));
            }
            sink.take(Step::End).await.map_err(|error| of_call(error, &trail))?;
            before += body.received;
        }
        sink.finish().await.map_err(|error| of_call(error, &trail))
    }
}

/// The digest the file must have: an earlier answer's, or for overseas statements what the signature is about.
fn expected(body: &FileBody, rule: Rule, known: Option<Expected>) -> Result<Option<Expected>> {
    match (rule, &body.sha1) {
        (Rule::SignedDigest, Some(digest)) => Expected::new("SHA1", digest).map(Some),
        (Rule::SignedDigest, None) => {
            let message = "a layer of the application answered in the place of the statement, so nothing is verified";
            Err(Error::new(ErrorKind::Middleware, message))
        }
        _ => Ok(known),
    }
}

fn check_head(response: &Response, body: &FileBody, expected: Option<&Expected>) -> Result<()> {
    if response.status() != StatusCode::OK {
        let message = format!("the answer is {}, expected 200 OK with a file", response.status());
        return Err(Error::new(ErrorKind::Decode, message).with_request_id(response.request_id()));
    }
    if !body.is_framed && expected.is_none() {
        let message = "the answer does not say where it ends, and there is no hash that could tell if it is whole";
        return Err(Error::new(ErrorKind::Transport, message).with_request_id(response.request_id()).hopeless());
    }
    Ok(())
}

/// The start of a bill of APIv2, which says under the same status, in XML, why there is none.
#[cfg(feature = "v2")]
struct Start {
    path: String,
    held: Vec<u8>,
}

#[cfg(feature = "v2")]
impl Start {
    const LONGEST: usize = 64 * 1024;

    fn of(path: &str) -> Self {
        Self { path: path.to_owned(), held: Vec::new() }
    }

    /// All bytes so far, once there is more than a byte order mark and blanks.
    fn take(&mut self, bytes: &[u8]) -> Option<bytes::Bytes> {
        self.held.extend_from_slice(bytes);
        let told = !Self::text(&self.held).is_empty() || self.held.len() > Self::LONGEST;
        told.then(|| std::mem::take(&mut self.held).into())
    }

    fn is_document(bytes: &[u8]) -> bool {
        Self::text(bytes).starts_with(b"<")
    }

    fn text(bytes: &[u8]) -> &[u8] {
        const BOM: &[u8] = b"\xef\xbb\xbf";
        // Of a mark that is not whole yet nothing can be told.
        let rest = bytes.trim_ascii_start();
        let rest = if BOM.starts_with(rest) { &[] } else { rest };
        rest.strip_prefix(BOM).unwrap_or(rest).trim_ascii_start()
    }

    /// The refusal that came in the place of a bill.
    async fn refused(
        &self,
        response: &Response,
        body: &mut FileBody,
        first: bytes::Bytes,
        idle: std::time::Duration,
    ) -> Error {
        let mut document = first.to_vec();
        loop {
            match body.next(idle).await {
                Ok(Some(bytes)) if document.len() < Self::LONGEST => document.extend_from_slice(&bytes),
                Ok(Some(_) | None) => break,
                Err(error) => return error,
            }
        }
        match answer::read(&self.path, &document).and_then(|answer| answer.refusal(&self.path)) {
            Ok(Some(refusal)) => Error::rejected(Rejection::of_v2(
                response.status(),
                response.headers(),
                document.into(),
                refusal,
                false,
            )),
            Ok(None) => answer::unreadable("it is XML, and neither a bill nor a refusal"),
            Err(why) => answer::unreadable(&why),
        }
    }
}

/// Adds what is known of the call to an error after its head.
fn of_call(error: Error, trail: &[Attempt]) -> Error {
    let phase = match error.kind() {
        ErrorKind::Timeout | ErrorKind::Transport | ErrorKind::Verify => Phase::Broken,
        _ => Phase::Refused,
    };
    error.with_call(outcome(Intent { read: true, idempotent: false }, phase, false), trail.to_vec())
}

/// Says what to do about a URL that is refused.
fn expired(error: Error) -> Error {
    let refused = error.rejection().map(Rejection::status);
    match refused.filter(|status| status.is_client_error() && !matches!(status.as_u16(), 401 | 429)) {
        Some(_) => error.and("; a download URL lives from 30 seconds to 5 minutes: ask for a new one"),
        None => error,
    }
}
