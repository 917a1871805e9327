//! Moves a file from the connection to where it goes: one request for each of its parts.

use std::io::Write;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::plan::Part;
use super::target::Target;
use super::terminal::Progress;
use super::unpack::{Expected, Unpack, not_written};
use crate::attempt::Attempt;
use crate::client::Shared;
use crate::error::{Error, ErrorKind, Result};
use crate::exempt::Rule;
use crate::outcome::{Intent, Phase, outcome};
use crate::rejection::Rejection;
use crate::response::Response;
use crate::transport::FileBody;
use crate::{execute, runtime};

/// What is written at once to an asynchronous writer; gzip makes at most a thousand times as much of it.
const PIECE: usize = 4 * 1024;

/// A download about to begin.
pub(super) struct Fetch {
    pub(super) client: Arc<Shared>,
    pub(super) parts: Vec<Part>,
    pub(super) limit: u64,
    pub(super) progress: Option<Progress>,
}

/// What happens to a file on its way.
pub(super) enum Step {
    Begin(Box<Unpack>),
    Bytes(Bytes),
    End,
}

/// Where the steps go.
pub(super) trait Sink {
    async fn take(&mut self, step: Step) -> Result<()>;

    /// Waits until every byte is where it belongs; how many there are.
    async fn finish(self) -> Result<u64>;
}

impl Fetch {
    /// Fetches part after part; the sink holds the file when all are right.
    pub(super) async fn run(mut self, mut sink: impl Sink) -> Result<u64> {
        let total = |body: &FileBody, parts: usize| body.length.filter(|_| parts == 1);
        let (count, mut before, mut trail) = (self.parts.len(), 0, Vec::new());
        for part in std::mem::take(&mut self.parts) {
            let by_url = part.by_url;
            let idle = part.request.timeout;
            let opened = execute::open(Arc::clone(&self.client), part.request).await;
            let (response, mut body) = opened.map_err(|error| if by_url { expired(error) } else { error })?;
            trail = response.attempts().to_vec();
            let expected = expected(&body, part.rule, part.expected).map_err(|error| of_call(error, &trail))?;
            check_head(&response, &body, expected.as_ref()).map_err(|error| of_call(error, &trail))?;
            let unpack = Unpack::new(expected, part.opening, self.limit);
            sink.take(Step::Begin(Box::new(unpack))).await?;
            while let Some(bytes) = body.next(idle).await.map_err(|error| of_call(error, &trail))? {
                if let Some(progress) = &mut self.progress {
                    (progress.0)(before + body.received, total(&body, count));
                }
                sink.take(Step::Bytes(bytes)).await.map_err(|error| of_call(error, &trail))?;
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
        return Err(Error::new(ErrorKind::Transport, message).with_request_id(response.request_id()));
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

/// Unpacks on the thread that asks and writes there.
pub(super) struct Inline<W> {
    out: W,
    unpack: Option<Box<Unpack>>,
    written: u64,
}

impl<W: Write> Inline<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, unpack: None, written: 0 }
    }

    fn step(&mut self, step: Step) -> Result<()> {
        match (step, &mut self.unpack) {
            (Step::Begin(mut unpack), unpacking) => {
                unpack.after(self.written);
                *unpacking = Some(unpack);
            }
            (Step::Bytes(bytes), Some(unpack)) => unpack.push(&bytes, &mut self.out)?,
            (Step::End, unpacking) => {
                if let Some(unpack) = unpacking.take() {
                    self.written = unpack.finish(&mut self.out)?;
                }
            }
            (Step::Bytes(_), None) => {}
        }
        Ok(())
    }

    fn end(mut self) -> Result<u64> {
        self.out.flush().map_err(not_written)?;
        Ok(self.written)
    }
}

impl<W: Write> Sink for Inline<W> {
    async fn take(&mut self, step: Step) -> Result<()> {
        self.step(step)
    }

    async fn finish(self) -> Result<u64> {
        self.end()
    }
}

/// Unpacks where it is polled and writes to an asynchronous writer.
pub(super) struct Asynchronous<W> {
    out: W,
    pieces: Inline<Vec<u8>>,
}

impl<W: AsyncWrite + Unpin + Send> Asynchronous<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, pieces: Inline::new(Vec::new()) }
    }

    async fn step(&mut self, step: Step) -> Result<()> {
        self.pieces.step(step)?;
        self.out.write_all(&self.pieces.out).await.map_err(not_written)?;
        self.pieces.out.clear();
        Ok(())
    }
}

impl<W: AsyncWrite + Unpin + Send> Sink for Asynchronous<W> {
    async fn take(&mut self, step: Step) -> Result<()> {
        let Step::Bytes(mut bytes) = step else { return self.step(step).await };
        while !bytes.is_empty() {
            let piece = bytes.split_to(bytes.len().min(PIECE));
            self.step(Step::Bytes(piece)).await?;
        }
        Ok(())
    }

    async fn finish(mut self) -> Result<u64> {
        self.out.flush().await.map_err(not_written)?;
        Ok(self.pieces.written)
    }
}

/// Unpacks and writes to a file on a thread where that may block; dropped early it just stops.
pub(super) struct Threaded {
    steps: mpsc::Sender<Step>,
    thread: JoinHandle<Result<u64>>,
}

impl Threaded {
    pub(super) fn start(target: &Target) -> Result<Self> {
        let (steps, mut incoming) = mpsc::channel(2);
        let mut inline = Inline::new(target.writer()?);
        let work = move || {
            while let Some(step) = incoming.blocking_recv() {
                inline.step(step)?;
            }
            inline.end()
        };
        Ok(Self { steps, thread: runtime::handle()?.spawn_blocking(work) })
    }
}

impl Sink for Threaded {
    async fn take(&mut self, step: Step) -> Result<()> {
        if self.steps.send(step).await.is_ok() {
            return Ok(());
        }
        // It ended before its time, so it has an error to tell.
        match (&mut self.thread).await {
            Ok(Err(error)) => Err(error),
            Ok(Ok(_)) => Err(lost()),
            Err(error) => Err(lost().with_source(error)),
        }
    }

    async fn finish(self) -> Result<u64> {
        let Self { steps, thread } = self;
        drop(steps);
        thread.await.unwrap_or_else(|error| Err(lost().with_source(error)))
    }
}

fn lost() -> Error {
    Error::new(ErrorKind::Io, "the thread that writes the file ended too early")
}
