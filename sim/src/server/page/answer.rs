//! Which address gives what, and the headers that keep a browser from asking anybody else.

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode, header};
use percent_encoding::percent_decode_str;

use super::super::control::{Way, json, refused};
use super::super::guard;
use super::super::payload::Payload;
use super::files::{self, File};
use super::{payer, qr};
use crate::engine::control::request::ControlError;
use crate::shell::shared::Shared;

/// Where the page begins.
pub(in super::super) const BASE: &str = "/_/";

/// Nothing of this is loaded from elsewhere, nor shown within another page.
const POLICY: &str = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'";

/// Answers a request below [`BASE`]; the body has been read.
pub(in super::super) async fn answer(
    shared: Arc<Shared>,
    head: &Parts,
    body: &Bytes,
    way: Way<'_>,
) -> Response<Payload> {
    let mut response = match found(shared, head, body, way).await {
        Ok(response) => response,
        Err(error) => refused(&error),
    };
    let headers = response.headers_mut();
    let mut put = |name, value| _ = headers.insert(name, HeaderValue::from_static(value));
    put(header::CONTENT_SECURITY_POLICY, POLICY);
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "same-origin");
    response
}

async fn found(
    shared: Arc<Shared>,
    head: &Parts,
    body: &Bytes,
    way: Way<'_>,
) -> Result<Response<Payload>, ControlError> {
    guard::host(way.authority, way.door)?;
    let path = head.uri.path().strip_prefix(BASE).unwrap_or_default();
    if let Some(path) = path.strip_prefix("payer/") {
        guard::written(&shared, head, way.authority, body)?;
        let path = percent_decode_str(path).decode_utf8().map_err(|_| ControlError::bad("the path is not UTF-8"))?;
        return payer::answer(shared, &head.method, &path, body, way.base)
            .await
            .map(|seen| json(StatusCode::OK, &seen));
    }
    if !matches!(head.method, Method::GET | Method::HEAD) {
        return Err(ControlError::not_found(format!("nothing here has {}", head.method)));
    }
    match path {
        "" => {
            guard::token(&shared, head)?;
            Ok(with_cookie(&shared, head, given(head, files::PAGE)))
        }
        "qr" => {
            guard::token(&shared, head)?;
            picture(head)
        }
        "h5" => Ok(given(head, files::SHEET)),
        _ if path.starts_with("pay/") || path.starts_with("confirm/") => Ok(given(head, files::SHEET)),
        _ => match files::find(path) {
            Some(file) => Ok(given(head, file)),
            None => Err(ControlError::not_found(format!("there is no /_/{path}"))),
        },
    }
}

/// A file, unless the browser has it already.
fn given(head: &Parts, file: File) -> Response<Payload> {
    let version = files::version();
    let known = head.headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == version);
    let mut response = match known {
        true => empty(StatusCode::NOT_MODIFIED),
        false => text(file.content_type, file.text.into()),
    };
    response.headers_mut().insert(header::ETAG, HeaderValue::from_static(version));
    // Kept, but asked about each time: another version of the program has other files.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// The token of an address becomes a cookie, so that it need not stand in any other address.
fn with_cookie(shared: &Shared, head: &Parts, mut response: Response<Payload>) -> Response<Payload> {
    let token = shared.addresses().token.filter(|_| parameter(head, "token").is_some());
    let cookie = token.map(|token| format!("{}={token}; Path=/_/; HttpOnly; SameSite=Strict", guard::COOKIE));
    if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::try_from(cookie).ok()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// The QR code of `?text=`.
fn picture(head: &Parts) -> Result<Response<Payload>, ControlError> {
    let wanted = parameter(head, "text").ok_or_else(|| ControlError::bad("text: it is missing"))?;
    let picture = qr::svg(&wanted).ok_or_else(|| ControlError::bad("text: expected 1 to 1024 bytes"))?;
    Ok(text(files::SVG, picture.into()))
}

fn parameter(head: &Parts, name: &str) -> Option<String> {
    let pairs = form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes());
    pairs.into_iter().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

fn text(content_type: &'static str, text: Bytes) -> Response<Payload> {
    let mut response = Response::new(Payload::Whole(text));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn empty(status: StatusCode) -> Response<Payload> {
    let mut response = Response::new(Payload::Whole(Bytes::new()));
    *response.status_mut() = status;
    response
}
