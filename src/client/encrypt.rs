//! Encrypting and decrypting single texts, as sensitive fields are.

use std::time::SystemTime;

use super::client::Client;
use crate::error::{Error, Result};
use crate::request::encrypt_fields::{find, no_key};

/// A text encrypted with a platform key, and the key's serial.
#[derive(Clone, Debug)]
pub struct Sealed {
    ciphertext: String,
    serial: String,
}

impl Sealed {
    /// The ciphertext, base64: 344 characters for a key of 2048 bits.
    pub fn ciphertext(&self) -> &str {
        &self.ciphertext
    }

    /// What the `Wechatpay-Serial` header of the request that carries it must say.
    pub fn serial(&self) -> &str {
        &self.serial
    }
}

impl Client {
    /// Encrypts a text with the current platform key: RSAES-OAEP, SHA-1, at most 214 bytes of UTF-8. No I/O.
    ///
    /// For fields of a payload [`Chain::encrypt`](crate::Chain::encrypt) is simpler: it sets the header too.
    ///
    /// # Errors
    ///
    /// `Request`, with both lengths, for a longer text; `Config` if no platform key is held (with `.auto_certificates()`:
    /// before the first call), or only certificates that have ended.
    pub fn encrypt(&self, text: &str) -> Result<Sealed> {
        let trust = self.engine().keys.snapshot();
        let now = SystemTime::now();
        let serial = trust.preferred_serial(now).ok_or_else(|| no_key(&trust, now))?;
        let ciphertext = find(&trust, serial, now)?.encrypt(text)?;
        Ok(Sealed { ciphertext, serial: serial.to_owned() })
    }

    /// Decrypts base64 that WeChat Pay encrypted with the merchant API certificate, such as a field of an answer.
    ///
    /// # Errors
    ///
    /// `Decrypt`, for a damaged text or another merchant's; `Config` without a private key in this process.
    pub fn decrypt(&self, ciphertext: &str) -> Result<String> {
        let key = self.engine().merchant.private_key.as_ref();
        key.ok_or_else(|| Error::config("decrypting needs private_key"))?.decrypt(ciphertext)
    }
}
