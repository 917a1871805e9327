//! An answer that is made while it is sent, and may go wrong on the way.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hyper::body::Frame;
use tokio::time::Sleep;

/// The bytes of a gzip file before its data.
const HEADER: usize = 10;

/// What a streamed answer is made of.
pub(super) type Pieces = Box<dyn Iterator<Item = Bytes> + Send>;

/// A way for the stand-in's bills to be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BillFault {
    /// The answer that names the file has another `hash_value`.
    WrongHash,
    /// One byte of the file is another.
    Tampered,
    /// The connection ends in the middle of the file.
    Truncated,
    /// Nothing comes for this long after the first piece.
    Slow(Duration),
}

/// The pieces of a body, and how they are wrong.
pub(super) struct Stream {
    pieces: Pieces,
    fault: Option<BillFault>,
    sent: usize,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Stream {
    pub(super) fn new(pieces: Pieces, fault: Option<BillFault>) -> Self {
        Self { pieces, fault, sent: 0, pause: None }
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let (1, Some(BillFault::Slow(delay))) = (self.sent, self.fault) {
            let pause = self.pause.get_or_insert_with(|| Box::pin(tokio::time::sleep(delay)));
            if pause.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
        if (1, Some(BillFault::Truncated)) == (self.sent, self.fault) {
            // Lets hyper send what it has, so that the answer ends in its body and not before its head.
            self.sent += 1;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if (2, Some(BillFault::Truncated)) == (self.sent, self.fault) {
            return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
        }
        let Some(mut piece) = self.pieces.next() else { return Poll::Ready(None) };
        self.sent += 1;
        match (self.fault, self.sent) {
            // The first piece of a compressed bill may be its header, where other bytes need not mean another text.
            (Some(BillFault::Tampered), _) if piece.len() > HEADER => {
                (self.fault, piece) = (None, tampered(piece));
            }
            (Some(BillFault::Truncated), 1) => piece.truncate(piece.len() / 2),
            _ => {}
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }
}

fn tampered(piece: Bytes) -> Bytes {
    let mut piece = BytesMut::from(piece);
    let middle = piece.len() / 2;
    piece[middle] ^= 1;
    piece.freeze()
}
