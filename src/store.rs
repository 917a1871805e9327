//! The one trust store of a client: shared by answers, notifications and encryption, replaced as a whole.

use std::sync::{Arc, PoisonError, RwLock};

use crate::trust::Trust;

/// The platform keys in force, and where new ones come from.
#[derive(Debug)]
pub(crate) struct TrustStore {
    current: RwLock<Arc<Trust>>,
    /// `None` without `.auto_certificates()`.
    #[cfg(feature = "_transport")]
    pub(crate) auto: Option<crate::certificates::Auto>,
}

impl TrustStore {
    pub(crate) fn new(trust: Trust) -> Self {
        Self {
            current: RwLock::new(Arc::new(trust)),
            #[cfg(feature = "_transport")]
            auto: None,
        }
    }

    /// The keys as they are now; a call takes one snapshot, so that its header and its encryption cannot disagree.
    pub(crate) fn snapshot(&self) -> Arc<Trust> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    #[cfg(feature = "_transport")]
    pub(crate) fn replace(&self, trust: Trust) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(trust);
    }
}
