//! Checks the settings of a client, once and as a whole, without the network.

use std::time::SystemTime;

use super::builder::ClientBuilder;
use crate::error::{Error, Result};
use crate::keys::Certificate;
use crate::keys::PrivateKey;
use crate::protocol::v3::trust::same_serial;

impl ClientBuilder {
    /// Checks every setting; whether what is given is for APIv2 alone.
    pub(crate) fn check(&mut self, now: SystemTime) -> Result<bool> {
        self.check_texts()?;
        let v2_only = self.secret.is_some() && self.mchid.is_some() && !self.has_v3_settings();
        self.apply_merchant_identity(now)?;
        self.check_missing(v2_only)?;
        Ok(v2_only)
    }

    /// The form of each setting that is given.
    fn check_texts(&mut self) -> Result<()> {
        if self.mchid.is_some() && self.brand_id.is_some() {
            return Err(Error::config(
                "mchid and brand_id are both given, expected one: a brand has a client of its own",
            ));
        }
        if self.brand_id.is_some() && self.auto_certificates {
            return Err(Error::config(
                "auto_certificates is given with brand_id: a brand has no platform certificates; expected platform_key",
            ));
        }
        check_text("mchid", self.mchid.as_deref(), "digits", |byte| byte.is_ascii_digit())?;
        check_text("brand_id", self.brand_id.as_deref(), "letters and digits", |byte| byte.is_ascii_alphanumeric())?;
        check_text("serial", self.serial.as_deref(), "hexadecimal digits", |byte| byte.is_ascii_hexdigit())?;
        self.serial.as_mut().into_iter().for_each(|serial| serial.make_ascii_uppercase());
        for (name, key) in [("api_v3_key", &self.api_v3_key), ("secret", &self.secret)] {
            let found = key.as_ref().map(|key| (key.expose().len(), key.expose().is_ascii()));
            if let Some((length, ascii)) = found.filter(|found| *found != (32, true)) {
                let kind = if ascii { "ASCII" } else { "not all ASCII" };
                return Err(Error::config(format!("{name} has {length} bytes, {kind}; expected 32 ASCII characters")));
            }
        }
        for (name, time) in [
            ("timeout", self.timeout),
            ("timestamp_window", self.timestamp_window),
            ("connect_timeout", self.connect_timeout),
        ] {
            if time.is_some_and(|time| time.is_zero()) {
                return Err(Error::config(format!("{name} is zero, expected some time")));
            }
        }
        Ok(())
    }

    /// Takes serial and key from the merchant certificate, or checks that they are its own.
    fn apply_merchant_identity(&mut self, now: SystemTime) -> Result<()> {
        let Some((cert_pem, key_pem)) = self.merchant_identity.take() else { return Ok(()) };
        let bad = |error| {
            Error::config(
                "merchant_identity cannot be read; expected the texts of apiclient_cert.pem and apiclient_key.pem. Of apiclient_cert.p12 \
                 they are made by `openssl pkcs12 -legacy -in apiclient_cert.p12 -passin pass:MCHID -nokeys -out apiclient_cert.pem` and \
                 the same with `-nocerts -nodes -out apiclient_key.pem`",
            )
            .with_source(error)
        };
        let certificate = Certificate::from_pem(&cert_pem).map_err(bad)?;
        let key = PrivateKey::from_pem(key_pem.expose()).map_err(bad)?;
        if key.public_key()? != *certificate.public_key() {
            return Err(Error::config("merchant_identity: the key is not the one of the certificate"));
        }
        certificate.expect_valid_at("merchant_identity", now)?;
        let serial = self.serial.get_or_insert_with(|| certificate.serial().to_owned());
        if !same_serial(serial, certificate.serial()) {
            let found = certificate.serial();
            return Err(Error::config(format!("serial is {serial}, but that of merchant_identity is {found}")));
        }
        let private_key = self.private_key.get_or_insert(key);
        if private_key.public_key()? != *certificate.public_key() {
            return Err(Error::config("private_key is not the key of the certificate in merchant_identity"));
        }
        self.presented = Some((cert_pem, key_pem));
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
}

fn check_text(name: &str, text: Option<&str>, expected: &str, allowed: impl Fn(u8) -> bool) -> Result<()> {
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
