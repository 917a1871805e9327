//! The platform's certificates, and by which key an answer or a notice is signed. The keys themselves live outside.

use serde::{Deserialize, Serialize};

use super::merchants::{KeyMode, Merchant};
use super::time::Time;

/// The platform's certificates, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Platform {
    pub(crate) certificates: Vec<PlatformCertificate>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlatformCertificate {
    pub(crate) serial: String,
    /// Wall times, as the certificate says them.
    pub(crate) not_before: Time,
    pub(crate) not_after: Time,
    /// Simulated times between which it may sign.
    pub(crate) effective_at: Time,
    pub(crate) expires_at: Time,
}

/// A platform key by the name it goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Signer {
    PublicKey,
    /// A certificate's serial.
    Certificate(String),
}

/// So long before it signs, a certificate is handed out.
const AHEAD: i64 = 24 * 3600;

impl Platform {
    /// The newest certificate in force: the one that signs.
    pub(crate) fn signing(&self, now: Time) -> Option<&PlatformCertificate> {
        self.certificates.iter().filter(|known| known.is_in_force(now)).max_by_key(|known| known.effective_at)
    }

    /// Those that are handed out: in force, or within 24 h of it.
    pub(crate) fn listed(&self, now: Time) -> impl Iterator<Item = &PlatformCertificate> {
        self.certificates
            .iter()
            .filter(move |known| known.effective_at <= now.plus_seconds(AHEAD) && now < known.expires_at)
    }

    fn is_listed(&self, serial: &str, now: Time) -> bool {
        self.listed(now).any(|known| known.serial.eq_ignore_ascii_case(serial))
    }

    /// Who signs the answer to a merchant's request that named this key in `Wechatpay-Serial`.
    pub(crate) fn signer(&self, merchant: &Merchant, named: Option<&str>, public_key_id: &str, now: Time) -> Signer {
        let newest = || self.signing(now).map_or(Signer::PublicKey, |known| Signer::Certificate(known.serial.clone()));
        match (merchant.key_mode, named) {
            (KeyMode::PublicKey, _) => Signer::PublicKey,
            (KeyMode::Grey, Some(named)) if named == public_key_id => Signer::PublicKey,
            (KeyMode::Grey, Some(named)) => {
                let fits = |known: &&PlatformCertificate| known.serial.eq_ignore_ascii_case(named);
                let in_force = self.certificates.iter().find(|known| fits(known) && known.is_in_force(now));
                in_force.map_or_else(newest, |known| Signer::Certificate(known.serial.clone()))
            }
            (KeyMode::Grey | KeyMode::Certificate, _) => newest(),
        }
    }

    /// Who signs a notice to a merchant; in mode `grey` a share of them, always the same ones, has the public key.
    pub(crate) fn notice_signer(&self, merchant: &Merchant, notice_id: &str, now: Time) -> Signer {
        let named = if share(notice_id) < merchant.grey_share { PUBLIC } else { "" };
        self.signer(merchant, Some(named), PUBLIC, now)
    }

    /// Whether a merchant may encrypt for the key of that name.
    pub(crate) fn may_encrypt_for(&self, merchant: &Merchant, named: &str, public_key_id: &str, now: Time) -> bool {
        match merchant.key_mode {
            KeyMode::PublicKey => named == public_key_id,
            KeyMode::Certificate => self.is_listed(named, now),
            KeyMode::Grey => named == public_key_id || self.is_listed(named, now),
        }
    }
}

/// Any name will do for the public key where no request names one.
const PUBLIC: &str = "PUB_KEY_ID";

impl PlatformCertificate {
    fn is_in_force(&self, now: Time) -> bool {
        self.effective_at <= now && now < self.expires_at
    }
}

/// A number from 0 to 1 that belongs to a text: FNV-1a, spread over the whole range.
fn share(text: &str) -> f64 {
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let mixed = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    f64::from(mixed ^ mixed >> 13) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::merchants::MerchantKind;

    const ID: &str = "PUB_KEY_ID_01";
    const HOUR: i64 = 3600;

    fn platform() -> Platform {
        let certificate = |serial: &str, from: i64, to: i64| PlatformCertificate {
            serial: serial.to_owned(),
            not_before: Time::from_millis(0),
            not_after: Time::from_millis(0),
            effective_at: Time::from_millis(from * HOUR * 1000),
            expires_at: Time::from_millis(to * HOUR * 1000),
        };
        Platform { certificates: vec![certificate("AA", 0, 1000), certificate("BB", 100, 1000)] }
    }

    fn at(hour: i64) -> Time {
        Time::from_millis(hour * HOUR * 1000)
    }

    fn merchant(key_mode: KeyMode) -> Merchant {
        Merchant { key_mode, ..Merchant::new("1900000001", MerchantKind::Merchant, None, Vec::new()) }
    }

    #[test]
    fn public_key_always_signs_by_the_public_key() {
        for named in [None, Some(ID), Some("AA"), Some("x")] {
            assert_eq!(platform().signer(&merchant(KeyMode::PublicKey), named, ID, at(200)), Signer::PublicKey);
        }
    }

    #[test]
    fn certificate_signs_by_the_newest_in_force_whatever_is_named() {
        for named in [None, Some(ID), Some("AA"), Some("BB")] {
            let signer = |hour| platform().signer(&merchant(KeyMode::Certificate), named, ID, at(hour));
            assert_eq!(signer(99), Signer::Certificate("AA".to_owned()));
            assert_eq!(signer(100), Signer::Certificate("BB".to_owned()));
        }
    }

    #[test]
    fn grey_signs_by_what_is_named_else_by_the_certificate() {
        let signer = |named, hour| platform().signer(&merchant(KeyMode::Grey), named, ID, at(hour));
        let certificate = |serial: &str| Signer::Certificate(serial.to_owned());
        assert_eq!(signer(Some(ID), 200), Signer::PublicKey);
        assert_eq!(signer(Some("aa"), 200), certificate("AA"));
        assert_eq!(signer(Some("BB"), 99), certificate("AA"));
        assert_eq!((signer(None, 200), signer(Some("x"), 200)), (certificate("BB"), certificate("BB")));
    }

    #[test]
    fn grey_notices_are_shared_out_by_their_ids() {
        let mut merchant = merchant(KeyMode::Grey);
        let by_public_key = |merchant: &Merchant| {
            let ids = (0..1000).map(|number| format!("{number}-4b2a-4f5e"));
            ids.filter(|id| platform().notice_signer(merchant, id, at(1)) == Signer::PublicKey).count()
        };
        assert!((400..600).contains(&by_public_key(&merchant)), "{}", by_public_key(&merchant));
        assert_eq!(by_public_key(&merchant), by_public_key(&merchant));
        merchant.grey_share = 0.0;
        assert_eq!(by_public_key(&merchant), 0);
        merchant.grey_share = 1.1;
        assert_eq!(by_public_key(&merchant), 1000);
    }

    #[test]
    fn certificates_are_handed_out_a_day_before_they_sign() {
        let listed = |hour| platform().listed(at(hour)).map(|known| known.serial.clone()).collect::<Vec<_>>();
        assert_eq!(listed(75), ["AA"]);
        assert_eq!(listed(76), ["AA", "BB"]);
        assert!(listed(1000).is_empty());
    }

    #[test]
    fn a_merchant_encrypts_for_keys_of_its_mode() {
        let may = |mode, named| platform().may_encrypt_for(&merchant(mode), named, ID, at(1));
        assert_eq!((may(KeyMode::PublicKey, ID), may(KeyMode::PublicKey, "AA")), (true, false));
        assert_eq!((may(KeyMode::Certificate, ID), may(KeyMode::Certificate, "aa")), (false, true));
        assert_eq!((may(KeyMode::Grey, ID), may(KeyMode::Grey, "AA"), may(KeyMode::Grey, "BB")), (true, true, false));
    }
}
