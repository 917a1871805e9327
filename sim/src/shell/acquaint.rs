//! What the state has to know of the keys: which certificates there are.

use std::sync::Arc;

use super::shared::{Shared, wall};
use crate::engine::merchants::Merchants;
use crate::engine::platform::{Platform, PlatformCertificate};
use crate::engine::time::Time;
use crate::keys::KeyError;
use crate::keys::merchant::MerchantKeys;
use crate::keys::platform::PlatformKeys;

impl Shared {
    /// A merchant's keys, which the world then knows of. Only for merchants that there are.
    pub(crate) fn meet(&self, mchid: &str) -> Result<Arc<MerchantKeys>, KeyError> {
        let keys = self.keys.merchant(mchid, wall())?;
        if !self.read(|world, _| is_acquainted(&world.merchants, mchid, &keys)) {
            self.change(|world, _| acquaint(&mut world.merchants, mchid, &keys));
        }
        self.meet_platform();
        Ok(keys)
    }

    /// Lets the world know the platform's certificates, if it knows none.
    pub(crate) fn meet_platform(&self) {
        if self.read(|world, _| world.platform.certificates.is_empty()) {
            let keys = self.keys.platform();
            self.change(|world, moment| {
                acquaint_platform(&mut world.platform, &keys, moment.wall, moment.now);
            });
        }
    }
}

/// Whether a merchant's certificates are all known.
fn is_acquainted(merchants: &Merchants, mchid: &str, keys: &MerchantKeys) -> bool {
    let known = |serial: &str| {
        let merchant = merchants.get(mchid);
        merchant.is_none_or(|merchant| merchant.serials.iter().any(|known| known.serial == serial))
    };
    keys.certificates.iter().all(|certificate| known(&certificate.serial))
}

/// Adds the certificates that are not known yet.
fn acquaint(merchants: &mut Merchants, mchid: &str, keys: &MerchantKeys) {
    let Some(merchant) = merchants.get_mut(mchid) else { return };
    for certificate in &keys.certificates {
        if !merchant.serials.iter().any(|known| known.serial == certificate.serial) {
            merchant.serials.push(certificate.as_serial());
        }
    }
}

/// Of a world that knows no certificate of the platform's: those that there are, in force; and forgets those whose key is gone.
fn acquaint_platform(platform: &mut Platform, keys: &PlatformKeys, wall: Time, now: Time) {
    platform.certificates.retain(|known| keys.issued(&known.serial).is_some());
    if !platform.certificates.is_empty() {
        return;
    }
    for issued in &keys.certificates {
        let left = issued.not_after.since(wall);
        platform.certificates.push(PlatformCertificate {
            serial: issued.key.id().to_owned(),
            not_before: issued.not_before,
            not_after: issued.not_after,
            effective_at: Time::from_millis(0),
            expires_at: now.plus(left),
        });
    }
}
