//! The stand-in over TLS: a certificate of its own authority, and, where wanted, a demand for the merchant's.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio_rustls::TlsAcceptor;

use super::merchant::Parties;
use crate::crypto::pem;
use crate::error::BoxError;

/// Whom the stand-in speaks TLS with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clients {
    /// Everybody; nobody is asked for a certificate.
    Any,
    /// Who presents a certificate of the stand-in's authority.
    Certified,
}

/// Accepts these clients, and nobody else.
pub(super) fn acceptor(parties: &Parties, clients: Clients) -> Result<TlsAcceptor, BoxError> {
    let certificate = |text: &str| -> Result<CertificateDer<'static>, BoxError> {
        Ok(CertificateDer::from(pem::decode(text, "the stand-in's certificate")?.1.to_vec()))
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(certificate(parties.authority())?)?;
    let verifier = match clients {
        Clients::Any => WebPkiClientVerifier::no_client_auth(),
        Clients::Certified => {
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build()?
        }
    };
    let (chain, key) = parties.server();
    let key = PrivateKeyDer::Pkcs8(pem::decode(key, "the stand-in's key")?.1.to_vec().into());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![certificate(chain)?], key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
