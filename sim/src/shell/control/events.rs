//! `GET events`: the stream of changes, as server-sent events.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::super::controls::{Control, Route, Work};
use super::super::shared::Shared;
use super::super::stream::Line;
use crate::engine::control::request::{ControlError, ControlRequest};

pub(crate) const ROUTES: &[Route] = &[("GET", "events", events)];

/// The header by which a stream goes on after an event; a parameter of that name does too.
pub(crate) const LAST_EVENT_ID: &str = "last-event-id";

/// So often something is written, so that both sides notice when the other is gone.
const ALIVE: Duration = Duration::from_secs(15);

/// How many lines are written at a time, and how many pieces wait for a slow reader.
const LINES: usize = 256;
const PIECES: usize = 16;

fn events(shared: Arc<Shared>, request: ControlRequest, _: Vec<String>) -> Work {
    Box::pin(async move {
        let newest = *shared.stream.watch().borrow();
        let after = match request.parameter(LAST_EVENT_ID) {
            None => newest,
            Some(text) => {
                let wrong = || ControlError::bad("Last-Event-ID: expected the id of an event");
                // One that is still to come is another simulator's: what there is of this one is told.
                Some(text.trim().parse().map_err(|_| wrong())?).filter(|after| *after <= newest).unwrap_or_default()
            }
        };
        let (pieces, stream) = mpsc::channel(PIECES);
        tokio::spawn(write(shared, after, pieces));
        Ok(Control::Stream("text/event-stream", stream))
    })
}

/// Writes what changes until the reader is gone.
async fn write(shared: Arc<Shared>, mut after: u64, pieces: mpsc::Sender<Bytes>) {
    let mut changes = shared.stream.watch();
    let mut text = ": hello\n\n".to_owned();
    while pieces.send(std::mem::take(&mut text).into()).await.is_ok() {
        while text.is_empty() {
            changes.borrow_and_update();
            for line in shared.stream.after(after, LINES) {
                after = line.seq;
                text.push_str(&event(&line));
            }
            if text.is_empty() {
                let told = tokio::select! {
                    () = pieces.closed() => return,
                    told = timeout(ALIVE, changes.changed()) => told,
                };
                match told {
                    Ok(Ok(())) => {}
                    Ok(Err(_)) => return,
                    Err(_) => text.push_str(": still here\n\n"),
                }
            }
        }
    }
}

fn event(line: &Line) -> String {
    let json = line.to_json();
    let kind = json.get("kind").and_then(serde_json::Value::as_str).unwrap_or_default();
    let mut text = String::new();
    // Writing to a text does not fail.
    _ = write!(text, "id: {}\nevent: {kind}\ndata: {json}\n\n", line.seq);
    text
}
