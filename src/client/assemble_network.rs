//! From checked settings to what sends the calls of a client: hosts, hyper, its stack, and the download of certificates.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::assemble::{BASE_URI, Basics};
use super::builder::ClientBuilder;
use super::client::Client;
use crate::error::{Error, Result};
use crate::exchange::concurrency;
use crate::exchange::engine::{Credentials, Sender};
#[cfg(feature = "v2")]
use crate::exchange::judge_v2::Judge;
use crate::exchange::protocol_handlers::ProtocolHandlers;
use crate::exchange::stack::{self, Core};
use crate::keys::signer::AnySigner;
use crate::protocol::v3::trust::MerchantKeys;
use crate::request::authorization::Authorizer;
use crate::transport::egress::Egress;
use crate::transport::hosts::{COOLDOWN, Host, Hosts};
use crate::transport::hyper_service::HyperService;
use crate::transport::settings::Connecting;
use crate::trust::certificates::download::Download;
use crate::trust::certificates::refresh::{INTERVAL, Refresher};
use crate::trust::store::TrustStore;
use crate::uri::base_uri::BaseUri;

/// The access point in another city.
const BACKUP_URI: &str = "https://api2.mch.weixin.qq.com/";

/// What reaches the gateway.
pub(super) struct Transport {
    hyper: HyperService,
    hosts: Arc<Hosts>,
}

impl ClientBuilder {
    pub(super) fn reach(&mut self, base_uri: &BaseUri) -> Result<Transport> {
        let hosts = self.hosts(base_uri)?;
        Ok(Transport { hyper: self.hyper(&hosts)?, hosts: Arc::new(hosts) })
    }

    /// What sends the calls, the caller's layers included.
    pub(super) fn sender(&mut self, transport: Transport, credentials: Option<&Credentials>) -> Result<Sender> {
        let Transport { hyper, hosts } = transport;
        let permits = concurrency::permits(self.network.max_concurrent)?;
        let wraps = std::mem::take(&mut self.network.layers);
        let layers = (!wraps.is_empty()).then(Arc::default);
        let handlers = ProtocolHandlers {
            v3: credentials.map(|v3| (v3.sign.clone(), v3.verify.clone())),
            #[cfg(feature = "v2")]
            v2: self.secret.clone().map(|secret| Judge::new(secret, self.hmac_only)),
        };
        let core = Core { hyper: hyper.clone(), handlers, layers: layers.clone() };
        Ok(Sender { hosts, permits, hyper, stack: stack::build(core, wraps)?, layers })
    }

    /// What fetches platform certificates, where that is asked for.
    pub(super) fn refresher(
        &mut self,
        basics: &Basics,
        store: &Arc<TrustStore>,
        transport: &Transport,
        merchant: MerchantKeys,
    ) -> Result<Option<Arc<Refresher>>> {
        let signer = self.signer.clone().or_else(|| self.private_key.clone().map(AnySigner::Key));
        let (true, Some(identity), Some(signer)) = (self.auto_certificates, self.identity(), signer) else {
            return Ok(None);
        };
        let missing = || Error::config("missing settings: api_v3_key (auto_certificates needs it)");
        let download = Download {
            authorizer: Authorizer::new(identity, signer),
            hyper: transport.hyper.clone(),
            hosts: Arc::clone(&transport.hosts),
            user_agent: basics.user_agent.clone(),
            timeout: basics.timeout,
            window: basics.window,
            api_v3_key: self.api_v3_key.clone().ok_or_else(missing)?,
            merchant,
        };
        let interval = self.network.certificate_interval.unwrap_or(INTERVAL);
        Ok(Some(Arc::new(Refresher::new(Arc::clone(store), download, self.network.certificate_store.take(), interval))))
    }

    /// The base URI and its backups.
    fn hosts(&self, base_uri: &BaseUri) -> Result<Hosts> {
        let mut bases = vec![base_uri.clone()];
        let parse = |uri: &str| BaseUri::parse(uri).map_err(|why| Error::config(format!("backup_uri {why}")));
        if self.network.backup_uris.is_empty() && base_uri.has_origin_of(&parse(BASE_URI)?) {
            bases.push(parse(BACKUP_URI)?.with_path_of(base_uri));
        }
        for uri in &self.network.backup_uris {
            let backup = parse(uri)?;
            if !backup.has_path_of(base_uri) {
                return Err(Error::config(format!(
                    "backup_uri {uri:?} has another path than base_uri, and paths are signed"
                )));
            }
            if backup.is_https() != base_uri.is_https() {
                return Err(Error::config(format!("backup_uri {uri:?} has another scheme than base_uri")));
            }
            if !bases.contains(&backup) {
                bases.push(backup);
            }
        }
        let cooldown = self.network.failover_cooldown.unwrap_or(COOLDOWN);
        Ok(Hosts::new(bases, cooldown))
    }

    fn hyper(&mut self, hosts: &Hosts) -> Result<HyperService> {
        if hosts.base(0).is_https() && cfg!(not(feature = "tls")) {
            let name = self.names().of("base_uri");
            return Err(Error::config(format!("{name} is https, which needs the feature `tls` of this crate")));
        }
        let mut settings = std::mem::take(&mut self.network.transport);
        settings.own.identity.clone_from(&self.presented);
        if !self.network.egress.is_empty() {
            settings.own.egress = Some(Egress::new(&self.network.egress)?);
        }
        let hyper = if let Some(service) = self.network.service.take() {
            self.expect_connecting_of(&service, &settings.connecting)?;
            service.lent_to(settings.own)?
        } else {
            settings.connecting.connect_timeout = self.connect_timeout.unwrap_or(settings.connecting.connect_timeout);
            HyperService::of_client(settings)?
        };
        #[cfg(feature = "tls")]
        hyper.check_proxy(hosts.bases())?;
        Ok(hyper)
    }

    /// Beside a transport, which is connected already, a setting of connecting has no effect: it must be the transport's own.
    fn expect_connecting_of(&self, service: &HyperService, given: &Connecting) -> Result<()> {
        let made = service.connecting();
        let id = |connecting: &Connecting| connecting.runtime.as_ref().map(Handle::id);
        let others = [
            ("connect_timeout", self.connect_timeout.is_some_and(|time| time != made.connect_timeout)),
            ("runtime", given.runtime.is_some() && id(given) != id(made)),
        ];
        #[cfg(feature = "tls")]
        let others = others.into_iter().chain([
            ("root_certificate", !given.root_certificates.iter().all(|pem| made.root_certificates.contains(pem))),
            ("proxy", !given.proxy.is_of_environment() && given.proxy.inputs() != made.proxy.inputs()),
        ]);
        match others.into_iter().find(|(_, other)| *other) {
            Some((name, _)) => Err(Error::config(format!(
                "{name} is given beside transport, whose connections are made with another or without; set it by HyperService::builder()"
            ))),
            None => Ok(()),
        }
    }
}

impl Client {
    /// The hosts of this client in order of preference, and which of them are left alone because they failed.
    ///
    /// Clones of a client share what is known. See [`backup_uri`](ClientBuilder::backup_uri).
    pub fn hosts(&self) -> Vec<Host> {
        self.engine().sender.hosts.status(std::time::Instant::now())
    }
}
