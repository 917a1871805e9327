//! A client from the environment: the `WECHATPAY_*` variables.

use super::builder::ClientBuilder;
use super::client::Client;
use super::setting;
use crate::error::{Error, Result};
use crate::keys::identity::{Chain, IdentityKey};
use crate::keys::{PrivateKey, PublicKey};

const PREFIX: &str = "WECHATPAY_";

/// What APIv3 needs.
const V3: [&str; 5] = ["MCHID", "SERIAL", "PRIVATE_KEY", "PUBLIC_KEY_ID", "PUBLIC_KEY"];

impl Client {
    /// Makes a client from `WECHATPAY_MCHID`, `_SERIAL`, `_PRIVATE_KEY`, `_PUBLIC_KEY_ID`, `_PUBLIC_KEY`, and, where set,
    /// `_API_V3_KEY`, `_SECRET`, `_CERTIFICATE`, `_BASE_URI`, `_EGRESS`, `_CA`.
    ///
    /// `_CERTIFICATE` is the merchant API certificate, for [`merchant_identity`](crate::ClientBuilder::merchant_identity); with it `_SERIAL` may be left out.
    /// `_MCHID` and `_SECRET`, with or without certificate and key, make a client for APIv2 alone.
    /// Without the two `_PUBLIC_KEY…` and with `_API_V3_KEY` it fetches platform certificates
    /// ([`auto_certificates`](crate::ClientBuilder::auto_certificates)). Keys are what [`PrivateKey::load`] and [`PublicKey::load`] take: PEM texts, in
    /// which `\n` may stand for a line break, their base64 alone, `file://` URLs, or paths. Quotes around a value are passed over.
    ///
    /// `_EGRESS` is a list of `host=url`, parted by commas, as for [`egress`](crate::ClientBuilder::egress).
    ///
    /// `_CA` is the certificate of an authority that is trusted beside Mozilla's, a text or a path, as a stand-in with TLS needs it
    /// ([`root_certificate`](crate::ClientBuilder::root_certificate)).
    ///
    /// # Errors
    ///
    /// `Config`, naming all variables that are missing or empty, or those that cannot be used, and why.
    pub fn from_env() -> Result<Self> {
        // What is not UTF-8 may still be a key with a comment in another encoding.
        from_vars(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    /// Starts the configuration of a client from the same variables, wherever they are kept: `var` gives the value of one by its whole name.
    ///
    /// More can be set on the builder, and [`build`](ClientBuilder::build) names what is missing then. [`ClientBuilder::mode`] tells which way of
    /// verifying was chosen.
    ///
    /// # Errors
    ///
    /// `Config`, naming the variables that cannot be used, and why.
    ///
    /// ```
    /// use wechatpay_chain::{Client, Mode};
    ///
    /// let kept = [("WECHATPAY_MCHID", "1900000109"), ("WECHATPAY_SECRET", "0123456789abcdef0123456789abcdef")];
    /// let var = |name: &str| kept.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    /// let builder = Client::builder_from(var)?;
    /// assert_eq!(builder.mode(), Some(Mode::V2));
    /// assert_eq!(builder.build()?.mchid(), "1900000109");
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn builder_from(var: impl Fn(&str) -> Option<String>) -> Result<ClientBuilder> {
        Vars(var).builder()
    }
}

/// The value of a variable by its name without the prefix; `None` if there is nothing in it.
struct Vars<F>(F);

impl<F: Fn(&str) -> Option<String>> Vars<F> {
    fn get(&self, name: &str) -> Option<String> {
        let value = (self.0)(&format!("{PREFIX}{name}"))?;
        let value = value.trim();
        // As some readers of `.env` files leave them.
        let quoted = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
        let value = quoted.unwrap_or(value).trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether what is given is for APIv2 alone.
    fn is_v2_only(&self) -> bool {
        let has_certificate = self.has("CERTIFICATE");
        // The private key alone is not one of APIv3: the certificate is presented with it.
        let of_v3 = |name: &&str| self.has(name) && (**name != *"PRIVATE_KEY" || !has_certificate);
        self.has("SECRET") && !V3[1..].iter().any(of_v3)
    }

    /// Whether platform certificates are fetched: a merchant with them has no public key, and they are fetched with the APIv3 key.
    fn fetches(&self) -> bool {
        let has_public_key = V3[3..].iter().any(|name| self.has(name));
        !self.is_v2_only() && !has_public_key && self.has("API_V3_KEY") && cfg!(feature = "_transport")
    }

    /// Names all that is missing.
    fn check(&self) -> Result<()> {
        let (has_certificate, v2_only, fetches) = (self.has("CERTIFICATE"), self.is_v2_only(), self.fetches());
        let is_needed = |name: &str| match name {
            "MCHID" => true,
            "SERIAL" => !v2_only && !has_certificate,
            "PRIVATE_KEY" => !v2_only || has_certificate,
            _ => !v2_only && !fetches,
        };
        let missing = V3.iter().filter(|name| is_needed(name) && !self.has(name));
        let missing: Vec<_> = missing.map(|name| format!("{PREFIX}{name}")).collect();
        match missing.is_empty() {
            true => Ok(()),
            false => Err(Error::config(format!("missing in the environment: {}", missing.join(", ")))),
        }
    }

    /// What `read` makes of a variable; an error names it.
    fn read<T>(&self, name: &str, faults: &mut Vec<Error>, read: impl Fn(&str) -> Result<T>) -> Option<T> {
        let found = read(&self.get(name)?).map_err(|error| named(name, error));
        found.map_err(|error| faults.push(error)).ok()
    }

    /// The keys, all that are given.
    fn keys(&self, builder: &mut ClientBuilder) -> Result<()> {
        let mut faults = Vec::new();
        if self.has("CERTIFICATE") {
            let chain = self.read("CERTIFICATE", &mut faults, Chain::load);
            builder.identity = chain.zip(self.read("PRIVATE_KEY", &mut faults, IdentityKey::load));
        } else {
            builder.private_key = self.read("PRIVATE_KEY", &mut faults, |text| PrivateKey::load(text));
        }
        let key = self.read("PUBLIC_KEY", &mut faults, |text| PublicKey::load(text));
        builder.platform_keys.extend(self.get("PUBLIC_KEY_ID").zip(key));
        setting::all(faults)
    }

    /// All that is given, put into a builder.
    fn builder(&self) -> Result<ClientBuilder> {
        let mut builder = Client::builder();
        builder.from_env = true;
        builder.auto_certificates = self.fetches();
        self.keys(&mut builder)?;
        let texts: [(&str, Set); 5] = [
            ("MCHID", ClientBuilder::mchid),
            ("SERIAL", ClientBuilder::serial),
            ("API_V3_KEY", ClientBuilder::api_v3_key),
            ("SECRET", ClientBuilder::secret),
            ("BASE_URI", ClientBuilder::base_uri),
        ];
        let set = |builder, (name, set): (&str, Set)| match self.get(name) {
            Some(value) => set(builder, value),
            None => builder,
        };
        let builder = texts.into_iter().fold(builder, set);
        #[cfg(feature = "_transport")]
        let builder = ["EGRESS", "CA"].into_iter().try_fold(builder, |builder, name| match self.get(name) {
            Some(value) => builder.network_text(name, &value).map_err(|error| named(name, error)),
            None => Ok(builder),
        })?;
        Ok(builder)
    }
}

/// Sets a text of the builder.
type Set = fn(ClientBuilder, String) -> ClientBuilder;

fn from_vars(var: impl Fn(&str) -> Option<String>) -> Result<Client> {
    let vars = Vars(var);
    vars.check()?;
    vars.builder()?.build()
}

fn named(name: &str, error: Error) -> Error {
    Error::config(format!("{PREFIX}{name}: {error}")).with_source_of(error)
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
        assert_eq!(client(&auto).is_ok(), cfg!(any(feature = "async", feature = "sync")));
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
    fn what_build_refuses_names_the_variable_too() {
        for (at, value, expected) in [
            (0, "19x", "WECHATPAY_MCHID has other characters than digits"),
            (1, "PUB_KEY_ID_01", "WECHATPAY_SERIAL is the id of WeChat Pay's public key"),
            (3, f::PLATFORM_SERIAL, "WECHATPAY_PUBLIC_KEY_ID: the id"),
            (4, f::MERCHANT_PUBLIC, "WECHATPAY_PUBLIC_KEY: a platform key is the merchant's own"),
            (5, "0123456789abcdefGHIJKLMNOPQRSTU", "WECHATPAY_API_V3_KEY has 31 bytes"),
            (6, "127.0.0.1", "WECHATPAY_BASE_URI \"127.0.0.1\" is no absolute URI"),
        ] {
            let mut vars = complete();
            vars[at].1 = value.to_owned();
            let error = client(&vars).unwrap_err().to_string();
            assert!(error.contains(expected), "{expected}: {error}");
        }
        let mut vars = complete();
        vars.push(("WECHATPAY_CERTIFICATE", f::PLATFORM_CERT.to_owned()));
        let error = client(&vars).unwrap_err().to_string();
        assert_eq!(error, "WECHATPAY_CERTIFICATE: the key is not the one of the certificate");
        vars[7].1 = f::MERCHANT_CERT.to_owned();
        vars[1].1 = "AB".to_owned();
        let error = client(&vars).unwrap_err().to_string();
        assert!(error.starts_with("WECHATPAY_SERIAL is AB, but that of WECHATPAY_CERTIFICATE is"), "{error}");
        let v2 = [("WECHATPAY_MCHID", "1900009191".to_owned()), ("WECHATPAY_SECRET", "short".to_owned())];
        assert!(client(&v2).unwrap_err().to_string().starts_with("WECHATPAY_SECRET has 5 bytes"));
    }

    #[test]
    fn a_builder_of_variables_takes_more_and_names_what_is_missing_at_its_end() {
        let vars = complete();
        let var = |name: &str| vars.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        let client = Client::builder_from(var).unwrap().mchid("1900009192").build().unwrap();
        assert_eq!(client.mchid(), "1900009192");
        let error = Client::builder_from(|_| None).unwrap().build().unwrap_err().to_string();
        assert!(
            error.contains("WECHATPAY_MCHID, WECHATPAY_SERIAL, WECHATPAY_PRIVATE_KEY, WECHATPAY_PUBLIC_KEY"),
            "{error}"
        );
        let error =
            Client::builder_from(|name| name.ends_with("PRIVATE_KEY").then(|| "/no/such.pem".into())).unwrap_err();
        assert!(error.to_string().starts_with("WECHATPAY_PRIVATE_KEY: "), "{error}");
    }

    #[test]
    fn quotes_around_values_are_passed_over() {
        let quoted: Vec<_> = complete().into_iter().map(|(name, value)| (name, format!("\"{value}\""))).collect();
        assert_eq!(client(&quoted).unwrap().serial(), f::MERCHANT_SERIAL);
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
