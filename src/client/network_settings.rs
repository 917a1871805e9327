//! Settings that only a client that sends has.

use std::sync::Arc;
use std::time::Duration;

use crate::exchange::stack::Wrap;
use crate::transport::hyper_service::HyperService;
use crate::transport::settings::Settings;
use crate::trust::certificates::persistence::CertificateStore;

/// Certificates that are fetched, hosts, limits, TLS, proxies and layers.
#[derive(Default)]
pub(crate) struct NetworkSettings {
    pub(super) certificate_store: Option<Arc<dyn CertificateStore>>,
    pub(super) certificate_interval: Option<Duration>,
    pub(super) backup_uris: Vec<String>,
    /// Hosts and the URLs that take their places.
    pub(super) egress: Vec<(String, String)>,
    pub(super) failover_cooldown: Option<Duration>,
    pub(super) max_concurrent: Option<usize>,
    pub(super) transport: Settings,
    /// Whose connections are used, instead of those that `transport` describes.
    pub(super) service: Option<HyperService>,
    pub(super) layers: Vec<Wrap>,
}
