//! A merchant of the simulator's.

use wechatpay_chain::{Client, ClientBuilder};

use super::error::Error;
use super::simulator::Simulator;
use crate::engine::merchants::KeyMode;

/// A merchant, for its keys and a client with them.
#[derive(Clone, Copy, Debug)]
pub struct Merchant<'s> {
    pub(super) simulator: &'s Simulator,
    pub(super) mchid: &'s str,
}

impl Merchant<'_> {
    /// A client of the SDK with the merchant's keys: it verifies by the WeChat Pay public key, and in the modes with certificates by
    /// those too.
    ///
    /// # Errors
    ///
    /// `KEYS` should the keys not be usable, or all of the merchant's certificates be revoked or its own.
    pub fn client(self) -> Result<Client, Error> {
        Ok(self.builder()?.build()?)
    }

    /// The same before it is built, for settings of your own.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use wechatpay_chain::Retry;
    ///
    /// let sim = wechatpay_sim::Simulator::builder().start()?;
    /// let wxpay = sim.merchant("1900000001")?.builder()?.retry(Retry::none()).build()?;
    /// assert_eq!(wxpay.mchid(), "1900000001");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`client`](Self::client).
    pub fn builder(self) -> Result<ClientBuilder, Error> {
        let (shared, platform) = (&self.simulator.shared, self.simulator.shared.keys.platform());
        let keys = shared.meet(self.mchid)?;
        let (mode, valid) = shared.read(|world, moment| {
            let merchant = world.merchants.get(self.mchid);
            let valid = |serial: &str| merchant.is_some_and(|merchant| merchant.holds(serial, moment.wall));
            let own = keys.certificates.iter().rev().filter(|known| known.private_key.is_some());
            let newest = own.into_iter().find(|known| valid(&known.serial)).cloned();
            (merchant.map(|merchant| merchant.key_mode), newest)
        });
        let certificate =
            valid.ok_or_else(|| Error::new("KEYS", "no valid certificate with a key that is known here"))?;
        let key = certificate.private_key.as_deref().map_or("", String::as_str);
        // With its certificate, for the calls of APIv2 that ask for one.
        let builder = Client::builder()
            .mchid(self.mchid)
            .merchant_identity(certificate.pem.unwrap_or_default(), key)
            .api_v3_key(keys.api_v3_key.as_str())
            .secret(keys.secret.as_str())
            .base_uri(self.simulator.url());
        Ok(match mode {
            Some(KeyMode::Certificate) => builder.auto_certificates(),
            Some(KeyMode::Grey) => {
                builder.auto_certificates().platform_key(platform.public.id(), platform.public.public_key()?)
            }
            _ => builder.platform_key(platform.public.id(), platform.public.public_key()?),
        })
    }
}
