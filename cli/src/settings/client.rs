//! A client of the SDK by these settings.

use std::time::{Duration, SystemTime};

use wechatpay_chain::{Certificate, Client, ClientBuilder, Result};

use super::Settings;
use super::names;

/// `--proxy none`.
const NO_PROXY: &str = "none";

impl Settings {
    /// The client that these settings make.
    ///
    /// # Errors
    ///
    /// `Config`, naming what is missing or cannot be used.
    pub fn client(&self) -> Result<Client> {
        self.builder()?.build()
    }

    /// The same before it is built.
    ///
    /// # Errors
    ///
    /// `Config`, naming the keys and certificates that cannot be used.
    pub fn builder(&self) -> Result<ClientBuilder> {
        let mut builder = Client::builder_from(|name| self.get(name).map(|value| value.to_string()))?;
        let mut certificates = Vec::new();
        for source in self.platform_certificates() {
            certificates.extend(Certificate::load_all(&source)?);
        }
        let now = SystemTime::now();
        let is_valid = |certificate: &Certificate| (certificate.not_before()..=certificate.not_after()).contains(&now);
        // One that has ended lies beside its successor for a while, and one that begins beside the present one. When none is valid, the SDK
        // says why.
        if certificates.iter().any(is_valid) {
            certificates.retain(is_valid);
        }
        for certificate in certificates {
            builder = builder.platform_certificate(certificate);
        }
        Ok(self.reached_by(builder).timeout(self.timeout.unwrap_or(Duration::from_secs(30))))
    }

    /// Each text or file that holds platform certificates.
    pub(crate) fn platform_certificates(&self) -> Vec<String> {
        let variable = self.get(names::PLATFORM_CERTIFICATE).map(|value| value.to_string());
        self.platform_certificates.iter().cloned().chain(variable).collect()
    }

    /// The proxy of `--proxy`.
    pub(crate) fn reached_by(&self, builder: ClientBuilder) -> ClientBuilder {
        match self.proxy.as_ref().map(|proxy| proxy.as_str()) {
            None => builder,
            Some(NO_PROXY) => builder.no_proxy(),
            Some(proxy) => builder.proxy(proxy),
        }
    }
}
