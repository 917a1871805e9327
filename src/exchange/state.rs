//! What is known of one call, beside the request and the answer that middleware may replace.
//!
//! Through a caller's layers it travels in the request's extensions, as a type nobody outside can name: a layer can lose it, but not
//! forge it.

use std::ops::Deref;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::StatusCode;

use super::in_hand::too_late;
use crate::error::Result;
use crate::protocol::v3::exempt::Rule;
use crate::protocol::verified::Verified;
use crate::request::protocol::Protocol;
use crate::request::target::Target;
use crate::transport::delivery::Delivery;

const IN_HAND: u8 = 0;
const ARRIVED: u8 = 1;
const WITHDRAWN: u8 = 2;

/// The state of one call; what is known of its delivery is part of it.
#[derive(Debug)]
pub(crate) struct CallState {
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) protocol: Protocol,
    /// The path below the base URI: what the endpoint is known by.
    pub(crate) operation: String,
    /// How the file is verified that is asked for.
    file_rule: Option<Rule>,
    /// Where the request of the current attempt is: in the hands of the caller's layers, at the bottom of the stack, or nowhere any more.
    place: AtomicU8,
    /// The first, which most calls have alone, and those of attempts that a layer made.
    proofs: Mutex<(Option<Proof>, Vec<Proof>)>,
    /// The answer that turned the request away before anything was done, and to what it was one; rare, so it takes no place in others.
    turned_away: Mutex<Option<Box<(StatusCode, Bytes, Target)>>>,
    /// What was signed last, to explain a refused signature.
    signed: Mutex<Option<Vec<u8>>>,
}

/// That an answer was verified, which, and to what.
#[derive(Debug)]
struct Proof {
    verified: Verified,
    status: StatusCode,
    body: Bytes,
    target: Target,
}

impl CallState {
    /// The state of a call whose answer layers see whole.
    pub(crate) fn new(protocol: Protocol, operation: String) -> Self {
        Self::with(Delivery::new(false), protocol, operation, None)
    }

    /// The state of a call whose answer is a file.
    pub(crate) fn for_file(protocol: Protocol, operation: String, rule: Rule) -> Self {
        Self::with(Delivery::new(true), protocol, operation, Some(rule))
    }

    fn with(delivery: Delivery, protocol: Protocol, operation: String, file_rule: Option<Rule>) -> Self {
        Self {
            delivery: Arc::new(delivery),
            protocol,
            operation,
            file_rule,
            place: AtomicU8::new(IN_HAND),
            proofs: Mutex::default(),
            turned_away: Mutex::default(),
            signed: Mutex::default(),
        }
    }

    /// The state that goes with a request.
    pub(crate) fn of<B>(request: &http::Request<B>) -> Option<Arc<Self>> {
        request.extensions().get::<Arc<Self>>().cloned()
    }

    /// Lets the state go with a request, as far as layers let it.
    pub(crate) fn attach<B>(self: &Arc<Self>, request: &mut http::Request<B>) {
        request.extensions_mut().insert(Arc::clone(self));
        // For a transport that the caller stacked by hand.
        request.extensions_mut().insert(Arc::clone(&self.delivery));
    }

    /// How the answer is verified, for the file that was asked for.
    pub(crate) fn file_rule(&self) -> Option<Rule> {
        self.file_rule
    }

    /// An attempt goes to the caller's layers.
    pub(crate) fn hand_over(&self) {
        self.place.store(IN_HAND, Ordering::Release);
    }

    /// The request, with this state, came to the bottom of the stack.
    ///
    /// # Errors
    ///
    /// `Timeout`, where the call is over: what its caller was told must stay true.
    pub(crate) fn arrive(&self) -> Result<()> {
        let arrived = |place| (place != WITHDRAWN).then_some(ARRIVED);
        let was = self.place.fetch_update(Ordering::AcqRel, Ordering::Acquire, arrived);
        was.map(drop).map_err(|_| too_late())
    }

    pub(crate) fn has_arrived(&self) -> bool {
        self.place.load(Ordering::Acquire) == ARRIVED
    }

    /// Ends the call: what did not arrive by now never will. Whether it had arrived.
    pub(crate) fn withdraw(&self) -> bool {
        self.place.swap(WITHDRAWN, Ordering::AcqRel) == ARRIVED
    }

    pub(crate) fn prove(&self, verified: Verified, status: StatusCode, body: Bytes, target: Target) {
        let proof = Proof { verified, status, body, target };
        let mut proofs = self.proofs.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *proofs {
            (first @ None, _) => *first = Some(proof),
            (Some(_), more) => more.push(proof),
        }
    }

    /// The proof for exactly this answer, to exactly what was asked.
    pub(crate) fn take_proof(&self, status: StatusCode, body: &Bytes) -> Option<Verified> {
        let asked = self.delivery.target()?;
        let is_it = |proof: &Proof| proof.status == status && proof.body == *body && proof.target == *asked;
        let mut proofs = self.proofs.lock().unwrap_or_else(PoisonError::into_inner);
        let (first, more) = &mut *proofs;
        if let Some(proof) = first.take_if(|proof| is_it(proof)) {
            return Some(proof.verified);
        }
        let at = more.iter().position(is_it)?;
        Some(more.swap_remove(at).verified)
    }

    /// Notes an answer that says, beyond doubt, that nothing was done.
    #[cfg_attr(not(feature = "v2"), allow(dead_code))]
    pub(crate) fn turn_away(&self, status: StatusCode, body: Bytes, target: Target) {
        *self.turned_away.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new((status, body, target)));
    }

    /// Whether it was this answer, to what was asked: a layer may give another.
    pub(crate) fn is_turned_away(&self, status: StatusCode, body: &Bytes) -> bool {
        let noted = self.turned_away.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |noted: &(StatusCode, Bytes, Target)| {
            noted.0 == status && noted.1 == *body && self.delivery.target() == Some(&noted.2)
        };
        noted.as_deref().is_some_and(is_it)
    }

    pub(crate) fn note_signed(&self, message: Vec<u8>) {
        *self.signed.lock().unwrap_or_else(PoisonError::into_inner) = Some(message);
    }

    pub(crate) fn take_signed(&self) -> Option<Vec<u8>> {
        self.signed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Deref for CallState {
    type Target = Delivery;

    fn deref(&self) -> &Delivery {
        &self.delivery
    }
}
