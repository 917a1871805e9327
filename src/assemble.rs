//! From checked settings to a client: its trust store, its layers, its stack.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::base_uri::BaseUri;
use crate::builder::ClientBuilder;
use crate::client::{Client, Credentials, Shared};
use crate::error::{Error, Result};
use crate::keys::PrivateKey;
use crate::layer::{Authority, SignLayer, VerifyLayer};
use crate::sign::Identity;
use crate::signer::AnySigner;
use crate::store::TrustStore;
use crate::trust::{Own, Trust};
use crate::verify::WINDOW;

/// The access point that serves every path.
const BASE_URI: &str = "https://api.mch.weixin.qq.com/";

/// The access point in another city.
#[cfg(feature = "_transport")]
const BACKUP_URI: &str = "https://api2.mch.weixin.qq.com/";

/// The deadline of a call.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What all parts of a client go by.
struct Basics {
    base_uri: BaseUri,
    user_agent: HeaderValue,
    timeout: Duration,
    window: Duration,
}

impl ClientBuilder {
    /// Checks everything once and makes the client; touches no network.
    ///
    /// # Errors
    ///
    /// `Config`, naming the setting and what is expected; all missing ones in one error.
    pub fn build(mut self) -> Result<Client> {
        let v2_only = self.check()?;
        let basics = self.basics()?;
        let own_key = self.private_key.as_ref().map(PrivateKey::public_key).transpose()?;
        let own = Own { serial: self.serial.clone(), key: own_key };
        #[cfg_attr(not(feature = "_transport"), allow(unused_mut))]
        let mut store = TrustStore::new(self.trust(&own)?, own.clone());
        #[cfg(feature = "_transport")]
        let hyper = self.hyper(&basics.base_uri)?;
        #[cfg(feature = "_transport")]
        let (hosts, turns) = (self.hosts(&basics.base_uri)?, crate::execute::turns(self.max_concurrent)?);
        #[cfg(feature = "_transport")]
        {
            store.auto = self.auto(&basics, &hyper, &hosts, own)?;
        }
        let store = Arc::new(store);
        let v3 = if v2_only { None } else { self.credentials(&store, basics.window) };
        #[cfg(feature = "_transport")]
        let (has_layers, layers) =
            (!self.layers.is_empty(), v3.as_ref().map(|v3| (v3.sign.clone(), v3.verify.clone())));
        Ok(Client::new(Shared {
            mchid: self.mchid.unwrap_or_default(),
            serial: self.serial.unwrap_or_default(),
            brand: self.brand_id.is_some(),
            base_uri: basics.base_uri,
            timeout: basics.timeout,
            window: basics.window,
            user_agent: basics.user_agent,
            store,
            v3,
            private_key: self.private_key,
            api_v3_key: self.api_v3_key,
            secret: self.secret.clone(),
            hmac_only: self.hmac_only,
            #[cfg(feature = "_transport")]
            hosts,
            #[cfg(feature = "_transport")]
            turns,
            retry: self.retry,
            has_identity: self.has_identity,
            #[cfg(feature = "_transport")]
            hyper: hyper.clone(),
            #[cfg(feature = "_transport")]
            stack: crate::stack::build(
                crate::stack::Core {
                    hyper,
                    v3: layers,
                    #[cfg(feature = "v2")]
                    v2: self.secret.clone().map(|secret| crate::v2::judge::Judge::new(secret, self.hmac_only)),
                },
                self.layers,
            )?,
            #[cfg(feature = "_transport")]
            has_layers,
        }))
    }

    fn basics(&self) -> Result<Basics> {
        let base_uri = self.base_uri.as_deref().unwrap_or(BASE_URI);
        Ok(Basics {
            base_uri: BaseUri::parse(base_uri).map_err(|why| Error::config(format!("base_uri {why}")))?,
            user_agent: user_agent()?,
            timeout: self.timeout.unwrap_or(TIMEOUT),
            window: self.timestamp_window.unwrap_or(WINDOW),
        })
    }

    fn credentials(&mut self, store: &Arc<TrustStore>, window: Duration) -> Option<Credentials> {
        let identity = self.identity()?;
        let remote = self.signer.is_some();
        let signer = self.signer.take().or_else(|| self.private_key.clone().map(AnySigner::Key))?;
        let authority = match self.verifier.take() {
            Some(verifier) => Authority::Asked(verifier),
            None => Authority::Held(Arc::clone(store)),
        };
        let sign = SignLayer::new(identity.clone(), signer.clone());
        let verify = VerifyLayer::new(authority.clone(), window);
        Some(Credentials { identity, signer, remote, authority, sign, verify })
    }

    /// What fetches platform certificates, where that is asked for.
    #[cfg(feature = "_transport")]
    fn auto(
        &mut self,
        basics: &Basics,
        hyper: &crate::transport::HyperService,
        hosts: &Arc<crate::hosts::Hosts>,
        own: Own,
    ) -> Result<Option<crate::refresh::Auto>> {
        let signer = self.signer.clone().or_else(|| self.private_key.clone().map(AnySigner::Key));
        let (true, Some(identity), Some(signer)) = (self.auto_certificates, self.identity(), signer) else {
            return Ok(None);
        };
        let missing = || Error::config("missing settings: api_v3_key (auto_certificates needs it)");
        let fetch = crate::fetch::Fetch {
            sign: SignLayer::new(identity, signer),
            hyper: hyper.clone(),
            hosts: Arc::clone(hosts),
            user_agent: basics.user_agent.clone(),
            timeout: basics.timeout,
            window: basics.window,
            api_v3_key: self.api_v3_key.clone().ok_or_else(missing)?,
            own,
        };
        let interval = self.certificate_interval.unwrap_or(crate::refresh::INTERVAL);
        Ok(Some(crate::refresh::Auto::new(fetch, self.certificate_store.take(), interval)))
    }

    fn identity(&self) -> Option<Identity> {
        let id = self.brand_id.clone().or_else(|| self.mchid.clone())?;
        Some(Identity { brand: self.brand_id.is_some(), id, serial: self.serial.clone()? })
    }

    /// The platform keys that are given.
    fn trust(&mut self, own: &Own) -> Result<Trust> {
        let mut trust = Trust::default();
        for (id, key) in self.platform_keys.drain(..) {
            trust.add_public_key(&id, key)?;
        }
        for certificate in &self.platform_certificates {
            trust.add_certificate(certificate)?;
        }
        own.check(&trust)?;
        Ok(trust)
    }

    /// The base URI and its backups.
    #[cfg(feature = "_transport")]
    fn hosts(&self, base_uri: &BaseUri) -> Result<Arc<crate::hosts::Hosts>> {
        let mut bases = vec![base_uri.clone()];
        let default = (self.base_uri.is_none() && self.backup_uris.is_empty()).then_some(BACKUP_URI);
        for uri in self.backup_uris.iter().map(String::as_str).chain(default) {
            let backup = BaseUri::parse(uri).map_err(|why| Error::config(format!("backup_uri {why}")))?;
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
        let cooldown = self.failover_cooldown.unwrap_or(crate::hosts::COOLDOWN);
        Ok(Arc::new(crate::hosts::Hosts::new(bases, cooldown)))
    }

    #[cfg(feature = "_transport")]
    fn hyper(&self, base_uri: &BaseUri) -> Result<crate::transport::HyperService> {
        if base_uri.is_https() && cfg!(not(feature = "tls")) {
            return Err(Error::config("base_uri is https, which needs the feature `tls` of this crate"));
        }
        crate::transport::HyperService::with(&self.transport)
    }
}

fn user_agent() -> Result<HeaderValue> {
    let (version, os, arch) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    HeaderValue::from_str(&format!("wechatpay-chain/{version} ({os}; {arch}) rust"))
        .map_err(|error| Error::config("the User-Agent cannot be written").with_source(error))
}
