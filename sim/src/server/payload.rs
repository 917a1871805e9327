//! The body of an answer: all at once, or piece by piece.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::mpsc::Receiver;

#[derive(Debug)]
pub(super) enum Payload {
    Whole(Bytes),
    /// The first part of so many bytes; then the connection breaks.
    Half(Bytes, u64),
    /// What is left of that part: nothing. It goes out before the connection breaks.
    Broken,
    /// Until the sender is gone.
    Pieces(Receiver<Bytes>),
}

impl Body for Payload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match &mut *self {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Half(bytes, _) if bytes.is_empty() => {
                // What was given so far is written only while nothing more is there.
                *self = Self::Broken;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Self::Broken => Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::ConnectionAborted, "half an answer")))),
            Self::Whole(bytes) | Self::Half(bytes, _) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Pieces(pieces) => pieces.poll_recv(cx).map(|piece| piece.map(|piece| Ok(Frame::data(piece)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Half(_, whole) => SizeHint::with_exact(*whole),
            Self::Broken | Self::Pieces(_) => SizeHint::default(),
        }
    }
}
