//! A connection that can end badly on demand.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

const GARBAGE: u8 = 1;
const RESET: u8 = 2;
const CUT: u8 = 3;
const OVER: u8 = 4;

/// How a connection ends; shared between the socket and the one who answers on it.
#[derive(Clone, Debug, Default)]
pub(super) struct Fate(Arc<AtomicU8>);

impl Fate {
    /// What goes out from now on is no HTTP.
    pub(super) fn garble(&self) {
        self.0.store(GARBAGE, Ordering::Relaxed);
    }

    /// The connection is closed with a reset.
    pub(super) fn reset(&self) {
        self.0.store(RESET, Ordering::Relaxed);
    }

    /// Of what is written next half goes out; then the connection breaks.
    pub(super) fn cut(&self) {
        self.0.store(CUT, Ordering::Relaxed);
    }

    fn is(&self, fate: u8) -> bool {
        self.0.load(Ordering::Relaxed) == fate
    }
}

/// A socket that may end with a reset.
#[derive(Debug)]
pub(super) struct Socket {
    pub(super) stream: TcpStream,
    pub(super) fate: Fate,
}

/// What HTTP is spoken on: a socket, or TLS on one. From some moment on it may be no HTTP.
#[derive(Debug)]
pub(super) struct Spoken<S> {
    pub(super) stream: S,
    pub(super) fate: Fate,
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.fate.is(RESET) {
            // Should the system refuse, the connection ends in the ordinary way: broken all the same.
            self.stream.set_zero_linger().unwrap_or_default();
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Spoken<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Spoken<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.fate.is(GARBAGE) {
            // A head whose every byte is the next one is none.
            let garbled: Vec<u8> = buf.iter().map(|byte| byte.wrapping_add(1)).collect();
            return Pin::new(&mut self.stream).poll_write(cx, &garbled);
        }
        if self.fate.is(OVER) {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::ConnectionAborted, "half an answer")));
        }
        if self.fate.is(CUT) {
            let half = buf.len().div_ceil(2);
            let written = ready!(Pin::new(&mut self.stream).poll_write(cx, buf.get(..half).unwrap_or_default()));
            self.fate.0.store(OVER, Ordering::Relaxed);
            return Poll::Ready(written);
        }
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.fate.is(RESET) {
            // A shutdown would send the ordinary end before the reset.
            true => Poll::Ready(Ok(())),
            false => Pin::new(&mut self.stream).poll_shutdown(cx),
        }
    }
}
