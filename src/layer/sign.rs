//! Signs a request: time, nonce, message, signature, `Authorization`.

use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderValue;
use http::header::AUTHORIZATION;
use tower_layer::Layer;
use tower_service::Service;

use crate::call::CallState;
use crate::clock::unix_seconds;
use crate::crypto::random;
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::payload::SignedPart;
use crate::request::Unsigned;
use crate::sign::{self, Identity};
use crate::signer::{AnySigner, BoxFuture};

/// Adds the `Authorization` header to each request, by the merchant's key or a [`Signer`](crate::Signer).
///
/// Time and nonce are taken when the request comes by, so a retry outside it signs anew. Get one from
/// [`Client::sign_layer`](crate::Client::sign_layer).
#[derive(Clone, Debug)]
pub struct SignLayer(Arc<Credentials>);

#[derive(Debug)]
struct Credentials {
    identity: Identity,
    signer: AnySigner,
    now: fn() -> Option<u64>,
    nonce: fn() -> Result<String>,
}

impl SignLayer {
    pub(crate) fn new(identity: Identity, signer: AnySigner) -> Self {
        Self(Arc::new(Credentials { identity, signer, now: unix_seconds, nonce: random::nonce }))
    }
}

impl<S> Layer<S> for SignLayer {
    type Service = Sign<S>;

    fn layer(&self, inner: S) -> Sign<S> {
        Sign { inner, credentials: Arc::clone(&self.0) }
    }
}

/// The service that [`SignLayer`] makes.
#[derive(Clone, Debug)]
pub struct Sign<S> {
    inner: S,
    credentials: Arc<Credentials>,
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
        let layer = SignLayer(Arc::clone(&self.credentials));
        let state = request.extensions().get::<Arc<CallState>>().cloned();
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
            state.mark_seen();
        }
        let is_v2 = state.is_some_and(CallState::is_v2);
        if !is_v2 && request.extensions().get::<Unsigned>().is_none() {
            let authorization = self.0.authorize(request, state).await?;
            request.headers_mut().insert(AUTHORIZATION, authorization);
        }
        Ok(())
    }
}

impl Credentials {
    async fn authorize(&self, request: &http::Request<Bytes>, state: Option<&CallState>) -> Result<HeaderValue> {
        let failed = |why| Error::new(ErrorKind::Sign, why);
        let timestamp = (self.now)().ok_or_else(|| failed("the local clock is before 1970"))?;
        let nonce = (self.nonce)()?;
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let signed = request.extensions().get::<SignedPart>().map_or(request.body(), |part| &part.0);
        let message = sign::message(request.method().as_str(), target, timestamp, &nonce, signed);
        let signature = self.signer.sign(&message).await.map_err(|error| match error.downcast::<Error>() {
            Ok(own) if own.kind() == ErrorKind::Sign => *own,
            Ok(own) => failed("the signer failed; nothing was sent").with_source(own),
            Err(foreign) => failed("the signer failed; nothing was sent").with_source(foreign),
        })?;
        if let Some(state) = state {
            state.note_signed(message);
        }
        let text = sign::authorization(&self.identity, timestamp, &nonce, &signature);
        let mut value =
            HeaderValue::try_from(text).map_err(|_| failed("the Authorization header cannot be written"))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

#[cfg(test)]
#[cfg(feature = "_transport")]
mod tests {
    use tower::{ServiceExt as _, service_fn};

    use super::*;
    use crate::fixtures as f;
    use crate::keys::PrivateKey;

    fn layer(signer: AnySigner) -> SignLayer {
        let identity = Identity { brand: false, id: "1900009191".into(), serial: f::MERCHANT_SERIAL.into() };
        let nonce = || Ok("593BEC0C930BF1AFEB40B4A08C8FB242".to_owned());
        SignLayer(Arc::new(Credentials { identity, signer, now: || Some(1_554_208_460), nonce }))
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
