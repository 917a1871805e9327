//! The one background runtime: it connects, reads, keeps time, and runs what that wakes, for all clients of the process.
//!
//! A pooled connection is driven by the runtime that made it. Were that the caller's, a client used from two runtimes
//! would wait for one that nobody polls; so it is ours, with a thread of its own, started at the first call and never
//! dropped. Signing and verifying stay with the caller.

use std::cell::Cell;
use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use once_cell::sync::OnceCell;
use tokio::runtime::{Builder, Handle, Runtime};

use super::driver;
use crate::crypto::clock::LONGEST;
use crate::error::{Error, ErrorKind, Result};

static BACKGROUND: OnceCell<Runtime> = OnceCell::new();

thread_local! {
    static OURS: Cell<bool> = const { Cell::new(false) };
}

/// Whether this is a thread of the background runtime: one that must not be blocked as it is.
#[cfg(feature = "sync")]
pub(crate) fn is_ours() -> bool {
    OURS.try_with(Cell::get).unwrap_or(false)
}

/// The runtime's handle; the first call starts its thread.
///
/// # Errors
///
/// `Connect`, when the system refuses the thread; the next call tries again.
pub(crate) fn handle() -> Result<&'static Handle> {
    let background = BACKGROUND.get_or_try_init(start).map_err(|error| {
        Error::new(ErrorKind::Connect, "the background I/O thread could not be started; nothing was sent")
            .with_source(error)
    })?;
    Ok(background.handle())
}

fn start() -> io::Result<Runtime> {
    let mark = || OURS.with(|ours| ours.set(true));
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("wechatpay-chain")
        .on_thread_start(mark)
        .enable_all()
        .build()?;
    driver::begin(runtime.handle());
    Ok(runtime)
}

/// Waits, by the background runtime's clock, whatever runtime polls it.
///
/// # Errors
///
/// As [`handle`].
pub(crate) async fn pause(time: Duration) -> Result<()> {
    let sleep = {
        let _background = handle()?.enter();
        tokio::time::sleep(time)
    };
    sleep.await;
    Ok(())
}

/// Waits for a future, at most so long by the background runtime's clock; `None` if it took longer. What is ready at once needs no timer.
///
/// # Errors
///
/// As [`handle`].
pub(crate) async fn within<F: Future>(time: Duration, future: F) -> Result<Option<F::Output>> {
    let end = Instant::now() + time.min(LONGEST);
    let mut future = pin!(future);
    if let Poll::Ready(ready) = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await {
        return Ok(Some(ready));
    }
    let timed = {
        let _background = handle()?.enter();
        tokio::time::timeout_at(end.into(), future)
    };
    Ok(timed.await.ok())
}
