//! A client from the environment: the `WECHATPAY_*` variables.

use zeroize::Zeroizing;

use super::client::Client;
use crate::error::{Error, Result};
use crate::keys::source;
use crate::keys::{PrivateKey, PublicKey};

const PREFIX: &str = "WECHATPAY_";

/// What APIv3 needs.
const V3: [&str; 5] = ["MCHID", "SERIAL", "PRIVATE_KEY", "PUBLIC_KEY_ID", "PUBLIC_KEY"];

impl Client {
    /// Makes a client from `WECHATPAY_MCHID`, `_SERIAL`, `_PRIVATE_KEY`, `_PUBLIC_KEY_ID`, `_PUBLIC_KEY`, and, where set,
    /// `_API_V3_KEY`, `_SECRET`, `_CERTIFICATE`, `_BASE_URI`, `_CA`.
    ///
    /// `_CERTIFICATE` is the merchant API certificate, for [`merchant_identity`](crate::ClientBuilder::merchant_identity); with it `_SERIAL` may be left out.
    /// `_MCHID` and `_SECRET`, with or without certificate and key, make a client for APIv2 alone.
    /// Without the two `_PUBLIC_KEY…` and with `_API_V3_KEY` it fetches platform certificates
    /// ([`auto_certificates`](crate::ClientBuilder::auto_certificates)). `_CA` is the certificate of an authority that is trusted
    /// beside Mozilla's, as a stand-in with TLS needs it ([`root_certificate`](crate::ClientBuilder::root_certificate)). Keys are PEM texts, in which `\n` may stand for a line break, or paths of PEM files.
    ///
    /// # Errors
    ///
    /// `Config`, naming all variables that are missing or empty, or the one that cannot be used.
    pub fn from_env() -> Result<Self> {
        from_vars(|name| std::env::var(name).ok())
    }
}

fn from_vars(var: impl Fn(&str) -> Option<String>) -> Result<Client> {
    let var = |name: &str| var(&format!("{PREFIX}{name}")).filter(|value| !value.trim().is_empty());
    let certificate = var("CERTIFICATE");
    // The private key alone is not one of APIv3: the certificate is presented with it.
    let of_v3 = |name: &&str| var(name).is_some() && (**name != *"PRIVATE_KEY" || certificate.is_none());
    let v2_only = var("SECRET").is_some() && !V3[1..].iter().any(of_v3);
    // A merchant with platform certificates has no public key; its certificates are fetched with the APIv3 key.
    let can_fetch = cfg!(feature = "_transport");
    let auto = !v2_only && V3[3..].iter().all(|name| var(name).is_none()) && var("API_V3_KEY").is_some();
    let needed = match (v2_only, auto && can_fetch) {
        (true, _) => &V3[..1],
        (_, true) => &V3[..3],
        _ => &V3[..],
    };
    let supplied = |name: &str| name == "SERIAL" && certificate.is_some();
    let missing = needed.iter().filter(|name| var(name).is_none() && !supplied(name));
    let missing: Vec<_> = missing.map(|name| format!("{PREFIX}{name}")).collect();
    if !missing.is_empty() {
        return Err(Error::config(format!("missing in the environment: {}", missing.join(", "))));
    }
    let mut builder = Client::builder();
    if let Some(mchid) = var("MCHID") {
        builder = builder.mchid(mchid.trim());
    }
    if let Some(serial) = var("SERIAL") {
        builder = builder.serial(serial.trim());
    }
    if let Some(key) = var("PRIVATE_KEY") {
        let key = pem(key, "PRIVATE_KEY")?;
        builder = match certificate {
            Some(certificate) => {
                builder.merchant_identity(pem(certificate, "CERTIFICATE")?.as_str(), text(&key)?.as_str())
            }
            None => builder.private_key(PrivateKey::load(key.as_str()).map_err(named("PRIVATE_KEY"))?),
        };
    }
    if let (Some(id), Some(key)) = (var("PUBLIC_KEY_ID"), var("PUBLIC_KEY")) {
        let key = PublicKey::load(pem(key, "PUBLIC_KEY")?.as_str()).map_err(named("PUBLIC_KEY"))?;
        builder = builder.platform_key(id.trim(), key);
    }
    builder.auto_certificates = auto && can_fetch;
    if let Some(key) = var("API_V3_KEY") {
        builder = builder.api_v3_key(key.trim());
    }
    if let Some(key) = var("SECRET") {
        builder = builder.secret(key.trim());
    }
    if let Some(base_uri) = var("BASE_URI") {
        builder = builder.base_uri(base_uri.trim());
    }
    #[cfg(all(feature = "tls", feature = "_transport"))]
    if let Some(authority) = var("CA") {
        builder = builder.root_certificate(pem(authority, "CA")?.as_str());
    }
    builder.build()
}

/// A PEM text as it stands, one with `\n` written out, the content of a file, or a URL-like form of a key.
fn pem(value: String, name: &str) -> Result<Zeroizing<String>> {
    let value = Zeroizing::new(value);
    let path = value.trim();
    if value.contains("-----BEGIN") {
        Ok(Zeroizing::new(value.replace("\\n", "\n")))
    } else if path.contains("://") {
        Ok(value)
    } else if source::is_path(path) || path.len() < 256 && std::path::Path::new(path).exists() {
        source::read_file(path, "the key").map_err(named(name))
    } else {
        // A key pasted without its frame must not be repeated as if it were a path.
        let length = path.len();
        let what = "characters that are neither a PEM text nor the path of a file";
        Err(Error::config(format!("{PREFIX}{name}: {length} {what}")))
    }
}

/// The text of a key that is presented with its certificate.
fn text(key: &str) -> Result<Zeroizing<String>> {
    match source::Source::read(key, "the key").map_err(named("PRIVATE_KEY"))? {
        source::Source::Pem(text) => Ok(text),
        source::Source::Der(..) => Err(Error::config(format!(
            "{PREFIX}PRIVATE_KEY: beside {PREFIX}CERTIFICATE a PEM text or the path of one is expected"
        ))),
    }
}

fn named(name: &str) -> impl Fn(Error) -> Error {
    move |error| Error::config(format!("{PREFIX}{name}: {error}")).with_source_of(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::fixtures as f;

    const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/wechatpay_public.pem");

    fn complete() -> Vec<(&'static str, String)> {
        vec![
            ("WECHATPAY_MCHID", "1900009191".into()),
            ("WECHATPAY_SERIAL", f::MERCHANT_SERIAL.to_lowercase()),
            ("WECHATPAY_PRIVATE_KEY", f::MERCHANT_KEY.replace('\n', "\\n")),
            ("WECHATPAY_PUBLIC_KEY_ID", f::WECHATPAY_ID.into()),
            ("WECHATPAY_PUBLIC_KEY", PATH.into()),
            ("WECHATPAY_API_V3_KEY", "0123456789abcdefGHIJKLMNOPQRSTUV".into()),
            ("WECHATPAY_BASE_URI", "http://127.0.0.1:9".into()),
        ]
    }

    fn client(vars: &[(&str, String)]) -> Result<Client> {
        from_vars(|name| vars.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()))
    }

    #[test]
    fn texts_escapes_and_paths_are_read() {
        let client = client(&complete()).unwrap();
        assert_eq!((client.mchid(), client.serial()), ("1900009191", f::MERCHANT_SERIAL));
        let request = client.chain("v3/certificates").to_request(http::Method::GET, ()).unwrap();
        assert_eq!(request.uri(), "http://127.0.0.1:9/v3/certificates");
        assert_eq!(request.headers()["wechatpay-serial"], f::WECHATPAY_ID);
    }

    #[test]
    fn missing_and_empty_variables_are_named_together() {
        let mut vars = complete();
        vars.retain(|(name, _)| *name != "WECHATPAY_SERIAL");
        vars[2].1 = " ".into();
        let message = client(&vars).unwrap_err().to_string();
        assert_eq!(message, "missing in the environment: WECHATPAY_SERIAL, WECHATPAY_PUBLIC_KEY_ID");
        let mut auto = complete();
        auto.retain(|(name, _)| !name.contains("PUBLIC_KEY"));
        assert_eq!(client(&auto).is_ok(), cfg!(feature = "_transport"));
        auto.retain(|(name, _)| *name != "WECHATPAY_API_V3_KEY");
        let message = client(&auto).unwrap_err().to_string();
        assert_eq!(message, "missing in the environment: WECHATPAY_PUBLIC_KEY_ID, WECHATPAY_PUBLIC_KEY");
        let v2 = [("WECHATPAY_MCHID", "1900009191".to_owned()), ("WECHATPAY_SECRET", "s".repeat(32))];
        assert!(client(&v2).is_ok());
        assert_eq!(client(&v2[1..]).unwrap_err().to_string(), "missing in the environment: WECHATPAY_MCHID");
        let identity = [
            ("WECHATPAY_CERTIFICATE", f::MERCHANT_CERT.replace('\n', "\\n")),
            ("WECHATPAY_PRIVATE_KEY", f::MERCHANT_KEY.to_owned()),
        ];
        let client = client(&[&v2[..], &identity[..]].concat()).unwrap();
        assert!(client.engine().merchant.has_identity && client.engine().v3().is_err());
        let mut vars = [&complete()[..], &identity[..1]].concat();
        vars.retain(|(name, _)| *name != "WECHATPAY_SERIAL");
        assert_eq!(super::tests::client(&vars).unwrap().serial(), f::MERCHANT_SERIAL);
    }

    #[test]
    fn an_unusable_key_names_its_variable_and_not_its_text() {
        for (at, value) in [(2, "MIIEvQIBADANBgkqhkiG"), (2, "/no/such/file.pem"), (4, f::MERCHANT_KEY)] {
            let mut vars = complete();
            vars[at].1 = value.to_owned();
            let error = client(&vars).unwrap_err();
            assert!(error.to_string().contains(vars[at].0), "{error}");
            assert!(!format!("{error:?}").contains("MIIEv"), "{error:?}");
        }
    }
}
