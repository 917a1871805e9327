//! The platform keys a client holds, found by the serial that an answer names.

use std::fmt;
use std::time::SystemTime;

use http::HeaderValue;

use crate::crypto::x509;
use crate::error::{Error, Result};
use crate::keys::Certificate;
use crate::keys::serial;
use crate::keys::{PrivateKey, PublicKey};

/// The merchant's own certificate and key, which must not be among the platform's: its key would vouch for the gateway.
#[derive(Clone, Debug, Default)]
pub(crate) struct MerchantKeys {
    pub(crate) serial: Option<String>,
    pub(crate) key: Option<PrivateKey>,
}

impl MerchantKeys {
    /// # Errors
    ///
    /// `Config` if the set holds the merchant's own serial or key: the classic mix-up.
    pub(crate) fn check(&self, trust: &Trust) -> Result<()> {
        let own = "the merchant's own; expected WeChat Pay's: pub_key.pem, or a downloaded platform certificate";
        if let Some(serial) = self.serial.as_deref().filter(|serial| trust.find(serial).is_some()) {
            return Err(Error::config(format!("a platform key has the serial {serial}, which is {own}")));
        }
        match &self.key {
            Some(key) if trust.0.iter().any(|held| key.belongs_to(&held.key)) => {
                Err(Error::config(format!("a platform key is {own}")))
            }
            _ => Ok(()),
        }
    }
}

/// A set of platform keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trust(Vec<Held>);

#[derive(Clone, Debug)]
struct Held {
    serial: String,
    /// The serial as a header, made once.
    header: HeaderValue,
    key: PublicKey,
    /// `None` for the WeChat Pay public key, which does not expire.
    not_after: Option<SystemTime>,
    /// The gateway handed it out last, or the caller configured it.
    offered: bool,
}

impl Held {
    fn ended(&self, now: SystemTime) -> Option<Ended> {
        let on = self.not_after.filter(|end| *end < now)?;
        Some(Ended { serial: self.serial.clone(), on })
    }
}

/// A certificate whose time is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    serial: String,
    on: SystemTime,
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the certificate {} ended on {}", self.serial, x509::utc(self.on))
    }
}

impl Trust {
    /// Adds the WeChat Pay public key known as `id` (`PUB_KEY_ID_…`).
    ///
    /// # Errors
    ///
    /// `Config` for an id that is none, or one already held with another key.
    pub(crate) fn add_public_key(&mut self, id: &str, key: PublicKey) -> Result<()> {
        let id = public_key_id(id).map_err(|why| Error::config(format!("platform_key: {why}")))?;
        self.add(id, key, None)
    }

    /// Adds a platform certificate.
    ///
    /// # Errors
    ///
    /// `Config` if it is not valid at `now`, or its serial is already held with another key.
    pub(crate) fn add_certificate(&mut self, certificate: &Certificate, now: SystemTime) -> Result<()> {
        certificate.expect_valid_at("platform_certificate", now)?;
        self.add(certificate.serial(), certificate.public_key().clone(), Some(certificate.not_after()))
    }

    fn add(&mut self, serial: &str, key: PublicKey, not_after: Option<SystemTime>) -> Result<()> {
        let header = HeaderValue::from_str(serial)
            .map_err(|error| Error::config("a platform key's serial is no header text").with_source(error))?;
        let new = Held { serial: serial.to_owned(), header, key, not_after, offered: true };
        match self.0.iter_mut().find(|held| same_serial(&held.serial, &new.serial)) {
            Some(held) if held.key == new.key => {
                // The earlier end governs.
                held.not_after = held.not_after.zip(new.not_after).map(|(held, new)| held.min(new));
                held.offered = true;
                Ok(())
            }
            Some(_) => Err(Error::config(format!(
                "platform keys: the serial {} was given with two different keys",
                new.serial
            ))),
            None => {
                // Most clients have one, and there may be thousands of clients.
                self.0.reserve_exact(1);
                self.0.push(new);
                Ok(())
            }
        }
    }

    /// This set with `fetched` added, and without fetched certificates that ended before `now`.
    ///
    /// Those that `fetched` does not repeat stay until their end: during a rotation either may sign.
    pub(crate) fn refreshed(&self, fetched: &[Certificate], now: SystemTime) -> Result<Self> {
        let lasting = self.0.iter().filter(|held| held.not_after.is_none_or(|end| end >= now)).cloned();
        // Those handed out before and not now are kept to verify, not to encrypt.
        let mut next = Self(lasting.map(|held| Held { offered: held.not_after.is_none(), ..held }).collect());
        for certificate in fetched {
            next.add_certificate(certificate, now)?;
        }
        Ok(next)
    }

    /// Whether nothing is held, in force or not.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key of that serial, whether it is in force or not.
    pub(crate) fn find(&self, serial: &str) -> Option<&PublicKey> {
        self.held(serial).map(|held| &held.key)
    }

    /// The key of that serial, to verify or to encrypt with at `now`; `None` if it is not held.
    ///
    /// # Errors
    ///
    /// That of a certificate which has ended.
    pub(crate) fn find_in_force(&self, serial: &str, now: SystemTime) -> Result<Option<&PublicKey>, Ended> {
        let Some(held) = self.held(serial) else { return Ok(None) };
        held.ended(now).map_or(Ok(Some(&held.key)), Err)
    }

    fn held(&self, serial: &str) -> Option<&Held> {
        self.0.iter().find(|held| same_serial(&held.serial, serial))
    }

    /// The certificate that lasted longest, where all that is held has ended.
    pub(crate) fn all_ended(&self, now: SystemTime) -> Option<Ended> {
        let last = self.0.iter().max_by_key(|held| held.not_after)?;
        last.ended(now).filter(|_| self.preferred(now).is_none())
    }

    /// Whether there is a key to verify and to encrypt with.
    pub(crate) fn is_in_force(&self, now: SystemTime) -> bool {
        self.preferred(now).is_some()
    }

    /// This set without the key of that serial.
    pub(crate) fn without(&self, serial: &str) -> Self {
        Self(self.0.iter().filter(|held| !same_serial(&held.serial, serial)).cloned().collect())
    }

    pub(crate) fn serials(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|held| held.serial.as_str())
    }

    /// The serial that requests name in `Wechatpay-Serial`: the public key's, else that of the certificate that lasts
    /// longest among those the gateway hands out and that have not ended.
    pub(crate) fn preferred_serial(&self, now: SystemTime) -> Option<&str> {
        self.preferred(now).map(|held| held.serial.as_str())
    }

    /// The same, ready to be sent.
    pub(crate) fn preferred_header(&self, now: SystemTime) -> Option<&HeaderValue> {
        self.preferred(now).map(|held| &held.header)
    }

    fn preferred(&self, now: SystemTime) -> Option<&Held> {
        let public_key = self.0.iter().find(|held| held.not_after.is_none());
        let lasting = self.0.iter().filter(|held| held.not_after >= Some(now));
        public_key.or_else(|| lasting.max_by_key(|held| (held.offered, held.not_after)))
    }
}

/// What the ids of WeChat Pay's public keys begin with.
const PUBLIC_KEY_ID: &str = "PUB_KEY_ID_";

/// The id of a WeChat Pay public key without blanks around it, or why it is none.
pub(crate) fn public_key_id(id: &str) -> Result<&str, String> {
    let id = id.trim();
    let is_serial = serial::tidy(id).is_ok();
    let begins_alike = id.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("PUB"));
    // A key that got here by mistake is not repeated.
    let shown = match id.len() <= LONGEST_ID && (is_serial || begins_alike) {
        true => format!("the id {id:?}"),
        false => format!("the id, of {} characters,", id.chars().count()),
    };
    match id.strip_prefix(PUBLIC_KEY_ID) {
        Some("") => Err(format!("{shown} is cut off, expected `{PUBLIC_KEY_ID}` and digits")),
        Some(_) if id.len() > LONGEST_ID => Err(format!("{shown} is too long, at most {LONGEST_ID} are expected")),
        Some(rest) if rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => Ok(id),
        Some(_) => Err(format!("{shown} is not of letters, digits and `_`")),
        None if id.is_empty() => Err(format!("the id is empty, expected `{PUBLIC_KEY_ID}` and digits")),
        None if is_serial => Err(format!(
            "{shown} is the serial of a certificate, which `platform_certificate` is for; a public key's begins with `{PUBLIC_KEY_ID}`"
        )),
        None => Err(format!("{shown} does not begin with `{PUBLIC_KEY_ID}`")),
    }
}

/// Twice as long as those that are known.
const LONGEST_ID: usize = 96;

/// Certificate serials are hexadecimal, and some tools drop leading zeros or write lower case; `PUB_KEY_ID_…` is opaque.
pub(crate) fn same_serial(left: &str, right: &str) -> bool {
    let is_hex = |serial: &str| serial.bytes().all(|byte| byte.is_ascii_hexdigit());
    if left == right {
        return true;
    }
    let digits = |serial: &str| serial.trim_start_matches('0').to_ascii_uppercase();
    is_hex(left) && is_hex(right) && digits(left) == digits(right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::fixtures as f;

    #[test]
    fn hexadecimal_serials_are_compared_as_numbers_and_others_as_text() {
        assert!(same_serial("00AB1", "ab1") && same_serial("AB10", "AB10"));
        assert!(!same_serial("AB1", "AB10") && !same_serial("", "0A"));
        assert!(same_serial("PUB_KEY_ID_01", "PUB_KEY_ID_01"));
        assert!(!same_serial("PUB_KEY_ID_01", "pub_key_id_01") && !same_serial("PUB_KEY_ID_01", "01"));
    }

    #[test]
    fn the_public_key_is_preferred_to_certificates() {
        let mut trust = Trust::default();
        assert_eq!(trust.preferred_serial(SystemTime::UNIX_EPOCH), None);
        let certificate = Certificate::from_pem(f::PLATFORM_CERT).unwrap();
        trust.add_certificate(&certificate, certificate.not_before()).unwrap();
        assert_eq!(trust.preferred_serial(SystemTime::UNIX_EPOCH), Some(f::PLATFORM_SERIAL));
        trust.add_public_key(f::WECHATPAY_ID, PublicKey::from_pem(f::WECHATPAY_PUBLIC).unwrap()).unwrap();
        assert_eq!(trust.preferred_serial(SystemTime::UNIX_EPOCH), Some(f::WECHATPAY_ID));
        assert!(trust.find(&f::PLATFORM_SERIAL.to_lowercase()).is_some() && trust.find("7132").is_none());
        assert_eq!(trust.serials().count(), 2);
    }

    #[test]
    fn what_is_no_longer_handed_out_or_has_ended_does_not_encrypt() {
        let minute = std::time::Duration::from_secs(60);
        let (one, two) =
            (Certificate::from_pem(f::PLATFORM_CERT).unwrap(), Certificate::from_pem(f::MERCHANT_CERT).unwrap());
        let now = one.not_before().max(two.not_before()) + minute;
        let both = Trust::default().refreshed(&[one.clone(), two.clone()], now).unwrap();
        let next = both.refreshed(&[two.clone().ending(Some(now + minute))], now).unwrap();
        assert_eq!((next.serials().count(), next.preferred_serial(now)), (2, Some(two.serial())));
        assert_eq!(next.preferred_serial(now + minute * 2), Some(one.serial()));
        assert_eq!(next.refreshed(&[], now + minute * 2).unwrap().serials().collect::<Vec<_>>(), [one.serial()]);
    }

    #[test]
    fn what_has_ended_is_neither_preferred_nor_found_and_is_named() {
        let (certificate, second) =
            (Certificate::from_pem(f::PLATFORM_CERT).unwrap(), std::time::Duration::from_secs(1));
        let (begin, end, serial) = (certificate.not_before(), certificate.not_after(), f::PLATFORM_SERIAL);
        let mut trust = Trust::default();
        for now in [begin - second, end + second] {
            let error = trust.add_certificate(&certificate, now).unwrap_err().to_string();
            assert!(error.starts_with("platform_certificate: the certificate 7132D72A"), "{error}");
        }
        assert!(trust.is_empty() && trust.all_ended(end + second).is_none() && !trust.is_in_force(begin));
        trust.add_certificate(&certificate, begin).unwrap();
        assert!(
            trust.find_in_force(serial, end).unwrap().is_some() && trust.find_in_force("AB", end).unwrap().is_none()
        );
        assert_eq!(
            (trust.preferred_serial(end), trust.all_ended(end), trust.is_in_force(end)),
            (Some(serial), None, true)
        );
        let now = end + second;
        let ended = trust.find_in_force(&serial.to_lowercase(), now).unwrap_err();
        assert_eq!(ended.to_string(), format!("the certificate {serial} ended on 2030-12-31T00:00:00Z"));
        assert_eq!((trust.preferred_serial(now), trust.preferred_header(now)), (None, None));
        assert_eq!((trust.all_ended(now), trust.is_in_force(now)), (Some(ended), false));
        // The public key has no end, so that not all has ended.
        trust.add_public_key(f::WECHATPAY_ID, PublicKey::from_pem(f::WECHATPAY_PUBLIC).unwrap()).unwrap();
        assert_eq!((trust.preferred_serial(now), trust.all_ended(now)), (Some(f::WECHATPAY_ID), None));
        assert!(trust.find_in_force(serial, now).is_err());
    }

    #[test]
    fn one_serial_names_one_key() {
        let mut trust = Trust::default();
        let (one, two) =
            (PublicKey::from_pem(f::WECHATPAY_PUBLIC).unwrap(), PublicKey::from_pem(f::MERCHANT_PUBLIC).unwrap());
        trust.add_public_key("PUB_KEY_ID_1", one.clone()).unwrap();
        trust.add_public_key("PUB_KEY_ID_1", one).unwrap();
        assert!(trust.add_public_key("PUB_KEY_ID_1", two.clone()).unwrap_err().to_string().contains("PUB_KEY_ID_1"));
        assert!(trust.add_public_key("a b", two.clone()).is_err() && trust.add_public_key("", two).is_err());
    }

    #[test]
    fn an_id_of_a_public_key_is_one() {
        assert_eq!(public_key_id(" PUB_KEY_ID_01\n"), Ok("PUB_KEY_ID_01"));
        for (id, expected) in [
            ("", "the id is empty"),
            ("PUB_KEY_ID_", "is cut off"),
            ("PUB_KEY_ID_0 1", "not of letters, digits and `_`"),
            ("pub_key_id_01", "does not begin with `PUB_KEY_ID_`"),
            ("0114232134912410000000000000", "is the serial of a certificate"),
            (f::PLATFORM_SERIAL, "which `platform_certificate` is for"),
            (f::WECHATPAY_PUBLIC, "the id, of 450 characters, does not begin"),
            ("0123456789abcdefGHIJKLMNOPQRSTUV", "the id, of 32 characters, does not begin"),
        ] {
            assert!(public_key_id(id).unwrap_err().contains(expected), "{id}");
        }
    }
}
