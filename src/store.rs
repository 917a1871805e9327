//! The one trust store of a client: shared by answers, notifications and encryption, replaced as a whole.

use std::sync::{Arc, PoisonError, RwLock};

#[cfg(feature = "_transport")]
use crate::error::Result;
use crate::trust::{Own, Trust};

/// The platform keys in force, and where new ones come from.
#[derive(Debug)]
pub(crate) struct TrustStore {
    current: RwLock<Arc<Trust>>,
    /// What may never be in it.
    #[cfg(feature = "_transport")]
    own: Own,
    /// `None` without `.auto_certificates()`.
    #[cfg(feature = "_transport")]
    pub(crate) auto: Option<crate::refresh::Auto>,
}

impl TrustStore {
    #[cfg_attr(not(feature = "_transport"), allow(unused_variables, clippy::needless_pass_by_value))]
    pub(crate) fn new(trust: Trust, own: Own) -> Self {
        Self {
            current: RwLock::new(Arc::new(trust)),
            #[cfg(feature = "_transport")]
            own,
            #[cfg(feature = "_transport")]
            auto: None,
        }
    }

    /// The keys as they are now; a call takes one snapshot, so that its header and its encryption cannot disagree.
    pub(crate) fn snapshot(&self) -> Arc<Trust> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the keys by what `change` makes of them; all or nothing, one change at a time.
    #[cfg(feature = "_transport")]
    pub(crate) fn update(&self, change: impl FnOnce(&Trust) -> Result<Trust>) -> Result<()> {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let next = change(&current)?;
        self.own.check(&next)?;
        *current = Arc::new(next);
        Ok(())
    }
}
