//! What a file of any of the usual forms holds, as DER.

use p12_keystore::{KeyStore, KeyStoreEntry};
use pkcs8::{EncryptedPrivateKeyInfo, PrivateKeyInfo};
use wechatpay_chain::{Thing, look};
use zeroize::Zeroizing;

use super::convert::Refused;

/// One key or certificate of a file.
pub(crate) enum Material {
    /// PKCS#8.
    PrivateKey(Zeroizing<Vec<u8>>),
    /// SPKI.
    PublicKey(Vec<u8>),
    /// X.509.
    Certificate(Vec<u8>),
}

impl Material {
    /// Everything that PEM, DER or an archive holds; `password` is asked for when something is encrypted.
    ///
    /// # Errors
    ///
    /// [`Refused`]: what cannot be read, or not with that password.
    pub(crate) fn all(
        bytes: &[u8],
        password: impl Fn() -> Result<Zeroizing<String>, Refused>,
    ) -> Result<Vec<Self>, Refused> {
        if !bytes.windows(11).any(|window| window == b"-----BEGIN ") {
            return Self::of_der(bytes, &password);
        }
        let blocks = pem::parse_many(bytes).map_err(|_| Refused::Unreadable("a damaged PEM block"))?;
        let mut all = Vec::new();
        for block in blocks {
            if block.headers().get("DEK-Info").is_some() {
                return Err(Refused::OldEncrypted);
            }
            all.extend(Self::of_der(&Zeroizing::new(block.into_contents()), &password)?);
        }
        Ok(all)
    }

    fn of_der(der: &[u8], password: &impl Fn() -> Result<Zeroizing<String>, Refused>) -> Result<Vec<Self>, Refused> {
        let found = look(der).into_iter().next();
        let found = found.ok_or(Refused::Unreadable("nothing"))?;
        let unreadable = || Refused::Unreadable(found.description());
        let one = match (found.thing(), found.form()) {
            (Thing::Pkcs12, _) => return of_archive(der, &password()?),
            (Thing::PrivateKey, _) if found.is_encrypted() => {
                let key = EncryptedPrivateKeyInfo::try_from(der).map_err(|_| unreadable())?;
                let plain = key.decrypt(password()?.as_bytes()).map_err(|_| Refused::Password)?;
                Self::PrivateKey(Zeroizing::new(plain.as_bytes().to_vec()))
            }
            (Thing::PrivateKey, "pkcs8") => Self::PrivateKey(Zeroizing::new(der.to_vec())),
            (Thing::PrivateKey, "pkcs1") => Self::PrivateKey(pkcs8_of_pkcs1(der).ok_or_else(unreadable)?),
            (Thing::PublicKey, "spki") => Self::PublicKey(der.to_vec()),
            (Thing::PublicKey, "pkcs1") => Self::PublicKey(spki_of_pkcs1(der).ok_or_else(unreadable)?),
            (Thing::Certificate, _) => Self::Certificate(der.to_vec()),
            _ => return Err(unreadable()),
        };
        Ok(vec![one])
    }
}

/// The keys of an archive with their certificates, then certificates alone.
fn of_archive(der: &[u8], password: &str) -> Result<Vec<Material>, Refused> {
    use p12_keystore::error::Error;

    let archive = KeyStore::from_pkcs12(der, password).map_err(|error| match error {
        // Without a check of its own, an archive shows a wrong password by what its parts decrypt to.
        Error::MacError(_) | Error::UnpadError | Error::Pkcs5Error(_) => Refused::Password,
        Error::UnsupportedEncryptionScheme | Error::UnsupportedMacAlgorithm => {
            Refused::Unreadable("a PKCS#12 archive of an algorithm that is not known here")
        }
        _ => Refused::Unreadable("a damaged PKCS#12 archive"),
    })?;
    let mut all = Vec::new();
    for (_, entry) in archive.entries() {
        match entry {
            KeyStoreEntry::PrivateKeyChain(chain) => {
                all.push(Material::PrivateKey(Zeroizing::new(chain.key().to_vec())));
                all.extend(
                    chain.chain().iter().map(|certificate| Material::Certificate(certificate.as_der().to_vec())),
                );
            }
            KeyStoreEntry::Certificate(certificate) => all.push(Material::Certificate(certificate.as_der().to_vec())),
            KeyStoreEntry::Secret(_) => {}
        }
    }
    Ok(all)
}

fn pkcs8_of_pkcs1(der: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let document = pkcs8::SecretDocument::try_from(PrivateKeyInfo::new(pkcs1::ALGORITHM_ID, der)).ok()?;
    Some(Zeroizing::new(document.as_bytes().to_vec()))
}

/// SPKI of an RSA public key.
pub(super) fn spki_of_pkcs1(der: &[u8]) -> Option<Vec<u8>> {
    use pkcs8::der::{Encode as _, asn1::BitStringRef};

    let subject_public_key = BitStringRef::from_bytes(der).ok()?;
    pkcs8::SubjectPublicKeyInfoRef { algorithm: pkcs1::ALGORITHM_ID, subject_public_key }.to_der().ok()
}
