//! The `Authorization` of a request: read, and verified in the gateway's order.

use std::fmt;

use super::failure::Failure;
use super::message::request_message;
use crate::crypto::base64;
use crate::keys::PublicKey;
use crate::protocol::v3::sign::Scheme;

const ITEMS: [&str; 5] = ["mchid", "nonce_str", "timestamp", "serial_no", "signature"];

/// The gateway refuses a clock that is off by more, in seconds.
const WINDOW: u64 = 300;

/// The five items of an `Authorization` header, as they were sent; `Debug` shows no signature.
#[derive(Clone)]
pub struct Authorization {
    mchid: String,
    nonce: String,
    timestamp: String,
    serial: String,
    signature: String,
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mchid, nonce, timestamp, serial, .. } = self;
        write!(
            f,
            "Authorization {{ mchid: {mchid:?}, nonce: {nonce:?}, timestamp: {timestamp:?}, serial: {serial:?}, .. }}"
        )
    }
}

impl Authorization {
    /// Reads the header's value: the scheme and the five items, in any order, each once and in quotes.
    ///
    /// # Errors
    ///
    /// `Missing` for an empty text, `Scheme`, `Repeated`, and `Malformed` for all else; what the items say is not looked at.
    ///
    /// ```
    /// use wechatpay_chain::gateway::{Authorization, Failure};
    ///
    /// let text = r#"WECHATPAY2-SHA256-RSA2048 timestamp="1554208460",mchid="1900009191",serial_no="5F3A",nonce_str="593B",signature="AQ==""#;
    /// let authorization = Authorization::parse(text)?;
    /// assert_eq!((authorization.mchid(), authorization.timestamp()), ("1900009191", Some(1_554_208_460)));
    /// assert_eq!(Authorization::parse("Basic dTpw").unwrap_err(), Failure::Scheme);
    /// # Ok::<(), Failure>(())
    /// ```
    pub fn parse(header: &str) -> Result<Self, Failure> {
        Self::read(header).map_err(|(failure, _)| failure)
    }

    /// The same; what is wrong with the header is also told more exactly.
    pub(crate) fn read(header: &str) -> Result<Self, (Failure, &'static str)> {
        const NO_ITEMS: &str = "the header Authorization has no items";
        let malformed = |why| (Failure::Malformed, why);
        if !header.is_ascii() {
            return Err(malformed("the header Authorization is not ASCII"));
        }
        if header.trim().is_empty() {
            return Err((Failure::Missing, NO_ITEMS));
        }
        let (scheme, list) = header.split_once(' ').ok_or(malformed(NO_ITEMS))?;
        if scheme != Scheme::Merchant.name() {
            return Err((Failure::Scheme, Failure::Scheme.text()));
        }
        let mut found = [None; 5];
        for item in list.split(',') {
            let (name, value) =
                item.trim().split_once('=').ok_or(malformed("an item of Authorization has no value"))?;
            let at = ITEMS.iter().position(|known| *known == name);
            let at = at.ok_or(malformed("Authorization has an unknown item"))?;
            let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
            if found[at].replace(value.ok_or(malformed("an item of Authorization is not in quotes"))?).is_some() {
                return Err((Failure::Repeated, Failure::Repeated.text()));
            }
        }
        match found.map(|value| value.map(str::to_owned)) {
            [Some(mchid), Some(nonce), Some(timestamp), Some(serial), Some(signature)] => {
                Ok(Self { mchid, nonce, timestamp, serial, signature })
            }
            _ => Err(malformed("Authorization lacks one of mchid, nonce_str, timestamp, serial_no, signature")),
        }
    }

    /// The merchant number.
    pub fn mchid(&self) -> &str {
        &self.mchid
    }

    /// The nonce, `nonce_str`.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// The timestamp as it was sent, which is what is signed.
    pub fn timestamp_text(&self) -> &str {
        &self.timestamp
    }

    /// The timestamp in seconds since 1970; `None` if it is not digits alone, or too many of them.
    pub fn timestamp(&self) -> Option<u64> {
        let digits = Some(&self.timestamp).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        digits.and_then(|text| text.parse().ok())
    }

    /// The serial of the merchant API certificate, `serial_no`.
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// The signature, base64.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// Whether the gateway would accept the request: time, key, nonce and signature, in its order; the first failure is told.
    ///
    /// `target` is path and query as they came, `body` what was signed of the body (of an upload its meta), `now` the gateway's clock in
    /// seconds since 1970. `key` gives the public key of a merchant number and a serial. Whether the nonce was seen before is the
    /// caller's to know.
    ///
    /// # Errors
    ///
    /// `Timestamp`, `Window`, `UnknownKey`, `Nonce`, `NotBase64` or `Mismatch`.
    pub fn verify<'k>(
        &self,
        method: &str,
        target: &str,
        body: &[u8],
        now: u64,
        key: impl FnOnce(&str, &str) -> Option<&'k PublicKey>,
    ) -> Result<(), Failure> {
        let time = self.timestamp().ok_or(Failure::Timestamp)?;
        if time.abs_diff(now) > WINDOW {
            return Err(Failure::Window);
        }
        let key = key(&self.mchid, &self.serial).ok_or(Failure::UnknownKey)?;
        if self.nonce.is_empty() || self.nonce.len() > 32 {
            return Err(Failure::Nonce);
        }
        let signature = base64::decode(&self.signature).ok_or(Failure::NotBase64)?;
        let message = request_message(method, target, &self.timestamp, &self.nonce, body);
        match key.verify(&message, &signature) {
            true => Ok(()),
            false => Err(Failure::Mismatch),
        }
    }

    /// Whether the signature is `key`'s over exactly this message, for finding out what was signed instead.
    pub fn signs(&self, message: &[u8], key: &PublicKey) -> bool {
        base64::decode(&self.signature).is_some_and(|signature| key.verify(message, &signature))
    }
}
