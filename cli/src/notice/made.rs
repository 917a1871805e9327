//! A notification that is made, with the simulator's keys: right, or wrong in one way.

use serde_json::{Value, json};
use wechatpay_chain::gateway::{PlatformKey, seal};
use wechatpay_chain::{PrivateKey, Result};
use zeroize::Zeroizing;

/// In which one way it is wrong; a handler refuses each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Fault {
    /// Signed by a key that is not the platform's.
    Forged,
    /// Changed after it was signed.
    Tampered,
    /// Signed ten minutes ago.
    Stale,
    /// The signature of WeChat Pay's probe.
    Probe,
    /// Under a serial that nobody has.
    UnknownSerial,
    /// Sealed with another APIv3 key.
    WrongKey,
}

/// The keys that one is made with.
pub(crate) struct Kit {
    pub(crate) platform: PlatformKey,
    pub(crate) api_v3_key: Zeroizing<String>,
}

/// What is to be said.
pub(crate) struct Made<'a> {
    pub(crate) event_type: &'a str,
    pub(crate) original_type: &'a str,
    pub(crate) resource: &'a Value,
    /// In seconds since 1970, and as RFC 3339 writes it.
    pub(crate) now: (u64, &'a str),
    /// Sixteen letters or digits that nobody can guess.
    pub(crate) random: &'a str,
}

/// How long ago a stale one was signed, in seconds.
const STALE: u64 = 600;

/// A serial that no platform key has.
const UNKNOWN: &str = "PUB_KEY_ID_0000000000000000000000000000";

/// How the signatures of probes begin.
const PROBE: &str = "WECHATPAY/SIGNTEST/";

impl Made<'_> {
    /// Its headers and body; `stranger` signs a forged one.
    ///
    /// # Errors
    ///
    /// `Sign` and `Config` of the SDK, for keys that cannot be used.
    pub(crate) fn parts(
        &self,
        kit: &Kit,
        fault: Option<Fault>,
        stranger: impl FnOnce() -> Result<PrivateKey>,
    ) -> Result<(Vec<(&'static str, String)>, String)> {
        let id = kit.platform.id();
        let other_key: Zeroizing<String> = Zeroizing::new(kit.api_v3_key.chars().rev().collect());
        let key = if fault == Some(Fault::WrongKey) { &other_key } else { &kit.api_v3_key };
        let body = self.body(key)?;
        let time = if fault == Some(Fault::Stale) { self.now.0.saturating_sub(STALE) } else { self.now.0 };
        let signature = match fault {
            Some(Fault::Forged) => PlatformKey::new(id, stranger()?).sign(time, self.random, body.as_bytes())?,
            _ => kit.platform.sign(time, self.random, body.as_bytes())?,
        };
        let mut headers = signature.headers().to_vec();
        for (name, value) in &mut headers {
            match fault {
                Some(Fault::UnknownSerial) if name.eq_ignore_ascii_case("wechatpay-serial") => {
                    UNKNOWN.clone_into(value);
                }
                Some(Fault::Probe) if name.eq_ignore_ascii_case("wechatpay-signature") => value.insert_str(0, PROBE),
                _ => {}
            }
        }
        let body = if fault == Some(Fault::Tampered) { body.replacen("EV-", "EV-0", 1) } else { body };
        Ok((headers, body))
    }

    fn body(&self, api_v3_key: &str) -> Result<String> {
        let plain = self.resource.to_string();
        let nonce = &self.random[..12.min(self.random.len())];
        let sealed = seal(api_v3_key, nonce, self.original_type, plain.as_bytes())?;
        let mut resource = json!(sealed);
        resource["original_type"] = self.original_type.into();
        let envelope = json!({
            "id": format!("EV-{}", self.random),
            "create_time": self.now.1,
            "resource_type": "encrypt-resource",
            "event_type": self.event_type,
            "summary": "wxpay notice send",
            "resource": resource,
        });
        Ok(envelope.to_string())
    }
}
