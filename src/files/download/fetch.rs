//! Moves a file from the connection to where it goes: one request for each of its parts.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use super::beginning::Beginning;
use super::plan::Part;
use super::sink::{Sink, Step};
use super::stated;
use super::unpack::{Expected, Opening, Unpack, over_limit};
use crate::error::attempt::Attempt;
use crate::error::outcome::{Intent, Phase, outcome};
use crate::error::rejection::Rejection;
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::call;
use crate::exchange::engine::Engine;
use crate::exchange::response::Response;
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
        let mut done = Done { is_alone: self.parts.len() == 1, ..Done::default() };
        for part in std::mem::take(&mut self.parts) {
            let by_url = part.by_url;
            let (idle, beginning) = (part.request.timeout, Beginning::of(&part));
            let opened = call::open(Arc::clone(&self.engine), part.request, part.rule).await;
            let (response, body) = opened.map_err(|error| if by_url { expired(error) } else { error })?;
            done.trail = response.attempts().to_vec();
            let checked = Checked { rule: part.rule, expected: part.expected, opening: part.opening };
            let moved = self.transfer(&response, body, (idle, beginning), checked, &mut sink, &done).await;
            done.received += moved.map_err(|error| of_call(error, &done.trail))?;
        }
        sink.finish().await.map_err(|error| of_call(error, &done.trail))
    }

    /// Moves one part to the sink; how many bytes came.
    async fn transfer(
        &mut self,
        response: &Response,
        mut body: FileBody,
        (idle, mut beginning): (Duration, Beginning),
        Checked { rule, expected: known, opening }: Checked,
        sink: &mut impl Sink,
        done: &Done,
    ) -> Result<u64> {
        let expected = expected(response, &body, rule, known)?;
        check_head(response, &body, expected.as_ref())?;
        sink.take(Step::Begin(Box::new(Unpack::new(expected, opening, self.limit)))).await?;
        while let Some(bytes) = body.next(idle).await? {
            let Some(bytes) = beginning.take(bytes, response, &mut body, idle).await? else { continue };
            if done.received + body.received > self.limit.saturating_add(OVERHEAD) {
                return Err(over_limit(self.limit));
            }
            if let Some(progress) = &mut self.progress {
                (progress.0)(done.received + body.received, body.length.filter(|_| done.is_alone));
            }
            sink.take(Step::Bytes(bytes)).await?;
        }
        if let Some(rest) = beginning.end(response)? {
            sink.take(Step::Bytes(rest)).await?;
        }
        sink.take(Step::End).await?;
        Ok(body.received)
    }
}

/// How a part is checked and opened.
struct Checked {
    rule: Rule,
    expected: Option<Expected>,
    opening: Option<Opening>,
}

/// What is known of the parts before.
#[derive(Default)]
struct Done {
    is_alone: bool,
    received: u64,
    /// The attempts of the last one.
    trail: Vec<Attempt>,
}

/// The digest the file must have: an earlier answer's, for overseas statements what the signature is about, else what a header states.
fn expected(response: &Response, body: &FileBody, rule: Rule, known: Option<Expected>) -> Result<Option<Expected>> {
    match (rule, &body.sha1) {
        (Rule::SignedDigest, Some(digest)) => Expected::new("SHA1", digest).map(Some),
        (Rule::SignedDigest, None) => {
            let message = "a layer of the application answered in the place of the statement, so nothing is verified";
            Err(Error::new(ErrorKind::Middleware, message))
        }
        (_, _) if known.is_none() => stated::digest(response.headers()),
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
