//! From a payload to the signed XML of a `POST`, or the signed query of a `GET`.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::ACCEPT;
use http::{HeaderValue, Method};
use serde_json::Value;

use super::{sign, table, xml};
use crate::client::Shared;
use crate::crypto::random;
use crate::description::Description;
use crate::error::{Error, Result};
use crate::outcome::Intent;
use crate::pay_params_v2::{self, SignType};
use crate::payload::{Body, Source, kind};
use crate::request::{self, Prepared, Presenting};
use crate::secret::Secret;

const CONTENT_TYPE: &str = "text/xml; charset=utf-8";

/// Answers are XML, bills plain text or gzip, and one is JSON.
const ACCEPTED: HeaderValue = HeaderValue::from_static("text/xml, text/plain, application/x-gzip, */*;q=0.5");

/// Whose elements hold the merchant number.
const IDS: [&str; 3] = ["mch_id", "mchid", "combine_mch_id"];

/// The fields that 企业微信 signs, of red packets and of payments.
const WORKWX: [&[&str]; 2] = [
    &["act_name", "mch_billno", "mch_id", "nonce_str", "re_openid", "total_amount", "wxappid"],
    &["amount", "appid", "desc", "mch_id", "nonce_str", "openid", "partner_trade_no", "ww_msg_type"],
];

/// The fields of a call, ready for nonce and signature.
pub(crate) struct Document {
    fields: Vec<(String, String)>,
    kind: SignType,
    nonce: bool,
    workwx: Option<Secret>,
    secret: Secret,
    /// The path that a query is appended to, for a `GET`.
    query_of: Option<String>,
}

/// Checks a call and writes down all but nonce and signature; `target` is the path without its `v2`.
pub(crate) fn prepare(
    client: &Shared,
    call: &Description,
    method: Method,
    source: Source<'_>,
    target: &str,
) -> Result<Prepared> {
    let path = format!("/{}", target.trim_start_matches('/'));
    check_call(call, &method, target)?;
    let secret = client
        .secret
        .clone()
        .ok_or_else(|| Error::config("an APIv2 call is signed with the APIv2 key: secret is missing"))?;
    let base_uri = request::base_uri(client, call)?;
    let whole = base_uri.resolve(target.to_owned());
    let (body, document) = match source {
        // What the caller wrote and signed.
        Source::Raw { bytes, content_type } if method == Method::POST => {
            (Body { bytes, content_type: Some(content_type.into()), signed: None }, None)
        }
        source => {
            let document = document(client, call, &method, source, &path, &whole, secret)?;
            let content_type = (method == Method::POST).then_some(Cow::Borrowed(CONTENT_TYPE));
            (Body { bytes: Bytes::new(), content_type, signed: None }, Some(document))
        }
    };
    let mut built = http::Request::new(body.bytes.clone());
    let query: &[(String, String)] = if method == Method::POST { &call.query } else { &[] };
    *built.uri_mut() = base_uri.uri(request::with_query(whole, query))?;
    *built.headers_mut() = request::headers(client, call, &body)?;
    if !call.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept")) {
        built.headers_mut().insert(ACCEPT, ACCEPTED);
    }
    if call.mtls || table::needs_certificate(&path) {
        client.require_identity(&path)?;
        built.extensions_mut().insert(Presenting);
    }
    let intent = Intent { read: method == Method::GET || table::is_read(&path), idempotent: call.idempotent };
    *built.method_mut() = method;
    let mut prepared = Prepared::of_v2(built, document, path, call.timeout.unwrap_or(client.timeout), intent);
    prepared.retry = call.retry;
    Ok(prepared)
}

fn check_call(call: &Description, method: &Method, target: &str) -> Result<()> {
    if !matches!(*method, Method::GET | Method::POST) {
        return Err(Error::request(format!("APIv2 has no {method}; expected GET or POST")));
    }
    if target.trim_matches('/').is_empty() {
        return Err(Error::request("the path is empty behind `v2`, expected one such as `v2/pay/orderquery`"));
    }
    if target.contains('?') {
        return Err(Error::request("the path of an APIv2 call has a query, which would not be signed; use `.query`"));
    }
    if !call.encrypt.is_empty() || !call.encrypt_query.is_empty() {
        return Err(Error::request("encrypt is of APIv3; for APIv2 encrypt the value with `PublicKey::encrypt`"));
    }
    Ok(())
}

fn document(
    client: &Shared,
    call: &Description,
    method: &Method,
    source: Source<'_>,
    path: &str,
    whole: &str,
    secret: Secret,
) -> Result<Document> {
    let mut fields = match source {
        Source::Empty => Vec::new(),
        Source::Json(value) => fields(&value)?,
        Source::Raw { .. } | Source::Media(_) => {
            return Err(Error::request("the payload of an APIv2 call is not JSON; expected an object of texts"));
        }
    };
    if *method == Method::GET {
        for (name, value) in &call.query {
            add(&mut fields, name, value.clone())?;
        }
    }
    fields.retain(|(name, _)| name != "sign");
    check_ids(client, &fields)?;
    let given = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let kind = match given("sign_type") {
        None | Some("" | "MD5") => SignType::Md5,
        Some("HMAC-SHA256") => SignType::HmacSha256,
        Some(other) => {
            return Err(Error::request(format!("sign_type is {other:?}, expected \"MD5\" or \"HMAC-SHA256\"")));
        }
    };
    let nonce = given("nonce_str").is_none_or(str::is_empty) && !call.nonceless && !table::is_nonceless(path);
    let query_of = (*method == Method::GET).then(|| whole.to_owned());
    Ok(Document { fields, kind, nonce, workwx: call.workwx.clone(), secret, query_of })
}

/// The members of a flat object as texts; null members are left out.
fn fields(value: &Value) -> Result<Vec<(String, String)>> {
    let Value::Object(members) = value else {
        return Err(Error::request(format!("the payload is {}, expected a JSON object", kind(value))));
    };
    let mut fields = Vec::with_capacity(members.len() + 2);
    for (name, value) in members {
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
            other => {
                let (found, hint) = (kind(other), "; a list or an object goes as a text of JSON");
                let hint = if other.is_array() || other.is_object() { hint } else { "" };
                return Err(Error::request(format!(
                    "the field {name:?} is {found}, expected a text or a whole number{hint}"
                )));
            }
        };
        add(&mut fields, name, text)?;
    }
    Ok(fields)
}

fn add(fields: &mut Vec<(String, String)>, name: &str, value: String) -> Result<()> {
    let refused = |why: &str| Err(Error::request(format!("the field {name:?} {why}")));
    if !xml::is_name(name) {
        return refused("cannot be the name of an XML element");
    }
    if fields.iter().any(|(known, _)| known == name) {
        return refused("stands twice");
    }
    if !xml::can_write(&value) {
        return refused("has a control character, which XML cannot hold");
    }
    fields.push((name.to_owned(), value));
    Ok(())
}

/// The merchant number must be the client's: a signature with the key of another is refused, and less clearly.
fn check_ids(client: &Shared, fields: &[(String, String)]) -> Result<()> {
    let mchid = client.require_mchid()?;
    let mut ids = fields.iter().filter(|(name, _)| IDS.contains(&name.as_str())).peekable();
    if ids.peek().is_none() {
        return Err(Error::request(format!(
            "the fields have none of mch_id, mchid, combine_mch_id; expected one that is {mchid}"
        )));
    }
    match ids.find(|(_, value)| value != mchid) {
        Some((name, value)) => {
            Err(Error::request(format!("the field {name} is {value:?}, but the client's mchid is {mchid:?}")))
        }
        None => Ok(()),
    }
}

impl Document {
    /// Writes nonce and signature into the request.
    pub(crate) fn apply(mut self, request: &mut http::Request<Bytes>) -> Result<()> {
        if self.nonce {
            self.fields.retain(|(name, _)| name != "nonce_str");
            self.fields.push(("nonce_str".to_owned(), random::nonce()?));
        }
        self.apply_workwx()?;
        let pairs: Vec<_> = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let signature = pay_params_v2::sign(self.kind, &pairs, &self.secret);
        self.fields.push(("sign".to_owned(), signature));
        match self.query_of {
            Some(path) => request::retarget(request, request::with_query(path, &self.fields))?,
            None => *request.body_mut() = xml::write(&self.fields).into(),
        }
        Ok(())
    }

    /// The signature of 企业微信 takes part in the ordinary one.
    fn apply_workwx(&mut self) -> Result<()> {
        let Some(secret) = &self.workwx else { return Ok(()) };
        let has = |name: &str| self.fields.iter().any(|(known, _)| known == name);
        let [packets, payments] = WORKWX;
        let names = match (has("mch_billno"), has("partner_trade_no")) {
            (true, false) => packets,
            (false, true) => payments,
            _ => {
                return Err(Error::request(
                    "workwx: expected the fields of a red packet (mch_billno) or a payment (partner_trade_no)",
                ));
            }
        };
        let subset = self.fields.iter().filter(|(name, _)| names.contains(&name.as_str()));
        let subset: Vec<_> = subset.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let signature = sign::workwx(&subset, secret);
        self.fields.retain(|(name, _)| name != "workwx_sign");
        self.fields.push(("workwx_sign".to_owned(), signature));
        Ok(())
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.fields.iter().map(|(name, _)| name).collect();
        f.debug_struct("Document").field("fields", &names).finish_non_exhaustive()
    }
}
