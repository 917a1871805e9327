//! The notifier at work: takes deliveries as they are asked for, and lets them go by their lanes.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::client::Poster;
use super::deliver::{Desk, deliver};
use super::lanes::{Lanes, Waiting};
use super::open::Open;
use super::sent::SentRing;
use crate::engine::notices::Target;
use crate::shell::shared::Shared;

/// How long notices to one address are gathered that go in another order.
const GATHERING: Duration = Duration::from_millis(100);

/// What the notifier is told.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    /// A notice is to be sent; its ticket.
    Deliver(u64, String),
    /// Nothing more is awaited: what is gathered goes.
    Flush,
    /// No more is gathered for an address.
    Gathered(String),
    /// A delivery to an address is over.
    Over(u64, String),
}

/// Sends notices; lives as long as somebody can tell it something.
#[derive(Debug)]
pub(crate) struct Notifier {
    desk: Desk,
    open: Arc<Open>,
    lanes: Lanes,
    tell: mpsc::WeakUnboundedSender<Message>,
}

impl Notifier {
    pub(crate) fn new(
        shared: Arc<Shared>,
        poster: Arc<Poster>,
        sent: Arc<SentRing>,
        open: Arc<Open>,
        tell: mpsc::WeakUnboundedSender<Message>,
    ) -> Self {
        Self { desk: Desk { shared, poster, sent }, open, lanes: Lanes::default(), tell }
    }

    /// Works until nobody is left who could tell it anything.
    pub(crate) async fn run(mut self, mut messages: mpsc::UnboundedReceiver<Message>) {
        while let Some(message) = messages.recv().await {
            match message {
                Message::Deliver(ticket, notice) => self.enter(ticket, notice),
                Message::Flush => self.lanes.gathering().iter().for_each(|url| self.gathered(url)),
                Message::Gathered(url) => self.gathered(&url),
                Message::Over(ticket, url) => {
                    self.lanes.leave(&url);
                    self.open.close(ticket);
                    self.start(&url);
                }
            }
        }
    }

    fn enter(&mut self, ticket: u64, notice: String) {
        let found = self.desk.shared.read(|world, _| {
            let url = &world.notices.by_id(&notice)?.url;
            let settings = &world.settings.notify;
            Some((Target::of(settings, url).url, settings.shuffle))
        });
        // Its world may be gone.
        let Some((url, shuffle)) = found else { return self.open.close(ticket) };
        if self.lanes.enter(&url, Waiting { ticket, notice }, shuffle) {
            self.later(Message::Gathered(url.clone()));
        }
        self.start(&url);
    }

    fn gathered(&mut self, url: &str) {
        let seed = self.desk.shared.read(|world, _| world.ids.clone());
        self.lanes.shuffle(url, &seed);
        self.start(url);
    }

    /// Lets all go that may.
    fn start(&mut self, url: &str) {
        let concurrency = self.desk.shared.read(|world, _| world.settings.notify.concurrency);
        let concurrency = usize::try_from(concurrency).unwrap_or(usize::MAX);
        while let Some(Waiting { ticket, notice }) = self.lanes.next(url, concurrency) {
            let turn = Turn { tell: self.tell.clone(), ticket, url: url.to_owned() };
            let desk = self.desk.clone();
            tokio::spawn(async move {
                deliver(desk, notice).await;
                drop(turn);
            });
        }
    }

    fn later(&self, message: Message) {
        let tell = self.tell.clone();
        tokio::spawn(async move {
            tokio::time::sleep(GATHERING).await;
            tell_it(&tell, message);
        });
    }
}

/// A lane's turn: over when this is dropped, however that comes about.
struct Turn {
    tell: mpsc::WeakUnboundedSender<Message>,
    ticket: u64,
    url: String,
}

impl Drop for Turn {
    fn drop(&mut self) {
        tell_it(&self.tell, Message::Over(self.ticket, std::mem::take(&mut self.url)));
    }
}

/// Who listens may be gone with the simulator; then there is nothing to tell.
fn tell_it(tell: &mpsc::WeakUnboundedSender<Message>, message: Message) {
    if let Some(tell) = tell.upgrade() {
        _ = tell.send(message);
    }
}
