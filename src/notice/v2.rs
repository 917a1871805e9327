//! Notifications of APIv2: XML signed with the APIv2 key; those of refunds are encrypted with it instead.

use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde_json::{Map, Value};

use super::notice::Notice;
use crate::client::Client;
use crate::crypto::{base64, ecb, hash};
use crate::error::{Error, ErrorKind, Result};
use crate::protocol::shape::Whose;
use crate::protocol::v2::answer::{self, Answer};
use crate::protocol::v2::verify::{self, Wrong};
use crate::protocol::v2::xml;

/// The elements of a notification that is not signed (refund-processed).
const UNSIGNED: [&str; 9] =
    ["return_code", "return_msg", "appid", "mch_id", "sub_appid", "sub_mch_id", "nonce_str", "sign_type", "req_info"];

/// The longest notification; real ones have two kilobytes.
const LIMIT: usize = 1024 * 1024;

impl Client {
    /// A notification of APIv2, from the raw bytes of its body: the sign checked, `req_info` decrypted in place.
    ///
    /// Look at `return_code` and `result_code`: a signed notification may say FAIL. Gives the elements as a flat object of texts; `req_info` of a refund becomes an object itself. **A refund's notification
    /// is not signed**, and its encryption proves nothing about who wrote it: query the refund before you book it.
    ///
    #[cfg_attr(feature = "mock", doc = "```")]
    #[cfg_attr(not(feature = "mock"), doc = "```ignore")]
    /// # let gateway = wechatpay_chain::mock::Server::start()?;
    /// # let wxpay = gateway.client()?;
    /// let body = gateway.notice_v2(serde_json::json!({"result_code": "SUCCESS", "out_trade_no": "1217752501", "total_fee": "100"}));
    /// let notice = wxpay.notice_v2(body.as_bytes())?;
    /// assert_eq!(notice["total_fee"], "100");
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `Decode` for what is no notification, or an unsigned one that says `return_code` FAIL; `Verify` for a wrong or missing sign, or
    /// another merchant's number; `Decrypt` for a `req_info` of another key; `Config` without `secret`.
    pub fn notice_v2(&self, body: &[u8]) -> Result<Value> {
        let merchant = &self.engine().merchant;
        let missing = || Error::config("a notification of APIv2 is checked with the APIv2 key: secret is missing");
        let secret = merchant.secret.as_ref().ok_or_else(missing)?;
        if body.len() > LIMIT {
            return Err(decode(&format!("it has {} bytes, at most {LIMIT} are read", body.len())));
        }
        let form = || answer::form(body, Whose::Notice).map(|form| format!("; {form}")).unwrap_or_default();
        let Answer::Xml(mut fields) = answer::read("", body).map_err(|why| decode(&format!("{why}{}", form())))? else {
            return Err(decode("it is no XML"));
        };
        let encrypted =
            fields.get("req_info").and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
        let other = |name: &&str| fields.get(*name).is_some_and(|found| *found != merchant.mchid.as_str());
        let other = ["mch_id", "mchid", "combine_mch_id"].into_iter().find(other);
        let other = other.map(|name| format!("its {name} is not the client's {}", merchant.mchid));
        match (verify::verify(&fields, secret, merchant.hmac_only), other) {
            (Ok(()), None) => {}
            (Err(Wrong::Missing), other) => {
                unsigned(&fields, encrypted.is_some())?;
                other.map_or(Ok(()), |other| Err(unverified(&other)))?;
            }
            (Ok(()), Some(other)) => return Err(unverified(&other)),
            (Err(wrong), Some(other)) => {
                let why = wrong.why();
                return Err(unverified(&format!("{why}; {other}: likely it is meant for another merchant")));
            }
            (Err(wrong), None) => return Err(unverified(&format!("{}{}", wrong.why(), form()))),
        }
        if let Some(text) = encrypted {
            fields.insert("req_info".to_owned(), open(&text, secret.expose())?);
        }
        Ok(Value::Object(fields))
    }
}

/// Whether a notification without `sign` is one: only a refund's is, whose `req_info` is encrypted.
fn unsigned(fields: &Map<String, Value>, is_encrypted: bool) -> Result<()> {
    if !is_encrypted {
        return Err(match fields.get("return_code").is_some_and(|code| code == "FAIL") {
            true => decode("its return_code is FAIL"),
            false => unverified(Wrong::Missing.why()),
        });
    }
    // Nobody signed them, so nothing that could be taken for a payment may stand around what is encrypted.
    if let Some(name) = fields.keys().find(|name| !UNSIGNED.contains(&name.as_str())) {
        return Err(unverified(&format!("it has no sign, and {name} is not among the elements of a refund's")));
    }
    match fields.contains_key("mch_id") {
        true => Ok(()),
        false => Err(unverified("it has neither sign nor mch_id")),
    }
}

fn decode(why: &str) -> Error {
    Error::new(ErrorKind::Decode, format!("the notification cannot be read: {why}"))
}

fn unverified(why: &str) -> Error {
    Error::new(ErrorKind::Verify, format!("the notification is not verified: {why}"))
}

/// The key is the text of the hexadecimal MD5 of the APIv2 key, not its bytes.
fn open(text: &str, secret: &str) -> Result<Value> {
    let failed = |why: &str| Error::new(ErrorKind::Decrypt, format!("the req_info of the notification {why}"));
    let key = zeroize::Zeroizing::new(hash::md5_lower(secret.as_bytes()));
    let packed: String = text.split_ascii_whitespace().collect();
    let bytes = base64::decode(&packed).ok_or_else(|| failed("is not base64"))?;
    let plain = ecb::decrypt(key.as_bytes(), bytes).ok_or_else(|| {
        failed("does not decrypt with the APIv2 key (secret): likely that is another merchant's, or was changed")
    })?;
    xml::parse(&plain).map(Value::Object).map_err(|why| failed(&format!("is damaged, or of another key: {why}")))
}

impl Notice {
    /// The answer that accepts a notification of APIv2: XML with `SUCCESS`. Answer within five seconds, and only after it is stored.
    pub fn accept_v2() -> http::Response<String> {
        answer_v2("<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>")
    }

    /// The answer that refuses a notification of APIv2, so that it is sent again: XML with `FAIL`.
    pub fn refuse_v2() -> http::Response<String> {
        answer_v2("<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[失败]]></return_msg></xml>")
    }
}

fn answer_v2(body: &str) -> http::Response<String> {
    let mut response = http::Response::new(body.to_owned());
    *response.status_mut() = StatusCode::OK;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
    response
}
