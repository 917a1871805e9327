//! Which deliveries are not over yet.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// A ticket for each delivery that was asked for and is not over.
#[derive(Debug)]
pub(crate) struct Open {
    tickets: Mutex<(u64, BTreeSet<u64>)>,
    closed: watch::Sender<()>,
}

impl Default for Open {
    fn default() -> Self {
        Self { tickets: Mutex::default(), closed: watch::Sender::new(()) }
    }
}

impl Open {
    pub(crate) fn open(&self) -> u64 {
        let mut tickets = self.tickets();
        tickets.0 += 1;
        let ticket = tickets.0;
        tickets.1.insert(ticket);
        ticket
    }

    pub(crate) fn close(&self, ticket: u64) {
        self.tickets().1.remove(&ticket);
        self.closed.send_replace(());
    }

    /// Done when everything is over that is open now.
    pub(crate) async fn idle(&self) {
        let mut closed = self.closed.subscribe();
        let until = self.tickets().0;
        while self.tickets().1.first().is_some_and(|first| *first <= until) {
            if closed.changed().await.is_err() {
                return;
            }
        }
    }

    fn tickets(&self) -> MutexGuard<'_, (u64, BTreeSet<u64>)> {
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
