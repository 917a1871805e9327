//! What the layers learn about one call, beside the request and the answer that middleware may replace.
//!
//! It travels in the request's extensions, as a type nobody outside can name: a layer can lose it, but not forge it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::StatusCode;

use crate::attempt::Attempt;
use crate::verify::Verified;

/// The state of one call.
#[derive(Debug)]
pub(crate) struct CallState {
    /// The path below the base URI: what the endpoint is known by.
    pub(crate) operation: String,
    sent: AtomicBool,
    proofs: Mutex<Vec<Proof>>,
    attempts: Mutex<Vec<Running>>,
}

/// That an answer was verified, and which.
#[derive(Debug)]
pub(crate) struct Proof {
    verified: Verified,
    status: StatusCode,
    body: Bytes,
}

#[derive(Debug)]
struct Running {
    host: String,
    started: Instant,
    finished: Option<(Duration, Option<StatusCode>, Option<String>)>,
}

impl CallState {
    pub(crate) fn new(operation: String) -> Self {
        Self { operation, sent: AtomicBool::new(false), proofs: Mutex::default(), attempts: Mutex::default() }
    }

    /// From here on a byte of the request may have left.
    pub(crate) fn mark_sent(&self) {
        self.sent.store(true, Ordering::Release);
    }

    pub(crate) fn is_sent(&self) -> bool {
        self.sent.load(Ordering::Acquire)
    }

    pub(crate) fn prove(&self, verified: Verified, status: StatusCode, body: Bytes) {
        lock(&self.proofs).push(Proof { verified, status, body });
    }

    /// The proof for exactly this answer.
    pub(crate) fn take_proof(&self, status: StatusCode, body: &Bytes) -> Option<Verified> {
        let mut proofs = lock(&self.proofs);
        let at = proofs.iter().position(|proof| proof.status == status && proof.body == *body)?;
        Some(proofs.swap_remove(at).verified)
    }

    /// Notes that an attempt begins; the number is for [`finish`](Self::finish).
    pub(crate) fn start(&self, host: String) -> usize {
        let mut attempts = lock(&self.attempts);
        attempts.push(Running { host, started: Instant::now(), finished: None });
        attempts.len() - 1
    }

    pub(crate) fn finish(&self, attempt: usize, status: Option<StatusCode>, request_id: Option<String>) {
        if let Some(running) = lock(&self.attempts).get_mut(attempt) {
            running.finished = Some((running.started.elapsed(), status, request_id));
        }
    }

    /// The trail so far; an attempt that was cut off has lasted until now.
    pub(crate) fn trail(&self) -> Vec<Attempt> {
        let attempts = lock(&self.attempts);
        attempts
            .iter()
            .map(|Running { host, started, finished }| {
                let (elapsed, status, request_id) = finished.clone().unwrap_or_else(|| (started.elapsed(), None, None));
                Attempt { host: host.clone(), status, request_id, elapsed }
            })
            .collect()
    }
}

/// A panic elsewhere while holding the lock leaves nothing half done here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
