//! Who may work the controls: programs and pages of this machine, others with the token.
//!
//! A page of somebody else's in a browser here can send requests to this machine; it cannot choose `Host` and `Origin`.

use std::net::IpAddr;

use http::request::Parts;
use http::{Method, header};
use percent_encoding::percent_decode_str;

use super::serve::Door;
use crate::engine::control::request::ControlError;
use crate::shell::controls::gives_keys;
use crate::shell::shared::Shared;

/// Where the control interface begins.
pub(super) const BASE: &str = "/_/api/";

/// The one control that pages of the merchant's own may use, if the settings name their origin.
const INVOKE: &str = "/_/api/invoke";

/// Whether a request to the control interface is let in.
pub(super) fn admitted(
    shared: &Shared,
    head: &Parts,
    door: &Door,
    authority: &str,
    body: &[u8],
) -> Result<(), ControlError> {
    host(authority, door)?;
    token(shared, head)?;
    if !matches!(head.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        origin(shared, head, authority)?;
        content_type(head, body)?;
    }
    // Decoded, as the path is when it is answered.
    let path = percent_decode_str(head.uri.path()).decode_utf8_lossy();
    let gives_keys = gives_keys(path.strip_prefix(BASE).unwrap_or_default().trim_matches('/'));
    match gives_keys && !door.peer.is_loopback() {
        true => Err(ControlError::forbidden("keys are given to this machine alone")),
        false => Ok(()),
    }
}

/// The origin that an answer may be read by, besides the simulator's own.
pub(super) fn allowed_origin(shared: &Shared, head: &Parts) -> Option<String> {
    let origin = text(head, header::ORIGIN)?;
    let named = || shared.read(|world, _| world.settings.origins.iter().any(|known| known == origin));
    (head.uri.path().trim_end_matches('/') == INVOKE && named()).then(|| origin.to_owned())
}

/// A name that leads here without a name service: of another, somebody else decides where it leads.
fn host(authority: &str, door: &Door) -> Result<(), ControlError> {
    let name = name(authority);
    let bound = name_ip(name_of(&door.address));
    let right = match name_ip(name) {
        Some(ip) => ip.is_loopback() || bound.is_some_and(|bound| bound == ip || bound.is_unspecified()),
        None => name.eq_ignore_ascii_case("localhost"),
    };
    match right {
        true => Ok(()),
        false => Err(ControlError::forbidden(format!("the controls are not at the host {name}"))
            .hint("use 127.0.0.1 or localhost")),
    }
}

fn token(shared: &Shared, head: &Parts) -> Result<(), ControlError> {
    let addresses = shared.addresses();
    if addresses.http.is_empty() {
        // Whether a token is needed is known in a moment.
        return Err(ControlError::forbidden("the simulator is still starting"));
    }
    let Some(token) = addresses.token else { return Ok(()) };
    let bearer = text(head, header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
    let query = form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes());
    let query = query.into_iter().find(|(name, _)| name == "token").map(|(_, value)| value.into_owned());
    let cookies = text(head, header::COOKIE).unwrap_or_default();
    let cookie = cookies.split(';').find_map(|cookie| cookie.trim().strip_prefix("wxpay_sim_token="));
    let given = bearer.or(query.as_deref()).or(cookie);
    match given == Some(token.as_str()) {
        true => Ok(()),
        false => Err(ControlError::forbidden(
            "the controls of a simulator that is not for this machine alone need its token",
        )
        .hint("Authorization: Bearer TOKEN; the token is printed at the start")),
    }
}

/// A page of another origin is not to change anything.
fn origin(shared: &Shared, head: &Parts, authority: &str) -> Result<(), ControlError> {
    let Some(origin) = text(head, header::ORIGIN) else { return Ok(()) };
    let own = origin.split_once("://").is_some_and(|(_, rest)| rest == authority);
    match own || allowed_origin(shared, head).is_some() {
        true => Ok(()),
        false => Err(ControlError::forbidden("pages of other origins do not work the controls")),
    }
}

/// What a page can send without being asked for leave (a form, plain text) is not JSON.
fn content_type(head: &Parts, body: &[u8]) -> Result<(), ControlError> {
    let value = text(head, header::CONTENT_TYPE).unwrap_or_default();
    let kind = value.split(';').next().unwrap_or_default().trim();
    match body.is_empty() || kind.eq_ignore_ascii_case("application/json") {
        true => Ok(()),
        false => Err(ControlError::bad("Content-Type: expected application/json")),
    }
}

fn text(head: &Parts, name: header::HeaderName) -> Option<&str> {
    head.headers.get(name).and_then(|value| value.to_str().ok())
}

/// A host without its port.
fn name(authority: &str) -> &str {
    name_of(authority.rsplit_once('@').map_or(authority, |(_, host)| host))
}

fn name_of(address: &str) -> &str {
    match address.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((v6, _)) => v6,
        None => address.rsplit_once(':').map_or(address, |(host, _)| host),
    }
}

fn name_ip(name: &str) -> Option<IpAddr> {
    name.parse().ok()
}
