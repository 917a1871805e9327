//! Moves a file from the connection to where it goes: one request for each of its parts.

use std::sync::Arc;

use http::StatusCode;

use super::plan::Part;
#[cfg(feature = "v2")]
use super::refused_bill::BillStart;
use super::sink::{Sink, Step};
use super::unpack::{Expected, Unpack, over_limit};
use crate::error::attempt::Attempt;
use crate::error::outcome::{Intent, Phase, outcome};
use crate::error::rejection::Rejection;
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::call;
use crate::exchange::engine::Engine;
use crate::exchange::response::Response;
#[cfg(feature = "v2")]
use crate::protocol::v2::answer;
use crate::protocol::v3::exempt::Rule;
use crate::transport::file_body::FileBody;

/// How much longer a transfer may be than the file that comes of it: headers and empty parts of gzip.
const OVERHEAD: u64 = 1024 * 1024;

/// A download about to begin.
pub(super) struct Fetch {
    pub(super) engine: Arc<Engine>,
    pub(super) parts: Vec<Part>,
    pub(super) limit: u64,
    pub(super) progress: Option<Progress>,
}

/// What is told how far a download is.
pub(super) struct Progress(pub(super) Box<dyn FnMut(u64, Option<u64>) + Send>);

impl Fetch {
    /// Fetches part after part; the sink holds the file when all are right.
    pub(super) async fn run(mut self, mut sink: impl Sink) -> Result<u64> {
        let total = |body: &FileBody, parts: usize| body.length.filter(|_| parts == 1);
        let (count, mut before, mut trail) = (self.parts.len(), 0, Vec::new());
        for part in std::mem::take(&mut self.parts) {
            let (by_url, idle) = (part.by_url, part.request.timeout);
            #[cfg(feature = "v2")]
            let mut start = BillStart::of(&part.request);
            let opened = call::open(Arc::clone(&self.engine), part.request, part.rule).await;
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
                        if BillStart::is_document(&held) {
                            return Err(of_call(begun.refusal(&response, &mut body, held, idle).await, &trail));
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
