//! A verified answer, and how to read it.

use std::fmt;
use std::sync::OnceLock;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::pointer::{Absent, find};
use crate::error::attempt::Attempt;
use crate::error::json::{describe, kind};
use crate::error::rejection::request_id;
use crate::error::{Error, ErrorKind, Result};
use crate::keys::PrivateKey;
use crate::protocol::verified::Verified;

/// A 2xx answer whose signature was verified, or that of an endpoint on the documented exemption list.
///
/// There is no other way to get one. `Debug` shows status and length, not the body.
#[derive(Clone)]
pub struct Response {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    attempts: Vec<Attempt>,
    /// For fields that WeChat Pay encrypted.
    private_key: Option<PrivateKey>,
    format: Format,
    /// The body as a value, from the first field that is asked for.
    value: OnceLock<Value>,
}

/// How the body of an answer is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    /// The flat XML of APIv2; what does not begin like it, such as a bill, is text.
    Xml,
}

impl Response {
    /// Nobody makes one without a proof.
    pub(crate) fn new(parts: http::response::Parts, body: Bytes, attempts: Vec<Attempt>, _proof: &Verified) -> Self {
        let (status, headers) = (parts.status, parts.headers);
        Self { status, headers, body, attempts, private_key: None, format: Format::Json, value: OnceLock::new() }
    }

    pub(crate) fn in_format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    pub(crate) fn with_key(mut self, private_key: Option<PrivateKey>) -> Self {
        self.private_key = private_key;
        self
    }

    /// The HTTP status, a 2xx.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The `Request-ID`; log it with every call, WeChat Pay's support asks for it.
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// The body, exactly as it was verified.
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// The body as text.
    ///
    /// # Errors
    ///
    /// `Decode`, when it is not UTF-8.
    pub fn text(&self) -> Result<&str> {
        std::str::from_utf8(&self.body)
            .map_err(|error| self.decode("the body is not UTF-8 text".into()).with_source(error))
    }

    /// The body as a type of the caller's; no body (204) is JSON `null`, the XML of APIv2 a flat object of texts.
    ///
    /// # Errors
    ///
    /// `Decode`, naming what was expected and where; the values of the body are not quoted.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        #[cfg(feature = "v2")]
        if let Some(fields) = self.xml_fields() {
            return serde_json::from_value(fields?)
                .map_err(|error| self.decode(format!("the body: {}", describe(&error))));
        }
        let body: &[u8] = if self.body.is_empty() { b"null" } else { &self.body };
        serde_json::from_slice(body).map_err(|error| self.decode(format!("the body: {}", describe(&error))))
    }

    /// The body as a JSON value; no body (204) is `null`.
    ///
    /// # Errors
    ///
    /// `Decode`, when it is not JSON.
    pub fn value(&self) -> Result<Value> {
        self.json()
    }

    /// One field, by its JSON pointer (RFC 6901); as an `Option`, one that is absent or null is `None`.
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
    /// # use serde_json::json;
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # gateway.on(http::Method::POST, "v3/pay/transactions/native").reply(json!({"code_url": "weixin://wxpay/x"}));
    /// # let wxpay = gateway.client()?;
    /// # let order = json!({"appid": "wxd678efh567hg6787", "mchid": wxpay.mchid(), "description": "a book", "out_trade_no": "1217752501",
    /// #     "notify_url": "https://shop.example/paid", "amount": {"total": 100}});
    /// let response = wxpay["v3/pay/transactions/native"].post(order)?;
    /// assert_eq!(response.get::<String>("/code_url")?, "weixin://wxpay/x");
    /// assert!(response.get::<String>("/prepay_id").unwrap_err().to_string().contains("/prepay_id"));
    /// assert_eq!(response.get::<Option<String>>("/prepay_id")?, None);
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `Request` for a pointer that does not begin with `/`; `Decode`, naming the pointer, when the field is absent or of
    /// another type.
    pub fn get<T: DeserializeOwned>(&self, pointer: &str) -> Result<T> {
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return Err(Error::request(format!("the pointer {pointer:?} does not begin with `/`")));
        }
        let Some(field) = find(self.parsed()?, pointer) else {
            return T::deserialize(Absent).map_err(|_| self.decode(format!("the answer has no {pointer}")));
        };
        T::deserialize(field)
            .map_err(|error| self.decode(format!("{pointer} is {}: {}", kind(field), describe(&error))))
    }

    /// Whether the gateway accepted the call without finishing it (202): query later.
    pub fn is_pending(&self) -> bool {
        self.status == StatusCode::ACCEPTED
    }

    /// What was tried, in order; the last one brought this answer.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// The elements of an answer of APIv2; `None` for any other, such as a bill.
    #[cfg(feature = "v2")]
    fn xml_fields(&self) -> Option<Result<Value>> {
        let start = self.body.iter().find(|byte| !byte.is_ascii_whitespace());
        if self.format != Format::Xml || !matches!(start, Some(b'<' | 0xef)) {
            return None;
        }
        let fields = crate::protocol::v2::xml::parse(&self.body).map(Value::Object);
        Some(fields.map_err(|why| self.decode(format!("the body: {why}"))))
    }

    /// The body as a value, parsed once.
    pub(crate) fn parsed(&self) -> Result<&Value> {
        match self.value.get() {
            Some(value) => Ok(value),
            None => self.value().map(|value| self.value.get_or_init(|| value)),
        }
    }

    fn decode(&self, message: String) -> Error {
        Error::new(ErrorKind::Decode, message).with_request_id(self.request_id())
    }
}

#[cfg(feature = "aws-lc-rs")]
impl Response {
    /// One field, by its JSON pointer, decrypted with the merchant's key.
    ///
    /// # Errors
    ///
    /// `Decode`, naming the pointer, when it is absent or no text; `Decrypt` when it is not for this merchant's key;
    /// `Config` without a private key in this process.
    pub fn decrypt(&self, pointer: &str) -> Result<String> {
        let ciphertext: String = self.get(pointer)?;
        let key = self.private_key.as_ref().ok_or_else(|| Error::config("decrypting needs private_key"))?;
        key.decrypt(&ciphertext).map_err(|error| Error::new(error.kind(), format!("{pointer}: {error}")))
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("request_id", &self.request_id())
            .field("bytes", &self.body.len())
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn response(status: u16, body: &str) -> Response {
        Response {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
            attempts: Vec::new(),
            private_key: None,
            format: Format::Json,
            value: OnceLock::new(),
        }
    }

    #[derive(Debug, serde::Deserialize)]
    #[allow(dead_code)]
    struct Payer {
        openid: u32,
    }

    #[test]
    fn reads_fields_and_names_what_is_not_there() {
        let r = response(200, r#"{"amount":{"total":100},"payer":{"openid":"oUpF8uMuAJO"},"list":["a"]}"#);
        assert_eq!(r.get::<u64>("/amount/total").unwrap(), 100);
        assert_eq!(r.get::<String>("/list/0").unwrap(), "a");
        assert_eq!(r.get::<Value>("").unwrap(), r.value().unwrap());
        for (pointer, expected) in
            [("/prepay_id", "no /prepay_id"), ("/list/1", "no /list/1"), ("/payer/openid", "/payer/openid is a string")]
        {
            let error = r.get::<u64>(pointer).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Decode);
            assert!(error.to_string().contains(expected), "{error}");
            assert!(!format!("{error:?} {error}").contains("oUpF8uMuAJO"));
        }
        assert_eq!(r.get::<u64>("amount").unwrap_err().kind(), ErrorKind::Request);
    }

    #[test]
    fn an_optional_field_may_be_absent_and_a_needed_one_may_not() {
        let r = response(200, r#"{"attach":null,"payer":{"openid":"o"},"list":[1]}"#);
        for pointer in ["/attach", "/gone", "/payer/gone", "/gone/deeper", "/payer/openid/deeper", "/list/1", "/list/x"]
        {
            assert_eq!(r.get::<Option<String>>(pointer).unwrap(), None, "{pointer}");
            assert_eq!(r.get::<Option<Option<u8>>>(pointer).unwrap(), None, "{pointer}");
            assert_eq!(r.get::<String>(pointer).unwrap_err().kind(), ErrorKind::Decode, "{pointer}");
        }
        assert_eq!(r.get::<Option<String>>("/payer/openid").unwrap().as_deref(), Some("o"));
        // What is there must fit, and what is no `Option` must be there.
        assert!(r.get::<Option<u8>>("/payer/openid").unwrap_err().to_string().starts_with("/payer/openid is a string"));
        for error in [r.get::<Value>("/gone").unwrap_err(), r.get::<()>("/gone").map(Value::from).unwrap_err()] {
            assert_eq!(error.to_string(), "the answer has no /gone");
        }
        assert_eq!(r.get::<Option<u8>>("gone").unwrap_err().kind(), ErrorKind::Request);
        assert_eq!(response(204, "").get::<Option<u8>>("/gone").unwrap(), None);
        assert_eq!(response(200, "<html>").get::<Option<u8>>("/gone").unwrap_err().kind(), ErrorKind::Decode);
    }

    #[test]
    fn decode_errors_quote_no_values() {
        let error = response(200, r#"{"openid":"oUpF8uMuAJO"}"#).json::<Payer>().unwrap_err();
        assert_eq!(error.to_string(), "the body: invalid type, expected u32 at line 1 column 23");
        assert_eq!(
            response(200, "{}").json::<Payer>().unwrap_err().to_string(),
            "the body: missing field `openid` at line 1 column 2"
        );
        assert!(response(200, "<html>").value().unwrap_err().to_string().contains("expected value at line 1"));
    }

    #[test]
    fn no_body_is_null() {
        let r = response(204, "");
        assert_eq!(r.value().unwrap(), Value::Null);
        assert!(r.json::<Option<u8>>().unwrap().is_none() && r.text().unwrap().is_empty() && !r.is_pending());
        assert!(response(202, "{}").is_pending());
    }
}
