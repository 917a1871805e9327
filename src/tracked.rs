//! What is known of a request on its way out: whether it may have begun to leave, and that it was cut off.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use crate::call::{CallState, UnderWay};

/// A byte of the request may have left.
const SENT: u8 = 1;
/// Nobody waits for its answer any more.
const CUT_OFF: u8 = 2;

/// How far a request came: shared by whoever waits for its answer and by the connection, which may be on another thread.
#[derive(Debug)]
pub(crate) struct Leaving {
    marks: AtomicU8,
    /// Dropped with the later of the two.
    call: Option<UnderWay>,
}

impl Leaving {
    pub(crate) fn new(state: Option<Arc<CallState>>) -> Arc<Self> {
        Arc::new(Self { marks: AtomicU8::new(0), call: state.map(UnderWay::new) })
    }

    pub(crate) fn is_sent(&self) -> bool {
        self.marks.load(Ordering::Acquire) & SENT != 0
    }

    /// What is cut off after it began to leave may have taken effect; which of the two came first is of no importance.
    fn mark(&self, what: u8) {
        let before = self.marks.fetch_or(what, Ordering::AcqRel);
        let Some(state) = self.call.as_ref().map(UnderWay::state) else { return };
        if what == SENT {
            state.mark_sent();
        }
        if before | what == SENT | CUT_OFF {
            state.mark_open();
        }
    }
}

/// Waits for an answer; dropped before [`over`](Self::over), the request is cut off, whatever the reason.
#[derive(Debug)]
pub(crate) struct Waiting(Option<Arc<Leaving>>);

impl Waiting {
    pub(crate) fn new(leaving: &Arc<Leaving>) -> Self {
        Self(Some(Arc::clone(leaving)))
    }

    pub(crate) fn over(mut self) {
        self.0 = None;
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(leaving) = &self.0 {
            leaving.mark(CUT_OFF);
        }
    }
}

/// A request body that notes when hyper begins to write the request.
///
/// hyper asks it for its end or its size while it encodes the head, just before the first byte goes out; and drops it when all
/// of it is encoded, or when it never will be.
#[derive(Debug)]
pub(crate) struct Tracked {
    data: Option<Bytes>,
    leaving: Arc<Leaving>,
}

impl Tracked {
    pub(crate) fn new(data: Option<Bytes>, leaving: &Arc<Leaving>) -> Self {
        Self { data, leaving: Arc::clone(leaving) }
    }
}

impl Body for Tracked {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.leaving.mark(SENT);
        Poll::Ready(self.data.take().map(|data| Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.leaving.mark(SENT);
        self.data.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        self.leaving.mark(SENT);
        SizeHint::with_exact(self.data.as_ref().map_or(0, |data| data.len() as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call() -> (Arc<CallState>, Arc<Leaving>) {
        let state = Arc::new(CallState::new("/v3/x".to_owned(), false));
        let leaving = Leaving::new(Some(Arc::clone(&state)));
        (state, leaving)
    }

    #[test]
    fn what_is_cut_off_and_sent_is_open_in_either_order() {
        let ((sent_first, first), (cut_first, second)) = (call(), call());
        assert!(Tracked::new(None, &first).is_end_stream());
        assert!(sent_first.is_sent() && !sent_first.is_open());
        drop(Waiting::new(&first));
        assert!(sent_first.is_open());
        drop(Waiting::new(&second));
        assert!(!cut_first.is_open() && !cut_first.is_sent());
        assert_eq!(Tracked::new(Some(Bytes::from_static(b"{}")), &second).size_hint().exact(), Some(2));
        assert!(cut_first.is_open() && cut_first.is_sent());
    }

    #[test]
    fn an_exchange_is_under_way_until_both_ends_let_go() {
        let (state, leaving) = call();
        let (waiting, body) = (Waiting::new(&leaving), Tracked::new(None, &leaving));
        drop(leaving);
        waiting.over();
        assert!(!state.is_quiet() && !state.is_open());
        drop(body);
        assert!(state.is_quiet());
    }
}
