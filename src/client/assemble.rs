//! From checked settings to a client: its trust store, its layers, its stack.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use http::HeaderValue;

use super::builder::ClientBuilder;
use super::client::Client;
use crate::error::{Error, Result};
use crate::exchange::engine::{Credentials, Engine};
use crate::exchange::layer::sign::SignLayer;
use crate::exchange::layer::verify::{Authority, VerifyLayer};
use crate::keys::signer::AnySigner;
use crate::protocol::v3::sign::{Identity, Scheme};
use crate::protocol::v3::trust::{MerchantKeys, Trust};
use crate::protocol::v3::verify::WINDOW;
use crate::request::merchant::Merchant;
use crate::trust::platform_keys::PlatformKeys;
use crate::trust::store::TrustStore;
use crate::uri::base_uri::BaseUri;

/// The version of this crate.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The access point that serves every path.
pub(super) const BASE_URI: &str = "https://api.mch.weixin.qq.com/";

/// The deadline of a call.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What all parts of a client go by.
pub(super) struct Basics {
    pub(super) base_uri: BaseUri,
    pub(super) user_agent: HeaderValue,
    pub(super) timeout: Duration,
    pub(super) window: Duration,
}

impl ClientBuilder {
    /// Checks everything once and makes the client; touches no network.
    ///
    /// # Errors
    ///
    /// `Config`, naming the setting and what is expected; all missing ones in one error.
    pub fn build(self) -> Result<Client> {
        self.build_at(SystemTime::now())
    }

    /// The same with the time at which the certificates must be valid.
    pub(crate) fn build_at(mut self, now: SystemTime) -> Result<Client> {
        let v2_only = self.check(now)?;
        let basics = self.basics()?;
        let own = MerchantKeys { serial: self.serial.clone(), key: self.private_key.clone() };
        let store = Arc::new(TrustStore::new(self.trust(&own, now)?, own.clone()));
        #[cfg(feature = "_transport")]
        let transport = self.reach(&basics.base_uri)?;
        let keys = PlatformKeys {
            #[cfg(feature = "_transport")]
            refresher: self.refresher(&basics, &store, &transport, own)?,
            verify: self.verifier.is_none(),
            store,
        };
        let credentials = if v2_only { None } else { self.credentials(&keys, basics.window) };
        Ok(Client::new(Engine {
            keys,
            retry: self.retry,
            window: basics.window,
            #[cfg(feature = "_transport")]
            sender: self.sender(transport, credentials.as_ref())?,
            merchant: self.merchant(basics, credentials.is_some()),
            credentials,
        }))
    }

    /// The facts that requests are written with.
    fn merchant(self, basics: Basics, has_v3: bool) -> Merchant {
        Merchant {
            mchid: self.mchid.unwrap_or_default(),
            serial: self.serial.unwrap_or_default(),
            brand: self.brand_id.is_some(),
            has_v3,
            has_identity: self.presented.is_some(),
            private_key: self.private_key,
            api_v3_key: self.api_v3_key,
            secret: self.secret,
            hmac_only: self.hmac_only,
            base_uri: basics.base_uri,
            timeout: basics.timeout,
            user_agent: basics.user_agent,
        }
    }

    fn basics(&self) -> Result<Basics> {
        let base_uri = self.base_uri.as_deref().unwrap_or(BASE_URI);
        Ok(Basics {
            base_uri: BaseUri::parse(base_uri)
                .map_err(|why| Error::config(format!("{} {why}", self.names().of("base_uri"))))?,
            user_agent: user_agent()?,
            timeout: self.timeout.unwrap_or(TIMEOUT),
            window: self.timestamp_window.unwrap_or(WINDOW),
        })
    }

    fn credentials(&mut self, keys: &PlatformKeys, window: Duration) -> Option<Credentials> {
        let identity = self.identity()?;
        let remote = self.signer.is_some();
        let signer = self.signer.take().or_else(|| self.private_key.clone().map(AnySigner::Key))?;
        let authority = match self.verifier.take() {
            Some(verifier) => Authority::Remote(verifier),
            None => Authority::Held(keys.clone()),
        };
        let sign = SignLayer::new(identity.clone(), signer.clone());
        let verify = VerifyLayer::new(authority.clone(), window);
        Some(Credentials { identity, signer, remote, authority, sign, verify })
    }

    pub(super) fn identity(&self) -> Option<Identity> {
        let id = self.brand_id.clone().or_else(|| self.mchid.clone())?;
        let scheme = if self.brand_id.is_some() { Scheme::Brand } else { Scheme::Merchant };
        Some(Identity { scheme, id, serial: self.serial.clone()? })
    }

    /// The platform keys that are given.
    fn trust(&mut self, own: &MerchantKeys, now: SystemTime) -> Result<Trust> {
        let mut trust = Trust::default();
        for (id, key) in self.platform_keys.drain(..) {
            trust.add_public_key(&id, key)?;
        }
        for certificate in &self.platform_certificates {
            trust.add_certificate(certificate, now)?;
        }
        match own.check(&trust) {
            Err(error) if self.from_env => Err(Error::config(format!("{}: {error}", self.names().of("platform_key")))),
            checked => checked.map(|()| trust),
        }
    }
}

/// The same for all clients of the process.
static USER_AGENT: OnceLock<HeaderValue> = OnceLock::new();

fn user_agent() -> Result<HeaderValue> {
    if let Some(made) = USER_AGENT.get() {
        return Ok(made.clone());
    }
    let (version, os, arch) = (VERSION, std::env::consts::OS, std::env::consts::ARCH);
    let made = HeaderValue::from_str(&format!("wechatpay-chain/{version} ({os}; {arch}) rust"))
        .map_err(|error| Error::config("the User-Agent cannot be written").with_source(error))?;
    Ok(USER_AGENT.get_or_init(|| made).clone())
}
