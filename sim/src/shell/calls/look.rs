//! Looks up who signed a call.

use wechatpay_chain::PublicKey;

use super::super::shared::Shared;
use crate::gate::known::Known;
use crate::keys::KeyError;

/// What is known of a merchant; `None` for one that nobody knows. `named` is what `Wechatpay-Serial` says.
pub(super) fn look(shared: &Shared, mchid: &str, serial: &str, named: Option<&str>) -> Result<Option<Known>, KeyError> {
    if !shared.read(|world, _| world.merchants.contains_key(mchid)) {
        return Ok(None);
    }
    let (keys, platform) = (shared.meet(mchid)?, shared.keys.platform());
    Ok(shared.read(|world, moment| {
        let (merchant, id) = (world.merchants.get(mchid)?, platform.public.id());
        Some(Known {
            holds: merchant.holds(serial, moment.wall),
            may_encrypt: named.is_some_and(|named| world.platform.may_encrypt_for(merchant, named, id, moment.now)),
            signer: world.platform.signer(merchant, named, id, moment.now),
            rules: world.rules.clone(),
            limits: world.settings.limits.clone(),
            seed: world.ids.seed,
            wall: moment.wall,
            now: moment.now,
            keys,
            platform: platform.clone(),
        })
    }))
}

/// A merchant's number, a serial, and its key.
type MerchantKey = (String, String, PublicKey);

/// A platform key by its name.
type NamedKey = (String, PublicKey);

/// All keys that a signature may have been made with by mistake: of merchants, with their numbers and serials, and of the platform.
pub(super) fn all_keys(shared: &Shared) -> (Vec<MerchantKey>, Vec<NamedKey>) {
    let mut merchants = Vec::new();
    for (mchid, keys) in shared.keys.all_held() {
        let certificates = keys.certificates.iter();
        merchants.extend(certificates.map(|known| (mchid.clone(), known.serial.clone(), known.public_key.clone())));
    }
    let platform = shared.keys.platform();
    let certificates = platform.certificates.iter().map(|issued| &issued.key);
    let all = std::iter::once(&platform.public).chain(certificates);
    let named = all.filter_map(|key| Some((key.id().to_owned(), key.public_key().ok()?)));
    (merchants, named.collect())
}
