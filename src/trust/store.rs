//! The one set of trusted platform keys of a client: shared by answers, notifications and encryption, replaced as a whole.

use std::sync::{Arc, PoisonError, RwLock};

use crate::error::Result;
use crate::protocol::v3::trust::{MerchantKeys, Trust};

/// The platform keys in force.
#[derive(Debug)]
pub(crate) struct TrustStore {
    current: RwLock<Arc<Trust>>,
    /// What may never be in it.
    merchant: MerchantKeys,
}

impl TrustStore {
    pub(crate) fn new(trust: Trust, merchant: MerchantKeys) -> Self {
        Self { current: RwLock::new(Arc::new(trust)), merchant }
    }

    /// The serial of the merchant's own certificate.
    pub(crate) fn own_serial(&self) -> Option<&str> {
        self.merchant.serial.as_deref()
    }

    /// The keys as they are now; a call takes one snapshot, so that its header and its encryption cannot disagree.
    pub(crate) fn snapshot(&self) -> Arc<Trust> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the keys by what `change` makes of them; all or nothing, one change at a time.
    pub(crate) fn update(&self, change: impl FnOnce(&Trust) -> Result<Trust>) -> Result<()> {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let next = change(&current)?;
        self.merchant.check(&next)?;
        *current = Arc::new(next);
        Ok(())
    }
}
