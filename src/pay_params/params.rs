//! The parameters themselves, and what all of them are checked and stamped with.

use std::fmt;

use serde::Serialize;

use crate::crypto::clock::unix_seconds;
use crate::crypto::random;
use crate::error::{Error, ErrorKind, Result};
use crate::uri::percent;

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

/// What lets a user confirm a transfer: the argument of `wx.requestMerchantTransfer`, or by [`to_query`](Self::to_query) of an app.
///
/// Nothing in it is signed. `Serialize` gives `mchId`, `appId` and `package`, and those of `openId`, `subMchId` and `subAppId` that are set.
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
    #[serde(skip_serializing_if = "Option::is_none")]
    open_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_mch_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_app_id: Option<String>,
}

impl TransferParams {
    pub(crate) fn new(mch_id: &str, app_id: &str, package_info: &str) -> Result<Self> {
        let (app_id, package) = (given("app_id", app_id)?, given("package_info", package_info)?);
        if package.split('%').skip(1).any(|rest| is_hex(rest.as_bytes())) {
            return Err(Error::request(
                "package_info is percent-encoded already, expected the text of the transfer's answer as it came",
            ));
        }
        Ok(Self { mch_id: mch_id.to_owned(), app_id, package, open_id: None, sub_mch_id: None, sub_app_id: None })
    }

    /// Names the user who is to confirm, by the openid under the appid; a blank text is as good as none.
    #[must_use]
    pub fn open_id(mut self, open_id: impl Into<String>) -> Self {
        self.open_id = unless_blank(open_id.into());
        self
    }

    /// Names the sub-merchant of a transfer that a partner made; a blank text is as good as none.
    #[must_use]
    pub fn sub_mchid(mut self, sub_mchid: impl Into<String>) -> Self {
        self.sub_mch_id = unless_blank(sub_mchid.into());
        self
    }

    /// Names the sub-merchant's own appid; a blank text is as good as none.
    #[must_use]
    pub fn sub_app_id(mut self, sub_app_id: impl Into<String>) -> Self {
        self.sub_app_id = unless_blank(sub_app_id.into());
        self
    }

    /// The `query` of `WXOpenBusinessView` in an app, with the `businessType` `requestMerchantTransfer`: `mchId=…&appId=…&package=…`,
    /// then `openId`, `subMchId` and `subAppId` where they are set; every value percent-encoded.
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # let wxpay = gateway.client()?;
    /// let params = wxpay.pay_params().transfer("wx8888888888888888", "affffddafdfafddffda==")?.sub_mchid("1900000110");
    /// assert_eq!(
    ///     params.to_query(),
    ///     "mchId=1900000109&appId=wx8888888888888888&package=affffddafdfafddffda%3D%3D&subMchId=1900000110"
    /// );
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn to_query(&self) -> String {
        let members = [
            ("mchId", Some(&self.mch_id)),
            ("appId", Some(&self.app_id)),
            ("package", Some(&self.package)),
            ("openId", self.open_id.as_ref()),
            ("subMchId", self.sub_mch_id.as_ref()),
            ("subAppId", self.sub_app_id.as_ref()),
        ];
        percent::query(members.into_iter().filter_map(|(name, value)| Some((name, value?.as_str()))))
    }
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

/// A text with something in it, and no control character, which no field of the client side has.
pub(crate) fn given(name: &str, text: &str) -> Result<String> {
    if text.trim().is_empty() {
        let what = if text.is_empty() { "empty" } else { "blank" };
        return Err(Error::request(format!("{name} is {what}")));
    }
    match text.contains(char::is_control) {
        true => Err(Error::request(format!("{name} has a control character, such as a line's end"))),
        false => Ok(text.to_owned()),
    }
}

fn unless_blank(text: String) -> Option<String> {
    (!text.trim().is_empty()).then_some(text)
}

/// Whether a text goes on as a percent-encoded byte does behind its `%`.
fn is_hex(text: &[u8]) -> bool {
    matches!(text, [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
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
