//! The parameters themselves, and what all of them are checked and stamped with.

use std::fmt;

use serde::Serialize;

use crate::crypto::clock::unix_seconds;
use crate::crypto::random;
use crate::error::{Error, ErrorKind, Result};

/// For `WeixinJSBridge` (`getBrandWCPayRequest`) and, without `appId`, `wx.requestPayment`.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
#[serde(rename_all = "camelCase")]
pub struct JsapiParams {
    /// The appid that invokes the payment.
    pub app_id: String,
    /// Unix seconds, as text.
    pub time_stamp: String,
    /// 32 random characters.
    pub nonce_str: String,
    /// `prepay_id=…`.
    pub package: String,
    /// `RSA` for APIv3.
    pub sign_type: String,
    /// The signature.
    pub pay_sign: String,
}

/// For the OpenSDK of an app.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AppParams {
    /// The appid of the app.
    pub appid: String,
    /// The merchant number.
    pub partnerid: String,
    /// The bare prepay id.
    pub prepayid: String,
    /// `Sign=WXPay`.
    pub package: String,
    /// 32 random characters.
    pub noncestr: String,
    /// Unix seconds, as text.
    pub timestamp: String,
    /// The signature.
    pub sign: String,
}

/// What `wx.requestMerchantTransfer` takes to let a user confirm a transfer; nothing in it is signed.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
#[serde(rename_all = "camelCase")]
pub struct TransferParams {
    /// The merchant number.
    pub mch_id: String,
    /// The appid the transfer was made for.
    pub app_id: String,
    /// `package_info` of the transfer's answer, as it came.
    pub package: String,
}

macro_rules! quiet {
    ($($type:ident)*) => {
        $(impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($type))
            }
        })*
    };
}

quiet!(JsapiParams AppParams TransferParams);

/// A non-empty text.
pub(crate) fn given(name: &str, text: &str) -> Result<String> {
    match text.is_empty() {
        true => Err(Error::request(format!("{name} is empty"))),
        false => Ok(text.to_owned()),
    }
}

/// The prepay id as the answer of an order gave it.
pub(crate) fn prepay_id(text: &str) -> Result<String> {
    match text.starts_with("prepay_id=") {
        true => Err(Error::request(
            "prepay_id already starts with `prepay_id=`, expected the bare id of the order's answer",
        )),
        false => given("prepay_id", text),
    }
}

/// Time and nonce for client-side parameters.
pub(crate) fn stamp() -> Result<(String, String)> {
    let time = unix_seconds().ok_or_else(|| Error::new(ErrorKind::Sign, "the local clock is before 1970"))?;
    Ok((time.to_string(), random::nonce()?))
}
