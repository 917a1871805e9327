//! One form made into another.

use pkcs1::RsaPrivateKey;
use pkcs8::der::{Decode as _, Encode as _};
use pkcs8::{PrivateKeyInfo, SubjectPublicKeyInfoRef};
use wechatpay_chain::look;
use zeroize::Zeroizing;

use super::material::{Material, spki_of_pkcs1};

/// The form that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum To {
    /// A private key in the form that the SDKs take.
    Pkcs8,
    /// A key in the form of older tools.
    Pkcs1,
    /// A public key, also of a private key or a certificate.
    Spki,
    /// A certificate.
    Cert,
    /// A private key, as `pkcs8`.
    Key,
}

/// Why nothing was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The password opens nothing.
    Password,
    /// A password is needed, and none is known.
    NoPassword,
    /// Encrypted as OpenSSL did before PKCS#8.
    OldEncrypted,
    /// It is this instead of a key or certificate.
    Unreadable(&'static str),
    /// Nothing in it can become what is wanted.
    Nothing,
    /// The key is no RSA key, so the form does not exist for it.
    NotRsa,
}

/// What was made.
pub(crate) struct Converted {
    pub(crate) kind: &'static str,
    pub(crate) form: &'static str,
    pub(crate) pem: Zeroizing<String>,
    /// SHA-256 of the SPKI of its key.
    pub(crate) fingerprint: Option<String>,
}

impl Converted {
    /// Whether nobody but its owner may read it.
    pub(crate) fn is_private(&self) -> bool {
        self.kind == "private_key"
    }

    fn new(kind: &'static str, form: &'static str, label: &str, der: &[u8]) -> Self {
        let config = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
        let block = pem::Pem::new(label, der);
        let fingerprint = look(der).first().and_then(|found| found.fingerprint().map(str::to_owned));
        Self { kind, form, pem: Zeroizing::new(pem::encode_config(&block, config)), fingerprint }
    }
}

/// Makes the wanted form of the first of the materials that has it.
///
/// # Errors
///
/// [`Refused::Nothing`] and [`Refused::NotRsa`].
pub(crate) fn convert(all: &[Material], to: To) -> Result<Converted, Refused> {
    let private = all.iter().find_map(|material| match material {
        Material::PrivateKey(der) => Some(der),
        _ => None,
    });
    let certificate = all.iter().find_map(|material| match material {
        Material::Certificate(der) => Some(der),
        _ => None,
    });
    match to {
        To::Pkcs8 | To::Key => {
            let der = private.ok_or(Refused::Nothing)?;
            Ok(Converted::new("private_key", "pkcs8", "PRIVATE KEY", der))
        }
        To::Pkcs1 => private.map_or_else(|| pkcs1_public(all), |der| pkcs1_private(der)),
        To::Spki => Ok(Converted::new("public_key", "spki", "PUBLIC KEY", &public(all)?)),
        To::Cert => Ok(Converted::new("certificate", "x509", "CERTIFICATE", certificate.ok_or(Refused::Nothing)?)),
    }
}

fn pkcs1_private(der: &[u8]) -> Result<Converted, Refused> {
    Ok(Converted::new("private_key", "pkcs1", "RSA PRIVATE KEY", rsa(der)?.private_key))
}

fn pkcs1_public(all: &[Material]) -> Result<Converted, Refused> {
    let spki = public(all)?;
    let info = SubjectPublicKeyInfoRef::from_der(&spki).map_err(|_| Refused::NotRsa)?;
    info.algorithm.assert_algorithm_oid(pkcs1::ALGORITHM_OID).map_err(|_| Refused::NotRsa)?;
    let key = info.subject_public_key.as_bytes().ok_or(Refused::NotRsa)?;
    Ok(Converted::new("public_key", "pkcs1", "RSA PUBLIC KEY", key))
}

/// A PKCS#8 key that is one of RSA.
fn rsa(der: &[u8]) -> Result<PrivateKeyInfo<'_>, Refused> {
    let info = PrivateKeyInfo::try_from(der).map_err(|_| Refused::Unreadable("a damaged private key"))?;
    info.algorithm.assert_algorithm_oid(pkcs1::ALGORITHM_OID).map_err(|_| Refused::NotRsa)?;
    Ok(info)
}

/// SPKI of the first thing that has a public key.
fn public(all: &[Material]) -> Result<Vec<u8>, Refused> {
    match all.first().ok_or(Refused::Nothing)? {
        Material::PublicKey(spki) => Ok(spki.clone()),
        Material::Certificate(der) => x509_cert::Certificate::from_der(der)
            .and_then(|certificate| certificate.tbs_certificate.subject_public_key_info.to_der())
            .map_err(|_| Refused::Unreadable("a damaged certificate")),
        Material::PrivateKey(der) => {
            let info = rsa(der)?;
            let key = RsaPrivateKey::try_from(info.private_key).map_err(|_| Refused::NotRsa)?;
            let pkcs1 = key.public_key().to_der().map_err(|_| Refused::NotRsa)?;
            spki_of_pkcs1(&pkcs1).ok_or(Refused::NotRsa)
        }
    }
}
