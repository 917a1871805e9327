//! From HTTP to a request to the control interface, and back.

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode, header};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::guard::{self, BASE};
use super::payload::Payload;
use super::serve::Door;
use crate::engine::control::request::{ControlError, ControlRequest};
use crate::shell::control::events::LAST_EVENT_ID;
use crate::shell::controls::{Control, control};
use crate::shell::shared::{Shared, wall};

/// How a request came: by which listener, to which host, under which base URI.
pub(super) struct Way<'a> {
    pub(super) door: &'a Door,
    pub(super) authority: &'a str,
    pub(super) base: String,
}

/// Answers a request below [`BASE`]; the body has been read.
pub(super) async fn answer(shared: Arc<Shared>, head: &Parts, body: &Bytes, way: Way<'_>) -> Response<Payload> {
    let origin = guard::allowed_origin(&shared, head);
    let mut response = match (&head.method, &origin) {
        // A browser asks for leave before it sends a page's request.
        (&Method::OPTIONS, Some(_)) => response(StatusCode::NO_CONTENT, "", Payload::Whole(Bytes::new())),
        _ => done(shared, head, body, way).await,
    };
    if let Some(origin) = origin.and_then(|origin| HeaderValue::try_from(origin).ok()) {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
        headers.insert(header::VARY, HeaderValue::from_static("origin"));
    }
    response
}

async fn done(shared: Arc<Shared>, head: &Parts, body: &Bytes, way: Way<'_>) -> Response<Payload> {
    let admitted = guard::admitted(&shared, head, way.door, way.authority, body);
    let done = match admitted.and_then(|()| request(head, body, way.base)) {
        Ok(request) => control(shared, request).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(Control::Json(Value::Null)) => response(StatusCode::NO_CONTENT, "", Payload::Whole(Bytes::new())),
        Ok(Control::Json(body)) => json(StatusCode::OK, &body),
        Ok(Control::Written(body)) => {
            response(StatusCode::OK, "application/json; charset=utf-8", Payload::Whole(body.into()))
        }
        Ok(Control::Text(content_type, text)) => response(StatusCode::OK, content_type, Payload::Whole(text.into())),
        Ok(Control::Stream(content_type, pieces)) => response(StatusCode::OK, content_type, Payload::Pieces(pieces)),
        Err(error) => refused(&error),
    }
}

/// A body that is longer than what is read.
pub(super) fn too_long(limit: usize) -> Response<Payload> {
    refused(&ControlError::bad(format!("the body has more than {limit} bytes")))
}

/// A request for something of the simulator's own, at a host that is WeChat Pay's.
pub(super) fn not_at_wechat() -> Response<Payload> {
    let error = ControlError::forbidden("hosts of WeChat Pay have nothing below /_/");
    refused(&error.hint("use 127.0.0.1 or localhost"))
}

pub(super) fn refused(error: &ControlError) -> Response<Payload> {
    json(StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST), &error.to_json())
}

fn request(head: &Parts, body: &Bytes, base: String) -> Result<ControlRequest, ControlError> {
    let verbs = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let method = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    let verb = verbs.iter().position(|verb| *verb == head.method).and_then(|at| method.get(at).copied());
    let method = verb.ok_or_else(|| ControlError::not_found(format!("nothing here has {}", head.method)))?;
    let path = head.uri.path().strip_prefix(BASE).unwrap_or_default().trim_end_matches('/');
    let path = percent_decode_str(path).decode_utf8();
    let path = path.map_err(|_| ControlError::bad("the path is not UTF-8"))?.into_owned();
    let query = form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes()).into_owned();
    // Whom the token lets in has been looked at.
    let query = query.filter(|(name, _)| name != "token");
    let last = head.headers.get(LAST_EVENT_ID).and_then(|value| value.to_str().ok());
    let query = query.chain(last.map(|last| (LAST_EVENT_ID.to_owned(), last.to_owned()))).collect();
    let body = match body.is_empty() {
        true => Value::Null,
        false => serde_json::from_slice(body).map_err(|error| ControlError::bad(format!("body: no JSON: {error}")))?,
    };
    if !body.is_null() && !body.is_object() {
        return Err(ControlError::bad("body: expected an object"));
    }
    Ok(ControlRequest { method, path, query, body, base, wall: wall() })
}

pub(super) fn json(status: StatusCode, body: &Value) -> Response<Payload> {
    response(status, "application/json; charset=utf-8", Payload::Whole(body.to_string().into()))
}

fn response(status: StatusCode, content_type: &'static str, payload: Payload) -> Response<Payload> {
    let mut response = Response::new(payload);
    *response.status_mut() = status;
    if !content_type.is_empty() {
        response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type));
    }
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}
