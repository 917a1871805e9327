use std::sync::Arc;

use wechatpay_chain::bytes::Bytes;
use wechatpay_chain::{BoxError, Signer, Temporary};

/// A key service: gives the RSA-SHA256 signature of a message.
pub trait KeyService: Send + Sync + 'static {
    fn sign(
        &self,
        message: Bytes,
    ) -> impl Future<Output = std::io::Result<Vec<u8>>> + Send;
}

/// The merchant's key stays where it is: `Client::builder().signer(Remote(service))`.
pub struct Remote<S>(pub Arc<S>);

impl<S: KeyService> Signer for Remote<S> {
    async fn sign(&self, message: Bytes) -> Result<Vec<u8>, BoxError> {
        // Nothing was sent yet, so asking again later does no harm.
        self.0.sign(message).await.map_err(|error| Temporary::new(error).into())
    }
}
