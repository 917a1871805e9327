//! A client: one merchant's credentials, the keys it trusts, and the stack its calls go through.

use std::fmt;
use std::ops::Index;
use std::sync::Arc;

use super::builder::ClientBuilder;
use crate::chain::Chain;
use crate::chain::intern::Interned;
use crate::error::Result;
use crate::exchange::engine::Engine;
use crate::exchange::layer::sign::SignLayer;
use crate::exchange::layer::verify::VerifyLayer;
use crate::uri::path::Text;

/// A merchant's access to WeChat Pay: the start of every chain.
///
/// Cheap to clone, `Send` and `Sync`; clones share the connections. Make one per merchant and keep it. All clients of a
/// process share one background I/O thread.
///
#[cfg_attr(feature = "mock", doc = "```")]
#[cfg_attr(not(feature = "mock"), doc = "```ignore")]
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
    engine: Arc<Engine>,
    /// The chains behind `client["…"]`; beside `engine`, which they hold, or both would live for ever.
    places: Arc<Interned<Chain>>,
}

impl Client {
    /// Starts the configuration of a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// The merchant number; empty for a brand's client.
    pub fn mchid(&self) -> &str {
        &self.engine.merchant.mchid
    }

    /// The serial of the merchant API certificate, in upper-case hexadecimal; empty for a client with APIv2 only.
    pub fn serial(&self) -> &str {
        &self.engine.merchant.serial
    }

    /// The serial or id of the platform key that requests name in `Wechatpay-Serial`; `None` if none is held that is in force.
    ///
    /// With `.auto_certificates()` there is none before the first call, and it changes with a rotation.
    pub fn platform_serial(&self) -> Option<String> {
        self.engine.keys.snapshot().preferred_serial(std::time::SystemTime::now()).map(str::to_owned)
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
        Chain::start(&self.engine, |call| call.path.push_name(name))
    }

    /// Starts a chain with a path; see [`Chain::chain`].
    pub fn chain(&self, path: impl AsRef<str>) -> Chain {
        Chain::start(&self.engine, |call| call.push_path(Text::Computed(path.as_ref().into())))
    }

    /// The layer that signs as this client does, for a tower stack of your own.
    ///
    /// # Errors
    ///
    /// `Config`, for a client without APIv3 credentials.
    pub fn sign_layer(&self) -> Result<SignLayer> {
        self.engine.v3().map(|v3| v3.sign.clone())
    }

    /// The layer that verifies as this client does, for a tower stack of your own.
    ///
    /// # Errors
    ///
    /// `Config`, for a client without APIv3 credentials.
    pub fn verify_layer(&self) -> Result<VerifyLayer> {
        self.engine.v3().map(|v3| v3.verify.clone())
    }

    pub(crate) fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    pub(crate) fn new(engine: Engine) -> Self {
        Self { engine: Arc::new(engine), places: Arc::default() }
    }
}

/// Starts a chain with a literal path, as [`Client::chain`] does, and keeps it: a place of the type [`Chain`].
///
/// Every distinct key is kept as long as the client; a lookup does not slow down with their number.
///
/// **A path that is computed goes through [`chain`](Client::chain)**, a value in it through [`var`](Chain::var) or [`arg`](Chain::arg):
///
/// ```
/// # fn call(wxpay: &wechatpay_chain::Client, id: String) {
/// let literal = &wxpay["v3/pay/transactions/native"];
/// let value = wxpay["v3/pay/transactions/id"].arg(&id);
/// let computed = wxpay.chain(format!("v3/pay/transactions/id/{id}"));
/// # }
/// ```
///
/// Keys are literals, so `wxpay[format!(…)]` does not compile (E0308: expected `&str`, found `String`), nor does a borrowed
/// string (E0597: does not live long enough):
///
/// ```compile_fail,E0308
/// # fn call(wxpay: &wechatpay_chain::Client, id: String) {
/// let computed = &wxpay[format!("v3/pay/transactions/id/{id}")];
/// # }
/// ```
/// ```compile_fail,E0597
/// # fn call(wxpay: &wechatpay_chain::Client, id: String) {
/// let path = format!("v3/pay/transactions/id/{id}");
/// let computed = &wxpay[path.as_str()];
/// # }
/// ```
impl Index<&'static str> for Client {
    type Output = Chain;

    fn index(&self, path: &'static str) -> &Chain {
        self.places.get(path, || Chain::start(&self.engine, |call| call.push_path(Text::Literal(path))))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("mchid", &self.engine.merchant.mchid)
            .field("serial", &self.engine.merchant.serial)
            .field("base_uri", &self.engine.merchant.base_uri)
            .field("platform_keys", &self.engine.keys.snapshot().serials().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
