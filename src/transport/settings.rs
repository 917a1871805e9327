//! How the transport is set up.

use std::time::Duration;

use super::egress::Egress;
#[cfg(feature = "tls")]
use super::proxy::Proxy;
use crate::crypto::secret::Secret;
#[cfg(feature = "tls")]
use crate::error::Result;
#[cfg(feature = "tls")]
use crate::uri::base_uri::BaseUri;

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
    pub(crate) egress: Egress,
    #[cfg(feature = "tls")]
    pub(crate) proxy: Proxy,
}

#[cfg(feature = "tls")]
impl Settings {
    /// Whether the proxy can be used, where it would be, to reach these hosts.
    ///
    /// # Errors
    ///
    /// `Config`, naming the setting or the variable.
    pub(crate) fn check_proxy(&self, bases: &[BaseUri]) -> Result<()> {
        let rules = self.proxy.rules()?;
        for base in bases {
            let uri = base.uri("/".to_owned())?;
            rules.check(self.egress.instead_of(&uri)?.as_ref().unwrap_or(&uri))?;
        }
        Ok(())
    }
}

impl Default for Settings {
    fn default() -> Self {
        let (connect_timeout, response_limit) = (Duration::from_secs(5), 16 * 1024 * 1024);
        Self {
            connect_timeout,
            response_limit,
            root_certificates: Vec::new(),
            identity: None,
            egress: Egress::default(),
            #[cfg(feature = "tls")]
            proxy: Proxy::default(),
        }
    }
}
