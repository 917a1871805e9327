//! The blocking face: polls a future on the calling thread until it is ready.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use tokio::runtime::Handle;

use crate::error::{Error, ErrorKind, Result};
use crate::transport::driver;
use crate::transport::runtime::Drive;

/// Wakes a parked thread.
struct Unpark {
    thread: Thread,
    woken: AtomicBool,
}

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// Blocks the thread until `future` is ready, whatever thread it is.
///
/// # Errors
///
/// `Connect` if the thread is ending, or the background thread cannot be started; `Config` if the runtime that was given is shut down;
/// else the future's own.
pub(crate) fn wait<T>(drive: &Drive, future: impl Future<Output = Result<T>>) -> Result<T> {
    if Handle::try_current().is_err_and(|error| error.is_thread_local_destroyed()) {
        return Err(Error::new(ErrorKind::Connect, "the thread is ending, so it cannot wait; nothing was sent"));
    }
    let _blocked = drive.block();
    // A caller's layer may use tokio's timers, and the caller's own runtime may be the one that is blocked here.
    let _context = drive.driver()?.enter();
    driver::blocking(|| block_on(future, drive.looks_every()))
}

/// Blocks the thread until `future` is ready.
///
/// Works inside a tokio runtime too, where `Runtime::block_on` panics. The future runs outside tokio's cooperative budget:
/// it is the enclosing task's, which cannot be renewed while the task is blocked here. Woken or not, it is polled so often.
fn block_on<F: Future>(future: F, looks_every: Option<Duration>) -> F::Output {
    let unpark = Arc::new(Unpark { thread: thread::current(), woken: AtomicBool::new(false) });
    let waker = Waker::from(Arc::clone(&unpark));
    let mut cx = Context::from_waker(&waker);
    let mut future = pin!(tokio::task::unconstrained(future));
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
        while !unpark.woken.swap(false, Ordering::Acquire) {
            match looks_every {
                None => thread::park(),
                Some(time) => {
                    thread::park_timeout(time);
                    unpark.woken.store(true, Ordering::Release);
                }
            }
        }
    }
}
