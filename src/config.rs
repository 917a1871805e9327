//! From settings to a client: checked once and as a whole, without the network.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::base_uri::BaseUri;
use crate::builder::ClientBuilder;
use crate::certificate::Certificate;
use crate::client::{Client, Credentials, Shared};
use crate::error::{Error, Result};
use crate::keys::PrivateKey;
use crate::layer::{Authority, SignLayer, VerifyLayer};
use crate::sign::Identity;
use crate::signer::AnySigner;
use crate::store::TrustStore;
use crate::trust::{Own, Trust, same_serial};
use crate::verify::WINDOW;

/// The access point that serves every path.
const BASE_URI: &str = "https://api.mch.weixin.qq.com/";

/// The deadline of a call.
const TIMEOUT: Duration = Duration::from_secs(30);

impl ClientBuilder {
    /// Checks everything once and makes the client; touches no network.
    ///
    /// # Errors
    ///
    /// `Config`, naming the setting and what is expected; all missing ones in one error.
    pub fn build(mut self) -> Result<Client> {
        self.check_texts()?;
        let v2_only = self.secret.is_some() && self.mchid.is_some() && !self.has_v3_settings();
        self.apply_merchant_identity()?;
        self.check_missing(v2_only)?;
        let base_uri = self.base_uri.as_deref().unwrap_or(BASE_URI);
        let base_uri = BaseUri::parse(base_uri).map_err(|why| Error::config(format!("base_uri {why}")))?;
        let (timeout, window) = (self.timeout.unwrap_or(TIMEOUT), self.timestamp_window.unwrap_or(WINDOW));
        let user_agent = user_agent()?;
        let own_key = self.private_key.as_ref().map(PrivateKey::public_key).transpose()?;
        let own = Own { serial: self.serial.clone(), key: own_key };
        let store = TrustStore::new(self.trust(&own)?, own.clone());
        let signer = self.signer.clone().or_else(|| self.private_key.clone().map(AnySigner::new));
        let identity = self.identity().filter(|_| !v2_only);
        #[cfg(feature = "_transport")]
        let (hyper, store) = {
            let hyper = self.hyper(&base_uri)?;
            let mut store = store;
            if let (true, Some(identity), Some(signer)) = (self.auto_certificates, &identity, &signer) {
                let missing = || Error::config("missing settings: api_v3_key (auto_certificates needs it)");
                let fetch = crate::fetch::Fetch {
                    sign: SignLayer::new(identity.clone(), signer.clone()),
                    hyper: hyper.clone(),
                    base_uri: base_uri.clone(),
                    user_agent: user_agent.clone(),
                    timeout,
                    window,
                    api_v3_key: self.api_v3_key.clone().ok_or_else(missing)?,
                    own,
                };
                let interval = self.certificate_interval.unwrap_or(crate::certificates::INTERVAL);
                store.auto = Some(crate::certificates::Auto::new(fetch, self.certificate_store.take(), interval));
            }
            (hyper, store)
        };
        let store = Arc::new(store);
        let v3 = identity.zip(signer).map(|(identity, signer)| {
            let authority = match self.verifier.take() {
                Some(verifier) => Authority::Asked(verifier),
                None => Authority::Held(Arc::clone(&store)),
            };
            let sign = SignLayer::new(identity.clone(), signer.clone());
            let verify = VerifyLayer::new(authority.clone(), window);
            Credentials { identity, signer, authority, sign, verify }
        });
        #[cfg(feature = "_transport")]
        let has_layers = !self.layers.is_empty();
        #[cfg(feature = "_transport")]
        let stack = {
            let layers = v3.as_ref().map(|v3| (v3.sign.clone(), v3.verify.clone()));
            crate::stack::build(hyper, layers.as_ref(), std::mem::take(&mut self.layers))?
        };
        Ok(Client::new(Shared {
            mchid: self.mchid.unwrap_or_default(),
            serial: self.serial.unwrap_or_default(),
            brand: self.brand_id.is_some(),
            base_uri,
            timeout,
            window,
            user_agent,
            store,
            v3,
            private_key: self.private_key,
            api_v3_key: self.api_v3_key,
            secret: self.secret,
            #[cfg(feature = "_transport")]
            stack,
            #[cfg(feature = "_transport")]
            has_layers,
        }))
    }

    /// The form of each setting that is given.
    fn check_texts(&mut self) -> Result<()> {
        if self.mchid.is_some() && self.brand_id.is_some() {
            return Err(Error::config(
                "mchid and brand_id are both given, expected one: a brand has a client of its own",
            ));
        }
        check("mchid", self.mchid.as_deref(), "digits", |byte| byte.is_ascii_digit())?;
        check("brand_id", self.brand_id.as_deref(), "letters and digits", |byte| byte.is_ascii_alphanumeric())?;
        check("serial", self.serial.as_deref(), "hexadecimal digits", |byte| byte.is_ascii_hexdigit())?;
        self.serial.as_mut().into_iter().for_each(|serial| serial.make_ascii_uppercase());
        for (name, key) in [("api_v3_key", &self.api_v3_key), ("secret", &self.secret)] {
            let found = key.as_ref().map(|key| (key.expose().len(), key.expose().is_ascii()));
            if let Some((length, ascii)) = found.filter(|found| *found != (32, true)) {
                let kind = if ascii { "ASCII" } else { "not all ASCII" };
                return Err(Error::config(format!("{name} has {length} bytes, {kind}; expected 32 ASCII characters")));
            }
        }
        for (name, time) in
            [("timeout", self.timeout), ("timestamp_window", self.timestamp_window), self.connect_timeout_given()]
        {
            if time.is_some_and(|time| time.is_zero()) {
                return Err(Error::config(format!("{name} is zero, expected some time")));
            }
        }
        Ok(())
    }

    fn connect_timeout_given(&self) -> (&'static str, Option<Duration>) {
        #[cfg(feature = "_transport")]
        return ("connect_timeout", Some(self.transport.connect_timeout));
        #[cfg(not(feature = "_transport"))]
        return ("connect_timeout", None);
    }

    /// Takes serial and key from the merchant certificate, or checks that they are its own.
    fn apply_merchant_identity(&mut self) -> Result<()> {
        let Some((cert_pem, key_pem)) = self.merchant_identity.take() else { return Ok(()) };
        let bad = |error| Error::config("merchant_identity cannot be read").with_source(error);
        let certificate = Certificate::from_pem(cert_pem).map_err(bad)?;
        let key = PrivateKey::from_pem(key_pem.expose()).map_err(bad)?;
        if key.public_key()? != *certificate.public_key() {
            return Err(Error::config("merchant_identity: the key is not the one of the certificate"));
        }
        let serial = self.serial.get_or_insert_with(|| certificate.serial().to_owned());
        if !same_serial(serial, certificate.serial()) {
            let found = certificate.serial();
            return Err(Error::config(format!("serial is {serial}, but that of merchant_identity is {found}")));
        }
        let private_key = self.private_key.get_or_insert(key);
        if private_key.public_key()? != *certificate.public_key() {
            return Err(Error::config("private_key is not the key of the certificate in merchant_identity"));
        }
        Ok(())
    }

    /// Names everything that is missing at once.
    fn check_missing(&self, v2_only: bool) -> Result<()> {
        if v2_only {
            return Ok(());
        }
        let identity = self.mchid.is_some() || self.brand_id.is_some();
        let held = !self.platform_keys.is_empty() || !self.platform_certificates.is_empty();
        let missing: Vec<_> = [
            ("mchid (or brand_id)", identity),
            ("serial", self.serial.is_some()),
            ("private_key", self.private_key.is_some() || self.signer.is_some()),
            (
                "platform_key (or platform_certificate, or auto_certificates)",
                held || self.verifier.is_some() || self.auto_certificates,
            ),
            ("api_v3_key (auto_certificates needs it)", self.api_v3_key.is_some() || !self.auto_certificates),
        ]
        .into_iter()
        .filter_map(|(name, given)| (!given).then_some(name))
        .collect();
        match missing.is_empty() {
            true => Ok(()),
            false => Err(Error::config(format!("missing settings: {}", missing.join(", ")))),
        }
    }

    /// A client of APIv2 has none of these.
    fn has_v3_settings(&self) -> bool {
        self.serial.is_some()
            || self.private_key.is_some()
            || self.signer.is_some()
            || self.verifier.is_some()
            || self.auto_certificates
            || !self.platform_keys.is_empty()
            || !self.platform_certificates.is_empty()
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

    #[cfg(feature = "_transport")]
    fn hyper(&self, base_uri: &BaseUri) -> Result<crate::transport::HyperService> {
        if base_uri.is_https() && cfg!(not(feature = "tls")) {
            return Err(Error::config("base_uri is https, which needs the feature `tls` of this crate"));
        }
        crate::transport::HyperService::with(&self.transport)
    }
}

fn check(name: &str, text: Option<&str>, expected: &str, allowed: impl Fn(u8) -> bool) -> Result<()> {
    match text {
        Some("") => Err(Error::config(format!("{name} is empty, expected {expected}"))),
        Some(text) if text.len() > 64 => {
            Err(Error::config(format!("{name} has {} characters, expected at most 64", text.len())))
        }
        Some(text) if !text.bytes().all(&allowed) => {
            Err(Error::config(format!("{name} has other characters than {expected}")))
        }
        _ => Ok(()),
    }
}

fn user_agent() -> Result<HeaderValue> {
    let (version, os, arch) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    HeaderValue::from_str(&format!("wechatpay-chain/{version} ({os}; {arch}) rust"))
        .map_err(|error| Error::config("the User-Agent cannot be written").with_source(error))
}
