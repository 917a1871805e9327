//! The terminal that sends nothing.

use bytes::Bytes;
use http::Method;

use super::chain::Chain;
use crate::error::Result;
use crate::request::payload::IntoPayload;
use crate::request::prepare::prepare;

impl Chain {
    /// The request as on the wire, with an absolute URI but without `Authorization`; nothing is sent.
    ///
    /// Default headers and `Wechatpay-Serial` are included, fields are encrypted with the platform key that is held; the layers of the application are not run.
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
    /// # use serde_json::json;
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # let wxpay = gateway.builder().base_uri("https://api.mch.weixin.qq.com").build()?;
    /// let chain = wxpay.chain("v3/pay/transactions/native").query("debug", "张 三");
    /// let request = chain.to_request(http::Method::POST, json!({"attach": null, "out_trade_no": "1217752501"}))?;
    /// assert_eq!(
    ///     request.uri(),
    ///     "https://api.mch.weixin.qq.com/v3/pay/transactions/native?debug=%E5%BC%A0%20%E4%B8%89",
    /// );
    /// assert_eq!(request.body(), r#"{"out_trade_no":"1217752501"}"#);
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `Request` or `Config`, naming what is wrong.
    pub fn to_request(&self, method: Method, payload: impl IntoPayload) -> Result<http::Request<Bytes>> {
        let mut prepared = prepare(&self.engine().merchant, self.description(), method, payload.into_source())?;
        prepared.finish(&self.engine().keys.snapshot(), std::time::SystemTime::now())?;
        Ok(prepared.request)
    }
}
