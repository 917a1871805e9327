//! Everything that the checks look at. Files are read once; what needs a client or a network is made when it is first asked for.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use wechatpay_chain::{CertificateFacts, Client, Found, Network, Thing};
use zeroize::Zeroizing;

use super::cleaning::{Slip, clean};
use super::hosts::is_loopback;
use super::material::Material;
use super::mode::Mode;
use crate::base::failure::Failure;
use crate::base::sdk::told;
use crate::base::text::Text;
use crate::doctor::verdict::Reason;
use crate::settings::{Settings, names};

/// Where calls go by default.
const BASE_URI: &str = "https://api.mch.weixin.qq.com/";

/// The time of a request, unless `--timeout` says another.
const REQUEST: Duration = Duration::from_secs(10);

/// The name that the merchant platform gives the certificate.
const CERTIFICATE_FILE: &str = "apiclient_cert.pem";

/// What the checks look at.
pub(crate) struct Facts {
    /// As they were given.
    pub(in crate::doctor) given: Settings,
    /// Cleaned of slips; what goes on.
    pub(in crate::doctor) settings: Settings,
    /// Settings with slips around them.
    pub(in crate::doctor) slips: Vec<(String, Slip)>,
    /// What of the settings cannot be read.
    pub(in crate::doctor) failures: Vec<Failure>,
    pub(in crate::doctor) now: SystemTime,
    pub(in crate::doctor) missing: Vec<&'static str>,
    pub(in crate::doctor) key: Option<Material>,
    pub(in crate::doctor) public_key: Option<Material>,
    pub(in crate::doctor) certificate: Option<Material>,
    /// The certificate is not configured, but lies beside the key.
    pub(in crate::doctor) is_certificate_beside: bool,
    pub(in crate::doctor) platform: Vec<Material>,
    mode: Mode,
    client: OnceCell<Result<Client, Text>>,
}

impl Facts {
    /// Reads the settings' files; `failures` is what of the settings could not be read.
    pub(crate) fn new(given: &Settings, failures: Vec<Failure>, now: SystemTime) -> Self {
        let mut settings = given.clone();
        let mut slips = Vec::new();
        for (name, setting) in &mut settings.values {
            let (cleaned, slip) = clean(name, &setting.value);
            if slip != Slip::default() && names::is_known(name) {
                slips.push((name.clone(), slip));
            }
            setting.value = Zeroizing::new(cleaned);
        }
        let of = |name: &str| settings.get(name).map(|value| Material::of(&value));
        let (key, configured) = (of(names::PRIVATE_KEY), of(names::CERTIFICATE));
        let beside = if configured.is_none() { key.as_ref().and_then(beside) } else { None };
        Self {
            is_certificate_beside: beside.is_some(),
            certificate: configured.or(beside),
            public_key: of(names::PUBLIC_KEY),
            platform: settings.platform_certificates().iter().map(|source| Material::of(source)).collect(),
            mode: Mode::of(&settings),
            missing: Mode::of(&settings).missing(&settings),
            given: given.clone(),
            key,
            settings,
            slips,
            failures,
            now,
            client: OnceCell::new(),
        }
    }

    pub(in crate::doctor) fn mode(&self) -> Mode {
        self.mode
    }

    /// The cleaned value of a setting.
    ///
    /// # Errors
    ///
    /// Why there is nothing to look at: it is not configured, or `config.complete` has said already that it is missing.
    pub(in crate::doctor) fn value(&self, name: &'static str) -> Result<Zeroizing<String>, Reason> {
        self.settings.get(name).ok_or_else(|| self.absent(name))
    }

    /// Why there is nothing of a setting to look at.
    pub(in crate::doctor) fn absent(&self, name: &'static str) -> Reason {
        if self.missing.contains(&name) { Reason::Needs("config.complete") } else { Reason::NotConfigured }
    }

    /// The values that nobody may see, such as they are.
    pub(in crate::doctor) fn secrets(&self) -> Vec<Zeroizing<String>> {
        /// Shorter ones are no keys, and might stand in any text.
        const SHORTEST: usize = 12;
        let of = |settings: &Settings, name| settings.given(name).map(|setting| setting.value.clone());
        let both = [names::API_V3_KEY, names::SECRET].map(|name| [of(&self.given, name), of(&self.settings, name)]);
        let known = both.into_iter().flatten().flatten().filter(|secret| secret.len() >= SHORTEST);
        // Serials are told in upper case.
        known.flat_map(|secret| [Zeroizing::new(secret.to_ascii_uppercase()), secret]).collect()
    }

    /// Where calls go.
    pub(in crate::doctor) fn base_uri(&self) -> String {
        self.settings.get(names::BASE_URI).map_or_else(|| BASE_URI.to_owned(), |value| value.to_string())
    }

    /// The private key that was found, if it is one of RSA.
    pub(in crate::doctor) fn rsa_key(&self) -> Option<&Found> {
        let is_rsa = |found: &&Found| found.thing() == Thing::PrivateKey && found.bits().is_some();
        self.key.as_ref()?.all().iter().find(is_rsa)
    }

    /// The platform certificates that are given, those of RSA keys.
    pub(in crate::doctor) fn given_certificates(&self) -> impl Iterator<Item = &CertificateFacts> {
        let all = self.platform.iter().flat_map(Material::all);
        all.filter(|found| found.bits().is_some()).filter_map(Found::certificate)
    }

    /// The merchant's certificate: of a chain the one of the key, else the first.
    pub(in crate::doctor) fn own_certificate(&self) -> Option<&Found> {
        let material = self.certificate.as_ref()?;
        let fingerprint = self.rsa_key().and_then(Found::fingerprint);
        let is_own = |found: &&Found| found.certificate().is_some() && found.fingerprint() == fingerprint;
        material.all().iter().find(is_own).or_else(|| material.first(Thing::Certificate))
    }

    /// Whether the merchant's certificate stands among those of the platform, and another in its place.
    pub(in crate::doctor) fn is_swapped(&self) -> bool {
        let Some(own) = self.rsa_key().and_then(Found::fingerprint) else { return false };
        let is_own = |found: &Found| found.certificate().is_some() && found.fingerprint() == Some(own);
        let is_elsewhere = self.platform.iter().flat_map(Material::all).any(is_own);
        let is_given = !self.is_certificate_beside && self.certificate.is_some();
        is_elsewhere && is_given && !self.own_certificate().is_some_and(is_own)
    }

    /// The client of the SDK.
    pub(in crate::doctor) fn client(&self) -> Result<&Client, &Text> {
        self.client.get_or_init(|| self.settings.client().map_err(|error| told(&error))).as_ref()
    }

    /// How the client reaches hosts.
    pub(in crate::doctor) fn network(&self) -> wechatpay_chain::Result<Network> {
        self.settings.builder().and_then(|builder| builder.network())
    }

    /// The time of one request.
    pub(in crate::doctor) fn timeout(&self) -> Duration {
        self.settings.timeout.unwrap_or(REQUEST)
    }

    /// Whether calls go to this machine, to a stand-in.
    pub(in crate::doctor) fn is_base_here(&self) -> bool {
        let base = self.base_uri().parse::<http::Uri>();
        base.is_ok_and(|base| is_loopback(base.host().unwrap_or_default()))
    }
}

/// The certificate that lies beside a key file under the name that the merchant platform gives it.
fn beside(key: &Material) -> Option<Material> {
    let file: PathBuf = key.path.as_ref()?.parent()?.join(CERTIFICATE_FILE);
    let name = file.to_str().filter(|_| file.exists())?;
    Some(Material::of(name))
}
