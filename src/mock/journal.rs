//! What came in: the calls and the nonces, both bounded.

use std::collections::{HashSet, VecDeque};
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};

use super::check::Received;
use super::content::Refusal;
use super::percent;

/// How many calls are kept, and how many bytes of their bodies; older ones are forgotten.
const CALLS: usize = 10_000;
const BYTES: usize = 64 * 1024 * 1024;

/// How many nonces are remembered.
const NONCES: usize = 65_536;

/// A request that reached the stand-in.
///
/// `Debug` shows method, path and size, neither headers nor body.
#[derive(Clone)]
pub struct Call {
    method: Method,
    path: String,
    query: Option<String>,
    headers: HeaderMap,
    body: Bytes,
    json: Value,
    /// The query's members, with encrypted ones in plain text.
    pub(super) asked: Value,
    refused: Option<String>,
    pub(super) variables: Vec<(String, String)>,
}

impl Call {
    pub(super) fn new(received: Received<'_>) -> Self {
        let Received { parts, body, .. } = received;
        Self {
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            headers: parts.headers.clone(),
            json: serde_json::from_slice(received.signed()).unwrap_or_default(),
            asked: percent::query(parts.uri.query().unwrap_or_default()),
            body: body.clone(),
            refused: None,
            variables: Vec::new(),
        }
    }

    /// A call of APIv2, whose JSON is its fields.
    #[cfg(feature = "v2")]
    pub(super) fn of_v2(received: Received<'_>, json: Value) -> Self {
        Self { json, ..Self::new(received) }
    }

    /// The HTTP verb.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path as it was on the wire, percent-encoded, with its leading `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query as it was on the wire, percent-encoded.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as it came.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The body as JSON, with encrypted fields in plain text; of an upload its meta; of APIv2 the fields; `null` if it is none.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// Why it was refused, in words, if it was, with all that the catalogue finds wrong; `None` for a call that was answered as told.
    ///
    /// ```
    /// use wechatpay_chain::json;
    ///
    /// let gateway = wechatpay_chain::mock::Server::start()?;
    /// let wxpay = gateway.client()?;
    /// wxpay["v3/pay/transactions/out-trade-no/20261125001/close"].post(json!({"mchId": wxpay.mchid()})).unwrap_err();
    /// let calls = gateway.calls();
    /// assert_eq!(calls[0].refused(), Some("body /mchId: no such member; did you mean /mchid?\nbody /mchid: string missing"));
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// What stood in the place of `{name}` in the path given to [`Server::on`](super::Server::on), still encoded.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Call {
    /// What `Wechatpay-Serial` names: the key that sensitive fields are encrypted with, and that the caller can verify with.
    pub(super) fn serial(&self) -> &str {
        self.headers.get("wechatpay-serial").and_then(|serial| serial.to_str().ok()).unwrap_or_default()
    }

    /// Notes why it is refused.
    pub(super) fn refuse(&mut self, why: &str) {
        self.refused = Some(why.to_owned());
    }

    /// Puts plain text in the place of encrypted fields; refuses what was encrypted for another key, in the query too.
    pub(super) fn decrypt(&mut self, decrypt: impl Fn(&str, &mut Value) -> Result<(), String>) -> Result<(), Refusal> {
        let serial = self.serial().to_owned();
        let body = decrypt(&serial, &mut self.json).map_err(|pointer| (pointer, "body"));
        let both = body.and_then(|()| decrypt(&serial, &mut self.asked).map_err(|pointer| (pointer, "query")));
        both.map_err(|(pointer, location)| {
            let issue = "not encrypted with the key of Wechatpay-Serial";
            let detail = json!({"field": pointer, "issue": issue, "location": location});
            let message = "平台私钥解密失败";
            (StatusCode::BAD_REQUEST, json!({"code": "PARAM_ERROR", "message": message, "detail": detail}))
        })
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The calls in order, and the nonces seen.
#[derive(Debug, Default)]
pub(super) struct Journal {
    calls: VecDeque<Call>,
    bytes: usize,
    nonces: HashSet<String>,
    order: VecDeque<String>,
}

impl Journal {
    pub(super) fn note(&mut self, call: Call) {
        self.bytes += call.body.len();
        self.calls.push_back(call);
        while self.calls.len() > CALLS || self.bytes > BYTES && self.calls.len() > 1 {
            let dropped = self.calls.pop_front();
            self.bytes -= dropped.map_or(0, |call| call.body.len());
        }
    }

    pub(super) fn calls(&self) -> Vec<Call> {
        self.calls.iter().cloned().collect()
    }

    /// Remembers a nonce; false if it was used before.
    pub(super) fn is_fresh(&mut self, nonce: &str) -> bool {
        if !self.nonces.insert(nonce.to_owned()) {
            return false;
        }
        self.order.push_back(nonce.to_owned());
        if self.order.len() > NONCES {
            self.order.pop_front().inspect(|oldest| _ = self.nonces.remove(oldest));
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded() {
        let (parts, ()) = http::Request::new(()).into_parts();
        let call = |body: Bytes| Call::new(Received { parts: &parts, body: &body, form: None });
        let mut journal = Journal::default();
        for _ in 0..CALLS + 10 {
            journal.note(call(Bytes::new()));
        }
        assert_eq!(journal.calls().len(), CALLS);
        let large = Bytes::from(vec![0; BYTES / 2]);
        (0..3).for_each(|_| journal.note(call(large.clone())));
        assert_eq!(journal.calls().len(), 2);
        assert!((0..=NONCES).all(|n| journal.is_fresh(&n.to_string())));
        assert!(!journal.is_fresh("1") && journal.is_fresh("0"));
        assert_eq!((journal.nonces.len(), journal.order.len()), (NONCES, NONCES));
    }
}
