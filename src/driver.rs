//! Who runs an exchange and its connection: the thread that makes the call, once, and from then on the background thread.
//!
//! Were a request left to the background thread, that thread would be woken for it, once more in each call than it must. So the
//! thread that makes the call takes the first step: it gives the request to a connection, and runs that connection, which writes.
//! Only then it waits. Whatever a socket or a timer wakes is run by the background thread, which waits for them.

use std::cell::Cell;
use std::future::Future;

use async_task::Runnable;
use hyper::rt::Executor;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::runtime;

/// A task that was woken.
pub(crate) type Task = Runnable;

/// Waits for what a task gives; dropped, it cancels the task, which is dropped by whoever runs it.
pub(crate) type Handle<T> = async_task::Task<T>;

/// A task that nobody has run yet: its first step is its maker's.
pub(crate) fn task<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> (Task, Handle<T>) {
    // Outside of tokio's cooperative budget: on the caller's thread it is that of the caller's own task.
    let future = tokio::task::unconstrained(future);
    async_task::Builder::new().propagate_panic(true).spawn(|()| future, schedule)
}

/// Spawns hyper's tasks: its connections, and what it does about its pool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Driver;

impl<F> Executor<F> for Driver
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, future: F) {
        let (first, handle) = task(future);
        handle.detach();
        first.schedule();
    }
}

/// What was woken, and waits for the background thread.
pub(crate) type Woken = UnboundedSender<Task>;

/// The queue of the background thread, and what works it off.
pub(crate) fn queue() -> (Woken, impl Future<Output = ()> + Send) {
    async fn run(mut woken: UnboundedReceiver<Task>) {
        while let Some(task) = woken.recv().await {
            step(task);
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

fn schedule(task: Task) {
    let mut left = Some(task);
    let take = |hand: &Cell<Hand>| match (hand.replace(Hand::Away), left.take()) {
        (Hand::Free, Some(task)) => hand.set(Hand::Full(task)),
        (Hand::Full(former), Some(task)) => {
            hand.set(Hand::Full(task));
            left = Some(former);
        }
        (_, task) => left = task,
    };
    // A thread that is ending has no hand to lend.
    _ = HAND.try_with(take);
    if let Some(task) = left {
        runtime::run(task);
    }
}

/// Runs a task, and then the one that it woke last: a connection after the exchange that gave it a request; and after a
/// connection whatever puts it back into the pool, if that could not be done at once, or else the exchange that has its answer.
/// So a call that is over leaves a connection for the next one. To be called in the background's context.
pub(crate) fn step(task: Task) {
    let before = HAND.replace(Hand::Free);
    // It panics for nobody here: a panic is handed to whoever waits for the task.
    task.run();
    if let Hand::Full(next) = HAND.replace(before) {
        // What this one wakes in its turn is not for this hand.
        next.run();
    }
}
