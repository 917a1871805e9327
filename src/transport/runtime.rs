//! Whose runtime drives the connections and timers of a client: the background thread's, or one that the caller gave.
//!
//! A pooled connection is driven by the runtime that made it. Were that whichever one calls, a client used from two runtimes
//! would wait for one that nobody polls. So it is ours unless the caller says which. Signing and verifying stay with the caller.

use std::cell::Cell;
use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::net::{Ipv4Addr, UdpSocket};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use once_cell::sync::Lazy;
use tokio::runtime::{EnterGuard, Handle, Id};

use super::driver::{Driver, background};
use crate::error::{Error, ErrorKind, Result};

/// The choice of a client. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drive(Option<Driver>);

/// Those of callers' runtimes that run.
static OWN: Lazy<Mutex<HashMap<Id, Driver>>> = Lazy::new(Mutex::default);

thread_local! {
    /// The number of the driver whose runtime is blocked by this thread; none has 0.
    static BLOCKED: Cell<u64> = const { Cell::new(0) };
}

impl Drive {
    /// This runtime, or the background thread.
    ///
    /// # Errors
    ///
    /// `Config`, for a runtime that is shut down, or without timers or I/O.
    pub(super) fn over(runtime: Option<&Handle>) -> Result<Self> {
        let Some(handle) = runtime else { return Ok(Self(None)) };
        // A panic leaves nothing half done here.
        let mut own = OWN.lock().unwrap_or_else(PoisonError::into_inner);
        own.retain(|_, driver| !driver.is_shut());
        if let Some(driver) = own.get(&handle.id()) {
            return Ok(Self(Some(driver.clone())));
        }
        check(handle)?;
        let driver = Driver::over(handle.clone());
        if driver.is_shut() {
            return Err(Error::config("runtime is shut down, expected the handle of one that runs"));
        }
        own.insert(handle.id(), driver.clone());
        Ok(Self(Some(driver)))
    }

    /// What drives a call that this thread makes. A thread that blocks the very runtime that was given uses the background instead:
    /// it would wait for itself.
    ///
    /// # Errors
    ///
    /// `Config`, when the runtime that was given is shut down; `Connect`, when the background thread cannot be started.
    pub(crate) fn driver(&self) -> Result<&Driver> {
        match &self.0 {
            None => background(),
            Some(own) if own.is_shut() => Err(shut_down()),
            Some(_) if self.is_blocked_here() => background(),
            Some(own) => Ok(own),
        }
    }

    /// Whether this thread blocks the runtime that was given, so that nothing which is left there goes on.
    pub(crate) fn is_blocked_here(&self) -> bool {
        let is_it = |own: &Driver| BLOCKED.try_with(Cell::get).is_ok_and(|number| number == own.number());
        self.0.as_ref().is_some_and(is_it)
    }

    /// Lets a caller's layer find timers, where there is no runtime around it.
    pub(crate) fn context(&self) -> Option<EnterGuard<'_>> {
        match Handle::try_current() {
            Ok(_) => None,
            Err(_) => self.driver().ok().map(Driver::enter),
        }
    }

    /// A number of its own for each runtime, 0 for the background thread.
    pub(super) fn number(&self) -> u64 {
        self.0.as_ref().map_or(0, Driver::number)
    }

    /// To be held by a thread that blocks, whatever runtime it is of.
    #[cfg(feature = "sync")]
    pub(crate) fn block(&self) -> Blocked {
        let is_its = |own: &&Driver| Handle::try_current().is_ok_and(|here| here.id() == own.handle().id());
        Blocked::by(self.0.as_ref().filter(is_its).map_or(0, Driver::number))
    }

    /// Spawns what goes on when its maker goes away.
    ///
    /// # Errors
    ///
    /// As [`driver`](Self::driver).
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> Result<tokio::task::JoinHandle<()>> {
        let driver = self.driver()?;
        // What a blocked runtime cannot do stays in the background to its end.
        let blocked = if driver.is_background() { self.number() } else { 0 };
        Ok(driver.handle().spawn(async move {
            let mut task = pin!(task);
            poll_fn(|cx| {
                let _blocked = Blocked::by(blocked);
                task.as_mut().poll(cx)
            })
            .await;
        }))
    }

    /// How often a blocked thread looks by itself whether its time is over: a caller's runtime may be one that nobody runs.
    #[cfg(feature = "sync")]
    pub(crate) fn looks_every(&self) -> Option<Duration> {
        self.0.as_ref().map(|_| Duration::from_secs(1))
    }
}

/// While it lives, this thread blocks a runtime, or does what such a one cannot.
#[derive(Debug)]
pub(crate) struct Blocked {
    before: u64,
}

impl Blocked {
    fn by(number: u64) -> Self {
        Self { before: BLOCKED.try_with(|blocked| blocked.replace(number)).unwrap_or(0) }
    }
}

impl Drop for Blocked {
    fn drop(&mut self) {
        _ = BLOCKED.try_with(|blocked| blocked.set(self.before));
    }
}

/// Whether a runtime has what connections need; tokio says it by a panic only.
fn check(handle: &Handle) -> Result<()> {
    let _context = handle.enter();
    let lacks =
        |what: &str| Err(Error::config(format!("runtime has no {what}, expected one built with `enable_all()`")));
    let timer = || drop(tokio::time::sleep(Duration::ZERO));
    if catch_unwind(AssertUnwindSafe(timer)).is_err() {
        return lacks("timers");
    }
    // Nothing is sent from it. Where there is not even that, calls will say so.
    let Ok(socket) = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)) else { return Ok(()) };
    if socket.set_nonblocking(true).is_err() {
        return Ok(());
    }
    match catch_unwind(AssertUnwindSafe(|| drop(tokio::net::UdpSocket::from_std(socket)))) {
        Ok(()) => Ok(()),
        Err(_) => lacks("I/O"),
    }
}

fn shut_down() -> Error {
    Error::config("the runtime that was given by `runtime` is shut down; nothing was sent")
}

/// What is known beyond that is for the call to say.
pub(crate) fn shut_down_meanwhile() -> Error {
    Error::new(ErrorKind::Transport, "the runtime that was given by `runtime` was shut down during the call")
}
