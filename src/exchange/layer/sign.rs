//! Signs a request: time, nonce, message, signature, `Authorization`.

use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use tower_layer::Layer;
use tower_service::Service;

use crate::error::{BoxError, Error, Result};
use crate::exchange::state::CallState;
use crate::keys::signer::{AnySigner, BoxFuture};
use crate::protocol::v3::sign::Identity;
use crate::request::authorization::Authorizer;
use crate::request::body::Unsigned;
use crate::request::protocol::Protocol;

/// Adds the `Authorization` header to each request, by the merchant's key or a [`Signer`](crate::Signer).
///
/// Time and nonce are taken when the request comes by, so a retry outside it signs anew. Get one from
/// [`Client::sign_layer`](crate::Client::sign_layer).
#[derive(Clone, Debug)]
pub struct SignLayer(Arc<Authorizer>);

impl SignLayer {
    pub(crate) fn new(identity: Identity, signer: AnySigner) -> Self {
        Self(Arc::new(Authorizer::new(identity, signer)))
    }

    /// The signature of a request for a time, in seconds since 1970, and a nonce that are given; nothing is sent.
    ///
    /// The request is one of [`Chain::to_request`](crate::Chain::to_request), or like it.
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # let wxpay = gateway.client()?;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// # runtime.block_on(async {
    /// let request = wxpay.chain("v3/certificates").to_request(http::Method::GET, ())?;
    /// let signed = wxpay.sign_layer()?.sign_at(&request, 1_554_208_460, "593BEC0C").await?;
    /// assert_eq!(signed.message(), b"GET\n/v3/certificates\n1554208460\n593BEC0C\n\n");
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// # })?;
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `Sign`, when the signer fails, or the nonce cannot stand in a header.
    #[cfg(feature = "inspect")]
    #[cfg_attr(docsrs, doc(cfg(feature = "inspect")))]
    pub async fn sign_at(
        &self,
        request: &http::Request<Bytes>,
        timestamp: u64,
        nonce: &str,
    ) -> Result<crate::request::authorization::SignedRequest> {
        self.0.authorize_at(request, timestamp, nonce).await
    }
}

impl<S> Layer<S> for SignLayer {
    type Service = Sign<S>;

    fn layer(&self, inner: S) -> Sign<S> {
        Sign { inner, authorizer: Arc::clone(&self.0) }
    }
}

/// The service that [`SignLayer`] makes.
#[derive(Clone, Debug)]
pub struct Sign<S> {
    inner: S,
    authorizer: Arc<Authorizer>,
}

impl<S> Service<http::Request<Bytes>> for Sign<S>
where
    S: Service<http::Request<Bytes>, Response = http::Response<Bytes>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
{
    type Response = http::Response<Bytes>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, mut request: http::Request<Bytes>) -> Self::Future {
        // The service that was polled ready must be the one that is called.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let layer = SignLayer(Arc::clone(&self.authorizer));
        let state = CallState::of(&request);
        Box::pin(async move {
            layer.sign(&mut request, state.as_deref()).await?;
            inner.call(request).await.map_err(Into::into)
        })
    }
}

impl SignLayer {
    /// Adds `Authorization` to a request of APIv3, unless it is of the few that go without.
    pub(crate) async fn sign(&self, request: &mut http::Request<Bytes>, state: Option<&CallState>) -> Result<()> {
        if let Some(state) = state {
            // For a stack of the caller's own too.
            state.arrive()?;
        }
        // A document of APIv2 is signed inside.
        let is_ours = state.is_none_or(|state| state.protocol == Protocol::V3);
        if is_ours && request.extensions().get::<Unsigned>().is_none() {
            let started = Instant::now();
            let authorized = self.0.authorize(request).await;
            if let Some(state) = state.filter(|_| authorized.as_ref().is_err_and(Error::is_retryable)) {
                state.note_put_off(request.uri().authority().cloned(), started);
            }
            let (authorization, message) = authorized?;
            if let Some(state) = state {
                state.note_signed(message);
            }
            request.headers_mut().insert(AUTHORIZATION, authorization);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use tower::{ServiceExt as _, service_fn};

    use super::*;
    use crate::error::ErrorKind;
    use crate::keys::PrivateKey;
    use crate::keys::fixtures as f;
    use crate::protocol::v3::sign::Scheme;

    fn layer(signer: AnySigner) -> SignLayer {
        let identity =
            Identity { scheme: Scheme::Merchant, id: "1900009191".into(), serial: f::MERCHANT_SERIAL.into() };
        let nonce = || Ok("593BEC0C930BF1AFEB40B4A08C8FB242".to_owned());
        SignLayer(Arc::new(Authorizer { identity, signer, now: || Some(1_554_208_460), nonce }))
    }

    fn vector() -> (http::Request<Bytes>, String) {
        let vectors: Vec<serde_json::Value> = serde_json::from_str(f::VECTORS).unwrap();
        let vector = vectors.iter().find(|vector| vector["id"] == "v3-sign-post-json-chinese").unwrap();
        let text = |pointer| vector.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        let uri = format!("https://api.mch.weixin.qq.com{}", text("/input/request_target"));
        let request = http::Request::post(uri).body(text("/input/body").into()).unwrap();
        (request, text("/expected/authorization"))
    }

    #[tokio::test]
    async fn the_whole_header_is_as_the_vector_says_and_sensitive() {
        let (request, expected) = vector();
        let echo = service_fn(|request: http::Request<Bytes>| async move {
            let mut response = http::Response::new(Bytes::new());
            *response.headers_mut() = request.headers().clone();
            Ok::<_, BoxError>(response)
        });
        let signer = AnySigner::new(PrivateKey::from_pem(f::MERCHANT_KEY).unwrap());
        let response = layer(signer).layer(echo).oneshot(request).await.unwrap();
        let header = &response.headers()[AUTHORIZATION];
        assert_eq!(header, &expected);
        assert!(header.is_sensitive());
        assert!(!format!("{response:?}").contains("signature"));
    }

    #[tokio::test]
    async fn a_signer_that_fails_sends_nothing() {
        struct Down;
        impl crate::Signer for Down {
            async fn sign(&self, _: Bytes) -> Result<Vec<u8>, BoxError> {
                Err("the key service is down".into())
            }
        }
        let never =
            service_fn(|_: http::Request<Bytes>| async { unreachable!("nothing may be sent") as Result<_, BoxError> });
        let error = layer(AnySigner::new(Down)).layer(never).oneshot(vector().0).await.unwrap_err();
        let error = Error::from_layer(error);
        assert_eq!(error.kind(), ErrorKind::Sign);
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the key service is down");
    }
}
