//! A merchant certificate and its key, as they are presented; and certificates of any key, as they are trusted.

#[cfg(feature = "tls")]
use zeroize::Zeroizing;

use super::certificate::Certificate;
use super::form::{Form, Piece};
use super::private_key::PrivateKey;
use super::source;
#[cfg(feature = "tls")]
use super::take::take;
use super::take::take_first;
use super::want::Want;
use crate::crypto::der::{Algorithm, Kind};
use crate::crypto::pem;
use crate::crypto::secret::Secret;
#[cfg(feature = "tls")]
use crate::error::Error;
use crate::error::Result;

/// The certificates of a text or file, one of an RSA key at least.
pub(crate) struct Chain(Vec<(Option<Certificate>, String)>);

impl Chain {
    /// Reads the certificates of a text.
    pub(crate) fn from_pem(text: &str) -> Result<Self> {
        Self::of(&source::of_text(text, Want::Certificate)?)
    }

    /// Reads the certificates of a text, or of the file whose path it is.
    pub(crate) fn load(text: &str) -> Result<Self> {
        Self::of(&source::of_text_or_file(text, Want::Certificate)?)
    }

    fn of(pieces: &[Piece]) -> Result<Self> {
        take_first(pieces, Want::Certificate, Certificate::read)?;
        let certificates = pieces.iter().filter(|piece| matches!(piece.form, Form::Der(Kind::Certificate(_))));
        let with_text =
            |piece: &Piece| (Certificate::read(piece).and_then(Result::ok), pem::encode("CERTIFICATE", &piece.der));
        Ok(Self(certificates.map(with_text).collect()))
    }

    /// The certificate of this key, and PEM of it and of those beside it, as they are presented.
    pub(crate) fn of_key(self, key: &PrivateKey) -> Result<Option<(Certificate, String)>> {
        let own = key.public_key()?;
        let is_own = |(certificate, _): &(Option<Certificate>, String)| {
            certificate.as_ref().is_some_and(|certificate| *certificate.public_key() == own)
        };
        let Some(at) = self.0.iter().position(is_own) else { return Ok(None) };
        let mut chain = self.0;
        let (certificate, mut text) = chain.remove(at);
        text.extend(chain.into_iter().map(|(_, beside)| beside));
        Ok(certificate.map(|certificate| (certificate, text)))
    }
}

/// A private key, and its PEM as it is presented.
pub(crate) struct IdentityKey {
    pub(crate) key: PrivateKey,
    pub(crate) pem: Secret,
}

impl IdentityKey {
    /// Reads the key of a text.
    pub(crate) fn from_pem(text: &str) -> Result<Self> {
        Self::of(&source::of_text(text, Want::PrivateKey)?)
    }

    /// Reads the key of a text, or of the file whose path it is.
    pub(crate) fn load(text: &str) -> Result<Self> {
        Self::of(&source::of_text_or_file(text, Want::PrivateKey)?)
    }

    fn of(pieces: &[Piece]) -> Result<Self> {
        take_first(pieces, Want::PrivateKey, |piece| {
            let label = match piece.form {
                Form::Der(Kind::PrivateKey { algorithm: Algorithm::Rsa, pkcs8: false }) => "RSA PRIVATE KEY",
                _ => "PRIVATE KEY",
            };
            let with_text = |key| Self { key, pem: Secret::new(pem::encode(label, &piece.der)) };
            PrivateKey::read(piece).map(|key| key.map(with_text))
        })
    }
}

/// The certificates of a text, DER, whatever their keys are; `setting` is what an error names.
#[cfg(feature = "tls")]
pub(crate) fn certificates(text: &str, setting: &str) -> Result<Vec<Zeroizing<Vec<u8>>>> {
    let pieces = source::of_text(text, Want::Certificate).map_err(|error| named(setting, &error.to_string()))?;
    let of_any_key =
        |piece: &Piece| matches!(piece.form, Form::Der(Kind::Certificate(_))).then(|| Ok(piece.der.clone()));
    take(&pieces, Want::Certificate, of_any_key).map_err(|why| named(setting, &why))
}

/// The certificates of a text or of the file whose path it is, PEM, whatever their keys are.
#[cfg(feature = "tls")]
pub(crate) fn authorities(text: &str) -> Result<String> {
    let pieces = source::of_text_or_file(text, Want::Certificate)?;
    let of_any_key = |piece: &Piece| {
        matches!(piece.form, Form::Der(Kind::Certificate(_))).then(|| Ok(pem::encode("CERTIFICATE", &piece.der)))
    };
    take(&pieces, Want::Certificate, of_any_key).map(|texts| texts.concat()).map_err(Error::config)
}

#[cfg(feature = "tls")]
fn named(setting: &str, why: &str) -> Error {
    Error::config(format!("{setting}: {why}"))
}
