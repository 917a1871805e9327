//! What is signed of a request, and how.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use wechatpay_chain::gateway::{self, v2};
use wechatpay_chain::{Client, SignedRequest, bytes::Bytes, http};

use crate::base::failure::Failure;
use crate::base::text::text;

/// The signature of a request.
pub(crate) enum Signed {
    V3 { signed: SignedRequest, timestamp: u64, nonce: String },
    V2 { kind: &'static str, message: String, sign: String },
}

impl Signed {
    /// What `--dry-run` says of it: nothing that could be sent.
    pub(crate) fn outline(&self) -> Value {
        match self {
            Self::V3 { signed, timestamp, nonce } => {
                let message = String::from_utf8_lossy(signed.message());
                json!({"scheme": signed.scheme(), "timestamp": timestamp, "nonce": nonce, "message": message})
            }
            Self::V2 { kind, message, .. } => json!({"type": kind, "message": message}),
        }
    }

    /// Everything.
    pub(crate) fn json(&self) -> Value {
        let mut whole = self.outline();
        match self {
            Self::V3 { signed, .. } => {
                whole["serial"] = signed.serial().into();
                whole["signature"] = signed.signature().into();
                whole["authorization"] = signed.authorization().into();
            }
            Self::V2 { sign, .. } => whole["sign"] = sign.as_str().into(),
        }
        whole
    }

    /// What is signed, the line ends written out.
    pub(crate) fn message_lines(&self) -> Vec<String> {
        match self {
            Self::V2 { message, .. } => vec![message.clone()],
            Self::V3 { signed, .. } => {
                let message = String::from_utf8_lossy(signed.message()).into_owned();
                // The body's own line breaks are of the body.
                message.splitn(5, '\n').map(|line| format!("{}\\n", line.strip_suffix('\n').unwrap_or(line))).collect()
            }
        }
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Signs a request for a time and a nonce; one of `APIv2` carries its signature already.
///
/// # Errors
///
/// Exit 3, when the settings do not suffice; exit 2 for a nonce that cannot stand in a header.
pub(crate) fn signed(
    client: &Client,
    request: &http::Request<Bytes>,
    is_v2: bool,
    (timestamp, nonce): (u64, String),
) -> Result<Signed, Failure> {
    if is_v2 {
        return of_v2(request);
    }
    if nonce.is_empty()
        || nonce.len() > 64
        || !nonce.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    {
        return Err(Failure::usage(text!(
            "--nonce has other characters than letters, digits, - and _, or more than 64",
            "--nonce 只能是字母、数字、- 和 _，且不超过 64 个字符"
        )));
    }
    let layer = client.sign_layer()?;
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(|error| Failure::file(text!("no runtime: {error}", "无法创建运行时：{error}")))?;
    let signed = runtime.block_on(layer.sign_at(request, timestamp, &nonce))?;
    Ok(Signed::V3 { signed, timestamp, nonce })
}

fn of_v2(request: &http::Request<Bytes>) -> Result<Signed, Failure> {
    let fields = fields(request)?;
    let sign = fields.get("sign").cloned().unwrap_or_default();
    let kind = if sign.len() == 64 { "HMAC-SHA256" } else { "MD5" };
    Ok(Signed::V2 { kind, message: format!("{}<secret>", v2::message(&fields)), sign })
}

/// The fields of a document, of an upload's form, or of a query.
fn fields(request: &http::Request<Bytes>) -> Result<BTreeMap<String, String>, Failure> {
    let content_type = request.headers().get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if let Some(form) = content_type.and_then(|kind| gateway::Form::parse(kind, request.body())) {
        let texts = form.parts().filter(|part| part.file_name().is_none());
        let field = |part: &gateway::Part| (part.name().to_owned(), String::from_utf8_lossy(part.bytes()).into_owned());
        return Ok(texts.map(field).collect());
    }
    if request.body().is_empty() {
        let query = request.uri().query().unwrap_or_default();
        return Ok(form_urlencoded::parse(query.as_bytes()).into_owned().collect());
    }
    v2::parse(request.body()).map_err(Failure::from)
}
