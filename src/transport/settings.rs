//! How the transport is set up.

use std::time::Duration;

#[cfg(feature = "tls")]
use super::proxy::Proxy;
use crate::crypto::secret::Secret;

/// How the transport is set up.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) connect_timeout: Duration,
    pub(crate) response_limit: usize,
    /// Certificates trusted beside Mozilla's, PEM.
    #[cfg_attr(not(feature = "tls"), allow(dead_code))]
    pub(crate) root_certificates: Vec<String>,
    /// The merchant certificate and its key, PEM.
    #[cfg_attr(not(feature = "tls"), allow(dead_code))]
    pub(crate) identity: Option<(String, Secret)>,
    #[cfg(feature = "tls")]
    pub(crate) proxy: Proxy,
}

impl Default for Settings {
    fn default() -> Self {
        let (connect_timeout, response_limit) = (Duration::from_secs(5), 16 * 1024 * 1024);
        Self {
            connect_timeout,
            response_limit,
            root_certificates: Vec::new(),
            identity: None,
            #[cfg(feature = "tls")]
            proxy: Proxy::default(),
        }
    }
}
