//! Who runs an exchange and its connection: the thread that makes the call, once, and from then on the background thread.
//!
//! Were a request left to the background thread, that thread would be woken for it, once more in each call than it must. So the
//! thread that makes the call takes the first step: it gives the request to a connection, and runs that connection, which writes.
//! Only then it waits. Whatever a socket or a timer wakes is run by the background thread, which waits for them.
//!
//! Nobody outside is woken by hyper: its wakers are those of the tasks here, whatever locks it holds.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, PoisonError};

use async_task::Runnable;
use hyper::rt::Executor;
use once_cell::sync::OnceCell;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A task that was woken.
pub(crate) type Task = Runnable;

/// Holds a task; dropped, it cancels the task, which is dropped by whoever runs it.
pub(crate) type CancelOnDrop = async_task::Task<()>;

/// A task that nobody has run yet: its first step is its maker's.
pub(crate) fn task(future: impl Future<Output = ()> + Send + 'static) -> (Task, CancelOnDrop) {
    // Outside of tokio's cooperative budget: on the caller's thread it is that of the caller's own task. A panic stays in it.
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
        let (first, hold) = task(future);
        hold.detach();
        first.schedule();
    }
}

/// The background thread's queue, once there is a background thread.
static BACKGROUND: OnceCell<Background> = OnceCell::new();

#[derive(Debug)]
struct Background {
    runtime: Handle,
    queue: Queue,
}

/// Makes this runtime's thread the one that runs what was woken.
pub(super) fn begin(runtime: &Handle) {
    let background = BACKGROUND.get_or_init(|| Background { runtime: runtime.clone(), queue: Queue::new() });
    background.runtime.spawn(background.queue.work());
}

/// Leaves a task to the background thread.
fn run_later(task: Task) {
    // Tasks are run in the background's context: without it there is none that could be woken.
    if let Some(background) = BACKGROUND.get() {
        background.queue.push(task);
    }
}

/// What was woken, and waits for the background thread.
#[derive(Debug)]
struct Queue {
    sender: UnboundedSender<Task>,
    woken: Arc<Mutex<UnboundedReceiver<Task>>>,
}

impl Queue {
    fn new() -> Self {
        let (sender, woken) = unbounded_channel();
        Self { sender, woken: Arc::new(Mutex::new(woken)) }
    }

    fn push(&self, task: Task) {
        // It is closed at no time: both ends are here.
        _ = self.sender.send(task);
    }

    /// Works it off, for ever; or until a task blocks the thread and another worker does it.
    fn work(&self) -> impl Future<Output = ()> + Send + use<> {
        let woken = Arc::clone(&self.woken);
        async move {
            // One worker at a time asks; a panic leaves nothing half done here.
            let next = || poll_fn(|cx| woken.lock().unwrap_or_else(PoisonError::into_inner).poll_recv(cx));
            while let Some(task) = next().await {
                WORK.set(Work::Going);
                step(task);
                if WORK.replace(Work::None) == Work::Handed {
                    return;
                }
            }
        }
    }
}

thread_local! {
    static HAND: Cell<Hand> = const { Cell::new(Hand::Away) };
    static WORK: Cell<Work> = const { Cell::new(Work::None) };
}

/// Whether this thread runs what it wakes: one task at a time.
enum Hand {
    Away,
    Free,
    Full(Task),
}

/// Whether this thread works off the queue just now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Work {
    None,
    Going,
    /// Another worker does it, because this one is going to block.
    Handed,
}

fn schedule(task: Task) {
    let mut left = Some(task);
    // A thread that is ending has no hand to lend.
    _ = HAND.try_with(|hand| match (hand.replace(Hand::Away), left.take()) {
        (Hand::Free, Some(task)) => hand.set(Hand::Full(task)),
        (Hand::Full(former), Some(task)) => {
            hand.set(Hand::Full(task));
            left = Some(former);
        }
        (_, task) => left = task,
    });
    if let Some(task) = left {
        run_later(task);
    }
}

/// Runs a task, and then the one that it woke last: a connection after the exchange that gave it a request; and after a
/// connection whatever puts it back into the pool, if that could not be done at once, or else the exchange that has its answer.
/// So a call that is over leaves a connection for the next one. To be called in the background's context.
pub(crate) fn step(task: Task) {
    let before = HAND.try_with(|hand| hand.replace(Hand::Free));
    task.run();
    let Ok(before) = before else { return };
    if let Ok(Hand::Full(next)) = HAND.try_with(|hand| hand.replace(before)) {
        // What this one wakes in its turn is not for this hand.
        next.run();
    }
}

/// Before the thread blocks: when it is a task of the queue that does so, such as a waker that makes a call, the others go on.
#[cfg(feature = "sync")]
pub(crate) fn hand_over() {
    if WORK.try_with(Cell::get) == Ok(Work::Going) {
        WORK.set(Work::Handed);
        if let Hand::Full(task) = HAND.replace(Hand::Away) {
            run_later(task);
        }
        if let Some(background) = BACKGROUND.get() {
            background.runtime.spawn(background.queue.work());
        }
    }
}
