//! Connections that several clients may use: nothing in one belongs to a merchant, unless a certificate was presented on it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;

use hyper_util::client::legacy::Client;
use once_cell::sync::Lazy;

use super::connect::{Connector, DrivenConnector};
use super::driver::Driver;
use super::runtime::Drive;
use super::settings::Connecting;
use super::timer::DriverTimer;
use super::tracked::TrackedBody;
use crate::crypto::secret::Secret;
use crate::error::Result;

/// The gateway closes idle connections after eight seconds; a pooled one is not kept that long.
const IDLE: Duration = Duration::from_secs(7);

/// hyper-util's client, which keeps the connections.
pub(super) type HyperClient = Client<DrivenConnector, TrackedBody>;

/// Connections that are made alike, and by which runtime they are driven.
pub(super) struct Connections {
    connector: Connector,
    /// Those of a runtime that the caller gave.
    own: OnceLock<HyperClient>,
    background: OnceLock<HyperClient>,
}

/// Connections, and what they are made with.
pub(super) struct Pool {
    pub(super) connections: Connections,
    pub(super) connecting: Connecting,
    pub(super) drive: Drive,
}

/// The digest of what connections are made with, and the number of their runtime.
type Key = (String, u64);

/// Those in use by clients.
static SHARED: Lazy<Mutex<HashMap<Key, Weak<Pool>>>> = Lazy::new(Mutex::default);

impl Pool {
    /// One that nobody else uses.
    pub(super) fn new(connecting: Connecting) -> Result<Arc<Self>> {
        let drive = Drive::over(connecting.runtime.as_ref())?;
        Self::driven(connecting, drive)
    }

    fn driven(connecting: Connecting, drive: Drive) -> Result<Arc<Self>> {
        Ok(Arc::new(Self { connections: Connections::new(&connecting, None)?, connecting, drive }))
    }

    /// The one of all clients whose connections are made with equal settings, as long as one of them lives.
    pub(super) fn shared(connecting: Connecting) -> Result<Arc<Self>> {
        let drive = Drive::over(connecting.runtime.as_ref())?;
        let key: Key = (connecting.digest(), drive.number());
        // A panic leaves nothing half done here.
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = shared.get(&key).and_then(Weak::upgrade) {
            return Ok(pool);
        }
        let pool = Self::driven(connecting, drive)?;
        shared.retain(|_, pool| pool.strong_count() > 0);
        shared.insert(key, Arc::downgrade(&pool));
        Ok(pool)
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("connecting", &self.connecting).finish_non_exhaustive()
    }
}

impl Connections {
    /// With an identity, a certificate and its key, both PEM, connections on which it is presented.
    pub(super) fn new(connecting: &Connecting, identity: Option<&(String, Secret)>) -> Result<Self> {
        let connector = Connector::new(connecting, identity)?;
        Ok(Self { connector, own: OnceLock::new(), background: OnceLock::new() })
    }

    /// Those that this driver drives.
    pub(super) fn of(&self, driver: &Driver) -> &HyperClient {
        let place = if driver.is_background() { &self.background } else { &self.own };
        place.get_or_init(|| {
            let mut builder = Client::builder(driver.clone());
            builder.set_host(false).pool_idle_timeout(IDLE).pool_timer(DriverTimer(driver.clone()));
            builder.build(self.connector.clone().driven(driver.clone()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(seconds: u64) -> Connecting {
        Connecting { connect_timeout: Duration::from_secs(seconds), ..Connecting::default() }
    }

    #[test]
    fn equal_settings_share_a_pool_as_long_as_one_lives() {
        let first = Pool::shared(of(1001)).unwrap();
        assert!(Arc::ptr_eq(&first, &Pool::shared(of(1001)).unwrap()));
        assert!(!Arc::ptr_eq(&first, &Pool::shared(of(1002)).unwrap()));
        assert!(!Arc::ptr_eq(&first, &Pool::new(of(1001)).unwrap()));
        let gone = Arc::downgrade(&first);
        drop(first);
        assert!(gone.upgrade().is_none());
        assert!(Pool::shared(of(1001)).is_ok());
    }

    #[test]
    fn those_that_ended_are_forgotten() {
        drop(Pool::shared(of(1003)).unwrap());
        let _other = Pool::shared(of(1004)).unwrap();
        assert!(!SHARED.lock().unwrap().contains_key(&(of(1003).digest(), 0)));
    }
}
