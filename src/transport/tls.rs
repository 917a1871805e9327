//! rustls with ring, passed explicitly: a process-wide default panics when an application enables two.

use std::sync::Arc;

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use once_cell::sync::Lazy;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use super::proxy::Proxied;
use super::settings::Connecting;
use crate::crypto::pem;
use crate::crypto::secret::Secret;
use crate::error::{Error, Result};
use crate::keys::identity;

/// Mozilla's roots, once for all clients of the process.
static ROOTS: Lazy<Arc<RootCertStore>> =
    Lazy::new(|| Arc::new(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }));

pub(super) fn connector(
    http: HttpConnector,
    connecting: &Connecting,
    identity: Option<&(String, Secret)>,
) -> Result<HttpsConnector<Proxied>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::config("TLS cannot be set up").with_source(error))?
        .with_root_certificates(roots(&connecting.root_certificates)?);
    let config = match identity {
        Some((chain, key)) => {
            let bad = |error| Error::config("merchant_identity cannot be used for TLS").with_source(error);
            config.with_client_auth_cert(certificates(chain, "merchant_identity")?, private_key(key)?).map_err(bad)?
        }
        None => config.with_no_client_auth(),
    };
    let http = Proxied::new(http, &connecting.proxy)?;
    Ok(HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1().wrap_connector(http))
}

pub(super) fn roots(extra: &[String]) -> Result<Arc<RootCertStore>> {
    if extra.is_empty() {
        return Ok(Arc::clone(&ROOTS));
    }
    let mut roots = RootCertStore::clone(&ROOTS);
    for text in extra {
        for certificate in certificates(text, "root_certificate")? {
            roots
                .add(certificate)
                .map_err(|error| Error::config("root_certificate: not a CA certificate").with_source(error))?;
        }
    }
    Ok(Arc::new(roots))
}

fn certificates(text: &str, setting: &str) -> Result<Vec<CertificateDer<'static>>> {
    let certificates = identity::certificates(text, setting)?;
    Ok(certificates.iter().map(|der| CertificateDer::from(der.to_vec())).collect())
}

fn private_key(key: &Secret) -> Result<PrivateKeyDer<'static>> {
    let (label, der) = pem::decode(key.expose(), "merchant_identity")?;
    Ok(match label.as_str() {
        "RSA PRIVATE KEY" => PrivateKeyDer::Pkcs1(der.to_vec().into()),
        _ => PrivateKeyDer::Pkcs8(der.to_vec().into()),
    })
}

/// What a server said about our certificate, if that is why a connection ended.
///
/// A server of TLS 1.3 judges it after our side of the handshake is done, when the request may be on its way already; it then
/// never reads it.
///
/// `presented` if there was one of ours to be refused.
pub(crate) fn refusal(error: &(dyn std::error::Error + 'static), presented: bool) -> Option<&'static str> {
    use rustls::AlertDescription as Alert;
    let mut cause = Some(error);
    while let Some(error) = cause {
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        let found = error.downcast_ref::<rustls::Error>().or_else(|| inner?.downcast_ref::<rustls::Error>());
        if let Some(rustls::Error::AlertReceived(alert)) = found {
            return match alert {
                Alert::CertificateRequired if !presented => {
                    Some("the server demands the merchant certificate: see `.mtls()`")
                }
                Alert::BadCertificate
                | Alert::UnsupportedCertificate
                | Alert::CertificateRevoked
                | Alert::CertificateExpired
                | Alert::CertificateUnknown
                | Alert::UnknownCA
                | Alert::AccessDenied
                    if presented =>
                {
                    Some("the server refused the certificate of merchant_identity")
                }
                _ => None,
            };
        }
        cause = error.source();
    }
    None
}
