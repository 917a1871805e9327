//! The chain: an immutable description of a call, built segment by segment and setting by setting.

use std::fmt::{self, Display};
use std::ops::Index;
use std::sync::Arc;
use std::time::Duration;

use once_cell::sync::OnceCell;

use super::intern::Interned;
#[cfg(feature = "v2")]
use crate::crypto::secret::Secret;
use crate::error::ErrorKind;
use crate::error::retry::Retry;
use crate::exchange::engine::Engine;
use crate::request::description::Description;
use crate::uri::base_uri::BaseUri;
use crate::uri::path::{Piece, Text};
use crate::uri::template::Var;
use crate::uri::var::{self, IntoVar};

/// An endpoint with its settings; the terminals (`get`, `post`, …) call it.
///
/// Every method returns a new value, so a chain can be kept and used any number of times. Cheap to clone. What is wrong
/// with it is reported by the terminal, as a `Request` error that names the thing.
#[derive(Clone)]
#[must_use = "a chain does nothing until a terminal such as `.get()` or `.post(…)` is called"]
pub struct Chain(Arc<Place>);

struct Place {
    engine: Arc<Engine>,
    call: Description,
    children: OnceCell<Box<Interned<Chain>>>,
}

impl Chain {
    /// Appends a *name* of the API's vocabulary, by the rules of the PHP library's property syntax.
    ///
    /// A leading capital is lowered, every other capital `X` becomes `-x`, `_name_` becomes the variable `{name}`, and
    /// `_empty_` is a trailing slash. Names are literals on purpose: an order number cannot get in and be rewritten; it
    /// belongs into [`var`](Self::var) or [`arg`](Self::arg).
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # let wxpay = gateway.client()?;
    /// let chain = wxpay.seg("v3").seg("merchantService").seg("complaintsV2").seg("_complaint_id_");
    /// let request = chain.var("complaint_id", "200201").to_request(http::Method::GET, ())?;
    /// assert_eq!(request.uri().path(), "/v3/merchant-service/complaints-v2/200201");
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    ///
    /// Neither a borrowed nor an owned string compiles: a value goes through [`arg`](Self::arg) or [`var`](Self::var), a
    /// computed path through [`chain`](Self::chain).
    ///
    /// ```
    /// # fn call(chain: wechatpay_chain::Chain, name: String) {
    /// let chain = chain.seg("name");
    /// # }
    /// ```
    /// ```compile_fail,E0597
    /// # fn call(chain: wechatpay_chain::Chain, name: String) {
    /// let chain = chain.seg(&name);
    /// # }
    /// ```
    /// ```compile_fail,E0308
    /// # fn call(chain: wechatpay_chain::Chain, name: String) {
    /// let chain = chain.seg(name);
    /// # }
    /// ```
    pub fn seg(&self, name: &'static str) -> Self {
        self.with(|call| call.path.push_name(name))
    }

    /// Appends a path, possibly an RFC 6570 template, kept as it is written; a trailing slash survives.
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # let wxpay = gateway.client()?;
    /// let chain = wxpay.chain("v3/pay").chain("transactions/id/{transaction_id}{?mchid}");
    /// let request = chain.var("transaction_id", "4200").var("mchid", 1900).to_request(http::Method::GET, ())?;
    /// assert_eq!(request.uri().path_and_query().unwrap(), "/v3/pay/transactions/id/4200?mchid=1900");
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn chain(&self, path: impl AsRef<str>) -> Self {
        self.with(|call| call.push_path(Text::Computed(path.as_ref().into())))
    }

    /// Appends one path segment that holds a *value*, percent-encoded and never rewritten.
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # let wxpay = gateway.client()?;
    /// let chain = wxpay.chain("v3/pay/transactions/out-trade-no").arg("A|1/2").seg("close");
    /// let request = chain.to_request(http::Method::POST, ())?;
    /// assert_eq!(request.uri().path(), "/v3/pay/transactions/out-trade-no/A%7C1%2F2/close");
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn arg(&self, value: impl Display) -> Self {
        self.with(|call| {
            let value = value.to_string();
            let position = call.path.pieces.len() + 1;
            if let Some(flaw) = var::flaw(&Var::Text(value.clone())) {
                call.fail(ErrorKind::Request, format!("the path value `.arg(…)` at place {position} {flaw}"));
            }
            call.path.push(Piece::Value(value));
        })
    }

    /// Gives a template variable its value; a later one of the same name wins, one the template does not name is ignored.
    ///
    /// A variable without a value, or with an empty one, `.` or `..`, is a `Request` error that names it.
    pub fn var(&self, name: impl Into<String>, value: impl IntoVar) -> Self {
        self.with(|call| {
            let name = name.into();
            call.path.vars.retain(|(known, _)| *known != name);
            call.path.vars.push((name, value.into_var()));
        })
    }

    /// Appends a query parameter, both sides percent-encoded; repeated calls append, an empty value is sent as `k=`.
    pub fn query(&self, name: impl AsRef<str>, value: impl Display) -> Self {
        self.with(|call| call.query.push((name.as_ref().to_owned(), value.to_string())))
    }

    /// Sets a header, replacing one of the same name, a default one too.
    ///
    /// `Authorization`, `Host`, `Content-Length` and `Transfer-Encoding` are not the caller's: a `Request` error.
    pub fn header(&self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(|call| {
            let name = name.into();
            call.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
            call.headers.push((name, value.into()));
        })
    }

    /// Sends this call to another host, such as `https://fraud.mch.weixin.qq.com/`.
    pub fn base_uri(&self, base_uri: impl AsRef<str>) -> Self {
        self.with(|call| call.base_uri = Some(Box::new(BaseUri::parse(base_uri.as_ref()))))
    }

    /// Gives this call another total deadline than the client's.
    pub fn timeout(&self, timeout: Duration) -> Self {
        self.with(|call| call.timeout = Some(timeout))
    }

    /// Says that repeating this write is harmless, because the merchant's own number in it makes it one call.
    ///
    /// Only then may a failure with an unknown outcome be [retryable](crate::Error::is_retryable).
    pub fn idempotent(&self) -> Self {
        self.with(|call| call.idempotent = true)
    }

    /// Tries this call as often as this says, instead of what the client does.
    pub fn retry(&self, retry: Retry) -> Self {
        self.with(|call| call.retry = Some(retry))
    }

    /// Presents the merchant certificate in the TLS handshake, for an endpoint that asks for it.
    ///
    /// The endpoints of APIv2 that are known to ask get it by themselves. Without
    /// [`merchant_identity`](crate::ClientBuilder::merchant_identity) the call is a `Config` error; over plain http, where no handshake
    /// presents anything, it is a `Request` error.
    #[doc(alias = "security")]
    pub fn mtls(&self) -> Self {
        self.with(|call| call.mtls = true)
    }

    /// Adds no `nonce_str` to a call of APIv2; the endpoints that are known to refuse one get none by themselves.
    pub fn nonceless(&self) -> Self {
        self.with(|call| call.nonceless = true)
    }

    /// Adds `workwx_sign` to a red packet or a payment of 企业微信, made with the secret of its agent.
    ///
    /// The fields it is made of are those that the page of the endpoint lists; it takes part in the ordinary signature.
    #[cfg(feature = "v2")]
    #[cfg_attr(docsrs, doc(cfg(feature = "v2")))]
    pub fn workwx(&self, agent_secret: impl Into<String>) -> Self {
        self.with(|call| call.workwx = Some(Secret::new(agent_secret)))
    }

    /// The first of a chain.
    pub(crate) fn start(engine: &Arc<Engine>, begin: impl FnOnce(&mut Description)) -> Self {
        let mut call = Description::default();
        begin(&mut call);
        Self::new(Arc::clone(engine), call)
    }

    pub(crate) fn engine(&self) -> &Arc<Engine> {
        &self.0.engine
    }

    pub(crate) fn description(&self) -> &Description {
        &self.0.call
    }

    fn new(engine: Arc<Engine>, call: Description) -> Self {
        Self(Arc::new(Place { engine, call, children: OnceCell::new() }))
    }

    pub(crate) fn with(&self, change: impl FnOnce(&mut Description)) -> Self {
        let mut call = self.0.call.clone();
        change(&mut call);
        Self::new(Arc::clone(&self.0.engine), call)
    }
}

/// Continues the chain with a literal path; every distinct key is kept as long as the chain it is asked of.
///
/// **A path that is computed goes through [`chain`](Chain::chain)**, a value in it through [`var`](Chain::var) or [`arg`](Chain::arg):
///
/// ```
/// # fn call(chain: wechatpay_chain::Chain, path: String) {
/// let literal = &chain["path"];
/// let value = chain["path"].arg(&path);
/// let computed = chain.chain(format!("path/{path}"));
/// # }
/// ```
///
/// Keys are literals, so `chain[format!(…)]` does not compile (E0308: expected `&str`, found `String`), nor does a borrowed
/// string (E0597: does not live long enough):
///
/// ```compile_fail,E0308
/// # fn call(chain: wechatpay_chain::Chain, path: String) {
/// let computed = &chain[format!("path/{path}")];
/// # }
/// ```
/// ```compile_fail,E0597
/// # fn call(chain: wechatpay_chain::Chain, path: String) {
/// let computed = &chain[path.as_str()];
/// # }
/// ```
impl Index<&'static str> for Chain {
    type Output = Chain;

    fn index(&self, path: &'static str) -> &Chain {
        self.0.children.get_or_init(Box::default).get(path, || self.with(|call| call.push_path(Text::Literal(path))))
    }
}

impl fmt::Debug for Chain {
    /// The path with its variables unfilled, and names only: values may be a customer's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let call = &self.0.call;
        f.debug_struct("Chain")
            .field("path", &call.path.template())
            .field("vars", &call.path.vars.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("headers", &call.headers.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("base_uri", &call.base_uri)
            .field("timeout", &call.timeout)
            .field("idempotent", &call.idempotent)
            .finish_non_exhaustive()
    }
}
