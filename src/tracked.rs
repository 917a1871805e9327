//! What is known of a request on its way out: whether it may have begun to leave, and that it was cut off.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use crate::call::CallState;

/// An exchange that ends without a result: whatever aborted it, what left may have taken effect.
pub(crate) struct Cut {
    pub(crate) sent: Arc<AtomicBool>,
    pub(crate) state: Option<Arc<CallState>>,
}

impl Drop for Cut {
    fn drop(&mut self) {
        if let Some(state) = self.state.as_ref().filter(|_| self.sent.load(Ordering::Acquire)) {
            state.mark_open();
        }
    }
}

/// A request body that notes when hyper begins to write the request.
///
/// hyper asks it for its end or its size while it encodes the head, just before the first byte goes out.
#[derive(Debug)]
pub(crate) struct Tracked {
    pub(crate) data: Option<Bytes>,
    pub(crate) tracker: Tracker,
}

#[derive(Debug)]
pub(crate) struct Tracker {
    pub(crate) sent: Arc<AtomicBool>,
    pub(crate) state: Option<Arc<CallState>>,
}

impl Tracked {
    fn mark(&self) {
        self.tracker.sent.store(true, Ordering::Release);
        if let Some(state) = &self.tracker.state {
            state.mark_sent();
        }
    }
}

impl Body for Tracked {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.mark();
        Poll::Ready(self.data.take().map(|data| Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.mark();
        self.data.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        self.mark();
        SizeHint::with_exact(self.data.as_ref().map_or(0, |data| data.len() as u64))
    }
}
