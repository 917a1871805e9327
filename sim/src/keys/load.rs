//! Reads keys from where they are kept, and makes those that are not there.

use std::thread::{self, ScopedJoinHandle};

use rcgen::KeyPair;
use rustls::ServerConfig;
use wechatpay_chain::PrivateKey;
use wechatpay_chain::gateway::PlatformKey;
use zeroize::Zeroizing;

use super::error::KeyError;
use super::forge::{self, Authority, Span};
use super::merchant::{ApiCertificate, MerchantKeys};
use super::own;
use super::platform::{Issued, PlatformKeys};
use super::store::{Store, Text};
use super::tls;
use crate::engine::time::Time;

const CA: &str = "ca.pem";
const CA_KEY: &str = "ca.key.pem";
const TLS: &str = "tls.pem";
const TLS_KEY: &str = "tls.key.pem";
/// So long before its end a certificate is made again.
const MONTH: i64 = 30 * 24 * 3600;

const PUBLIC: &str = "platform/pub_key.pem";
const PUBLIC_ID: &str = "platform/pub_key_id.txt";
const PUBLIC_KEY: &str = "platform/pub_key.key.pem";

/// The authority, and beside it what the TLS listener presents: made again when it is not good for every host any more.
pub(super) fn authority(store: &Store, now: Time) -> Result<Authority, KeyError> {
    if store.read(CA_KEY)?.is_none() {
        let key = Authority::make()?;
        store.make(CA, &authority_of(&key)?.certificate(now)?)?;
        store.make(CA_KEY, &key)?;
    }
    let authority = authority_of(&text(store, CA_KEY)?)?;
    if store.read(CA)?.is_none() {
        store.make(CA, &authority.certificate(now)?)?;
    }
    let (ca, tls, key) = (text(store, CA)?, store.read(TLS)?, store.read(TLS_KEY)?);
    let soon = now.plus_seconds(MONTH);
    if key.is_none() || !tls.is_some_and(|tls| tls::is_good(&ca, &tls, soon)) {
        let (certificate, key) = authority.server(now)?;
        store.make(TLS, &certificate)?;
        store.make(TLS_KEY, &key)?;
    }
    Ok(authority)
}

fn authority_of(key: &str) -> Result<Authority, KeyError> {
    Authority::of(key).map_err(|error| KeyError::of(CA_KEY, error))
}

/// The certificate of the authority, PEM.
pub(super) fn ca(store: &Store) -> Result<Text, KeyError> {
    text(store, CA)
}

/// How the TLS listener shakes hands.
pub(super) fn tls(store: &Store) -> Result<ServerConfig, KeyError> {
    let (ca, certificate, key) = (text(store, CA)?, text(store, TLS)?, text(store, TLS_KEY)?);
    tls::config(&ca, &certificate, &key).map_err(|error| KeyError::of("ca.pem, tls.pem or tls.key.pem", error))
}

/// The keys that every start needs: the platform's, and a merchant's. Making one takes long, so all are made at the same time.
pub(super) fn first(
    store: &Store,
    authority: &Authority,
    mchid: &str,
    now: Time,
) -> Result<(PlatformKeys, MerchantKeys), KeyError> {
    thread::scope(|scope| {
        let public = scope.spawn(|| public_key_if_none(store));
        let merchant = scope.spawn(|| merchant(store, authority, mchid, now));
        certificate_if_none(store, authority, now)?;
        joined(public)?;
        Ok((platform(store, authority, now)?, joined(merchant)?))
    })
}

fn joined<T>(work: ScopedJoinHandle<'_, Result<T, KeyError>>) -> Result<T, KeyError> {
    work.join().unwrap_or_else(|_| Err(KeyError::new("making a key was broken off")))
}

/// The platform's keys; at least one certificate is there.
pub(super) fn platform(store: &Store, authority: &Authority, now: Time) -> Result<PlatformKeys, KeyError> {
    public_key_if_none(store)?;
    certificate_if_none(store, authority, now)?;
    let certificates = issued(store)?;
    let (id, key) = (text(store, PUBLIC_ID)?, text(store, PUBLIC_KEY)?);
    let public = PlatformKey::new(id.trim(), private_key(PUBLIC_KEY, &key)?);
    Ok(PlatformKeys { public, public_pem: text(store, PUBLIC)?.to_string(), certificates })
}

fn public_key_if_none(store: &Store) -> Result<(), KeyError> {
    match store.read(PUBLIC_KEY)? {
        None => public_key(|name, text| store.make(name, text)),
        Some(_) => Ok(()),
    }
}

fn certificate_if_none(store: &Store, authority: &Authority, now: Time) -> Result<(), KeyError> {
    if serials(store, "platform", "cert_")?.is_empty() {
        platform_certificate(authority, Span::five_years(now), |name, text| store.make(name, text))?;
    }
    Ok(())
}

/// A new key behind the WeChat Pay public key, with a new id.
pub(super) fn public_key(keep: impl Fn(&str, &str) -> Result<(), KeyError>) -> Result<(), KeyError> {
    let key = forge::rsa()?;
    keep(PUBLIC, &key.public_key_pem())?;
    keep(PUBLIC_ID, &format!("PUB_KEY_ID_01{}", forge::digits(26)?.as_str()))?;
    keep(PUBLIC_KEY, &Zeroizing::new(key.serialize_pem()))
}

/// A new platform certificate.
pub(super) fn platform_certificate(
    authority: &Authority,
    span: Span,
    keep: impl Fn(&str, &str) -> Result<(), KeyError>,
) -> Result<String, KeyError> {
    let key = forge::rsa()?;
    let pem = authority.certify("wxpay-sim platform", span, &key)?;
    let serial = own::certificate(&pem)?.serial;
    let [certificate, private] = platform_files(&serial);
    keep(&private, &Zeroizing::new(key.serialize_pem()))?;
    keep(&certificate, &pem)?;
    Ok(serial)
}

/// The files of a platform certificate: itself, and its key.
pub(super) fn platform_files(serial: &str) -> [String; 2] {
    [format!("platform/cert_{serial}.pem"), format!("platform/cert_{serial}.key.pem")]
}

/// The certificates of the platform, the oldest first.
pub(super) fn issued(store: &Store) -> Result<Vec<Issued>, KeyError> {
    let mut found = Vec::new();
    for serial in serials(store, "platform", "cert_")? {
        let [name, key_name] = platform_files(&serial);
        let ApiCertificate { serial, public_key, not_before, not_after, .. } = certificate(store, &name)?;
        let key = private_key(&key_name, &text(store, &key_name)?)?;
        belongs(&key, &public_key, &key_name, &name)?;
        let pem = text(store, &name)?.to_string();
        found.push(Issued { key: PlatformKey::new(serial, key), pem, not_before, not_after });
    }
    found.sort_by_key(|issued| issued.not_before);
    Ok(found)
}

/// The files of a merchant's certificate: the newest that was made here has the usual names.
pub(super) fn merchant_file(mchid: &str, name: &str) -> String {
    format!("merchants/{mchid}/{name}")
}

/// A merchant's keys; what is not there is made.
pub(super) fn merchant(store: &Store, authority: &Authority, mchid: &str, now: Time) -> Result<MerchantKeys, KeyError> {
    let file = |name: &str| merchant_file(mchid, name);
    let (key_file, certificate_file) = (file("apiclient_key.pem"), file("apiclient_cert.pem"));
    match (store.read(&key_file)?, store.read(&certificate_file)?) {
        (None, None) => api_certificate(authority, mchid, now, |name, text| store.make(&file(name), text))?,
        (Some(key), None) => {
            let key = KeyPair::from_pem(&key).map_err(|error| KeyError::of(&key_file, error))?;
            store.make(&certificate_file, &authority.certify(mchid, Span::five_years(now), &key)?)?;
        }
        (None, Some(_)) => return Err(KeyError::new(format!("{certificate_file} is there, {key_file} is not"))),
        (Some(_), Some(_)) => {}
    }
    for name in ["api_v3_key.txt", "secret.txt"] {
        if store.read(&file(name))?.is_none() {
            store.make(&file(name), &forge::word(32)?)?;
        }
    }
    let mut certificates = others(store, mchid, now)?;
    certificates.push(with_key(store, &certificate_file, Some(&key_file))?);
    let secret = |name: &str| secret(store, &file(name));
    Ok(MerchantKeys { certificates, api_v3_key: secret("api_v3_key.txt")?, secret: secret("secret.txt")? })
}

/// A new API certificate with its key, under the usual names.
pub(super) fn api_certificate(
    authority: &Authority,
    mchid: &str,
    now: Time,
    keep: impl Fn(&str, &str) -> Result<(), KeyError>,
) -> Result<(), KeyError> {
    let key = forge::rsa()?;
    keep("apiclient_key.pem", &Zeroizing::new(key.serialize_pem()))?;
    keep("apiclient_cert.pem", &authority.certify(mchid, Span::five_years(now), &key)?)
}

/// The certificates besides that with the usual names: older ones, and what was registered.
fn others(store: &Store, mchid: &str, now: Time) -> Result<Vec<ApiCertificate>, KeyError> {
    let folder = format!("merchants/{mchid}");
    let mut found = Vec::new();
    for serial in serials(store, &folder, "cert_")? {
        let key = merchant_file(mchid, &format!("cert_{serial}.key.pem"));
        let has_key = store.read(&key)?.is_some();
        let name = merchant_file(mchid, &format!("cert_{serial}.pem"));
        found.push(with_key(store, &name, has_key.then_some(key.as_str()))?);
    }
    for serial in serials(store, &folder, "pub_")? {
        let name = merchant_file(mchid, &format!("pub_{serial}.pem"));
        found.push(own::named_public_key(&text(store, &name)?, serial, now)?);
    }
    found.sort_by_key(|certificate| certificate.not_before);
    Ok(found)
}

fn with_key(store: &Store, name: &str, key: Option<&str>) -> Result<ApiCertificate, KeyError> {
    let mut certificate = certificate(store, name)?;
    if let Some(key_name) = key {
        let key = text(store, key_name)?;
        belongs(&private_key(key_name, &key)?, &certificate.public_key, key_name, name)?;
        certificate.private_key = Some(key);
    }
    Ok(certificate)
}

/// The serials in the names of files: `cert_<SERIAL>.pem`.
fn serials(store: &Store, folder: &str, prefix: &str) -> Result<Vec<String>, KeyError> {
    let serial = |name: &String| name.strip_prefix(prefix)?.strip_suffix(".pem").map(str::to_owned);
    let is_one = |serial: &String| serial.bytes().all(|byte| byte.is_ascii_hexdigit());
    Ok(store.names(folder)?.iter().filter_map(serial).filter(is_one).collect())
}

fn text(store: &Store, name: &str) -> Result<Text, KeyError> {
    store.read(name)?.ok_or_else(|| KeyError::new(format!("{name} is not there")))
}

/// A key of 32 bytes; line ends at its end are an editor's.
fn secret(store: &Store, name: &str) -> Result<Text, KeyError> {
    let text = Zeroizing::new(text(store, name)?.trim_end().to_owned());
    match text.len() {
        32 => Ok(text),
        length => Err(KeyError::new(format!("{name} has {length} bytes, expected 32"))),
    }
}

fn certificate(store: &Store, name: &str) -> Result<ApiCertificate, KeyError> {
    own::certificate(&text(store, name)?).map_err(|error| KeyError::of(name, error))
}

fn private_key(name: &str, pem: &str) -> Result<PrivateKey, KeyError> {
    PrivateKey::from_pem(pem).map_err(|error| KeyError::of(name, error))
}

fn belongs(key: &PrivateKey, public: &wechatpay_chain::PublicKey, key_name: &str, name: &str) -> Result<(), KeyError> {
    match key.public_key() {
        Ok(own) if own == *public => Ok(()),
        _ => Err(KeyError::new(format!("the key in {key_name} is not that of {name}"))),
    }
}
