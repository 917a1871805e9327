//! Who runs an exchange and its connection: the thread that makes the call, once, and from then on a worker of a runtime.
//!
//! That is the background thread, or a runtime that the caller gave. Were a request left to it, that thread would be woken for
//! it, once more in each call than it must. So the thread that makes the call takes the first step: it gives the request to a
//! connection, and runs that connection, which writes. Only then it waits. A task of that very runtime, where it has one thread,
//! wakes no other by leaving it there, so it does. Whatever a socket or a timer wakes is run by the
//! runtime that waits for them, one after another, however many threads it has.
//!
//! Nobody outside is woken by hyper: its wakers are those of the tasks here, whatever locks it holds.

use std::cell::Cell;
use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::mem;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering, fence};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use async_task::Runnable;
use hyper::rt::Executor;
use once_cell::sync::OnceCell;
use tokio::runtime::{Builder, EnterGuard, Handle, Runtime, RuntimeFlavor};
use tokio::sync::futures::Notified;

use super::gate::Gate;
use crate::error::{Error, ErrorKind, Result};

/// A task that was woken.
pub(crate) type Task = Runnable;

/// Holds a task; dropped, it cancels the task, which is dropped by whoever runs it.
pub(crate) type CancelOnDrop = async_task::Task<()>;

/// A runtime that drives connections and timers, and what was woken there. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Driver(Arc<Inner>);

struct Inner {
    /// No other has it, ever: the numbers of tokio may come again.
    number: u64,
    handle: Handle,
    woken: Mutex<Woken>,
    /// Of a caller's runtime, which may shut down; the background thread never does.
    gate: Option<Gate>,
}

/// Tasks that wait to be run, and the worker that waits for one.
#[derive(Default)]
struct Woken {
    tasks: VecDeque<Task>,
    worker: Option<Waker>,
}

static BACKGROUND: OnceCell<(Runtime, Driver)> = OnceCell::new();
static NUMBERS: AtomicU64 = AtomicU64::new(1);

/// How many tasks are run before sockets, and a caller's other tasks, have their turn.
const TURN: usize = 128;

thread_local! {
    static OURS: Cell<bool> = const { Cell::new(false) };
    static HAND: Cell<Hand> = const { Cell::new(Hand::Away) };
    /// Whose queue this thread works off just now, unless another worker took it over.
    static WORK: Cell<Option<Driver>> = const { Cell::new(None) };
}

/// Whether this thread runs what it wakes of a driver, by its number: one task at a time.
enum Hand {
    Away,
    Free(u64),
    Full(u64, Task),
}

/// The background thread, for all clients of the process that have no runtime of their own; started by the first call, never ended,
/// because dropping a runtime inside a runtime panics.
///
/// # Errors
///
/// `Connect`, when the system refuses the thread; the next call tries again.
pub(crate) fn background() -> Result<&'static Driver> {
    let start = || -> io::Result<_> {
        let mark = || OURS.with(|ours| ours.set(true));
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(1).thread_name("wechatpay-chain").on_thread_start(mark).enable_all();
        let runtime = builder.build()?;
        let driver = Driver::new(runtime.handle().clone(), None);
        Ok((runtime, driver))
    };
    let refused = "the background I/O thread could not be started; nothing was sent";
    let started = BACKGROUND.get_or_try_init(start);
    started.map(|(_, driver)| driver).map_err(|error| Error::new(ErrorKind::Connect, refused).with_source(error))
}

impl Driver {
    /// The one of a caller's runtime; the tasks that it has there are few and stay as long as the runtime.
    pub(super) fn over(handle: Handle) -> Self {
        let driver = Self::new(handle, Some(Gate::default()));
        driver.0.handle.spawn(Sentinel(driver.clone()));
        driver
    }

    fn new(handle: Handle, gate: Option<Gate>) -> Self {
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let driver = Self(Arc::new(Inner { number, handle, woken: Mutex::default(), gate }));
        driver.0.handle.spawn(driver.clone().work());
        driver
    }

    pub(crate) fn number(&self) -> u64 {
        self.0.number
    }

    pub(crate) fn handle(&self) -> &Handle {
        &self.0.handle
    }

    /// Lets sockets and timers that are made here be this runtime's.
    pub(crate) fn enter(&self) -> EnterGuard<'_> {
        self.0.handle.enter()
    }

    pub(crate) fn is_background(&self) -> bool {
        self.0.gate.is_none()
    }

    /// Whether its runtime was shut down: nothing moves there any more.
    pub(crate) fn is_shut(&self) -> bool {
        self.0.gate.as_ref().is_some_and(Gate::is_shut)
    }

    /// Whether this is a task of its runtime, and that the caller's own and of one thread: no answer is read there before the task waits.
    /// Several threads would gain nothing.
    fn is_in_a_task(&self) -> bool {
        let is_its = |here: Handle| here.id() == self.0.handle.id();
        !self.is_background()
            && self.0.handle.runtime_flavor() == RuntimeFlavor::CurrentThread
            && tokio::task::try_id().is_some()
            && Handle::try_current().is_ok_and(is_its)
    }

    /// Does something during which its runtime must not shut down; `None` if it has.
    pub(super) fn while_open<T>(&self, act: impl FnOnce() -> T) -> Option<T> {
        let _hold = match &self.0.gate {
            Some(gate) => Some(gate.hold()?),
            None => None,
        };
        Some(act())
    }

    /// Ready when its runtime shuts down; `None` for one that never does.
    pub(super) fn closing(&self) -> Option<Notified<'_>> {
        self.0.gate.as_ref().map(Gate::closing)
    }

    /// A task that nobody has run yet: its first step is its maker's.
    pub(crate) fn task(&self, future: impl Future<Output = ()> + Send + 'static) -> (Task, CancelOnDrop) {
        // Outside of tokio's cooperative budget: on the caller's thread it is that of the caller's own task. A panic stays in it.
        let future = tokio::task::unconstrained(future);
        let driver = self.clone();
        async_task::Builder::new().propagate_panic(true).spawn(|()| future, move |task| driver.schedule(task))
    }

    /// Runs a task, and then the one that it woke last: a connection after the exchange that gave it a request; and after a
    /// connection whatever puts it back into the pool, if that could not be done at once, or else the exchange that has its answer.
    /// So a call that is over leaves a connection for the next one.
    ///
    /// A task of a runtime of one thread leaves that to it: it wakes no other, and what several tasks send is written one after another.
    pub(crate) fn step(&self, task: Task) {
        if self.is_in_a_task() {
            return self.push(task);
        }
        let _context = self.enter();
        step(self.number(), task);
    }

    fn schedule(&self, task: Task) {
        let mut left = Some(task);
        // A thread that is ending has no hand to lend.
        _ = HAND.try_with(|hand| match (hand.replace(Hand::Away), left.take()) {
            (Hand::Free(number), Some(task)) if number == self.number() => hand.set(Hand::Full(number, task)),
            (Hand::Full(number, former), Some(task)) if number == self.number() => {
                hand.set(Hand::Full(number, task));
                left = Some(former);
            }
            (other, task) => {
                hand.set(other);
                left = task;
            }
        });
        if let Some(task) = left {
            self.push(task);
        }
    }

    /// Leaves a task to the runtime.
    fn push(&self, task: Task) {
        let mut woken = self.woken();
        woken.tasks.push_back(task);
        let worker = woken.worker.take();
        drop(woken);
        worker.into_iter().for_each(Waker::wake);
        if self.0.gate.is_some() {
            // Either this sees that the gate is shut, or whoever shut it sees the task.
            fence(Ordering::SeqCst);
            if self.is_shut() {
                self.bury();
            }
        }
    }

    /// Drops the tasks that nobody will run any more. Not here: whoever wakes may hold locks that they want.
    fn bury(&self) {
        let left = mem::take(&mut self.woken().tasks);
        if left.is_empty() {
            return;
        }
        match background() {
            Ok(background) => drop(background.0.handle.spawn(async move { drop(left) })),
            Err(_) => mem::forget(left),
        }
    }

    /// The task that was woken first; one worker at a time asks.
    fn poll_woken(&self, cx: &Context<'_>) -> Poll<Task> {
        let mut woken = self.woken();
        let Some(task) = woken.tasks.pop_front() else {
            woken.worker = Some(cx.waker().clone());
            return Poll::Pending;
        };
        Poll::Ready(task)
    }

    /// A panic leaves nothing half done here.
    fn woken(&self) -> MutexGuard<'_, Woken> {
        self.0.woken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works off what was woken, for ever; or until a task blocks the thread and another worker does it.
    async fn work(self) {
        let (queue, mut mine) = (self.clone(), Some(self));
        loop {
            for _ in 0..TURN {
                let task = poll_fn(|cx| queue.poll_woken(cx)).await;
                WORK.set(mine.take());
                step(queue.number(), task);
                mine = WORK.take();
                if mine.is_none() {
                    return;
                }
            }
            tokio::task::yield_now().await;
        }
    }
}

fn step(number: u64, task: Task) {
    let before = HAND.try_with(|hand| hand.replace(Hand::Free(number)));
    task.run();
    let Ok(before) = before else { return };
    if let Ok(Hand::Full(_, next)) = HAND.try_with(|hand| hand.replace(before)) {
        // What this one wakes in its turn is not for this hand.
        next.run();
    }
}

/// Does what blocks this thread. When it is one that works off a queue, as for a waker that makes a call, or another thread of the
/// background, where a layer spawned a task, somebody else goes on with what waits for this very thread.
#[cfg(feature = "sync")]
pub(crate) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    let ours = OURS.try_with(Cell::get).unwrap_or(false);
    if hand_over() || ours { tokio::task::block_in_place(work) } else { work() }
}

#[cfg(feature = "sync")]
fn hand_over() -> bool {
    let Ok(Some(driver)) = WORK.try_with(Cell::take) else { return false };
    if driver.handle().runtime_flavor() == RuntimeFlavor::CurrentThread {
        // It has no other thread.
        WORK.set(Some(driver));
        return false;
    }
    if let Hand::Full(_, task) = HAND.replace(Hand::Away) {
        driver.push(task);
    }
    driver.handle().spawn(driver.clone().work());
    true
}

/// Lies among the tasks of a caller's runtime, which drops it when it shuts down, before its clock and its sockets.
struct Sentinel(Driver);

impl Future for Sentinel {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        if let Some(gate) = &self.0.0.gate {
            gate.shut();
            fence(Ordering::SeqCst);
            self.0.bury();
        }
    }
}

/// Spawns hyper's tasks: its connections, and what it does about its pool.
impl<F> Executor<F> for Driver
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, future: F) {
        let (first, hold) = self.task(future);
        hold.detach();
        first.schedule();
    }
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Driver").field(&self.0.number).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_woken_all_the_time_leaves_their_turn_to_others() {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let driver = Driver::over(runtime.handle().clone());
        driver.execute(poll_fn(|cx| {
            cx.waker().wake_by_ref();
            Poll::Pending
        }));
        let (done, is_done) = std::sync::mpsc::channel();
        let other = async { tokio::spawn(tokio::time::sleep(std::time::Duration::from_millis(1))).await };
        std::thread::spawn(move || done.send(runtime.block_on(other)));
        is_done.recv_timeout(std::time::Duration::from_secs(30)).unwrap().unwrap();
    }
}
