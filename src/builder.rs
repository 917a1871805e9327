//! The configuration of a client, checked once and as a whole.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use zeroize::Zeroizing;

use crate::base_uri::BaseUri;
use crate::certificate::Certificate;
use crate::client::{Client, Shared};
use crate::error::{Error, Result};
use crate::keys::{PrivateKey, PublicKey};
use crate::layer::{SignLayer, VerifyLayer};
use crate::sign::Identity;
use crate::signer::{AnySigner, AnyVerifier, Signer, Verifier};
use crate::trust::{Trust, same_serial};
use crate::verify::WINDOW;

/// The access point that serves every path.
const BASE_URI: &str = "https://api.mch.weixin.qq.com/";

/// The settings of a [`Client`]; every check is made in [`build`](Self::build).
///
/// ```
/// # let pem = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/merchant_key.pem"));
/// # let platform = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/wechatpay_public.pem"));
/// use wechatpay_chain::{Client, PrivateKey, PublicKey};
///
/// let wxpay = Client::builder()
///     .mchid("1900000109")
///     .serial("3775B6A45ACD588826D15E583A95F5DD3775B6A4")
///     .private_key(PrivateKey::from_pem(pem)?)
///     .platform_key("PUB_KEY_ID_0114232134912410000000000000", PublicKey::from_pem(platform)?)
///     .build()?;
/// assert_eq!(wxpay.mchid(), "1900000109");
/// # Ok::<(), wechatpay_chain::Error>(())
/// ```
#[derive(Default)]
#[must_use = "a builder does nothing until `.build()` is called"]
pub struct ClientBuilder {
    mchid: Option<String>,
    brand_id: Option<String>,
    serial: Option<String>,
    private_key: Option<PrivateKey>,
    merchant_identity: Option<(String, Zeroizing<String>)>,
    signer: Option<AnySigner>,
    verifier: Option<AnyVerifier>,
    platform_keys: Vec<(String, PublicKey)>,
    platform_certificates: Vec<Certificate>,
    api_v3_key: Option<Zeroizing<String>>,
    secret: Option<Zeroizing<String>>,
    base_uri: Option<String>,
    timeout: Option<Duration>,
    timestamp_window: Option<Duration>,
    #[cfg(feature = "_transport")]
    transport: crate::transport::Settings,
    #[cfg(feature = "_transport")]
    layers: Vec<crate::stack::Wrap>,
}

impl ClientBuilder {
    /// The merchant number, digits; the partner's own in partner mode.
    pub fn mchid(mut self, mchid: impl Into<String>) -> Self {
        self.mchid = Some(mchid.into());
        self
    }

    /// The brand id, instead of a merchant number: the brand scheme, for `brand/…` paths only.
    pub fn brand_id(mut self, brand_id: impl Into<String>) -> Self {
        self.brand_id = Some(brand_id.into());
        self
    }

    /// The serial of the merchant API certificate, 40 hexadecimal digits.
    pub fn serial(mut self, serial: impl Into<String>) -> Self {
        self.serial = Some(serial.into());
        self
    }

    /// The merchant API key that signs the requests.
    pub fn private_key(mut self, key: PrivateKey) -> Self {
        self.private_key = Some(key);
        self
    }

    /// The merchant API certificate and its key, PEM texts; supplies `serial` and `private_key` when not given.
    pub fn merchant_identity(mut self, cert_pem: impl Into<String>, key_pem: impl Into<String>) -> Self {
        self.merchant_identity = Some((cert_pem.into(), Zeroizing::new(key_pem.into())));
        self
    }

    /// Signs by something else than a key in this process; replaces `private_key` for requests.
    pub fn signer(mut self, signer: impl Signer) -> Self {
        self.signer = Some(AnySigner::new(signer));
        self
    }

    /// Verifies by something else than the platform keys held here.
    pub fn verifier(mut self, verifier: impl Verifier) -> Self {
        self.verifier = Some(AnyVerifier::new(verifier));
        self
    }

    /// The WeChat Pay public key and its id, `PUB_KEY_ID_…`; any number of times.
    pub fn platform_key(mut self, id: impl Into<String>, key: PublicKey) -> Self {
        self.platform_keys.push((id.into(), key));
        self
    }

    /// A platform certificate; any number of times. Its serial is read from it.
    pub fn platform_certificate(mut self, certificate: Certificate) -> Self {
        self.platform_certificates.push(certificate);
        self
    }

    /// The APIv3 key of the merchant platform, 32 bytes.
    pub fn api_v3_key(mut self, key: impl Into<String>) -> Self {
        self.api_v3_key = Some(Zeroizing::new(key.into()));
        self
    }

    /// The APIv2 key of the merchant platform, 32 characters of ASCII.
    pub fn secret(mut self, key: impl Into<String>) -> Self {
        self.secret = Some(Zeroizing::new(key.into()));
        self
    }

    /// Where calls go; the default is `https://api.mch.weixin.qq.com/`. A missing final `/` is added.
    pub fn base_uri(mut self, base_uri: impl Into<String>) -> Self {
        self.base_uri = Some(base_uri.into());
        self
    }

    /// The deadline of a whole call, everything included; the default is 30 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How far an answer's timestamp may be from the local clock; the default is 300 seconds.
    pub fn timestamp_window(mut self, window: Duration) -> Self {
        self.timestamp_window = Some(window);
        self
    }

    /// Checks everything once and makes the client; touches no network.
    ///
    /// # Errors
    ///
    /// `Config`, naming the setting and what is expected; all missing ones in one error.
    pub fn build(mut self) -> Result<Client> {
        self.check_texts()?;
        self.apply_merchant_identity()?;
        self.check_missing()?;
        let trust = self.trust()?;
        let base_uri = self.base_uri.as_deref().unwrap_or(BASE_URI);
        let base_uri = BaseUri::parse(base_uri).map_err(|why| Error::config(format!("base_uri {why}")))?;
        let platform_serial = trust.preferred_serial().and_then(|serial| HeaderValue::from_str(serial).ok());
        let layers = self.v3_layers(trust);
        #[cfg(feature = "_transport")]
        let stack = crate::stack::build(&base_uri, &self.transport, layers.as_ref(), std::mem::take(&mut self.layers))?;
        Ok(Client::new(Shared {
            mchid: self.mchid.unwrap_or_default(),
            serial: self.serial.unwrap_or_default(),
            brand: self.brand_id.is_some(),
            base_uri,
            timeout: self.timeout.unwrap_or(Duration::from_secs(30)),
            user_agent: user_agent()?,
            platform_serial,
            layers,
            #[cfg(feature = "_transport")]
            stack,
        }))
    }

    /// The form of each setting that is given.
    fn check_texts(&mut self) -> Result<()> {
        if self.mchid.is_some() && self.brand_id.is_some() {
            return Err(Error::config(
                "mchid and brand_id are both given, expected one: a brand has a client of its own",
            ));
        }
        check("mchid", self.mchid.as_deref(), "digits", |byte| byte.is_ascii_digit())?;
        check("brand_id", self.brand_id.as_deref(), "letters and digits", |byte| byte.is_ascii_alphanumeric())?;
        check("serial", self.serial.as_deref(), "hexadecimal digits", |byte| byte.is_ascii_hexdigit())?;
        self.serial.as_mut().into_iter().for_each(|serial| serial.make_ascii_uppercase());
        for (name, key) in [("api_v3_key", &self.api_v3_key), ("secret", &self.secret)] {
            let found = key.as_ref().map(|key| (key.len(), key.is_ascii()));
            if let Some((length, ascii)) = found.filter(|found| *found != (32, true)) {
                let kind = if ascii { "ASCII" } else { "not all ASCII" };
                return Err(Error::config(format!("{name} has {length} bytes, {kind}; expected 32 ASCII characters")));
            }
        }
        for (name, time) in [("timeout", self.timeout), ("timestamp_window", self.timestamp_window)] {
            if time.is_some_and(|time| time.is_zero()) {
                return Err(Error::config(format!("{name} is zero, expected some time")));
            }
        }
        Ok(())
    }

    /// Takes serial and key from the merchant certificate, or checks that they are its own.
    fn apply_merchant_identity(&mut self) -> Result<()> {
        let Some((cert_pem, key_pem)) = self.merchant_identity.take() else { return Ok(()) };
        let bad = |error| Error::config("merchant_identity cannot be read").with_source(error);
        let certificate = Certificate::from_pem(cert_pem).map_err(bad)?;
        let key = PrivateKey::from_pem(key_pem.as_str()).map_err(bad)?;
        if key.public_key()? != *certificate.public_key() {
            return Err(Error::config("merchant_identity: the key is not the one of the certificate"));
        }
        let serial = self.serial.get_or_insert_with(|| certificate.serial().to_owned());
        if !same_serial(serial, certificate.serial()) {
            let found = certificate.serial();
            return Err(Error::config(format!("serial is {serial}, but that of merchant_identity is {found}")));
        }
        let private_key = self.private_key.get_or_insert(key);
        if private_key.public_key()? != *certificate.public_key() {
            return Err(Error::config("private_key is not the key of the certificate in merchant_identity"));
        }
        Ok(())
    }

    /// Names everything that is missing at once.
    fn check_missing(&self) -> Result<()> {
        let identity = self.mchid.is_some() || self.brand_id.is_some();
        if self.is_v2_only() && identity {
            return Ok(());
        }
        let platform =
            self.verifier.is_some() || !self.platform_keys.is_empty() || !self.platform_certificates.is_empty();
        let missing: Vec<_> = [
            ("mchid (or brand_id)", identity),
            ("serial", self.serial.is_some()),
            ("private_key", self.private_key.is_some() || self.signer.is_some()),
            ("platform_key (or platform_certificate)", platform),
        ]
        .into_iter()
        .filter_map(|(name, given)| (!given).then_some(name))
        .collect();
        match missing.is_empty() {
            true => Ok(()),
            false => Err(Error::config(format!("missing settings: {}", missing.join(", ")))),
        }
    }

    /// A client of APIv2 has a merchant number and a secret, and none of APIv3's settings.
    fn is_v2_only(&self) -> bool {
        let v3 = self.serial.is_some()
            || self.private_key.is_some()
            || self.signer.is_some()
            || self.verifier.is_some()
            || !self.platform_keys.is_empty()
            || !self.platform_certificates.is_empty();
        self.secret.is_some() && self.mchid.is_some() && !v3
    }

    /// The platform keys; the merchant's own among them is the classic mix-up, and would verify nothing.
    fn trust(&mut self) -> Result<Trust> {
        let mut trust = Trust::default();
        for (id, key) in self.platform_keys.drain(..) {
            trust.add_public_key(&id, key)?;
        }
        for certificate in &self.platform_certificates {
            trust.add_certificate(certificate)?;
        }
        let own = "the merchant's own; expected WeChat Pay's: pub_key.pem, or a downloaded platform certificate";
        if let Some(serial) = self.serial.as_deref().filter(|serial| trust.find(serial).is_some()) {
            return Err(Error::config(format!("a platform key has the serial {serial}, which is {own}")));
        }
        match &self.private_key {
            Some(key) if trust.contains_key(&key.public_key()?) => {
                Err(Error::config(format!("a platform key is {own}")))
            }
            _ => Ok(trust),
        }
    }

    fn v3_layers(&mut self, trust: Trust) -> Option<(SignLayer, VerifyLayer)> {
        let signer = self.signer.take().or_else(|| self.private_key.take().map(AnySigner::new))?;
        let brand = self.brand_id.is_some();
        let id = self.brand_id.clone().or_else(|| self.mchid.clone())?;
        let identity = Identity { brand, id, serial: self.serial.clone()? };
        let authority = match self.verifier.take() {
            Some(verifier) => crate::layer::Authority::Asked(verifier),
            None => crate::layer::Authority::Held(Arc::new(trust)),
        };
        let window = self.timestamp_window.unwrap_or(WINDOW);
        Some((SignLayer::new(identity, signer), VerifyLayer::new(authority, window)))
    }
}

#[cfg(feature = "_transport")]
impl ClientBuilder {
    /// How long name resolution, connection and TLS handshake may take together; the default is 5 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.transport.connect_timeout = timeout;
        self
    }

    /// The most bytes of an answer that are read; the default is 16 MiB. A longer answer is a `Transport` error.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.transport.response_limit = bytes;
        self
    }

    /// Trusts another CA beside Mozilla's, for gateways and tests; PEM, one or more certificates.
    #[cfg(feature = "tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls")))]
    pub fn root_certificate(mut self, pem: impl Into<String>) -> Self {
        self.transport.root_certificates.push(pem.into());
        self
    }

    /// Puts a tower layer around signing and verifying; the first added is outermost.
    ///
    /// A retry in it signs anew. Our own [`Error`] coming back boxed is unboxed, any other becomes one of the kind
    /// `Middleware`. A layer cannot forge the proof of verification: an answer it changes is no longer verified.
    ///
    /// ```
    /// use std::time::Duration;
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # gateway.on(http::Method::GET, "v3/certificates").fault(wechatpay_chain::mock::Fault::Slow(Duration::from_secs(9)));
    /// let wxpay = gateway.builder().layer(tower::timeout::TimeoutLayer::new(Duration::from_millis(50))).build()?;
    /// let error = wxpay.chain("v3/certificates").get().unwrap_err();
    /// assert_eq!(error.kind(), wechatpay_chain::ErrorKind::Middleware);
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: tower_layer::Layer<crate::stack::Stack> + Send + 'static,
        L::Service: tower_service::Service<http::Request<bytes::Bytes>, Response = http::Response<bytes::Bytes>>
            + Clone
            + Send
            + Sync
            + 'static,
        <L::Service as tower_service::Service<http::Request<bytes::Bytes>>>::Error: Into<crate::BoxError>,
        <L::Service as tower_service::Service<http::Request<bytes::Bytes>>>::Future: Send,
    {
        self.layers.push(Box::new(move |stack| crate::stack::Stack::new(layer.layer(stack))));
        self
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("mchid", &self.mchid)
            .field("brand_id", &self.brand_id)
            .field("serial", &self.serial)
            .field("platform_keys", &self.platform_keys)
            .field("platform_certificates", &self.platform_certificates)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

fn check(name: &str, text: Option<&str>, expected: &str, allowed: impl Fn(u8) -> bool) -> Result<()> {
    match text {
        Some("") => Err(Error::config(format!("{name} is empty, expected {expected}"))),
        Some(text) if text.len() > 64 => {
            Err(Error::config(format!("{name} has {} characters, expected at most 64", text.len())))
        }
        Some(text) if !text.bytes().all(&allowed) => {
            Err(Error::config(format!("{name} has other characters than {expected}")))
        }
        _ => Ok(()),
    }
}

fn user_agent() -> Result<HeaderValue> {
    let (version, os, arch) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    HeaderValue::from_str(&format!("wechatpay-chain/{version} ({os}; {arch}) rust"))
        .map_err(|error| Error::config("the User-Agent cannot be written").with_source(error))
}
