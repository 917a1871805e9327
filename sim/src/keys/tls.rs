//! What the TLS listener presents, and whose certificates it takes: pure functions of texts.

use std::sync::Arc;
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

use super::error::KeyError;
use super::hosts;
use crate::engine::time::Time;

/// TLS 1.2 and 1.3, HTTP/1.1 alone. A certificate of the client's is asked for, and taken if the authority issued it.
pub(super) fn config(ca: &str, certificate: &str, key: &str) -> Result<ServerConfig, KeyError> {
    let chain = certificates(certificate)?;
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(failed)?;
    let clients = WebPkiClientVerifier::builder_with_provider(roots(ca)?, provider());
    let clients = clients.allow_unauthenticated().build().map_err(failed)?;
    let builder = ServerConfig::builder_with_provider(provider());
    let builder = builder.with_safe_default_protocol_versions().map_err(failed)?.with_client_cert_verifier(clients);
    let mut config = builder.with_single_cert(chain, key).map_err(failed)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Whether the authority issued a certificate for every host, valid at that time.
pub(super) fn is_good(ca: &str, certificate: &str, at: Time) -> bool {
    let good = || -> Result<bool, KeyError> {
        let chain = certificates(certificate)?;
        let leaf = chain.first().ok_or_else(|| KeyError::new("no certificate"))?;
        let verifier = WebPkiServerVerifier::builder_with_provider(roots(ca)?, provider()).build().map_err(failed)?;
        let at = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(at.seconds()).unwrap_or_default()));
        let is_for = |host: String| {
            let name = ServerName::try_from(host);
            name.is_ok_and(|name| verifier.verify_server_cert(leaf, &[], &name, &[], at).is_ok())
        };
        Ok(hosts::all().into_iter().all(is_for))
    };
    good().unwrap_or(false)
}

fn roots(ca: &str) -> Result<Arc<RootCertStore>, KeyError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(ca)? {
        roots.add(certificate).map_err(failed)?;
    }
    Ok(Arc::new(roots))
}

fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, KeyError> {
    CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<_, _>>().map_err(failed)
}

/// Named, because a program with two of them has no default.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn failed(error: impl std::fmt::Display) -> KeyError {
    KeyError::new(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::forge::Authority;
    use super::*;

    const DAY: i64 = 24 * 3600;

    #[test]
    fn a_certificate_is_good_for_its_authority_and_for_800_days() {
        let now = Time::parse("2026-11-25T10:00:00+08:00").unwrap();
        let [own, other] = [(); 2].map(|()| Authority::of(&Authority::make().unwrap()).unwrap());
        let [ca, stranger] = [&own, &other].map(|authority| authority.certificate(now).unwrap());
        let (certificate, key) = own.server(now).unwrap();
        assert!(is_good(&ca, &certificate, now) && is_good(&ca, &certificate, now.plus_seconds(799 * DAY)));
        assert!(!is_good(&ca, &certificate, now.plus_seconds(801 * DAY)));
        assert!(!is_good(&stranger, &certificate, now));
        assert!(!is_good(&ca, "", now) && !is_good("x", &certificate, now));
        assert!(config(&ca, &certificate, &key).is_ok());
        assert!(config(&ca, &certificate, &other.server(now).unwrap().1).is_err());
    }
}
