//! Payment parameters of APIv3, signed with the merchant's key.

use super::params::{AppParams, JsapiParams, TransferParams, given, prepay_id, stamp};
use crate::client::Client;
use crate::crypto::base64;
use crate::error::{Error, Result};
use crate::keys::signer;

/// Makes payment parameters of APIv3; from [`Client::pay_params`].
///
/// In partner mode they are signed for the appid the order was placed for (`sub_appid` where it was given), with the
/// partner's key: give that appid.
#[derive(Clone, Debug)]
pub struct PayParams(Client);

impl Client {
    /// Payment parameters for the client side, signed with the merchant's key.
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # let wxpay = gateway.client()?;
    /// let params = wxpay.pay_params().jsapi("wx8888888888888888", "wx201410272009395522657a690389285100")?;
    /// let json = serde_json::to_value(&params).unwrap();
    /// assert_eq!(json["package"], "prepay_id=wx201410272009395522657a690389285100");
    /// assert!(json["timeStamp"].is_string());
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn pay_params(&self) -> PayParams {
        PayParams(self.clone())
    }
}

impl PayParams {
    /// For `WeixinJSBridge.invoke('getBrandWCPayRequest', …)`; a remote signer needs [`jsapi_async`](Self::jsapi_async).
    ///
    /// # Errors
    ///
    /// `Request` for a `prepay_id` that is empty or already starts `prepay_id=`; `Config` without a private key here.
    pub fn jsapi(&self, app_id: impl AsRef<str>, prepay_id: impl AsRef<str>) -> Result<JsapiParams> {
        let draft = Draft::new(app_id.as_ref(), prepay_id.as_ref())?;
        let signature = self.sign(&draft.jsapi_message())?;
        Ok(draft.jsapi(&signature))
    }

    /// For `wx.requestPayment` of a mini program, which takes the same without `appId`.
    ///
    /// # Errors
    ///
    /// As [`jsapi`](Self::jsapi).
    pub fn mini_program(&self, app_id: impl AsRef<str>, prepay_id: impl AsRef<str>) -> Result<JsapiParams> {
        self.jsapi(app_id, prepay_id)
    }

    /// For the OpenSDK of an app.
    ///
    /// # Errors
    ///
    /// As [`jsapi`](Self::jsapi).
    pub fn app(&self, app_id: impl AsRef<str>, prepay_id: impl AsRef<str>) -> Result<AppParams> {
        let draft = Draft::new(app_id.as_ref(), prepay_id.as_ref())?;
        let mchid = self.0.engine().merchant.require_mchid()?;
        let signature = self.sign(&draft.app_message())?;
        Ok(draft.app(mchid, &signature))
    }

    /// [`jsapi`](Self::jsapi), by any signer.
    ///
    /// # Errors
    ///
    /// As [`jsapi`](Self::jsapi), and `Sign` when the signer fails.
    pub async fn jsapi_async(
        &self,
        app_id: impl AsRef<str> + Send,
        prepay_id: impl AsRef<str> + Send,
    ) -> Result<JsapiParams> {
        let draft = Draft::new(app_id.as_ref(), prepay_id.as_ref())?;
        let signature = self.sign_async(draft.jsapi_message()).await?;
        Ok(draft.jsapi(&signature))
    }

    /// [`mini_program`](Self::mini_program), by any signer.
    ///
    /// # Errors
    ///
    /// As [`jsapi_async`](Self::jsapi_async).
    pub async fn mini_program_async(
        &self,
        app_id: impl AsRef<str> + Send,
        prepay_id: impl AsRef<str> + Send,
    ) -> Result<JsapiParams> {
        self.jsapi_async(app_id, prepay_id).await
    }

    /// [`app`](Self::app), by any signer.
    ///
    /// # Errors
    ///
    /// As [`jsapi_async`](Self::jsapi_async).
    pub async fn app_async(
        &self,
        app_id: impl AsRef<str> + Send,
        prepay_id: impl AsRef<str> + Send,
    ) -> Result<AppParams> {
        let draft = Draft::new(app_id.as_ref(), prepay_id.as_ref())?;
        let mchid = self.0.engine().merchant.require_mchid()?;
        let signature = self.sign_async(draft.app_message()).await?;
        Ok(draft.app(mchid, &signature))
    }

    /// For the user's confirmation of a transfer, by `wx.requestMerchantTransfer` or in an app: passes on the `package_info` of a transfer
    /// that waits for the user.
    ///
    /// # Errors
    ///
    /// `Request` for an `app_id` or `package_info` that is blank or has control characters, or a `package_info` that is percent-encoded
    /// already; `Config` for a brand's client.
    pub fn transfer(&self, app_id: impl AsRef<str>, package_info: impl AsRef<str>) -> Result<TransferParams> {
        let mchid = self.0.engine().merchant.require_mchid()?;
        TransferParams::new(mchid, app_id.as_ref(), package_info.as_ref())
    }

    fn sign(&self, message: &str) -> Result<String> {
        // The key that places the orders signs these too: a remote signer's, where there is one.
        let key =
            self.0.engine().merchant.private_key.as_ref().filter(|_| !self.0.engine().v3().is_ok_and(|v3| v3.remote));
        let missing = || {
            Error::config("payment parameters are signed with private_key; a Signer does it by the `_async` methods")
        };
        Ok(base64::encode(&key.ok_or_else(missing)?.sign(message.as_bytes())?))
    }

    async fn sign_async(&self, message: String) -> Result<String> {
        let signature = self.0.engine().v3()?.signer.sign(message.as_bytes()).await;
        let failed = |error| signer::failed("the signer failed for the payment parameters", error);
        signature.map(|signature| base64::encode(&signature)).map_err(failed)
    }
}

/// Parameters before their signature.
struct Draft {
    app_id: String,
    prepay_id: String,
    time: String,
    nonce: String,
}

impl Draft {
    fn new(app_id: &str, id: &str) -> Result<Self> {
        let (app_id, prepay_id) = (given("app_id", app_id)?, prepay_id(id)?);
        let (time, nonce) = stamp()?;
        Ok(Self { app_id, prepay_id, time, nonce })
    }

    /// Four lines: appid, time, nonce, and the whole `package`.
    fn jsapi_message(&self) -> String {
        format!("{}\n{}\n{}\nprepay_id={}\n", self.app_id, self.time, self.nonce, self.prepay_id)
    }

    /// Four lines: appid, time, nonce, and the bare prepay id.
    fn app_message(&self) -> String {
        format!("{}\n{}\n{}\n{}\n", self.app_id, self.time, self.nonce, self.prepay_id)
    }

    fn jsapi(self, signature: &str) -> JsapiParams {
        JsapiParams {
            app_id: self.app_id,
            time_stamp: self.time,
            nonce_str: self.nonce,
            package: format!("prepay_id={}", self.prepay_id),
            sign_type: "RSA".to_owned(),
            pay_sign: signature.to_owned(),
        }
    }

    fn app(self, mchid: &str, signature: &str) -> AppParams {
        AppParams {
            appid: self.app_id,
            partnerid: mchid.to_owned(),
            prepayid: self.prepay_id,
            package: "Sign=WXPay".to_owned(),
            noncestr: self.nonce,
            timestamp: self.time,
            sign: signature.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use crate::keys::PrivateKey;
    use crate::keys::fixtures as f;

    #[test]
    fn vectors() {
        let key = PrivateKey::from_pem(f::MERCHANT_KEY).unwrap();
        let sign = |message: String| base64::encode(&key.sign(message.as_bytes()).unwrap());
        let draft = |vector: &serde_json::Value| {
            let text = |name: &str| vector["input"][name].as_str().unwrap().to_owned();
            Draft {
                app_id: text("appId"),
                prepay_id: text("prepay_id"),
                time: text("timeStamp"),
                nonce: text("nonceStr"),
            }
        };
        let jsapi = f::vector("v3-pay-jsapi");
        assert_eq!(draft(&jsapi).jsapi_message(), jsapi["expected"]["message"]);
        let params = draft(&jsapi).jsapi(&sign(draft(&jsapi).jsapi_message()));
        assert_eq!(serde_json::to_value(params).unwrap(), jsapi["expected"]["params"]);
        let app = f::vector("v3-pay-app");
        assert_eq!(draft(&app).app_message(), app["expected"]["message"]);
        let params = draft(&app).app("1900009191", &sign(draft(&app).app_message()));
        assert_eq!(serde_json::to_value(params).unwrap(), app["expected"]["params"]);
    }

    #[test]
    fn a_prepay_id_is_given_bare() {
        assert!(prepay_id("").unwrap_err().to_string().contains("prepay_id is empty"));
        assert_eq!(prepay_id("prepay_id=wx1").unwrap_err().kind(), ErrorKind::Request);
        assert_eq!(prepay_id("wx1").unwrap(), "wx1");
    }
}
