//! What a file or a text holds, told without loading it: for tools that help to find the right file.

use std::time::SystemTime;

use super::advice;
use super::form::{self, Form, Piece};
use super::source;
use crate::crypto::der::{Algorithm, Kind};
use crate::crypto::{hash, x509};

/// What something found in a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Thing {
    /// A private key, of any algorithm; perhaps encrypted.
    PrivateKey,
    /// A public key alone.
    PublicKey,
    /// An X.509 certificate.
    Certificate,
    /// A PKCS#12 archive (`.p12`, `.pfx`).
    Pkcs12,
    /// A request for a certificate.
    Csr,
    /// Anything else, damaged things too.
    Unknown,
}

/// One thing of a file: what it is, and its public facts. Never anything of a private key.
#[derive(Clone, Debug)]
pub struct Found {
    thing: Thing,
    form: &'static str,
    encrypted: bool,
    algorithm: Option<&'static str>,
    bits: Option<usize>,
    fingerprint: Option<String>,
    description: &'static str,
    certificate: Option<CertificateFacts>,
}

/// What a certificate says beside its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFacts {
    serial: String,
    subject: String,
    common_name: Option<String>,
    issuer: String,
    not_before: SystemTime,
    not_after: SystemTime,
}

/// Everything that the bytes of a file hold, in order; one thing at least.
///
/// PEM with any number of blocks, DER, base64 alone, and the forms of other tools are told apart; a key is not loaded, so one that is too short or
/// of another algorithm is described as well.
///
/// ```
/// use wechatpay_chain::{Thing, look};
///
/// let pem = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/merchant_cert.pem"))?;
/// let found = &look(&pem)[0];
/// assert_eq!((found.thing(), found.form(), found.bits()), (Thing::Certificate, "x509", Some(2048)));
/// assert_eq!(found.certificate().ok_or("none")?.serial(), "5F3A9C01D2E47B6088A1C3F5E70912B4D6C8AA17");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn look(bytes: &[u8]) -> Vec<Found> {
    let trimmed = std::str::from_utf8(bytes).map(|text| source::trimmed(text).as_bytes());
    form::recognise(trimmed.unwrap_or(bytes)).iter().map(found).collect()
}

fn found(piece: &Piece) -> Found {
    let (thing, form, encrypted) = named(piece.form);
    let facts = if thing == Thing::Certificate { x509::facts(&piece.der) } else { None };
    let spki = match (piece.form, &facts) {
        (Form::Der(Kind::PublicKey { spki: true, .. }), _) => Some(piece.der.to_vec()),
        (_, Some(facts)) => Some(facts.spki.clone()),
        _ => pkcs1(piece).and_then(|pkcs1| x509::spki_of_pkcs1(&pkcs1)),
    };
    let of_spki = || spki.as_ref().and_then(|spki| x509::pkcs1_from_spki(spki).ok());
    let modulus = pkcs1(piece).or_else(of_spki).and_then(|pkcs1| x509::modulus_bits(&pkcs1).ok());
    Found {
        thing,
        form,
        encrypted,
        algorithm: algorithm(piece.form),
        bits: modulus,
        fingerprint: spki.map(|spki| hash::sha256_hex(&spki)),
        description: advice::name(piece.form),
        certificate: facts.map(|facts| CertificateFacts {
            serial: facts.serial,
            subject: facts.subject,
            common_name: facts.common_name,
            issuer: facts.issuer,
            not_before: facts.not_before,
            not_after: facts.not_after,
        }),
    }
}

/// The public key, PKCS#1, of a piece that is an RSA key.
fn pkcs1(piece: &Piece) -> Option<Vec<u8>> {
    match piece.form {
        Form::Der(Kind::PrivateKey { algorithm: Algorithm::Rsa, pkcs8 }) => x509::public_half(&piece.der, pkcs8),
        Form::Der(Kind::PublicKey { algorithm: Algorithm::Rsa, spki: false }) => Some(piece.der.to_vec()),
        _ => None,
    }
}

/// What a form is, how it is called, and whether a passphrase is needed.
fn named(form: Form) -> (Thing, &'static str, bool) {
    match form {
        Form::Der(Kind::PrivateKey { pkcs8: true, .. }) => (Thing::PrivateKey, "pkcs8", false),
        Form::Der(Kind::PrivateKey { algorithm: Algorithm::Rsa, .. }) => (Thing::PrivateKey, "pkcs1", false),
        Form::Der(Kind::PrivateKey { .. }) => (Thing::PrivateKey, "sec1", false),
        Form::Der(Kind::EncryptedKey) => (Thing::PrivateKey, "pkcs8", true),
        Form::OldEncrypted => (Thing::PrivateKey, "pem", true),
        Form::OpenSshKey { .. } => (Thing::PrivateKey, "openssh", false),
        Form::Putty => (Thing::PrivateKey, "putty", false),
        Form::Der(Kind::PublicKey { spki: true, .. }) => (Thing::PublicKey, "spki", false),
        Form::Der(Kind::PublicKey { .. }) => (Thing::PublicKey, "pkcs1", false),
        Form::SshPublic { .. } | Form::Ssh2Public { .. } => (Thing::PublicKey, "ssh", false),
        Form::Der(Kind::Certificate(_)) => (Thing::Certificate, "x509", false),
        Form::Der(Kind::Pkcs12) => (Thing::Pkcs12, "pkcs12", true),
        Form::Der(Kind::Request) => (Thing::Csr, "pkcs10", false),
        Form::Der(Kind::Pkcs7) => (Thing::Unknown, "pkcs7", false),
        Form::Der(Kind::RevocationList) => (Thing::Unknown, "crl", false),
        Form::Jwk => (Thing::Unknown, "jwk", false),
        Form::Xml => (Thing::Unknown, "xml", false),
        Form::Pgp => (Thing::Unknown, "pgp", false),
        Form::JavaKeystore => (Thing::Unknown, "jks", true),
        Form::Zip => (Thing::Unknown, "zip", false),
        Form::Parameters => (Thing::Unknown, "parameters", false),
        Form::Empty => (Thing::Unknown, "empty", false),
        Form::Der(Kind::CutOff) | Form::Damaged | Form::Headless | Form::NotBase64 | Form::BinaryAsText => {
            (Thing::Unknown, "damaged", false)
        }
        Form::Unknown => (Thing::Unknown, "unknown", false),
    }
}

fn algorithm(form: Form) -> Option<&'static str> {
    let algorithm = match form {
        Form::Der(
            Kind::PrivateKey { algorithm, .. } | Kind::PublicKey { algorithm, .. } | Kind::Certificate(algorithm),
        ) => algorithm,
        Form::OpenSshKey { rsa: true } | Form::SshPublic { rsa: true } | Form::Ssh2Public { rsa: true } => {
            Algorithm::Rsa
        }
        _ => return None,
    };
    Some(match algorithm {
        Algorithm::Rsa => "RSA",
        Algorithm::RsaPss => "RSA-PSS",
        Algorithm::Ec => "EC",
        Algorithm::Sm2 => "SM2",
        Algorithm::Edwards => "Ed25519",
        Algorithm::Dsa => "DSA",
        Algorithm::Other => "other",
    })
}

impl Found {
    /// What it is.
    pub fn thing(&self) -> Thing {
        self.thing
    }

    /// Its form: `pkcs8`, `pkcs1`, `spki`, `x509`, `pkcs12`, `pkcs10`, `sec1`, `openssh`, `damaged` and so on.
    pub fn form(&self) -> &'static str {
        self.form
    }

    /// Whether a passphrase is needed to read it.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// The algorithm of its key: `RSA`, `EC`, `SM2` and so on.
    pub fn algorithm(&self) -> Option<&'static str> {
        self.algorithm
    }

    /// The length of an RSA key.
    pub fn bits(&self) -> Option<usize> {
        self.bits
    }

    /// SHA-256 of the `SubjectPublicKeyInfo`, in hexadecimal: the same for a private key, its public half and its certificate.
    pub fn fingerprint(&self) -> Option<&str> {
        self.fingerprint.as_deref()
    }

    /// What it is in words, such as `an RSA private key`.
    pub fn description(&self) -> &'static str {
        self.description
    }

    /// What a certificate says beside its key.
    pub fn certificate(&self) -> Option<&CertificateFacts> {
        self.certificate.as_ref()
    }
}

impl CertificateFacts {
    /// The serial in upper-case hexadecimal.
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// Whose certificate it is, as RFC 4514 writes it.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The common name of the subject; of a merchant's certificate the merchant number.
    pub fn common_name(&self) -> Option<&str> {
        self.common_name.as_deref()
    }

    /// Who issued it, as RFC 4514 writes it.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The first moment at which it is valid.
    pub fn not_before(&self) -> SystemTime {
        self.not_before
    }

    /// The last moment at which it is valid.
    pub fn not_after(&self) -> SystemTime {
        self.not_after
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::fixtures as f;

    fn one(text: &str) -> Found {
        look(text.as_bytes()).swap_remove(0)
    }

    #[test]
    fn the_same_key_has_one_fingerprint_in_every_form() {
        let of = |text| one(text).fingerprint().map(str::to_owned);
        let fingerprint = of(f::MERCHANT_KEY);
        assert!(fingerprint.as_ref().is_some_and(|text| text.len() == 64));
        for text in [f::MERCHANT_KEY_PKCS1, f::MERCHANT_PUBLIC, f::MERCHANT_CERT] {
            assert_eq!(of(text), fingerprint);
        }
        assert_ne!(of(f::PLATFORM_CERT), fingerprint);
    }

    #[test]
    fn things_are_told_apart_and_short_keys_measured() {
        for (text, thing, form, algorithm, bits) in [
            (f::MERCHANT_KEY, Thing::PrivateKey, "pkcs8", Some("RSA"), Some(2048)),
            (f::MERCHANT_KEY_PKCS1, Thing::PrivateKey, "pkcs1", Some("RSA"), Some(2048)),
            (f::SHORT_KEY, Thing::PrivateKey, "pkcs8", Some("RSA"), Some(1024)),
            (f::EC_KEY, Thing::PrivateKey, "pkcs8", Some("EC"), None),
            (f::MERCHANT_PUBLIC, Thing::PublicKey, "spki", Some("RSA"), Some(2048)),
            (f::PLATFORM_CERT, Thing::Certificate, "x509", Some("RSA"), Some(2048)),
            ("", Thing::Unknown, "empty", None, None),
            ("hello", Thing::Unknown, "unknown", None, None),
        ] {
            let found = one(text);
            assert_eq!((found.thing(), found.form(), found.algorithm(), found.bits()), (thing, form, algorithm, bits));
        }
        let both = format!("{}\n{}", f::MERCHANT_CERT, f::MERCHANT_KEY);
        assert_eq!(look(both.as_bytes()).len(), 2);
    }

    #[test]
    fn a_certificate_says_whose_it_is() {
        let found = one(f::MERCHANT_CERT);
        let facts = found.certificate().unwrap();
        assert_eq!(facts.serial(), f::MERCHANT_SERIAL);
        assert!(facts.common_name().is_some_and(|name| facts.subject().contains(name)) && !facts.issuer().is_empty());
        assert!(facts.not_before() < facts.not_after());
    }
}
