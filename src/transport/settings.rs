//! How the transport is set up.

#[cfg(feature = "tls")]
use std::fmt::Write as _;
use std::time::Duration;

use tokio::runtime::Handle;
use zeroize::Zeroizing;

use super::egress::Egress;
#[cfg(feature = "tls")]
use super::proxy::Proxy;
use crate::crypto::hash;
use crate::crypto::secret::Secret;

/// How connections are made: clients with equal ones share them.
#[derive(Clone, Debug)]
pub(crate) struct Connecting {
    pub(crate) connect_timeout: Duration,
    /// Certificates trusted beside Mozilla's, PEM.
    #[cfg(feature = "tls")]
    pub(crate) root_certificates: Vec<String>,
    #[cfg(feature = "tls")]
    pub(crate) proxy: Proxy,
    /// What drives them, instead of the background thread.
    pub(crate) runtime: Option<Handle>,
}

/// How the transport of one client is set up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) connecting: Connecting,
    pub(crate) own: OwnSettings,
}

/// What a client does not share: how much of an answer it reads, where its requests go, and the certificate it presents.
#[derive(Clone, Debug, Default)]
pub(crate) struct OwnSettings {
    pub(crate) response_limit: Option<usize>,
    pub(crate) egress: Option<Egress>,
    /// The merchant certificate and its key, PEM.
    pub(crate) identity: Option<(String, Secret)>,
}

impl Connecting {
    /// Equal for equal settings, those of the environment included, but for the runtime; what they say, such as a proxy's password, cannot be read from it.
    pub(crate) fn digest(&self) -> String {
        #[cfg_attr(not(feature = "tls"), allow(unused_mut))]
        let mut text = Zeroizing::new(format!("{:?}", self.connect_timeout));
        #[cfg(feature = "tls")]
        {
            // Each with its length, so that no two of them are read as one; no certificate is empty.
            let mut add = |part: &str| _ = write!(text, " {} {part}", part.len());
            self.root_certificates.iter().for_each(|pem| add(pem));
            add("");
            self.proxy.inputs().iter().for_each(|input| add(input));
        }
        hash::sha256_hex(text.as_bytes())
    }
}

impl Default for Connecting {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            #[cfg(feature = "tls")]
            root_certificates: Vec::new(),
            #[cfg(feature = "tls")]
            proxy: Proxy::default(),
            runtime: None,
        }
    }
}
