//! A simulator at work.

use std::fmt;
use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use wechatpay_chain::Client;

use super::builder::Builder;
use super::error::Error;
use super::fault::Fault;
use super::fault_rule::FaultRule;
use super::merchant::Merchant;
use super::pay::Pay;
use crate::engine::control::request::ControlRequest;
use crate::keys::ring::FIRST;
use crate::server::listener::Server;
use crate::shell::controls::{Control, control};
use crate::shell::keeper;
use crate::shell::shared::{Shared, wall};

/// WeChat Pay on this machine; it ends when this is dropped. Its methods block, and can be called within runtimes.
///
/// Those that wait for notices ([`advance`](Self::advance), [`Pay::wait_for_notices`]) need somebody who answers them: where the handler runs
/// on the runtime that calls them, it has to have another thread (`tokio::task::block_in_place`).
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sim = wechatpay_sim::Simulator::builder().seed(1).frozen("2026-11-25T10:00:00+08:00").start()?;
/// let wxpay = sim.client()?;
/// let echo = wxpay.chain("v3/security/echo").post(wechatpay_chain::json!({"echo_message": "hello"}))?;
/// assert_eq!(echo["echo_message"], "hello");
/// # Ok(())
/// # }
/// ```
pub struct Simulator {
    pub(super) shared: Arc<Shared>,
    server: Server,
    state: Option<PathBuf>,
    /// An error that could not be given where it happened.
    trouble: Mutex<Option<Error>>,
}

impl Simulator {
    /// One to be set up.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(super) fn new(shared: Arc<Shared>, server: Server, state: Option<PathBuf>) -> Self {
        Self { shared, server, state, trouble: Mutex::default() }
    }

    /// Scheme, address and port, with a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}/", self.server.addresses().http)
    }

    /// The same of the TLS listener, if it has one.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sim = wechatpay_sim::Simulator::builder().tls().proxy().start()?;
    /// assert!(sim.tls_url().is_some_and(|url| url.starts_with("https://127.0.0.1:")));
    /// assert!(sim.proxy_url().is_some_and(|url| url.starts_with("http://127.0.0.1:")));
    /// assert!(sim.ca()?.starts_with("-----BEGIN CERTIFICATE-----"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn tls_url(&self) -> Option<String> {
        self.server.addresses().tls.map(|address| format!("https://{address}/"))
    }

    /// The same of the proxy, if it has one: for SDKs whose hosts are constants.
    pub fn proxy_url(&self) -> Option<String> {
        self.server.addresses().proxy.map(|address| format!("http://{address}/"))
    }

    /// The certificate that clients of the TLS listener and of the proxy have to trust, PEM.
    ///
    /// # Errors
    ///
    /// `KEYS` if it is gone from the folder.
    pub fn ca(&self) -> Result<String, Error> {
        Ok(self.shared.keys.ca()?.to_string())
    }

    /// A client of the SDK for the first merchant, `1900000001`.
    ///
    /// # Errors
    ///
    /// As [`Merchant::client`].
    pub fn client(&self) -> Result<Client, Error> {
        self.merchant(FIRST)?.client()
    }

    /// A merchant.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` for one that there is not.
    pub fn merchant<'s>(&'s self, mchid: &'s str) -> Result<Merchant<'s>, Error> {
        match self.shared.read(|world, _| world.merchants.contains_key(mchid)) {
            true => Ok(Merchant { simulator: self, mchid }),
            false => Err(Error::new("NOT_FOUND", format!("there is no merchant {mchid}"))),
        }
    }

    /// A payer is about to pay an order: the simulator's id of it, or any of its numbers.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use wechatpay_chain::json;
    /// let sim = wechatpay_sim::Simulator::builder().start()?;
    /// sim.client()?.chain("v3/pay/transactions/native").post(json!({
    ///     "appid": "wx0000000000000001", "mchid": "1900000001", "description": "tea", "out_trade_no": "20261125001",
    ///     "notify_url": "https://shop.example.com/notify", "amount": {"total": 100},
    /// }))?;
    /// assert_eq!(sim.pay("20261125001").payer("bob").send()?["state"], "SUCCESS");
    /// # Ok(())
    /// # }
    /// ```
    pub fn pay(&self, order: &str) -> Pay<'_> {
        Pay::new(self, order)
    }

    /// Something is to go wrong.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use wechatpay_sim::Fault;
    ///
    /// let sim = wechatpay_sim::Simulator::builder().start()?;
    /// sim.fault(Fault::TimeoutAfter).on("POST", "v3/refund/domestic/refunds").times(1);
    /// assert_eq!(sim.get("faults")?["items"][0]["fault"], "TIMEOUT_AFTER");
    /// # Ok(())
    /// # }
    /// ```
    pub fn fault(&self, fault: Fault) -> FaultRule<'_> {
        FaultRule::new(self, fault)
    }

    /// Moves the simulated clock by whole seconds; done when everything that falls due meanwhile has happened, and each notice among it was
    /// answered. Gives the clock, with `events`.
    ///
    /// # Errors
    ///
    /// `BAD_REQUEST` for a fraction of a second, or more than a hundred years.
    pub fn advance(&self, span: Duration) -> Result<Value, Error> {
        match span.subsec_nanos() {
            0 => self.post("clock/advance", json!({"by": span.as_secs()})),
            _ => Err(Error::new("BAD_REQUEST", format!("advance: {span:?} is not whole seconds"))),
        }
    }

    /// All orders as the control interface has them, the newest first.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn orders(&self) -> Result<Vec<Value>, Error> {
        self.all("orders")
    }

    /// All refunds, the newest first.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn refunds(&self) -> Result<Vec<Value>, Error> {
        self.all("refunds")
    }

    /// All notices, the newest first.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn notices(&self) -> Result<Vec<Value>, Error> {
        self.all("notices")
    }

    /// The last 10,000 calls, the newest first.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn calls(&self) -> Result<Vec<Value>, Error> {
        self.all("calls")
    }

    /// Asks the control interface: `GET` of a path below `/_/api/`, with its query.
    ///
    /// # Errors
    ///
    /// What the control interface refuses, with its code.
    pub fn get(&self, path: &str) -> Result<Value, Error> {
        self.control("GET", path, Value::Null)
    }

    /// The same by `POST`, with a body.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn post(&self, path: &str, body: Value) -> Result<Value, Error> {
        self.control("POST", path, body)
    }

    /// The same by `PATCH`.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn patch(&self, path: &str, body: Value) -> Result<Value, Error> {
        self.control("PATCH", path, body)
    }

    /// The same by `PUT`.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn put(&self, path: &str, body: Value) -> Result<Value, Error> {
        self.control("PUT", path, body)
    }

    /// The same by `DELETE`.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn delete(&self, path: &str) -> Result<Value, Error> {
        self.control("DELETE", path, Value::Null)
    }

    /// All pages of a list.
    fn all(&self, list: &str) -> Result<Vec<Value>, Error> {
        let (mut items, mut after) = (Vec::new(), String::new());
        loop {
            let mut page = self.get(&format!("{list}?limit=1000{after}"))?;
            if let Some(Value::Array(found)) = page.get_mut("items").map(Value::take) {
                items.extend(found);
            }
            match page.get("next").and_then(Value::as_str) {
                Some(next) => after = format!("&after={next}"),
                None => return Ok(items),
            }
        }
    }

    /// Keeps an error for the next call, for want of anybody to give it to.
    pub(super) fn remember(&self, error: Error) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    fn control(&self, method: &'static str, target: &str, body: Value) -> Result<Value, Error> {
        if let Some(error) = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Err(error);
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let path = percent_decode_str(path.trim_matches('/')).decode_utf8();
        let path = path.map_err(|_| Error::new("BAD_REQUEST", "the path is not UTF-8"))?.into_owned();
        let base = self.url().trim_end_matches('/').to_owned();
        let request = ControlRequest { method, path, query, body, base, wall: wall() };
        match self.wait(control(Arc::clone(&self.shared), request))?? {
            Control::Json(value) => Ok(value),
            Control::Written(body) => {
                serde_json::from_slice(&body).map_err(|error| Error::new("IO", format!("no JSON: {error}")))
            }
            Control::Text(_, text) => Ok(text.into()),
            Control::Stream(..) => Err(Error::new("BAD_REQUEST", "a stream is read over HTTP")),
        }
    }

    /// Lets the simulator's own threads do something, and waits for it.
    fn wait<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Result<T, Error> {
        let gone = || Error::new("IO", "the simulator has stopped");
        let (done, result) = mpsc::sync_channel(1);
        let runtime = self.server.runtime().ok_or_else(gone)?;
        runtime.spawn(async move { done.send(work.await).unwrap_or_default() });
        result.recv().map_err(|_| gone())
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let Some(file) = self.state.take() else { return };
        // First nobody changes anything any more.
        self.server.finish();
        if let Err(error) = keeper::write(&self.shared, &file) {
            eprintln!("wxpay sim: the state was not written: {error}");
        }
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").field("url", &self.url()).finish_non_exhaustive()
    }
}
