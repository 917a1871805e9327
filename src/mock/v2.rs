//! The stand-in's APIv2: XML or a query, checked as strictly as the gateway does, and answered in XML signed the same way.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, StatusCode, request};
use serde_json::{Map, Value, json};

use super::check::Received;
use super::merchant::{MCHID, SECRET};
use super::percent::decode;
use super::route::{Fault, Reply};
use crate::crypto::{hash, random};
use crate::error::BoxError;
use crate::protocol::gateway::{Form, Part, v2};
use crate::protocol::v2::sign::SignType;
use crate::protocol::v2::{table, xml};

/// The one endpoint that takes a form: a file, and what is signed of it.
const UPLOAD: &str = "/secapi/mch/uploadmedia";

/// The fields of a form that its `sign` covers.
const SIGNED_OF_UPLOAD: [&str; 4] = ["media_hash", "mch_id", "sign_type", "sign"];

/// Whether a request is one of APIv2, by what only those have.
pub(super) fn is_document(parts: &request::Parts) -> bool {
    let kind = parts.headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes).to_ascii_lowercase();
    let xml = kind.starts_with(b"text/xml") || kind.starts_with(b"application/xml");
    let signed = parts.uri.query().is_some_and(|query| query.split('&').any(|pair| pair.starts_with("sign=")));
    xml || parts.method == Method::GET && signed || parts.uri.path() == UPLOAD
}

/// The fields of a request; an empty object if it has none that can be read.
pub(super) fn fields(received: Received<'_>) -> Value {
    let Received { parts, body, form } = received;
    if let Some(form) = form {
        return Value::Object(form.parts().filter_map(text_of).collect());
    }
    match parts.method {
        Method::GET => {
            let pairs = parts.uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
            Value::Object(pairs.map(|(name, value)| (decode(name), Value::String(decode(value)))).collect())
        }
        _ => Value::Object(xml::parse(body).unwrap_or_default()),
    }
}

/// The name and the text of a part, unless it is the file.
fn text_of(part: &Part) -> Option<(String, Value)> {
    let text = std::str::from_utf8(part.bytes()).ok().filter(|_| part.name() != "media")?;
    Some((part.name().to_owned(), text.into()))
}

/// What the gateway would find wrong with the fields, or with the form that they came in.
pub(super) fn check(path: &str, fields: &Value, form: Option<&Form>) -> Result<(), &'static str> {
    let covered = |form: &Form| {
        let file = form.part("media").map(Part::bytes).ok_or("缺少参数media")?;
        let of_file = |hash: &Value| hash.as_str() == Some(&hash::md5_lower(file));
        fields.get("media_hash").is_some_and(of_file).then_some(()).ok_or("media_hash参数错误")
    };
    match (path == UPLOAD, form) {
        (true, Some(form)) => covered(form)?,
        (true, None) | (false, Some(_)) => return Err("XML格式错误"),
        (false, None) => {}
    }
    let fields = fields.as_object().filter(|fields| !fields.is_empty()).ok_or("XML格式错误")?;
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let ids = ["mch_id", "mchid", "combine_mch_id"].map(text);
    if !ids.contains(&MCHID) || ids.iter().any(|id| !id.is_empty() && *id != MCHID) {
        return Err("mch_id参数错误");
    }
    let texts = texts(fields);
    if v2::sign_type(&texts).is_none() {
        return Err("sign_type参数错误");
    }
    let nonceless = path == UPLOAD || table::is_nonceless(path);
    if text("nonce_str").is_empty() != nonceless || text("nonce_str").len() > 32 {
        return Err("nonce_str参数错误");
    }
    let is_signed = |name: &str| path != UPLOAD || SIGNED_OF_UPLOAD.contains(&name);
    let signed: BTreeMap<_, _> = texts.into_iter().filter(|(name, _)| is_signed(name)).collect();
    // Elements within elements cannot be signed.
    let flat = fields.iter().all(|(name, value)| value.is_string() || !is_signed(name));
    match flat && v2::verify(&signed, SECRET).is_ok() {
        true => Ok(()),
        false => Err("签名错误"),
    }
}

/// The fields that are texts.
fn texts(fields: &Map<String, Value>) -> BTreeMap<String, String> {
    fields.iter().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

/// The refusal of a request that did not pass; it is never signed.
pub(super) fn refusal(why: &str) -> Bytes {
    let fields = [("return_code", "FAIL"), ("return_msg", why)];
    xml::write(&fields.map(|(name, value)| (name.to_owned(), value.to_owned()))).into()
}

/// What a call without a route is told.
pub(super) fn no_route(path: &str) -> Reply {
    let text = format!("no answer for {path}");
    Reply::from(json!({"result_code": "FAIL", "err_code": "NOT_FOUND", "err_code_des": text}))
}

/// The headers and body of an answer with these members, signed as the request was.
pub(super) fn answer(path: &str, asked: &Value, body: &Value) -> Result<(HeaderMap, Bytes), BoxError> {
    if table::is_json(path) {
        return Ok((HeaderMap::new(), serde_json::to_vec(body)?.into()));
    }
    if body.get("return_code").is_some_and(|code| code == "FAIL") {
        // As the gateway does: what is wrong with the request itself is told in words, with no more than these, and not signed.
        let members = body.as_object().into_iter().flatten();
        let fields: Vec<_> = members.map(|(name, value)| (name.clone(), text(value))).collect();
        return Ok((headers()?, xml::write(&fields).into()));
    }
    let mut fields = answer_fields(body)?;
    // As the gateway does where it has to do with one.
    if let Some(number) =
        asked.get("out_trade_no").and_then(Value::as_str).filter(|_| body.get("out_trade_no").is_none())
    {
        fields.push(("out_trade_no".to_owned(), number.to_owned()));
    }
    if !table::is_unsigned(path) {
        let asked = asked.as_object().and_then(|asked| v2::sign_type(&texts(asked)));
        sign(&mut fields, asked.unwrap_or(SignType::Md5))?;
    }
    Ok((headers()?, xml::write(&fields).into()))
}

/// What every answer has, and what a caller wants in it.
fn answer_fields(body: &Value) -> Result<Vec<(String, String)>, BoxError> {
    let members = body.as_object().ok_or("an answer of APIv2 is a JSON object")?;
    let mut all = json!({"return_code": "SUCCESS", "return_msg": "OK", "result_code": "SUCCESS", "mch_id": MCHID, "nonce_str": random::nonce()?});
    if let Value::Object(all) = &mut all {
        all.extend(members.clone());
    }
    let all = all.as_object().into_iter().flatten();
    Ok(all.map(|(name, value)| (name.clone(), text(value))).collect())
}

/// Adds the signature of all fields, as the last.
fn sign(fields: &mut Vec<(String, String)>, sign_type: SignType) -> Result<(), BoxError> {
    let sign = v2::sign(&fields.iter().cloned().collect(), sign_type, SECRET)?;
    fields.push(("sign".to_owned(), sign));
    Ok(())
}

/// A value as an element's text.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn headers() -> Result<HeaderMap, BoxError> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_str("text/xml; charset=utf-8")?);
    Ok(headers)
}

/// A fault that is about the answer itself; `None` for one that is the same in both protocols.
pub(super) fn fault(fault: Fault, path: &str, asked: &Value) -> Result<Option<(HeaderMap, Bytes)>, BoxError> {
    let (headers, body) = answer(path, asked, &json!({"fault": "true"}))?;
    let text = String::from_utf8(body.to_vec())?;
    let body = match fault {
        Fault::Unsigned => text.split("<sign>").next().map(|start| format!("{start}</xml>")).unwrap_or_default(),
        // What is in a header of APIv3 is in the sign here.
        Fault::BadSignature | Fault::NotBase64 | Fault::Stale | Fault::Future | Fault::UnknownSerial | Fault::Probe => {
            text.replace("<fault>true", "<fault>false")
        }
        Fault::Slow(_) => text,
        _ => return Ok(None),
    };
    Ok(Some((headers, body.into())))
}

/// The status of every answer.
pub(super) const STATUS: StatusCode = StatusCode::OK;

/// A notification's body: signed, or with an encrypted `req_info` and no sign, as a refund's is.
pub(super) fn notice(mut body: Value) -> Result<String, BoxError> {
    let info = body.as_object_mut().and_then(|members| members.remove("req_info"));
    let mut fields = answer_fields(&body)?;
    let Some(info) = info else {
        sign(&mut fields, SignType::Md5)?;
        return Ok(xml::write(&fields));
    };
    // A refund's has no result of its own.
    fields.retain(|(name, _)| !matches!(name.as_str(), "result_code" | "return_msg"));
    let info = info.as_object().ok_or("req_info is a JSON object")?;
    let inner = info.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    fields.push(("req_info".to_owned(), v2::seal_req_info(&v2::write_req_info(&inner), SECRET)?));
    Ok(xml::write(&fields))
}
