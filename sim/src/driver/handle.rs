//! How the world tells the driver, and how the driver is set to work.

use std::fmt;
use std::sync::Arc;

use http::Extensions;
use tokio::sync::{Mutex, Notify, mpsc};

use super::{timer, travel};
use crate::engine::advance::wake;
use crate::engine::notices::Notice;
use crate::gate::headers::Headers;
use crate::notifier::{Message, Notifier, Open, Papers, Poster, SentRing, body};
use crate::shell::outlets::{Driver, Journey, Sent, Travelling};
use crate::shell::shared::Shared;

/// What the world tells; cheap to clone.
#[derive(Clone)]
pub(crate) struct Handle {
    pub(super) tell: mpsc::UnboundedSender<Message>,
    /// Another thing falls due next than before.
    pub(super) scheduled: Arc<Notify>,
    /// Whoever lets happen what is due holds this, so that it happens in order.
    pub(super) turn: Arc<Mutex<()>>,
    pub(super) open: Arc<Open>,
    sent: Arc<SentRing>,
}

/// The other end: what is to work once the world is there.
#[derive(Debug)]
pub(crate) struct Works {
    handle: Handle,
    messages: mpsc::UnboundedReceiver<Message>,
}

impl Handle {
    pub(crate) fn new() -> (Self, Works) {
        let (tell, messages) = mpsc::unbounded_channel();
        let handle =
            Self { tell, scheduled: Arc::default(), turn: Arc::default(), open: Arc::default(), sent: Arc::default() };
        (handle.clone(), Works { handle, messages })
    }
}

impl Works {
    /// Sends notices and lets happen what falls due, until the runtime ends; `spelling` is how names of headers are written, `ca` the
    /// simulator's own CA, PEM.
    pub(crate) async fn run(self, shared: Arc<Shared>, spelling: Extensions, ca: Option<String>) {
        let Self { handle, messages } = self;
        shared.change(|world, moment| wake(world, moment.wall));
        let poster = Arc::new(Poster::new(spelling, ca));
        let (sent, open, tell) = (Arc::clone(&handle.sent), Arc::clone(&handle.open), handle.tell.downgrade());
        let notifier = Notifier::new(Arc::clone(&shared), poster, sent, open, tell);
        tokio::join!(notifier.run(messages), timer::run(&handle, &shared));
    }
}

impl Driver for Handle {
    fn deliver(&self, notice: String) {
        let ticket = self.open.open();
        // The notifier is gone only when the simulator is.
        if self.tell.send(Message::Deliver(ticket, notice)).is_err() {
            self.open.close(ticket);
        }
    }

    fn scheduled(&self) {
        self.scheduled.notify_one();
    }

    fn travel(&self, shared: Arc<Shared>, journey: Journey) -> Travelling {
        let handle = self.clone();
        Box::pin(async move { travel::travel(&handle, &shared, journey).await })
    }

    fn sent(&self, shared: &Shared, notice: &Notice) -> Option<Arc<Sent>> {
        let epoch = shared.read(|world, _| world.notices.epoch());
        let built = || {
            let papers = Papers::of(shared, notice).ok()?;
            let body = body(notice, &papers).ok()?;
            Some(Arc::new(Sent { headers: Headers::default(), body: body.into() }))
        };
        self.sent.get(epoch, &notice.id).or_else(built)
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}
