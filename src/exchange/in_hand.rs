//! What a caller's layers have in hand: whether a request that never came to the bottom of the stack may have been sent after all.
//!
//! A call whose time is over while a layer still holds its request was not sent, and its caller is told so. From then on that must stay
//! true: what a layer passes on later is refused. With the call's state a late request is known by it; a layer that lost the state is
//! known because requests without one come to the bottom.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::error::{Error, ErrorKind, Result};

/// So many withdrawn writes are remembered, the last ones.
const REMEMBERED: usize = 4096;

/// Shared by the calls of a client with layers and by the bottom of its stack.
#[derive(Debug, Default)]
pub(crate) struct Layers(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    /// How many requests came to the bottom without the state of a call.
    stateless: u64,
    /// The contents of writes of which the callers were told that nothing was sent.
    withdrawn: VecDeque<u64>,
}

impl Layers {
    /// Lets a request go to the layers.
    pub(crate) fn hand_over(&self, request: &mut http::Request<Bytes>, is_read: bool) -> InHand {
        // A read that is sent after all does no harm.
        let write = (!is_read).then(|| content(request));
        let mark = Mark(Arc::new(()));
        request.extensions_mut().insert(mark.clone());
        InHand { mark, write, stateless: self.seen().stateless }
    }

    /// Notes that a request without the state of a call came to the bottom.
    ///
    /// # Errors
    ///
    /// `Timeout`, for one whose caller was told that nothing was sent.
    pub(crate) fn admit(&self, request: &http::Request<Bytes>) -> Result<()> {
        let mut seen = self.seen();
        if !seen.withdrawn.is_empty() && seen.withdrawn.contains(&content(request)) {
            return Err(too_late());
        }
        seen.stateless += 1;
        Ok(())
    }

    /// Sees to it that a request is not sent any more; false if it may have been, without the state of its call.
    pub(crate) fn withdraw(&self, in_hand: &InHand) -> bool {
        let mut seen = self.seen();
        if seen.stateless != in_hand.stateless {
            return false;
        }
        if let Some(write) = in_hand.write {
            if seen.withdrawn.len() == REMEMBERED {
                seen.withdrawn.pop_front();
            }
            seen.withdrawn.push_back(write);
        }
        true
    }

    /// A panic elsewhere while holding the lock leaves nothing half done here.
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that went to the layers.
#[derive(Debug)]
pub(crate) struct InHand {
    mark: Mark,
    write: Option<u64>,
    /// How many there were then.
    stateless: u64,
}

impl InHand {
    /// Whether a layer still has the request as it got it, somewhere.
    pub(crate) fn is_held(&self) -> bool {
        Arc::strong_count(&self.mark.0) > 1
    }
}

/// Lies in the extensions of a request as long as a layer leaves them there.
#[derive(Clone, Debug)]
struct Mark(Arc<()>);

/// The error of a request that a layer passes on after its call is over.
pub(crate) fn too_late() -> Error {
    Error::new(ErrorKind::Timeout, "the call was over before a layer passed its request on; it is not sent any more")
}

/// What a request asks for, whatever host it goes to.
fn content(request: &http::Request<Bytes>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (request.method(), request.uri().path_and_query(), request.body()).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: &'static str) -> http::Request<Bytes> {
        http::Request::post("http://127.0.0.1/v3/x?a=b").body(Bytes::from_static(body.as_bytes())).unwrap()
    }

    #[test]
    fn what_was_withdrawn_does_not_come_later_and_what_came_is_not_withdrawn() {
        let layers = Layers::default();
        let held = layers.hand_over(&mut request("1"), false);
        assert!(layers.withdraw(&held));
        assert_eq!(layers.admit(&request("1")).unwrap_err().kind(), ErrorKind::Timeout);
        let late = layers.hand_over(&mut request("2"), false);
        layers.admit(&request("2")).unwrap();
        assert!(!layers.withdraw(&late), "it may be the one that came");
        layers.admit(&request("2")).unwrap();
        // A read may come as late as it likes.
        let read = layers.hand_over(&mut request("3"), true);
        assert!(layers.withdraw(&read));
        layers.admit(&request("3")).unwrap();
    }

    #[test]
    fn a_request_is_held_as_long_as_a_layer_has_it_whole() {
        let mut original = request("1");
        let in_hand = Layers::default().hand_over(&mut original, false);
        let copy = original.clone();
        drop(original);
        assert!(in_hand.is_held());
        let (parts, body) = copy.into_parts();
        assert!(in_hand.is_held());
        let rebuilt = http::Request::post(parts.uri).body(body).unwrap();
        drop(parts.extensions);
        assert!(!in_hand.is_held(), "{rebuilt:?}");
    }

    #[test]
    fn no_more_than_so_many_are_remembered() {
        let layers = Layers::default();
        let withdraw = |body: &'static str| assert!(layers.withdraw(&layers.hand_over(&mut request(body), false)));
        withdraw("first");
        withdraw("second");
        (2..=REMEMBERED).for_each(|_| withdraw("other"));
        assert!(layers.admit(&request("first")).is_ok() && layers.admit(&request("second")).is_err());
    }
}
