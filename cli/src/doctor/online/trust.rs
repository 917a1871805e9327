//! A TLS handshake that tells an untrusted chain from another host's certificate.

use std::net::TcpStream;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use wechatpay_chain::look;

/// What was seen of a certificate.
#[derive(Clone, Debug)]
pub(super) struct Trust {
    pub(super) chain: Result<(), String>,
    pub(super) name: Result<(), String>,
    pub(super) issuer: Option<String>,
}

/// Shakes hands and hangs up.
///
/// # Errors
///
/// Why there is no handshake, for another reason than the certificate.
pub(super) fn shake(mut stream: TcpStream, host: &str, roots: Arc<RootCertStore>) -> Result<Trust, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let inner = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider)).build();
    let inner = inner.map_err(|error| error.to_string())?;
    let witness = Arc::new(Witness { inner, seen: Mutex::new(None) });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::<Witness>::clone(&witness))
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(|error| error.to_string())?;
    let mut connection = ClientConnection::new(Arc::new(config), name).map_err(|error| error.to_string())?;
    let done = loop {
        match connection.complete_io(&mut stream) {
            Ok(_) if connection.is_handshaking() => {}
            Ok(_) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    let seen = witness.seen.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (seen, done) {
        (Some(trust), Ok(())) => Ok(trust),
        // What was said of the certificate ended the handshake.
        (Some(trust), Err(_)) if trust.chain.is_err() => Ok(trust),
        (_, Err(error)) => Err(error.to_string()),
        (None, Ok(())) => Err("the server showed no certificate".to_owned()),
    }
}

/// Judges as the SDK's connections do, and remembers what it saw. A certificate of another host is noted, and the handshake goes on: nothing is sent over it.
#[derive(Debug)]
struct Witness {
    inner: Arc<WebPkiServerVerifier>,
    seen: Mutex<Option<Trust>>,
}

impl Witness {
    fn note(&self, chain: Result<(), String>, name: Result<(), String>, certificate: &CertificateDer<'_>) {
        let issuer = look(certificate).first().and_then(|found| Some(found.certificate()?.issuer().to_owned()));
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(Trust { chain, name, issuer });
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            Ok(verified) => {
                self.note(Ok(()), Ok(()), end_entity);
                Ok(verified)
            }
            Err(Error::InvalidCertificate(
                error @ (CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }),
            )) => {
                self.note(Ok(()), Err(error.to_string()), end_entity);
                Ok(ServerCertVerified::assertion())
            }
            Err(error) => {
                self.note(Err(error.to_string()), Ok(()), end_entity);
                Err(error)
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}
