//! Checks the settings of a client, once and as a whole, without the network.

use std::time::SystemTime;

use super::builder::ClientBuilder;
use super::setting::{self, Names};
use crate::error::{Error, Result};
use crate::keys::identity::{Chain, IdentityKey};
use crate::keys::serial;
use crate::protocol::v3::trust::{public_key_id, same_serial};

/// How both texts are made of what the merchant platform gives.
const OF_P12: &str = "; expected are the texts of apiclient_cert.pem and apiclient_key.pem. Of apiclient_cert.p12 they are made by \
     `openssl pkcs12 -legacy -in apiclient_cert.p12 -passin pass:MCHID -nokeys -out apiclient_cert.pem` and the same with `-nocerts \
     -nodes -out apiclient_key.pem`";

impl ClientBuilder {
    /// What errors call the settings.
    pub(super) fn names(&self) -> Names {
        Names { of_env: self.from_env }
    }

    /// Checks every setting; whether what is given is for APIv2 alone.
    pub(crate) fn check(&mut self, now: SystemTime) -> Result<bool> {
        let has_identity = self.merchant_identity.is_some() || self.identity.is_some();
        let v2_only = self.secret.is_some() && self.mchid.is_some() && !self.has_v3_settings();
        let mut faults: Vec<Error> = self.text_faults().into_iter().map(Error::config).collect();
        let mut note = |result: Result<()>| faults.extend(result.err());
        note(self.apply_merchant_identity(now));
        note(self.check_missing(v2_only, has_identity));
        setting::all(faults)?;
        Ok(v2_only)
    }

    /// What is wrong with the form of the settings that are given; brings them into the one that is used.
    fn text_faults(&mut self) -> Vec<String> {
        let names = self.names();
        let mut faults = Vec::new();
        if self.mchid.is_some() && self.brand_id.is_some() {
            faults.push("mchid and brand_id are both given, expected one: a brand has a client of its own".to_owned());
        }
        if self.brand_id.is_some() && self.auto_certificates {
            let expected = "a brand has no platform certificates; expected platform_key";
            faults.push(format!("auto_certificates is given with brand_id: {expected}"));
        }
        let mut note = |name: &str, fault: Option<String>| faults.extend(fault.map(|why| format!("{name} {why}")));
        note(names.of("mchid"), self.mchid.as_deref().and_then(setting::mchid_fault));
        note("brand_id", self.brand_id.as_deref().and_then(setting::brand_id_fault));
        match self.serial.as_deref().map(serial::tidy) {
            Some(Ok(serial)) if self.mchid.as_ref() == Some(&serial) => {
                note(
                    names.of("serial"),
                    Some("is the mchid, expected the serial of the merchant API certificate".to_owned()),
                );
            }
            Some(Ok(serial)) => self.serial = Some(serial),
            other => note(names.of("serial"), other.and_then(Result::err)),
        }
        for (name, key) in [("api_v3_key", &self.api_v3_key), ("secret", &self.secret)] {
            note(names.of(name), key.as_ref().and_then(|key| setting::symmetric_key_fault(key.expose())));
        }
        for (id, _) in &self.platform_keys {
            let why = public_key_id(id).err();
            faults.extend(why.map(|why| format!("{}: {why}", names.of("platform_key_id"))));
        }
        let times = [
            ("timeout", self.timeout),
            ("timestamp_window", self.timestamp_window),
            ("connect_timeout", self.connect_timeout),
        ];
        let zero = times.into_iter().filter(|(_, time)| time.is_some_and(|time| time.is_zero()));
        faults.extend(zero.map(|(name, _)| format!("{name} is zero, expected some time")));
        faults
    }

    /// Takes serial and key from the merchant certificate, or checks that they are its own.
    fn apply_merchant_identity(&mut self, now: SystemTime) -> Result<()> {
        let names = self.names();
        let (chain, key) = match (self.identity.take(), self.merchant_identity.take()) {
            (Some(identity), _) => identity,
            (None, Some((certificate, key))) => {
                let bad = |error: Error| match error.sentence().contains("openssl pkcs12") {
                    true => Error::config(format!("merchant_identity cannot be read: {error}")),
                    false => Error::config(format!("merchant_identity cannot be read: {error}{OF_P12}")),
                };
                (Chain::from_pem(&certificate).map_err(bad)?, IdentityKey::from_pem(key.expose()).map_err(bad)?)
            }
            (None, None) => return Ok(()),
        };
        let identity = names.of("merchant_identity");
        let Some((certificate, chain)) = chain.of_key(&key.key)? else {
            return Err(Error::config(format!("{identity}: the key is not the one of the certificate")));
        };
        certificate.expect_valid_at(identity, now)?;
        let serial = self.serial.get_or_insert_with(|| certificate.serial().to_owned());
        if !same_serial(serial, certificate.serial()) {
            let (name, found) = (names.of("serial"), certificate.serial());
            return Err(Error::config(format!("{name} is {serial}, but that of {identity} is {found}")));
        }
        let private_key = self.private_key.get_or_insert(key.key);
        if private_key.public_key()? != *certificate.public_key() {
            let name = names.of("private_key");
            return Err(Error::config(format!("{name} is not the key of the certificate in {identity}")));
        }
        self.presented = Some((chain, key.pem));
        Ok(())
    }

    /// Names everything that is missing at once.
    fn check_missing(&self, v2_only: bool, has_identity: bool) -> Result<()> {
        if v2_only {
            return Ok(());
        }
        let names = self.names();
        let identity = self.mchid.is_some() || self.brand_id.is_some();
        let held = !self.platform_keys.is_empty() || !self.platform_certificates.is_empty();
        let missing: Vec<_> = [
            (names.of("mchid (or brand_id)"), identity),
            (names.of("serial"), self.serial.is_some() || has_identity),
            (names.of("private_key"), self.private_key.is_some() || self.signer.is_some() || has_identity),
            (
                names.of("platform_key (or platform_certificate, or auto_certificates)"),
                held || self.verifier.is_some() || self.auto_certificates,
            ),
            (names.of("api_v3_key (auto_certificates needs it)"), self.api_v3_key.is_some() || !self.auto_certificates),
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
}
