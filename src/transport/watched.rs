//! A connection that remembers what came over it: an answer, or a TLS alert by which the server refuses us.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};

/// What came over a connection; among what hyper-util knows of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConnectionEvents(Arc<Events>);

#[derive(Debug, Default)]
struct Events {
    answered: AtomicBool,
    #[cfg(feature = "tls")]
    refused: std::sync::OnceLock<&'static str>,
}

impl ConnectionEvents {
    /// Whether these are of an answer that came over TLS, to a server whose certificate was verified: no other connection has events.
    #[cfg_attr(not(feature = "v2"), allow(dead_code))]
    pub(crate) fn are_of_tls(extensions: &http::Extensions) -> bool {
        extensions.get::<Self>().is_some()
    }

    /// From the first byte on; a later one changes nothing.
    fn note_answer(&self) {
        if !self.0.answered.load(Ordering::Relaxed) {
            self.0.answered.store(true, Ordering::Release);
        }
    }

    /// Why the server refuses us, if it said so; it judges our certificate before it answers anything.
    #[cfg(feature = "tls")]
    pub(crate) fn refusal(&self) -> Option<&'static str> {
        self.0.refused.get().copied()
    }

    /// Whether an answer ever came: then the handshake was long over.
    #[cfg(feature = "tls")]
    pub(crate) fn has_answered(&self) -> bool {
        self.0.answered.load(Ordering::Acquire)
    }

    /// Remembers why the connection ended: hyper tells only one of the requests that wait for it, and a later request nothing.
    #[cfg(feature = "tls")]
    fn note_error(&self, error: &io::Error, presented: bool) {
        if let Some(why) = super::tls::refusal(error, presented) {
            self.0.refused.get_or_init(|| why);
        }
    }
}

/// The connection.
#[derive(Debug)]
pub(crate) struct WatchedStream<S> {
    stream: S,
    /// Only TLS can end in a way that this has to do with.
    events: Option<ConnectionEvents>,
    /// The merchant certificate was presented.
    #[cfg_attr(not(feature = "tls"), allow(dead_code))]
    presented: bool,
}

impl<S> WatchedStream<S> {
    pub(crate) fn new(stream: S, is_tls: bool, presented: bool) -> Self {
        Self { stream, events: is_tls.then(ConnectionEvents::default), presented }
    }
}

impl<S: Connection> Connection for WatchedStream<S> {
    /// Without the addresses that hyper-util would put into the extensions of every answer.
    fn connected(&self) -> Connected {
        let connected = Connected::new().proxy(self.stream.connected().is_proxied());
        match &self.events {
            Some(events) => connected.extra(events.clone()),
            None => connected,
        }
    }
}

impl<S: Read + Unpin> Read for WatchedStream<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        match (&read, &self.events) {
            // Bytes, or the end, after which no alert comes. Not where the answer is whole: another thread may use the connection by then.
            (Poll::Ready(Ok(())), Some(events)) => events.note_answer(),
            #[cfg(feature = "tls")]
            (Poll::Ready(Err(error)), Some(events)) => events.note_error(error, self.presented),
            _ => {}
        }
        read
    }
}

impl<S: Write + Unpin> Write for WatchedStream<S> {
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
