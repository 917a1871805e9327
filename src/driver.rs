//! Who runs a connection: the thread that has just given it a request, else the background thread.
//!
//! A connection that got a request has something to write. Were it left to the background thread, that thread would be woken for
//! it, once more in each call than it must; so the thread that makes the call runs the connection, once, which writes, and waits
//! only then. Whatever a socket or a timer wakes is run by the background thread, which waits for them.

use std::cell::Cell;
use std::future::Future;
use std::mem;

use async_task::Runnable;
use hyper::rt::Executor;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::runtime;

/// Spawns hyper's tasks: its connections, and what it does about its pool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Driver;

impl<F> Executor<F> for Driver
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, task: F) {
        // Outside of tokio's cooperative budget: on the caller's thread it is that of the caller's task.
        let task = tokio::task::unconstrained(task);
        let (runnable, task) = async_task::Builder::new().propagate_panic(true).spawn(|()| task, schedule);
        task.detach();
        runnable.schedule();
    }
}

/// A task of hyper's that was woken.
pub(crate) type Task = Runnable;

/// What was woken, and waits for the background thread.
pub(crate) type Woken = UnboundedSender<Task>;

/// The queue of the background thread, and what works it off.
pub(crate) fn queue() -> (Woken, impl Future<Output = ()> + Send) {
    async fn run(mut woken: UnboundedReceiver<Task>) {
        while let Some(runnable) = woken.recv().await {
            runnable.run();
        }
    }
    let (sender, woken) = unbounded_channel();
    (sender, run(woken))
}

thread_local! {
    static HAND: Cell<Hand> = const { Cell::new(Hand::Away) };
}

/// Whether this thread runs what it wakes: one task at a time.
enum Hand {
    Away,
    Free,
    Full(Task),
}

fn schedule(runnable: Task) {
    let mut runnable = Some(runnable);
    let take = |hand: &Cell<Hand>| match hand.replace(Hand::Away) {
        Hand::Free => hand.set(runnable.take().map_or(Hand::Free, Hand::Full)),
        other => hand.set(other),
    };
    // A thread that is ending has no hand to lend.
    _ = HAND.try_with(take);
    if let Some(runnable) = runnable {
        runtime::run(runnable);
    }
}

/// Polls what makes a call; then runs the connection that this woke, if it did. To be called in the background's context.
pub(crate) fn lending_a_hand<T>(poll: impl FnOnce() -> T) -> T {
    struct Before(Hand);
    impl Drop for Before {
        fn drop(&mut self) {
            let before = mem::replace(&mut self.0, Hand::Away);
            // Whatever the connection wakes in its turn is not for this thread.
            if let Hand::Full(runnable) = HAND.replace(before) {
                runnable.run();
            }
        }
    }
    let _before = Before(HAND.replace(Hand::Free));
    poll()
}
