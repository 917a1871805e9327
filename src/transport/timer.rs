//! Waiting, by the clock of the runtime that drives a client, whatever runtime polls.

use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};

use super::driver::{self, Driver};
use super::runtime::{self, Drive};
use crate::crypto::clock::LONGEST;
use crate::error::{Error, Result};

/// Why nobody waits any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    /// The time is over.
    Late,
    /// The runtime that the caller gave is shut down.
    ShutDown,
}

impl Over {
    /// An error for either.
    pub(crate) fn or_late(self, late: impl FnOnce() -> Error) -> Error {
        match self {
            Self::Late => late(),
            Self::ShutDown => runtime::shut_down_meanwhile(),
        }
    }
}

/// Waits for a part of a call until a time. What is ready at once needs no timer.
///
/// # Errors
///
/// [`Over`], when it is not ready and will not be.
pub(crate) async fn until<F: Future>(driver: &Driver, time: Instant, mut part: Pin<&mut F>) -> Result<F::Output, Over> {
    let mut closing = pin!(driver.closing());
    let mut sleep = pin!(None);
    poll_fn(|cx| {
        if let Poll::Ready(ready) = part.as_mut().poll(cx) {
            return Poll::Ready(Ok(ready));
        }
        // A thread that drives nothing for a while does not hear its timers.
        if Instant::now() >= time {
            return Poll::Ready(Err(Over::Late));
        }
        if sleep.is_none() {
            let _context = driver.enter();
            // The part may have used up the budget of the caller's task.
            sleep.set(Some(tokio::task::unconstrained(tokio::time::sleep_until(time.into()))));
        }
        if let Some(closing) = closing.as_mut().as_pin_mut() {
            // It wakes; whether the gate is shut is seen below.
            _ = closing.poll(cx);
        }
        let sleeping = || sleep.as_mut().as_pin_mut().map_or(Poll::Pending, |sleep| sleep.poll(cx));
        driver.while_open(sleeping).map_or(Poll::Ready(Err(Over::ShutDown)), |over| over.map(|()| Err(Over::Late)))
    })
    .await
}

/// Waits for a future, at most so long.
///
/// # Errors
///
/// As [`until`].
pub(crate) async fn within<F: Future>(driver: &Driver, time: Duration, part: F) -> Result<F::Output, Over> {
    until(driver, Instant::now() + time.min(LONGEST), pin!(part)).await
}

/// The same for what is mostly ready at once, and then needs no runtime.
///
/// # Errors
///
/// As [`Drive::driver`].
pub(crate) async fn at_most<F: Future>(drive: &Drive, time: Duration, part: F) -> Result<Result<F::Output, Over>> {
    let end = Instant::now() + time.min(LONGEST);
    let mut part = pin!(part);
    match poll_fn(|cx| Poll::Ready(part.as_mut().poll(cx))).await {
        Poll::Ready(ready) => Ok(Ok(ready)),
        Poll::Pending => Ok(until(drive.driver()?, end, part).await),
    }
}

/// Waits.
///
/// # Errors
///
/// `Transport`, when the runtime is shut down meanwhile.
pub(crate) async fn pause(driver: &Driver, time: Duration) -> Result<()> {
    match within(driver, time, pending::<()>()).await {
        Ok(()) | Err(Over::Late) => Ok(()),
        Err(Over::ShutDown) => Err(runtime::shut_down_meanwhile()),
    }
}

/// Waits for a moment that is due to end soon, also where the runtime is shut down; false if it did not end.
pub(crate) async fn moment(driver: &Driver, time: Duration, part: impl Future<Output = ()>) -> bool {
    let clock = if driver.is_shut() { driver::background() } else { Ok(driver) };
    match clock {
        Ok(clock) => within(clock, time, part).await.is_ok(),
        Err(_) => false,
    }
}

/// The clock that hyper's pool asks: tokio's, but not once its runtime is shut down, where it panics.
#[derive(Clone)]
pub(super) struct DriverTimer(pub(super) Driver);

struct DriverSleep {
    driver: Driver,
    inner: Pin<Box<tokio::time::Sleep>>,
}

impl Timer for DriverTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(Instant::now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        let _context = self.0.enter();
        let inner = Box::pin(tokio::time::sleep_until(deadline.into()));
        Box::pin(DriverSleep { driver: self.0.clone(), inner })
    }
}

impl Future for DriverSleep {
    type Output = ();

    /// Pending for ever once the runtime is shut down, which drops who waits.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Self { driver, inner } = &mut *self;
        driver.while_open(|| inner.as_mut().poll(cx)).unwrap_or(Poll::Pending)
    }
}

impl Sleep for DriverSleep {}

#[cfg(test)]
mod tests {
    use tokio::runtime::Builder;

    use super::*;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        Builder::new_current_thread().build().unwrap().block_on(future)
    }

    #[test]
    fn what_is_ready_is_not_late_and_what_is_not_is() {
        let background = driver::background().unwrap();
        block_on(async {
            let past = Instant::now();
            assert_eq!(until(background, past, pin!(async { 1 })).await, Ok(1));
            assert_eq!(until(background, past, pin!(pending::<()>())).await, Err(Over::Late));
            let short = Duration::from_millis(5);
            assert_eq!(within(background, short, pending::<()>()).await, Err(Over::Late));
            assert!(pause(background, short).await.is_ok());
        });
    }

    #[test]
    fn a_runtime_that_shuts_down_ends_the_waiting_and_its_clock_is_not_asked_again() {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let driver = Driver::over(runtime.handle().clone());
        block_on(async {
            let long = Duration::from_secs(3600);
            let mut waiting = pin!(within(&driver, long, pending::<()>()));
            assert!(poll_fn(|cx| Poll::Ready(waiting.as_mut().poll(cx))).await.is_pending());
            runtime.shutdown_background();
            assert_eq!(waiting.await, Err(Over::ShutDown));
            assert!(driver.is_shut());
            assert_eq!(within(&driver, long, pending::<()>()).await, Err(Over::ShutDown));
            assert!(pause(&driver, long).await.is_err());
            assert!(moment(&driver, long, std::future::ready(())).await);
            assert!(!moment(&driver, Duration::from_millis(5), pending::<()>()).await);
        });
    }

    #[test]
    fn the_pool_s_clock_wakes_until_its_runtime_shuts_down() {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let driver = Driver::over(runtime.handle().clone());
        let timer = DriverTimer(driver.clone());
        let mut long = timer.sleep(Duration::from_secs(3600));
        block_on(async {
            timer.sleep(Duration::from_millis(5)).await;
            assert!(poll_fn(|cx| Poll::Ready(long.as_mut().poll(cx))).await.is_pending());
            runtime.shutdown_background();
            assert_eq!(within(&driver, Duration::from_secs(30), pending::<()>()).await, Err(Over::ShutDown));
            for mut sleep in [long, timer.sleep(Duration::ZERO)] {
                assert!(poll_fn(|cx| Poll::Ready(sleep.as_mut().poll(cx))).await.is_pending());
            }
        });
    }
}
