//! Where the effects of a step go: to whoever drives time and deliveries, and to whoever looks on.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::shared::Shared;
use crate::engine::advance::Happened;
use crate::engine::control::request::ControlError;
use crate::engine::effect::Change;
use crate::engine::notices::Notice;
use crate::engine::time::Time;
use crate::gate::headers::Headers;

/// Sends notices, and lets happen what falls due.
pub(crate) trait Driver: Send + Sync {
    /// A notice is to be sent now. Told under the world's lock and in the order of events, so it only takes note.
    fn deliver(&self, notice: String);

    /// What falls due next is another thing than before, or the clock was moved. Told under the world's lock.
    fn scheduled(&self);

    /// Moves the clock; done when everything that falls due meanwhile has happened, and each notice among it was answered.
    fn travel(&self, shared: Arc<Shared>, journey: Journey) -> Travelling;

    /// How a notice went out the last time; of one that did not, or long ago, the body alone.
    fn sent(&self, shared: &Shared, notice: &Notice) -> Option<Arc<Sent>>;
}

/// What happened on the way.
pub(crate) type Travelling = Pin<Box<dyn Future<Output = Result<Vec<Happened>, ControlError>> + Send>>;

/// How far the clock is moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Journey {
    By(Duration),
    To(Time),
    /// To the next so many things that are due, of a kind if one is named.
    Next {
        count: usize,
        kind: Option<String>,
    },
    /// To a time, if one is named; from then on it stands, or runs.
    Mode {
        frozen: bool,
        to: Option<Time>,
    },
}

/// A notice as it went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) headers: Headers,
    pub(crate) body: Box<str>,
}

/// Hears of every change. Told under the world's lock and in the order of events, so it only takes note.
pub(crate) trait Watchers: Send + Sync {
    /// Something changed at a simulated time.
    fn changed(&self, at: Time, change: Change);
}

/// Nobody looks on.
impl Watchers for () {
    fn changed(&self, _at: Time, _change: Change) {}
}
