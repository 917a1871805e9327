//! Which check a request's signature did not pass.

use std::error::Error;
use std::fmt;

/// The check that a request's `Authorization` did not pass; `Display` says it in one sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Failure {
    /// There is no header, or nothing in it.
    Missing,
    /// Another scheme than `WECHATPAY2-SHA256-RSA2048`.
    Scheme,
    /// Not the five items, each as `name="value"`.
    Malformed,
    /// An item stands twice.
    Repeated,
    /// The timestamp is not a number of seconds.
    Timestamp,
    /// The timestamp is more than 300 seconds from the gateway's clock.
    Window,
    /// Nobody has this merchant number with this serial.
    UnknownKey,
    /// The nonce has not 1 to 32 characters.
    Nonce,
    /// The signature is not base64.
    NotBase64,
    /// The signature is not this key's over this request.
    Mismatch,
}

impl Failure {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Missing => "the header Authorization is missing",
            Self::Scheme => "the scheme is not WECHATPAY2-SHA256-RSA2048",
            Self::Malformed => {
                "Authorization has not the five items mchid, nonce_str, timestamp, serial_no, signature, each in quotes"
            }
            Self::Repeated => "an item of Authorization stands twice",
            Self::Timestamp => "timestamp is not a number of seconds",
            Self::Window => "timestamp is more than 5 minutes off",
            Self::UnknownKey => "serial_no is not the serial of a certificate of this mchid",
            Self::Nonce => "nonce_str must have 1 to 32 characters",
            Self::NotBase64 => "signature is not base64",
            // As the gateway itself says it, in `detail`.
            Self::Mismatch => "sign not match",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl Error for Failure {}
