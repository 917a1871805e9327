//! How many calls may be under way at once.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// As many permits as calls may be under way.
pub(crate) type Permits = Arc<Semaphore>;

/// The permits of a client; `None` without a limit.
///
/// # Errors
///
/// `Config`, for none at all or more than a semaphore has.
pub(crate) fn permits(max_concurrent: Option<usize>) -> Result<Option<Permits>> {
    match max_concurrent {
        Some(calls) if !(1..=Semaphore::MAX_PERMITS).contains(&calls) => {
            Err(Error::config("max_concurrent is zero or far too large, expected a number of calls"))
        }
        calls => Ok(calls.map(|calls| Arc::new(Semaphore::new(calls)))),
    }
}
