//! A connection that remembers whether an answer ever came over it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};

/// Whether an answer came over a connection; among what hyper-util knows of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heard(Arc<AtomicBool>);

impl Heard {
    pub(crate) fn note(&self) {
        self.0.store(true, Ordering::Release);
    }

    #[cfg(feature = "tls")]
    pub(crate) fn anything(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// The connection.
#[derive(Debug)]
pub(crate) struct Hearing<S> {
    stream: S,
    /// Only TLS can end in a way that this has to do with.
    heard: Option<Heard>,
}

impl<S> Hearing<S> {
    pub(crate) fn new(stream: S, is_tls: bool) -> Self {
        Self { stream, heard: is_tls.then(Heard::default) }
    }
}

impl<S: Connection> Connection for Hearing<S> {
    /// Without the addresses that hyper-util would put into the extensions of every answer.
    fn connected(&self) -> Connected {
        let connected = Connected::new().proxy(self.stream.connected().is_proxied());
        match &self.heard {
            Some(heard) => connected.extra(heard.clone()),
            None => connected,
        }
    }
}

impl<S: Read + Unpin> Read for Hearing<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: Write + Unpin> Write for Hearing<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }
}
