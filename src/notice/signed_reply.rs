//! Replies to notifications that the merchant signs, as the events `CROSS_BORDER_PAY.*` want them.

use http::header::AUTHORIZATION;
use serde_json::Value;

use super::notice::Notice;
use crate::client::Client;
use crate::crypto::clock::unix_seconds;
use crate::crypto::random;
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::engine::Credentials;
use crate::keys::signer;
use crate::request::authorization;

impl Client {
    /// [`Notice::reply`], with an `Authorization` header signed by the merchant.
    ///
    /// The message is time, nonce and body, each ended by LF, as answers are signed; no public text confirms it, so try it
    /// against the real service before relying on it.
    ///
    /// # Errors
    ///
    /// `Sign` when the signer fails; `Config` for a client without APIv3 credentials.
    pub async fn signed_reply(&self, body: Value) -> Result<http::Response<String>> {
        let mut response = Notice::reply(body);
        let time = unix_seconds().ok_or_else(|| Error::new(ErrorKind::Sign, "the local clock is before 1970"))?;
        let Credentials { identity, signer, .. } = self.engine().v3()?;
        let nonce = random::nonce()?;
        let message = format!("{time}\n{nonce}\n{}\n", response.body());
        let signature = signer.sign(message.as_bytes()).await;
        let signature = signature.map_err(|error| signer::failed("the signer failed for a reply", error))?;
        let value = authorization::header(identity, time, &nonce, &signature)?;
        response.headers_mut().insert(AUTHORIZATION, value);
        Ok(response)
    }
}
