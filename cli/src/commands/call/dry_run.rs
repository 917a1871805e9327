//! A request that is shown instead of sent.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};
use wechatpay_chain::{bytes::Bytes, http};

use crate::base::output::plain;
use crate::endpoint::Signed;

/// The members of the document.
pub(super) fn document(request: &http::Request<Bytes>, signed: &Signed) -> Value {
    json!({"dry_run": true, "request": whole(request), "sign": signed.outline()})
}

fn whole(request: &http::Request<Bytes>) -> Value {
    let text = text(request.body());
    let base64 = text.is_none().then(|| BASE64_STANDARD.encode(request.body())).filter(|_| !request.body().is_empty());
    let mut members = outline(request);
    members["target"] = target(request).into();
    members["body_base64"] = base64.into();
    members
}

/// A request without what only the wire needs to know: its body as text.
pub(super) fn outline(request: &http::Request<Bytes>) -> Value {
    json!({
        "method": request.method().as_str(),
        "url": request.uri().to_string(),
        "headers": headers(request.headers()),
        "body": text(request.body()),
    })
}

/// Headers by their names in lower case; several values of one are joined.
pub(super) fn headers(headers: &http::HeaderMap) -> Value {
    let mut object = Map::new();
    for name in headers.keys() {
        let values = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        object.insert(name.as_str().to_owned(), values.collect::<Vec<_>>().join(", ").into());
    }
    Value::Object(object)
}

fn text(body: &Bytes) -> Option<&str> {
    std::str::from_utf8(body).ok().filter(|text| !text.is_empty())
}

fn target(request: &http::Request<Bytes>) -> &str {
    request.uri().path_and_query().map_or("/", |target| target.as_str())
}

/// The request as on the wire, then what is signed.
pub(super) fn shown(request: &http::Request<Bytes>, signed: &Signed) -> String {
    let host = request.uri().authority().map_or("", |authority| authority.as_str());
    let mut lines = vec![format!("{} {} HTTP/1.1", request.method(), target(request)), format!("host: {host}")];
    if let Value::Object(headers) = headers(request.headers()) {
        lines.extend(headers.iter().map(|(name, value)| format!("{name}: {}", value.as_str().unwrap_or_default())));
    }
    lines.push(String::new());
    let length = request.body().len();
    lines.push(text(request.body()).map_or_else(|| format!("({length} bytes)"), str::to_owned));
    lines.push(String::new());
    lines.extend(signed.message_lines());
    plain(&lines.join("\n"))
}
