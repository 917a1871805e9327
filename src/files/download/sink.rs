//! Where a file goes: straight to a writer, to an asynchronous one, or to a thread that writes.

use std::io::Write;

use bytes::Bytes;

use super::unpack::{Unpack, not_written};
use crate::error::Result;

#[cfg(feature = "async")]
pub(super) use asynchronous::{Asynchronous, Threaded};

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

#[cfg(feature = "async")]
mod asynchronous {
    use tokio::io::{AsyncWrite, AsyncWriteExt as _};
    use tokio::sync::{mpsc, oneshot};

    use super::super::target::Target;
    use super::super::unpack::not_written;
    use super::{Inline, Sink, Step};
    use crate::error::{Error, ErrorKind, Result};

    /// What is written at once to an asynchronous writer; gzip makes at most a thousand times as much of it.
    const PIECE: usize = 4 * 1024;

    /// Unpacks where it is polled and writes to an asynchronous writer.
    pub(crate) struct Asynchronous<W> {
        out: W,
        pieces: Inline<Vec<u8>>,
    }

    impl<W: AsyncWrite + Unpin + Send> Asynchronous<W> {
        pub(crate) fn new(out: W) -> Self {
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
    pub(crate) struct Threaded {
        steps: mpsc::Sender<Step>,
        ended: oneshot::Receiver<Result<u64>>,
    }

    impl Threaded {
        pub(crate) fn start(target: &Target) -> Result<Self> {
            let (steps, mut incoming) = mpsc::channel(2);
            let mut inline = Inline::new(target.writer()?);
            let (end, ended) = oneshot::channel();
            let write = move || {
                while let Some(step) = incoming.blocking_recv() {
                    inline.step(step)?;
                }
                inline.end()
            };
            // Nobody waits for the result of a download that was dropped.
            let work = move || end.send(write()).unwrap_or_default();
            // Not one of the background runtime's: hyper resolves names on those.
            let thread = std::thread::Builder::new().name("wechatpay-download".to_owned()).spawn(work);
            thread.map_err(|error| {
                Error::new(ErrorKind::Io, "no thread that writes the file could be started").with_source(error)
            })?;
            Ok(Self { steps, ended })
        }
    }

    impl Sink for Threaded {
        async fn take(&mut self, step: Step) -> Result<()> {
            if self.steps.send(step).await.is_ok() {
                return Ok(());
            }
            // It ended before its time, so it has an error to tell.
            match (&mut self.ended).await {
                Ok(Err(error)) => Err(error),
                Ok(Ok(_)) => Err(lost()),
                Err(error) => Err(lost().with_source(error)),
            }
        }

        async fn finish(self) -> Result<u64> {
            let Self { steps, ended } = self;
            drop(steps);
            ended.await.unwrap_or_else(|error| Err(lost().with_source(error)))
        }
    }

    fn lost() -> Error {
        Error::new(ErrorKind::Io, "the thread that writes the file ended too early")
    }
}
