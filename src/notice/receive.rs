//! How a notification (回调) is received: verified like an answer, then decrypted.

use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;

use super::notice::Notice;
use crate::client::Client;
use crate::crypto::clock::unix_seconds;
use crate::crypto::secret::Secret;
use crate::error::json::describe;
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::engine::Engine;
use crate::exchange::layer::verify::Authority;
use crate::protocol::shape::Whose;
use crate::protocol::v3::cause::Came;
use crate::protocol::v3::envelope::Encrypted;
use crate::protocol::v3::verify::{self, Failure, Signed};
use crate::protocol::verified::Verified;

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

/// What [`Client::notice_with`] asks for when a check failed, to name the cause: other spellings, and what is said of the body.
const CLUES: [&str; 8] = [
    "wechatpay_serial",
    "HTTP_WECHATPAY_SERIAL",
    "HTTP_WECHATPAY_TIMESTAMP",
    "HTTP_WECHATPAY_NONCE",
    "HTTP_WECHATPAY_SIGNATURE",
    "Content-Encoding",
    "Content-Length",
    "Content-Type",
];

impl Client {
    /// Verifies and decrypts a notification; no I/O.
    ///
    /// `body` is the raw bytes as they came: JSON that was parsed and written again has another signature. With
    /// `.auto_certificates()` an unknown key is a `Verify` error and is looked for in the background, so that the repeated
    /// notification finds it.
    ///
    /// # Errors
    ///
    /// `Verify` if it is not WeChat Pay's: the error names the check that failed and, as far as headers and body show it, the
    /// likeliest cause; `Decrypt` with a wrong APIv3 key; `Decode` if it is not the documented JSON; `Config` without
    /// `api_v3_key`, or with a `Verifier` and no platform key (use [`notice_async`](Self::notice_async)).
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
    /// It takes no longer than [`timeout`](crate::ClientBuilder::timeout), 30 seconds unless set. WeChat Pay waits five seconds for
    /// an answer and then sends the notification again, so a shorter time is no loss here.
    ///
    /// # Errors
    ///
    /// As [`notice`](Self::notice); and `Timeout`, when the verifier or the download of the platform certificates took too long:
    /// nothing is known of the notification then, and [`Notice::refuse`] answers 500, so that it is sent again.
    pub async fn notice_async(&self, headers: &HeaderMap, body: &[u8]) -> Result<Notice> {
        let (engine, started) = (self.engine(), Instant::now());
        let signed = read(engine, headers, body)?;
        let (authority, limit) = (&engine.v3()?.authority, engine.merchant.timeout);
        let late = || {
            let by = match authority {
                Authority::Held(_) => "the download of the platform certificates",
                Authority::Remote(_) => "the Verifier",
            };
            let message = format!("the notification could not be verified within {limit:?}: {by} took too long");
            Error::new(ErrorKind::Timeout, message)
        };
        let checked = within(engine, limit, &late, authority.check(&signed, body)).await??;
        match &checked {
            // The download gave up at the same moment: then too it is not known whose the notification is.
            Err(Failure::UnknownSerial { search: Some(_), .. }) if started.elapsed() >= limit => Err(late()),
            _ => finish(engine, headers, body, checked),
        }
    }

    /// [`notice`](Self::notice) for any framework: `header` gives a header's value by its name.
    ///
    /// # Errors
    ///
    /// As [`notice`](Self::notice).
    pub fn notice_with<'h>(&self, mut header: impl FnMut(&str) -> Option<&'h str>, body: &[u8]) -> Result<Notice> {
        // Some frameworks keep all names in lower case, and compare them as they are.
        let mut find = |name: &str| header(name).or_else(|| header(&name.to_ascii_lowercase()));
        let (mut headers, mut illegal) = (HeaderMap::new(), None);
        for name in verify::HEADERS {
            let Some(value) = find(name) else { continue };
            illegal = illegal.or((!insert(&mut headers, name, value)).then_some(name));
        }
        let result = self.notice(&headers, body);
        if !result.as_ref().is_err_and(|error| error.kind() == ErrorKind::Verify) {
            return result;
        }
        if let Some(name) = illegal {
            let why = format!("; {name} was handed over with a line break or another character that no header has");
            return result.map_err(|error| error.and(&why));
        }
        // Once more, with what may tell the cause.
        for name in CLUES {
            if let Some(value) = find(name) {
                insert(&mut headers, name, value);
            }
        }
        self.notice(&headers, body)
    }
}

/// Whether it is a header.
fn insert(headers: &mut HeaderMap, name: &str, value: &str) -> bool {
    let header = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value));
    let (Ok(name), Ok(value)) = header else { return false };
    headers.insert(name, value);
    true
}

/// Waits for a check, at most so long; `None` if it took longer. Without a transport there is no timer, and nothing to download.
/// What a check says, unless it takes longer.
#[cfg(feature = "_transport")]
async fn within<T>(
    engine: &Engine,
    limit: Duration,
    late: impl FnOnce() -> Error,
    check: impl Future<Output = T>,
) -> Result<T> {
    let drive = engine.sender.hyper.drive();
    crate::transport::timer::at_most(drive, limit, check).await?.map_err(|over| over.or_late(late))
}

/// Nothing is fetched and nobody asked, so it takes no time.
#[cfg(not(feature = "_transport"))]
async fn within<T>(_: &Engine, _: Duration, _: impl FnOnce() -> Error, check: impl Future<Output = T>) -> Result<T> {
    Ok(check.await)
}

/// The checks that need no key: is everything here that verifying and decrypting needs.
fn read<'a>(engine: &Engine, headers: &'a HeaderMap, body: &[u8]) -> Result<Signed<'a>> {
    if engine.merchant.api_v3_key.is_none() {
        return Err(Error::config("notifications are decrypted with the APIv3 key: api_v3_key is missing"));
    }
    let now = unix_seconds().ok_or_else(|| Error::new(ErrorKind::Verify, "the local clock is before 1970"))?;
    let own_serial = Some(engine.merchant.serial.as_str());
    Signed::read(headers, now, engine.window).map_err(|failure| refused(failure, headers, body, own_serial))
}

fn finish(engine: &Engine, headers: &HeaderMap, body: &[u8], checked: Result<Verified, Failure>) -> Result<Notice> {
    let own_serial = Some(engine.merchant.serial.as_str());
    let verified = checked.map_err(|failure| refused(failure, headers, body, own_serial))?;
    let key = engine.merchant.api_v3_key.as_ref().ok_or_else(|| Error::config("api_v3_key is missing"))?;
    open(body, key, &verified)
}

pub(super) fn refused(failure: Failure, headers: &HeaderMap, body: &[u8], own_serial: Option<&str>) -> Error {
    failure.into_error(&Came { whose: Whose::Notice, headers, body: Some(body), own_serial })
}

/// Parses and decrypts; asks for the proof that it was verified.
pub(super) fn open(body: &[u8], key: &Secret, _verified: &Verified) -> Result<Notice> {
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
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
        let signed =
            Signed::read(headers, now, verify::WINDOW).map_err(|failure| refused(failure, headers, body, None))?;
        let verified = signed.check(body, &trust).map_err(|failure| refused(failure, headers, body, None))?;
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
            refused(ten_minutes, &HeaderMap::new(), b"", None)
                .to_string()
                .starts_with("the notification is not verified")
        );
    }
}
