//! What is known of a request on its way out: whether it may have begun to leave, and that it was cut off.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use super::delivery::{Delivery, UnderWay};

/// A byte of the request may have left.
const SENT: u8 = 1;
/// Nobody waits for its answer any more.
const CUT_OFF: u8 = 2;

/// How far a request came: shared by whoever waits for its answer and by the connection, which may be on another thread.
#[derive(Debug)]
pub(crate) struct SendProgress {
    marks: AtomicU8,
    /// Dropped with the later of the two.
    call: Option<UnderWay>,
}

impl SendProgress {
    pub(crate) fn new(delivery: Option<Arc<Delivery>>) -> Arc<Self> {
        Arc::new(Self { marks: AtomicU8::new(0), call: delivery.map(UnderWay::new) })
    }

    pub(crate) fn is_sent(&self) -> bool {
        self.marks.load(Ordering::Acquire) & SENT != 0
    }

    /// What is cut off after it began to leave may have taken effect; which of the two came first is of no importance.
    fn mark(&self, what: u8) {
        let before = self.marks.fetch_or(what, Ordering::AcqRel);
        let Some(delivery) = self.call.as_ref().map(UnderWay::delivery) else { return };
        if what == SENT {
            delivery.mark_sent();
        }
        if before | what == SENT | CUT_OFF {
            delivery.mark_open();
        }
    }
}

/// Held while an answer is waited for; dropped before [`disarm`](Self::disarm), the request is cut off, whatever the reason.
#[derive(Debug)]
pub(crate) struct CancelGuard(Option<Arc<SendProgress>>);

impl CancelGuard {
    pub(crate) fn new(progress: &Arc<SendProgress>) -> Self {
        Self(Some(Arc::clone(progress)))
    }

    pub(crate) fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for CancelGuard {
    fn drop(&mut self) {
        if let Some(progress) = &self.0 {
            progress.mark(CUT_OFF);
        }
    }
}

/// A request body that notes when hyper begins to write the request.
///
/// hyper asks it for its end or its size while it encodes the head, just before the first byte goes out; and drops it when all
/// of it is encoded, or when it never will be.
#[derive(Debug)]
pub(crate) struct TrackedBody {
    data: Option<Bytes>,
    progress: Arc<SendProgress>,
}

impl TrackedBody {
    pub(crate) fn new(data: Option<Bytes>, progress: &Arc<SendProgress>) -> Self {
        Self { data, progress: Arc::clone(progress) }
    }
}

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.progress.mark(SENT);
        Poll::Ready(self.data.take().map(|data| Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.progress.mark(SENT);
        self.data.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        self.progress.mark(SENT);
        SizeHint::with_exact(self.data.as_ref().map_or(0, |data| data.len() as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call() -> (Arc<Delivery>, Arc<SendProgress>) {
        let delivery = Arc::new(Delivery::new(false));
        let progress = SendProgress::new(Some(Arc::clone(&delivery)));
        (delivery, progress)
    }

    #[test]
    fn what_is_cut_off_and_sent_is_open_in_either_order() {
        let ((sent_first, first), (cut_first, second)) = (call(), call());
        assert!(TrackedBody::new(None, &first).is_end_stream());
        assert!(sent_first.is_sent() && !sent_first.is_open());
        drop(CancelGuard::new(&first));
        assert!(sent_first.is_open());
        drop(CancelGuard::new(&second));
        assert!(!cut_first.is_open() && !cut_first.is_sent());
        assert_eq!(TrackedBody::new(Some(Bytes::from_static(b"{}")), &second).size_hint().exact(), Some(2));
        assert!(cut_first.is_open() && cut_first.is_sent());
    }

    #[test]
    fn an_exchange_is_under_way_until_both_ends_let_go() {
        let (delivery, progress) = call();
        let (waiting, body) = (CancelGuard::new(&progress), TrackedBody::new(None, &progress));
        drop(progress);
        waiting.disarm();
        assert!(!delivery.is_idle() && !delivery.is_open());
        drop(body);
        assert!(delivery.is_idle());
    }
}
