//! Whether a runtime of the caller's still runs: its clock must not be asked once it is shut down, where it panics.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// It is shut; the other bits count who holds it open.
const SHUT: usize = 1 << (usize::BITS - 1);

/// Open until the runtime shuts down, which waits for those who hold it open.
#[derive(Debug, Default)]
pub(super) struct Gate {
    state: AtomicUsize,
    closing: Notify,
}

/// While it lives the runtime does not shut down: to be held for the moment that a clock is asked.
#[derive(Debug)]
pub(super) struct Hold<'a>(&'a Gate);

impl Gate {
    pub(super) fn is_shut(&self) -> bool {
        self.state.load(Ordering::SeqCst) & SHUT != 0
    }

    /// `None` once it is shut: nobody waits here.
    pub(super) fn hold(&self) -> Option<Hold<'_>> {
        let hold = Hold(self);
        let before = self.state.fetch_add(1, Ordering::SeqCst);
        (before & SHUT == 0).then_some(hold)
    }

    /// Shuts it, and tells everyone.
    pub(super) fn shut(&self) {
        self.state.fetch_or(SHUT, Ordering::SeqCst);
        while self.state.load(Ordering::SeqCst) != SHUT {
            // Held for the time of a look at a clock.
            thread::yield_now();
        }
        self.closing.notify_waiters();
    }

    /// Ready when it is shut; who waits looks first whether it is.
    pub(super) fn closing(&self) -> Notified<'_> {
        self.closing.notified()
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        self.0.state.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn it_is_shut_when_nobody_holds_it_and_stays_so() {
        let gate = Gate::default();
        drop(gate.hold().unwrap());
        thread::scope(|scope| {
            let held = gate.hold().unwrap();
            let (shut, is_shut) = mpsc::channel();
            scope.spawn({
                let gate = &gate;
                move || {
                    gate.shut();
                    shut.send(()).unwrap();
                }
            });
            while !gate.is_shut() {
                thread::yield_now();
            }
            assert!(gate.hold().is_none(), "nobody gets in any more");
            assert!(is_shut.try_recv().is_err(), "it waits for who was in");
            drop(held);
            is_shut.recv().unwrap();
        });
        assert!(gate.hold().is_none() && gate.is_shut());
    }
}
