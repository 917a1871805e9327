//! Notifications (回调): verified like an answer, then decrypted; and what to answer.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::client::Client;
use crate::crypto::clock::unix_seconds;
use crate::crypto::secret::Secret;
use crate::error::json::describe;
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::engine::Engine;
use crate::exchange::layer::verify::Authority;
use crate::protocol::v3::envelope::Encrypted;
use crate::protocol::v3::event::Event;
use crate::protocol::v3::verify::{self, Failure, Signed};
use crate::protocol::verified::Verified;

/// A notification: verified first, then decrypted.
///
/// `Debug` shows its types and id, not the resource.
#[derive(Clone)]
pub struct Notice {
    id: String,
    event_type: String,
    original_type: Option<String>,
    create_time: String,
    summary: String,
    resource: Value,
}

#[derive(Deserialize)]
struct Envelope {
    id: String,
    event_type: String,
    #[serde(default)]
    create_time: String,
    #[serde(default)]
    summary: Option<String>,
    resource: Encrypted,
}

impl Notice {
    /// The id of the notification, `EV-…`; the same when it is repeated.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The type of the event, such as `TRANSACTION.SUCCESS`; not enough to tell a payment, see [`event`](Self::event).
    pub fn event_type(&self) -> &str {
        &self.event_type
    }

    /// The type of the resource, such as `transaction`; some products leave it out.
    pub fn original_type(&self) -> Option<&str> {
        self.original_type.as_deref()
    }

    /// When the notification was made, RFC 3339.
    pub fn create_time(&self) -> &str {
        &self.create_time
    }

    /// What it says in words; empty if nothing.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// What it is about.
    pub fn event(&self) -> Event {
        Event::of(&self.event_type, self.original_type(), &self.resource)
    }

    /// What a unique index holds, so that a repeated notification is processed once: event type, original type, business
    /// number and `sub_mchid`.
    ///
    /// Notifications are repeated, at the same time too. Insert it in the transaction that books the order: if the insert
    /// fails, this notification was booked before. It has no mchid: merchants that share a table add their own.
    pub fn key(&self) -> String {
        self.event().key(&self.event_type, self.original_type(), &self.id, &self.resource)
    }

    /// The decrypted resource.
    pub fn resource(&self) -> &Value {
        &self.resource
    }

    /// The decrypted resource as a type of the caller's.
    ///
    /// # Errors
    ///
    /// `Decode`, naming what was expected; values are not quoted.
    pub fn resource_as<T: DeserializeOwned>(&self) -> Result<T> {
        let decoded = T::deserialize(&self.resource);
        decoded.map_err(|error| Error::new(ErrorKind::Decode, format!("the resource: {}", describe(&error))))
    }

    /// Compares a field with what your own database says, such as amount, currency and mchid.
    ///
    /// # Errors
    ///
    /// `Decode`, naming the field and both values.
    pub fn expect(&self, pointer: &str, expected: impl Into<Value>) -> Result<&Self> {
        let (expected, found) = (expected.into(), self.resource.pointer(pointer));
        if found == Some(&expected) {
            return Ok(self);
        }
        let found = found.map_or_else(|| "absent".to_owned(), Value::to_string);
        Err(Error::new(ErrorKind::Decode, format!("{pointer} of the notification is {found}, expected {expected}")))
    }

    /// The answer that accepts it: 204. Answer within five seconds, and only after it is stored.
    pub fn accept() -> http::Response<String> {
        answer(StatusCode::NO_CONTENT, String::new())
    }

    /// The answer for the few events that want data: 200 with this JSON.
    #[allow(clippy::needless_pass_by_value, reason = "as the terminals take `json!({ … })`")]
    pub fn reply(body: Value) -> http::Response<String> {
        answer(StatusCode::OK, body.to_string())
    }

    /// The answer that refuses it, so that it is sent again: 401 if it was not verified, else 500. Nothing of the error is
    /// shown.
    pub fn refuse(error: &Error) -> http::Response<String> {
        let status = match error.kind() {
            ErrorKind::Verify => StatusCode::UNAUTHORIZED,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        answer(status, json!({"code": "FAIL", "message": "失败"}).to_string())
    }
}

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notice")
            .field("id", &self.id)
            .field("event_type", &self.event_type)
            .field("original_type", &self.original_type)
            .field("create_time", &self.create_time)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Verifies and decrypts a notification; no I/O.
    ///
    /// `body` is the raw bytes as they came: JSON that was parsed and written again has another signature. With
    /// `.auto_certificates()` an unknown key is a `Verify` error and is looked for in the background, so that the repeated
    /// notification finds it.
    ///
    /// # Errors
    ///
    /// `Verify` if it is not WeChat Pay's; `Decrypt` with a wrong APIv3 key; `Decode` if it is not the documented JSON;
    /// `Config` without `api_v3_key`, or with a `Verifier` and no platform key (use
    /// [`notice_async`](Self::notice_async)).
    pub fn notice(&self, headers: &HeaderMap, body: &[u8]) -> Result<Notice> {
        let engine = self.engine();
        let signed = read(engine, headers, body)?;
        let trust = engine.keys.snapshot();
        if matches!(engine.v3()?.authority, Authority::Remote(_)) && trust.is_empty() {
            return Err(Error::config(
                "a notification is verified here by a platform key; with a Verifier use notice_async",
            ));
        }
        let checked = signed.check(body, &trust);
        if let Err(Failure::UnknownSerial { serial, .. }) = &checked {
            engine.keys.search_later(serial);
        }
        finish(engine, headers, body, checked)
    }

    /// Verifies and decrypts a notification; may fetch platform certificates once, or ask a remote verifier.
    ///
    /// # Errors
    ///
    /// As [`notice`](Self::notice).
    pub async fn notice_async(&self, headers: &HeaderMap, body: &[u8]) -> Result<Notice> {
        let engine = self.engine();
        let signed = read(engine, headers, body)?;
        let checked = engine.v3()?.authority.check(&signed, body).await?;
        finish(engine, headers, body, checked)
    }

    /// [`notice`](Self::notice) for any framework: `header` gives a header's value by its name.
    ///
    /// # Errors
    ///
    /// As [`notice`](Self::notice).
    pub fn notice_with<'h>(&self, mut header: impl FnMut(&str) -> Option<&'h str>, body: &[u8]) -> Result<Notice> {
        let mut headers = HeaderMap::new();
        for name in verify::HEADERS {
            if let Some(value) = header(name).and_then(|value| HeaderValue::from_str(value).ok()) {
                let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Error::request("a header's name"))?;
                headers.insert(name, value);
            }
        }
        self.notice(&headers, body)
    }
}

/// The checks that need no key: is everything here that verifying and decrypting needs.
fn read<'a>(engine: &Engine, headers: &'a HeaderMap, body: &[u8]) -> Result<Signed<'a>> {
    if engine.merchant.api_v3_key.is_none() {
        return Err(Error::config("notifications are decrypted with the APIv3 key: api_v3_key is missing"));
    }
    let now = unix_seconds().ok_or_else(|| Error::new(ErrorKind::Verify, "the local clock is before 1970"))?;
    Signed::read(headers, now, engine.window).map_err(|failure| refused(failure, headers, body))
}

fn finish(engine: &Engine, headers: &HeaderMap, body: &[u8], checked: Result<Verified, Failure>) -> Result<Notice> {
    let verified = checked.map_err(|failure| refused(failure, headers, body))?;
    let key = engine.merchant.api_v3_key.as_ref().ok_or_else(|| Error::config("api_v3_key is missing"))?;
    open(body, key, &verified)
}

/// Parses and decrypts; asks for the proof that it was verified.
fn open(body: &[u8], key: &Secret, _verified: &Verified) -> Result<Notice> {
    let decode =
        |what: &str, error: &serde_json::Error| Error::new(ErrorKind::Decode, format!("{what}: {}", describe(error)));
    let envelope: Envelope = serde_json::from_slice(body).map_err(|error| decode("the notification", &error))?;
    let plain = envelope
        .resource
        .open(key)
        .map_err(|error| Error::new(error.kind(), format!("the notification's resource: {error}")))?;
    let resource = serde_json::from_slice(&plain).map_err(|error| decode("the decrypted resource", &error))?;
    Ok(Notice {
        id: envelope.id,
        event_type: envelope.event_type,
        original_type: envelope.resource.original_type.filter(|kind| !kind.is_empty()),
        create_time: envelope.create_time,
        summary: envelope.summary.unwrap_or_default(),
        resource,
    })
}

fn refused(failure: Failure, headers: &HeaderMap, body: &[u8]) -> Error {
    let hint =
        matches!(failure, Failure::Mismatch { probe: false, .. }) && serde_json::from_slice::<Value>(body).is_ok();
    let error = failure.into_error_of("the notification", headers);
    match hint {
        true => error.and("; if a framework parsed the JSON and wrote it again, hand over the raw bytes instead"),
        false => error,
    }
}

fn answer(status: StatusCode, body: String) -> http::Response<String> {
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    if !response.body().is_empty() {
        response.headers_mut().insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::secret::Secret;
    use crate::keys::Certificate;
    use crate::keys::PublicKey;
    use crate::keys::fixtures as f;
    use crate::protocol::v3::trust::Trust;

    /// The whole way of a notification, with the clock of the vector.
    fn open_at(headers: &HeaderMap, body: &[u8], now: u64, key: &str) -> Result<Notice> {
        let mut trust = Trust::default();
        let certificate = Certificate::from_pem(f::PLATFORM_CERT).unwrap();
        trust.add_certificate(&certificate, certificate.not_before()).unwrap();
        trust.add_public_key(f::WECHATPAY_ID, PublicKey::from_pem(f::WECHATPAY_PUBLIC).unwrap()).unwrap();
        let signed = Signed::read(headers, now, verify::WINDOW).map_err(|failure| refused(failure, headers, body))?;
        let verified = signed.check(body, &trust).map_err(|failure| refused(failure, headers, body))?;
        open(body, &Secret::new(key), &verified)
    }

    #[test]
    fn vectors_pass_and_one_bit_anywhere_fails() {
        for id in ["v3-notify-transaction-success", "v3-notify-empty-aad", "v3-notify-absent-aad-public-key"] {
            let vector = f::vector(id);
            let headers = f::headers(&vector["input"]["headers"]);
            let text = |pointer: &str| vector.pointer(pointer).and_then(Value::as_str).unwrap();
            let (body, key, now) =
                (text("/input/body"), text("/input/apiv3_key"), vector["input"]["now"].as_u64().unwrap());
            let notice = open_at(&headers, body.as_bytes(), now, key).unwrap();
            assert_eq!(
                (notice.event_type(), notice.original_type()),
                (text("/expected/event_type"), Some(text("/expected/original_type")))
            );
            let plain = &vector["expected"]["plaintext"];
            let plain = plain.as_str().map_or_else(|| plain.clone(), |text| serde_json::from_str(text).unwrap());
            assert_eq!(notice.resource(), &plain, "{id}");

            for at in (0..body.len()).step_by(7) {
                let mut other = body.as_bytes().to_vec();
                other[at] ^= 1;
                assert_eq!(
                    open_at(&headers, &other, now, key).unwrap_err().kind(),
                    ErrorKind::Verify,
                    "{id} byte {at}"
                );
            }
            for name in ["wechatpay-timestamp", "wechatpay-nonce", "wechatpay-signature", "wechatpay-serial"] {
                let mut other = headers.clone();
                let mut value = headers[name].as_bytes().to_vec();
                value[3] ^= 1;
                other.insert(name, HeaderValue::from_bytes(&value).unwrap());
                assert_eq!(
                    open_at(&other, body.as_bytes(), now, key).unwrap_err().kind(),
                    ErrorKind::Verify,
                    "{id} {name}"
                );
            }
            let other_key = format!("1{}", &key[1..]);
            assert_eq!(open_at(&headers, body.as_bytes(), now, &other_key).unwrap_err().kind(), ErrorKind::Decrypt);
            assert_eq!(open_at(&headers, body.as_bytes(), now + 600, key).unwrap_err().kind(), ErrorKind::Verify);
        }
    }

    #[test]
    fn what_is_signed_but_not_a_notification_is_named() {
        let sealed = |algorithm: &str, nonce: &str, text: &str| {
            let ciphertext = crate::crypto::base64::encode(text.as_bytes());
            json!({"id": "1", "event_type": "X", "resource": {"algorithm": algorithm, "nonce": nonce, "ciphertext": ciphertext}})
        };
        let proof = crate::protocol::v3::exempt::Rule::Unsigned.exemption().unwrap();
        for (body, kind, expected) in [
            (json!({"id": "1"}), ErrorKind::Decode, "missing field `event_type`"),
            (json!([]), ErrorKind::Decode, "the notification: "),
            (sealed("AEAD_SM4_GCM", "fdasflkja484", ""), ErrorKind::Decode, "AEAD_SM4_GCM"),
            (sealed("AEAD_AES_256_GCM", "short", ""), ErrorKind::Decrypt, "not of 12 bytes"),
            (sealed("AEAD_AES_256_GCM", "fdasflkja484", "x"), ErrorKind::Decrypt, "api_v3_key"),
        ] {
            let error = open(body.to_string().as_bytes(), &Secret::new("k".repeat(32)), &proof).unwrap_err();
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.to_string().contains(expected), "{expected}: {error}");
        }
        let ten_minutes = Signed::read(&f::headers(&json!({})), 0, verify::WINDOW).unwrap_err();
        assert!(
            refused(ten_minutes, &HeaderMap::new(), b"").to_string().starts_with("the notification is not verified")
        );
    }
}
