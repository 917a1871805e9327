//! The facts of a merchant that a request is written with.

use std::time::Duration;

use http::HeaderValue;

use super::description::Description;
use crate::crypto::secret::Secret;
use crate::error::{Error, Result};
use crate::keys::PrivateKey;
use crate::uri::base_uri::BaseUri;

/// One merchant, or one brand.
#[allow(clippy::struct_excessive_bools, reason = "facts that have nothing to do with each other")]
pub(crate) struct Merchant {
    /// Empty for a brand.
    pub(crate) mchid: String,
    /// Of the merchant API certificate.
    pub(crate) serial: String,
    /// It signs as a brand, for `brand/…` paths only.
    pub(crate) brand: bool,
    /// It has what APIv3 needs.
    pub(crate) has_v3: bool,
    /// There is a merchant certificate to present in the TLS handshake.
    pub(crate) has_identity: bool,
    pub(crate) private_key: Option<PrivateKey>,
    pub(crate) api_v3_key: Option<Secret>,
    /// The APIv2 key.
    pub(crate) secret: Option<Secret>,
    /// Answers of APIv2 that are signed by MD5 are refused.
    #[cfg_attr(not(feature = "v2"), allow(dead_code))]
    pub(crate) hmac_only: bool,
    pub(crate) base_uri: BaseUri,
    pub(crate) timeout: Duration,
    pub(crate) user_agent: HeaderValue,
}

impl Merchant {
    /// The merchant number, which a brand does not have.
    pub(crate) fn require_mchid(&self) -> Result<&str> {
        match self.mchid.is_empty() {
            true => Err(Error::config("this needs a client with mchid; this one has brand_id")),
            false => Ok(&self.mchid),
        }
    }

    /// The merchant certificate must be there to be presented.
    pub(crate) fn require_identity(&self, path: &str) -> Result<()> {
        if cfg!(not(feature = "tls")) {
            let why = "presents the merchant certificate, which needs the feature `tls` of this crate";
            return Err(Error::config(format!("`{path}` {why}")));
        }
        match self.has_identity {
            true => Ok(()),
            false => Err(Error::config(format!(
                "`{path}` is answered only to who presents the merchant certificate: merchant_identity is missing"
            ))),
        }
    }

    /// The certificate that the caller wants to be presented needs a TLS handshake and must be there.
    ///
    /// Only what the caller says is held to it: an endpoint that is known to ask may be reached over http through a proxy of the
    /// merchant's, which presents the certificate itself.
    pub(crate) fn require_mtls(&self, path: &str, base_uri: &BaseUri) -> Result<()> {
        match base_uri.is_https() {
            true => self.require_identity(path),
            false => Err(Error::request(format!(
                "`.mtls()` presents the merchant certificate in the TLS handshake, and `{path}` would go over plain http to {}",
                base_uri.host()
            ))),
        }
    }

    /// Checks that there is what APIv3 needs.
    pub(crate) fn require_v3(&self) -> Result<()> {
        if self.has_v3 { Ok(()) } else { Err(no_v3()) }
    }

    /// Checks that this client speaks the protocol of APIv3 for a path.
    pub(crate) fn check_v3(&self, operation: &str) -> Result<()> {
        self.require_v3()?;
        let is_brands = operation.strip_prefix("/brand").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        match (is_brands, self.brand) {
            (true, false) => Err(Error::config("a `brand/…` path needs a client with brand_id; this one has mchid")),
            (false, true) => {
                let first = operation.split('/').nth(1).unwrap_or_default();
                Err(Error::config(format!("`{first}/…` needs a client with mchid; this one has brand_id")))
            }
            _ => Ok(()),
        }
    }

    /// The call's own base URI, else the merchant's.
    pub(crate) fn base_uri<'a>(&'a self, call: &'a Description) -> Result<&'a BaseUri> {
        let base_uri = match call.base_uri.as_deref() {
            Some(Ok(base_uri)) => base_uri,
            Some(Err(why)) => return Err(Error::request(format!("base_uri {why}"))),
            None => &self.base_uri,
        };
        match base_uri.is_https() && cfg!(all(feature = "_transport", not(feature = "tls"))) {
            true => Err(Error::config("base_uri is https, which needs the feature `tls` of this crate")),
            false => Ok(base_uri),
        }
    }
}

/// The error of an APIv3 call by a client that has settings for APIv2 only.
pub(crate) fn no_v3() -> Error {
    Error::config("an APIv3 call needs serial, private_key and a platform key; this client has APIv2 settings only")
}
