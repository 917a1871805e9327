//! A key that is like the platform's, and that nobody holds.

use std::sync::{Mutex, PoisonError};

use wechatpay_chain::PrivateKey;
use wechatpay_chain::gateway::PlatformKey;

use super::error::KeyError;
use super::forge;

static MADE: Mutex<Option<PlatformKey>> = Mutex::new(None);

/// A platform key that no merchant was ever given: what it signs must not verify. Made at first use, one in a process.
///
/// # Errors
///
/// Should the cryptographic library fail.
pub(crate) fn stranger() -> Result<PlatformKey, KeyError> {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(key) = made.as_ref() {
        return Ok(key.clone());
    }
    let key = PrivateKey::from_pem(forge::rsa()?.serialize_pem()).map_err(|error| KeyError::of("a key", error))?;
    let serial = forge::serial()?.iter().fold(String::new(), |text, byte| format!("{text}{byte:02X}"));
    let key = PlatformKey::new(serial, key);
    *made = Some(key.clone());
    Ok(key)
}
