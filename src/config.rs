//! From settings to a client: checked once and as a whole, without the network.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::base_uri::BaseUri;
use crate::builder::ClientBuilder;
use crate::certificate::Certificate;
use crate::client::{Client, Shared};
use crate::error::{Error, Result};
use crate::keys::PrivateKey;
use crate::layer::{Authority, SignLayer, VerifyLayer};
use crate::sign::Identity;
use crate::signer::AnySigner;
use crate::trust::{Trust, same_serial};
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
        self.apply_merchant_identity()?;
        self.check_missing()?;
        let trust = self.trust()?;
        let base_uri = self.base_uri.as_deref().unwrap_or(BASE_URI);
        let base_uri = BaseUri::parse(base_uri).map_err(|why| Error::config(format!("base_uri {why}")))?;
        let platform_serial = trust.preferred_serial().and_then(|serial| HeaderValue::from_str(serial).ok());
        let layers = self.v3_layers(trust);
        #[cfg(feature = "_transport")]
        let stack = crate::stack::build(&base_uri, &self.transport, layers.as_ref(), std::mem::take(&mut self.layers))?;
        Ok(Client::new(Shared {
            mchid: self.mchid.unwrap_or_default(),
            serial: self.serial.unwrap_or_default(),
            brand: self.brand_id.is_some(),
            base_uri,
            timeout: self.timeout.unwrap_or(TIMEOUT),
            user_agent: user_agent()?,
            platform_serial,
            layers,
            #[cfg(feature = "_transport")]
            stack,
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
            let found = key.as_ref().map(|key| (key.len(), key.is_ascii()));
            if let Some((length, ascii)) = found.filter(|found| *found != (32, true)) {
                let kind = if ascii { "ASCII" } else { "not all ASCII" };
                return Err(Error::config(format!("{name} has {length} bytes, {kind}; expected 32 ASCII characters")));
            }
        }
        for (name, time) in [("timeout", self.timeout), ("timestamp_window", self.timestamp_window)] {
            if time.is_some_and(|time| time.is_zero()) {
                return Err(Error::config(format!("{name} is zero, expected some time")));
            }
        }
        Ok(())
    }

    /// Takes serial and key from the merchant certificate, or checks that they are its own.
    fn apply_merchant_identity(&mut self) -> Result<()> {
        let Some((cert_pem, key_pem)) = self.merchant_identity.take() else { return Ok(()) };
        let bad = |error| Error::config("merchant_identity cannot be read").with_source(error);
        let certificate = Certificate::from_pem(cert_pem).map_err(bad)?;
        let key = PrivateKey::from_pem(key_pem.as_str()).map_err(bad)?;
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
    fn check_missing(&self) -> Result<()> {
        let identity = self.mchid.is_some() || self.brand_id.is_some();
        if self.is_v2_only() && identity {
            return Ok(());
        }
        let platform =
            self.verifier.is_some() || !self.platform_keys.is_empty() || !self.platform_certificates.is_empty();
        let missing: Vec<_> = [
            ("mchid (or brand_id)", identity),
            ("serial", self.serial.is_some()),
            ("private_key", self.private_key.is_some() || self.signer.is_some()),
            ("platform_key (or platform_certificate)", platform),
        ]
        .into_iter()
        .filter_map(|(name, given)| (!given).then_some(name))
        .collect();
        match missing.is_empty() {
            true => Ok(()),
            false => Err(Error::config(format!("missing settings: {}", missing.join(", ")))),
        }
    }

    /// A client of APIv2 has a merchant number and a secret, and none of APIv3's settings.
    fn is_v2_only(&self) -> bool {
        let v3 = self.serial.is_some()
            || self.private_key.is_some()
            || self.signer.is_some()
            || self.verifier.is_some()
            || !self.platform_keys.is_empty()
            || !self.platform_certificates.is_empty();
        self.secret.is_some() && self.mchid.is_some() && !v3
    }

    /// The platform keys; the merchant's own among them is the classic mix-up, and would verify nothing.
    fn trust(&mut self) -> Result<Trust> {
        let mut trust = Trust::default();
        for (id, key) in self.platform_keys.drain(..) {
            trust.add_public_key(&id, key)?;
        }
        for certificate in &self.platform_certificates {
            trust.add_certificate(certificate)?;
        }
        let own = "the merchant's own; expected WeChat Pay's: pub_key.pem, or a downloaded platform certificate";
        if let Some(serial) = self.serial.as_deref().filter(|serial| trust.find(serial).is_some()) {
            return Err(Error::config(format!("a platform key has the serial {serial}, which is {own}")));
        }
        match &self.private_key {
            Some(key) if trust.contains_key(&key.public_key()?) => {
                Err(Error::config(format!("a platform key is {own}")))
            }
            _ => Ok(trust),
        }
    }

    fn v3_layers(&mut self, trust: Trust) -> Option<(SignLayer, VerifyLayer)> {
        let signer = self.signer.take().or_else(|| self.private_key.take().map(AnySigner::new))?;
        let brand = self.brand_id.is_some();
        let id = self.brand_id.clone().or_else(|| self.mchid.clone())?;
        let identity = Identity { brand, id, serial: self.serial.clone()? };
        let authority = match self.verifier.take() {
            Some(verifier) => Authority::Asked(verifier),
            None => Authority::Held(Arc::new(trust)),
        };
        let window = self.timestamp_window.unwrap_or(WINDOW);
        Some((SignLayer::new(identity, signer), VerifyLayer::new(authority, window)))
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
