//! What a notice is written with: the merchant's secrets, and the platform's key.

use std::fmt;
use std::sync::Arc;

use wechatpay_chain::gateway::PlatformKey;

use crate::engine::notices::Notice;
use crate::engine::platform::Signer;
use crate::keys::KeyError;
use crate::keys::merchant::MerchantKeys;
use crate::shell::shared::Shared;

/// `Debug` shows the platform key's id alone.
pub(crate) struct Papers {
    pub(super) merchant: Arc<MerchantKeys>,
    pub(super) key: PlatformKey,
}

impl Papers {
    /// Those for a notice to its merchant.
    ///
    /// # Errors
    ///
    /// Should the merchant's keys not be readable.
    pub(crate) fn of(shared: &Shared, notice: &Notice) -> Result<Self, KeyError> {
        let merchant = shared.meet(&notice.mchid)?;
        let platform = shared.keys.platform();
        let signer = shared.read(|world, moment| {
            let merchant = world.merchants.get(notice.mchid.as_str())?;
            Some(world.platform.notice_signer(merchant, &notice.uuid, moment.now))
        });
        let named = match &signer {
            Some(Signer::Certificate(serial)) => platform.named(serial),
            Some(Signer::PublicKey) | None => None,
        };
        Ok(Self { merchant, key: named.unwrap_or(&platform.public).clone() })
    }

    pub(super) fn api_v3_key(&self) -> &str {
        &self.merchant.api_v3_key
    }

    /// The APIv2 key.
    pub(super) fn secret(&self) -> &str {
        &self.merchant.secret
    }

    /// Covers the merchant's secrets in a text; whether there were any.
    pub(super) fn cover(&self, text: &mut String) -> bool {
        let secrets = [self.api_v3_key(), self.secret()];
        let found = secrets.iter().any(|secret| text.contains(secret));
        if found {
            *text = secrets.iter().fold(std::mem::take(text), |text, secret| text.replace(secret, "***"));
        }
        found
    }
}

impl fmt::Debug for Papers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Papers({})", self.key.id())
    }
}
