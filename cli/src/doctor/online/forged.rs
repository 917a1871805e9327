//! A notice that nobody at WeChat Pay wrote: a handler that believes it can book nothing, since it opens with no key.

use std::time::SystemTime;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HOST, USER_AGENT};
use http::{Method, Request};
use serde_json::json;
use wechatpay_chain::PrivateKey;
use wechatpay_chain::gateway::PlatformKey;

use super::echo::random_text;
use crate::doctor::facts::times;

/// How many bytes stand in the place of a ciphertext.
const CIPHERTEXT: usize = 256;

/// The notice, signed by a key made for the occasion under the id `named`.
///
/// # Errors
///
/// Why it cannot be made.
pub(super) fn notice(url: &str, named: &str, now: SystemTime) -> Result<Request<Bytes>, String> {
    let body = body(now)?;
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).map_err(|error| error.to_string())?;
    let key = PrivateKey::from_pem(pair.serialize_pem()).map_err(|error| error.to_string())?;
    let seconds = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let signature =
        PlatformKey::new(named, key).sign(seconds, &random_text(16)?, &body).map_err(|error| error.to_string())?;
    let uri: http::Uri = url.parse().map_err(|_| "the notify URL is none".to_owned())?;
    let host = uri.authority().map(ToString::to_string).unwrap_or_default();
    let mut request = Request::builder().method(Method::POST).uri(uri).header(HOST, host);
    request = request.header(CONTENT_TYPE, "application/json").header(ACCEPT, "*/*");
    request = request.header(USER_AGENT, concat!("wxpay-doctor/", env!("CARGO_PKG_VERSION")));
    for (name, value) in signature.headers() {
        request = request.header(name, value);
    }
    request.body(body).map_err(|error| error.to_string())
}

fn body(now: SystemTime) -> Result<Bytes, String> {
    let mut ciphertext = [0; CIPHERTEXT];
    getrandom::fill(&mut ciphertext).map_err(|error| error.to_string())?;
    let notice = json!({
        "id": format!("DOCTOR-{}", random_text(12)?),
        "create_time": times::rfc3339(now),
        "resource_type": "encrypt-resource",
        "event_type": "SECURITY_ECHO.SUCCESS",
        "summary": "链路测试",
        "resource": {
            "original_type": "security",
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": BASE64_STANDARD.encode(ciphertext),
            "associated_data": "security",
            "nonce": random_text(6)?,
        },
    });
    Ok(Bytes::from(notice.to_string()))
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn a_forged_notice_looks_like_one_and_is_signed_by_nobody() {
        let request = notice("http://127.0.0.1:9/notify", "PUB_KEY_ID_01", UNIX_EPOCH).unwrap();
        assert_eq!((request.method(), request.uri().path()), (&Method::POST, "/notify"));
        assert_eq!(request.headers()["wechatpay-serial"], "PUB_KEY_ID_01");
        assert_eq!(request.headers()["wechatpay-timestamp"], "0");
        let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        assert_eq!(
            (&body["event_type"], &body["create_time"]),
            (&json!("SECURITY_ECHO.SUCCESS"), &json!("1970-01-01T08:00:00+08:00"))
        );
        assert_eq!(body["resource"]["nonce"].as_str().map(str::len), Some(12));
    }
}
