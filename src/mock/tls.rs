//! The stand-in over TLS: a certificate of its own authority, and perhaps a demand for the merchant's.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio_rustls::TlsAcceptor;

use super::merchant::Parties;
use crate::crypto::pem;
use crate::error::BoxError;

/// What is demanded of who connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Demand {
    /// A certificate is welcome, if it is of the stand-in's authority.
    Nothing,
    /// Such a certificate.
    MerchantCertificate,
}

/// Accepts who presents a certificate of the stand-in's authority, and of others who is not asked for one.
pub(super) fn acceptor(parties: &Parties, demand: Demand) -> Result<TlsAcceptor, BoxError> {
    let certificate = |text: &str| -> Result<CertificateDer<'static>, BoxError> {
        Ok(CertificateDer::from(pem::decode(text, "the stand-in's certificate")?.1.to_vec()))
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(certificate(parties.authority())?)?;
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let verifier = match demand {
        Demand::Nothing => verifier.allow_unauthenticated(),
        Demand::MerchantCertificate => verifier,
    };
    let verifier = verifier.build()?;
    let (chain, key) = parties.server();
    let key = PrivateKeyDer::Pkcs8(pem::decode(key, "the stand-in's key")?.1.to_vec().into());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![certificate(chain)?], key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
