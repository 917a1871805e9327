//! A client: one merchant's credentials, the keys it trusts, and the stack its calls go through.

use std::fmt;
use std::ops::Index;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use crate::base_uri::BaseUri;
use crate::builder::ClientBuilder;
use crate::chain::Chain;
use crate::description::Text;
use crate::error::{Error, Result};
use crate::intern::Interned;
use crate::keys::PrivateKey;
use crate::layer::{Authority, SignLayer, VerifyLayer};
use crate::secret::Secret;
use crate::sign::Identity;
use crate::signer::AnySigner;
use crate::store::TrustStore;

/// A merchant's access to WeChat Pay: the start of every chain.
///
/// Cheap to clone, `Send` and `Sync`; clones share the connections. Make one per merchant and keep it. All clients of a
/// process share one background I/O thread.
///
/// ```
/// # use serde_json::json;
/// # let gateway = wechatpay_chain::mock::Server::start()?;
/// # gateway.on(http::Method::GET, "v3/pay/transactions/id/{id}").reply(json!({"trade_state": "SUCCESS"}));
/// # let wxpay = gateway.client()?;
/// let order = wxpay["v3/pay/transactions/id/{id}"].var("id", "4200").query("mchid", wxpay.mchid()).get()?;
/// assert_eq!(order.get::<String>("/trade_state")?, "SUCCESS");
/// # Ok::<(), wechatpay_chain::Error>(())
/// ```
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    /// The chains behind `client["…"]`; beside `shared`, which they hold, or both would live for ever.
    places: Arc<Interned<Chain>>,
}

/// What chains hold of their client.
#[allow(clippy::struct_excessive_bools, reason = "facts that have nothing to do with each other")]
pub(crate) struct Shared {
    pub(crate) mchid: String,
    pub(crate) serial: String,
    /// The `brand/…` scheme instead of the merchant's.
    pub(crate) brand: bool,
    pub(crate) base_uri: BaseUri,
    pub(crate) timeout: Duration,
    pub(crate) window: Duration,
    pub(crate) user_agent: HeaderValue,
    pub(crate) store: Arc<TrustStore>,
    /// `None` for a client without APIv3 credentials.
    pub(crate) v3: Option<Credentials>,
    pub(crate) private_key: Option<PrivateKey>,
    pub(crate) api_v3_key: Option<Secret>,
    pub(crate) secret: Option<Secret>,
    /// Answers of APIv2 that are signed by MD5 are refused.
    #[cfg_attr(not(feature = "v2"), allow(dead_code))]
    pub(crate) hmac_only: bool,
    /// There is a merchant certificate to present.
    pub(crate) has_identity: bool,
    #[cfg(feature = "_transport")]
    pub(crate) hosts: Arc<crate::hosts::Hosts>,
    /// How many calls may be under way at once.
    #[cfg(feature = "_transport")]
    pub(crate) turns: Option<crate::execute::Turns>,
    pub(crate) retry: Option<crate::retry::Retry>,
    #[cfg(feature = "_transport")]
    pub(crate) hyper: crate::transport::HyperService,
    #[cfg(feature = "_transport")]
    pub(crate) stack: crate::stack::Stack,
    /// The caller put layers around the stack.
    #[cfg(feature = "_transport")]
    pub(crate) has_layers: bool,
}

/// Who signs and who verifies.
pub(crate) struct Credentials {
    pub(crate) identity: Identity,
    pub(crate) signer: AnySigner,
    /// The signer is not the private key of this process.
    pub(crate) remote: bool,
    pub(crate) authority: Authority,
    pub(crate) sign: SignLayer,
    pub(crate) verify: VerifyLayer,
}

impl Client {
    /// Starts the configuration of a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// The merchant number; empty for a brand's client.
    pub fn mchid(&self) -> &str {
        &self.shared.mchid
    }

    /// The serial of the merchant API certificate, in upper-case hexadecimal; empty for a client with APIv2 only.
    pub fn serial(&self) -> &str {
        &self.shared.serial
    }

    /// The serial or id of the platform key that requests name in `Wechatpay-Serial`; `None` if none is held.
    ///
    /// With `.auto_certificates()` there is none before the first call, and it changes with a rotation.
    pub fn platform_serial(&self) -> Option<String> {
        self.shared.store.snapshot().preferred_serial(std::time::SystemTime::now()).map(str::to_owned)
    }

    /// The platform certificates: what is held, how the last download went, and a download by hand.
    #[cfg(feature = "_transport")]
    pub fn certificates(&self) -> crate::certificates::Certificates {
        crate::certificates::Certificates(Arc::clone(&self.shared.store))
    }

    /// The hosts of this client in order of preference, and which of them are left alone because they failed.
    ///
    /// Clones of a client share what is known. See [`backup_uri`](ClientBuilder::backup_uri).
    #[cfg(feature = "_transport")]
    pub fn hosts(&self) -> Vec<crate::hosts::Host> {
        self.shared.hosts.status(std::time::Instant::now())
    }

    /// Starts a chain with a *name*; see [`Chain::seg`].
    ///
    /// ```
    /// # fn call(wxpay: wechatpay_chain::Client, name: String) {
    /// let chain = wxpay.seg("name");
    /// # }
    /// ```
    ///
    /// Names are literals: neither a borrowed nor an owned string compiles.
    ///
    /// ```compile_fail,E0597
    /// # fn call(wxpay: wechatpay_chain::Client, name: String) {
    /// let chain = wxpay.seg(&name);
    /// # }
    /// ```
    /// ```compile_fail,E0308
    /// # fn call(wxpay: wechatpay_chain::Client, name: String) {
    /// let chain = wxpay.seg(name);
    /// # }
    /// ```
    pub fn seg(&self, name: &'static str) -> Chain {
        Chain::start(&self.shared, |call| call.push_name(name))
    }

    /// Starts a chain with a path; see [`Chain::chain`].
    pub fn chain(&self, path: impl AsRef<str>) -> Chain {
        Chain::start(&self.shared, |call| call.push_path(Text::Made(path.as_ref().into())))
    }

    /// The layer that signs as this client does, for a tower stack of your own.
    ///
    /// # Errors
    ///
    /// `Config`, for a client without APIv3 credentials.
    pub fn sign_layer(&self) -> Result<SignLayer> {
        self.shared.v3().map(|v3| v3.sign.clone())
    }

    /// The layer that verifies as this client does, for a tower stack of your own.
    ///
    /// # Errors
    ///
    /// `Config`, for a client without APIv3 credentials.
    pub fn verify_layer(&self) -> Result<VerifyLayer> {
        self.shared.v3().map(|v3| v3.verify.clone())
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(crate) fn new(shared: Shared) -> Self {
        Self { shared: Arc::new(shared), places: Arc::default() }
    }
}

/// Starts a chain with a literal path, as [`Client::chain`] does, and keeps it: a place of the type [`Chain`].
///
/// Every distinct key is kept as long as the client; a lookup does not slow down with their number.
///
/// ```
/// # fn call(wxpay: wechatpay_chain::Client, path: String) {
/// let chain = &wxpay["path"];
/// # }
/// ```
///
/// Keys are literals: neither a borrowed nor an owned string compiles.
///
/// ```compile_fail,E0597
/// # fn call(wxpay: wechatpay_chain::Client, path: String) {
/// let chain = &wxpay[path.as_str()];
/// # }
/// ```
/// ```compile_fail,E0308
/// # fn call(wxpay: wechatpay_chain::Client, path: String) {
/// let chain = &wxpay[path];
/// # }
/// ```
impl Index<&'static str> for Client {
    type Output = Chain;

    fn index(&self, path: &'static str) -> &Chain {
        self.places.get(path, || Chain::start(&self.shared, |call| call.push_path(Text::Literal(path))))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("mchid", &self.shared.mchid)
            .field("serial", &self.shared.serial)
            .field("base_uri", &self.shared.base_uri)
            .field("platform_keys", &self.shared.store.snapshot().serials().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl Shared {
    /// The merchant number, which a brand's client does not have.
    pub(crate) fn require_mchid(&self) -> Result<&str> {
        match self.mchid.is_empty() {
            true => Err(Error::config("this needs a client with mchid; this one has brand_id")),
            false => Ok(&self.mchid),
        }
    }

    pub(crate) fn v3(&self) -> Result<&Credentials> {
        self.v3.as_ref().ok_or_else(|| {
            Error::config(
                "an APIv3 call needs serial, private_key and a platform key; this client has APIv2 settings only",
            )
        })
    }

    /// The merchant certificate must be there to be presented.
    pub(crate) fn require_identity(&self, path: &str) -> Result<()> {
        if cfg!(not(feature = "tls")) {
            let why = "presents the merchant certificate, which needs the feature `tls` of this crate";
            return Err(Error::config(format!("`{path}` {why}")));
        }
        match self.has_identity {
            true => Ok(()),
            false => Err(Error::config(format!(
                "`{path}` is answered only to who presents the merchant certificate: merchant_identity is missing"
            ))),
        }
    }

    /// Checks that this client speaks the protocol of APIv3 for a path.
    pub(crate) fn check_v3(&self, operation: &str) -> Result<()> {
        self.v3()?;
        let is_brands = operation.strip_prefix("/brand").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        match (is_brands, self.brand) {
            (true, false) => Err(Error::config("a `brand/…` path needs a client with brand_id; this one has mchid")),
            (false, true) => {
                let first = operation.split('/').nth(1).unwrap_or_default();
                Err(Error::config(format!("`{first}/…` needs a client with mchid; this one has brand_id")))
            }
            _ => Ok(()),
        }
    }
}
