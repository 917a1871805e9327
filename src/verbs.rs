//! The terminals: every HTTP verb, blocking and asynchronous, and `to_request`, which sends nothing.

use bytes::Bytes;
use http::Method;

use crate::chain::Chain;
use crate::error::Result;
use crate::payload::IntoPayload;
#[cfg(feature = "_transport")]
use crate::payload::Source;
#[cfg(feature = "_transport")]
use crate::pending::Pending;
use crate::request::prepare;
#[cfg(feature = "sync")]
use crate::response::Response;

/// Writes a verb and its asynchronous twin, with and without a payload.
macro_rules! verbs {
    ($($sync:ident $async:ident $method:ident $(($payload:ident))?;)*) => {
        $(
            #[doc = concat!("Sends `", stringify!($method), "` and waits for the verified answer.")]
            ///
            /// May be called anywhere, inside a tokio runtime too: it blocks the thread, it never panics.
            ///
            /// # Errors
            ///
            /// Any [`ErrorKind`](crate::ErrorKind) of a call; ask the error whether the
            /// [outcome is unknown](crate::Error::outcome_unknown).
            #[cfg(feature = "sync")]
            #[cfg_attr(docsrs, doc(cfg(feature = "sync")))]
            pub fn $sync(&self $(, $payload: impl IntoPayload)?) -> Result<Response> {
                self.pending(Method::$method, verbs!(source $($payload)?)).wait()
            }

            #[doc = concat!("Sends `", stringify!($method), "`; the future gives the verified answer.")]
            ///
            /// Nothing happens before its first poll. Spawn calls that move money: see [`Pending`].
            ///
            /// # Errors
            ///
            /// Any [`ErrorKind`](crate::ErrorKind) of a call; ask the error whether the
            /// [outcome is unknown](crate::Error::outcome_unknown).
            #[cfg(feature = "async")]
            #[cfg_attr(docsrs, doc(cfg(feature = "async")))]
            pub fn $async(&self $(, $payload: impl IntoPayload)?) -> Pending {
                self.pending(Method::$method, verbs!(source $($payload)?))
            }
        )*
    };
    (source) => { Source::Empty };
    (source $payload:ident) => { $payload.into_source() };
}

#[cfg(feature = "_transport")]
impl Chain {
    verbs! {
        get get_async GET;
        delete delete_async DELETE;
        post post_async POST (payload);
        put put_async PUT (payload);
        patch patch_async PATCH (payload);
    }

    /// Sends any verb with any payload, such as a `DELETE` with JSON, and waits for the verified answer.
    ///
    /// # Errors
    ///
    /// Any [`ErrorKind`](crate::ErrorKind) of a call.
    #[cfg(feature = "sync")]
    #[cfg_attr(docsrs, doc(cfg(feature = "sync")))]
    pub fn send(&self, method: Method, payload: impl IntoPayload) -> Result<Response> {
        self.pending(method, payload.into_source()).wait()
    }

    /// Sends any verb with any payload; the future gives the verified answer.
    ///
    /// # Errors
    ///
    /// Any [`ErrorKind`](crate::ErrorKind) of a call.
    #[cfg(feature = "async")]
    #[cfg_attr(docsrs, doc(cfg(feature = "async")))]
    pub fn send_async(&self, method: Method, payload: impl IntoPayload) -> Pending {
        self.pending(method, payload.into_source())
    }

    pub(crate) fn pending(&self, method: Method, source: Source<'_>) -> Pending {
        let client = std::sync::Arc::clone(self.client());
        match prepare(&client, self.description(), method, source) {
            Ok(prepared) => Pending::new(crate::execute::execute(client, prepared)),
            Err(error) => Pending::new(std::future::ready(Err(error))),
        }
    }
}

impl Chain {
    /// The request as on the wire, with an absolute URI but without `Authorization`; nothing is sent.
    ///
    /// Default headers and `Wechatpay-Serial` are included, fields are encrypted with the platform key that is held; the layers of the application are not run.
    ///
    /// ```
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
        let mut prepared = prepare(self.client(), self.description(), method, payload.into_source())?;
        prepared.finish(&self.client().store.snapshot(), std::time::SystemTime::now())?;
        Ok(prepared.request)
    }
}
