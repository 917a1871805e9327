//! Notices of APIv2: XML, signed by the merchant's APIv2 key, or with an encrypted `req_info`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use wechatpay_chain::gateway::seal;
use wechatpay_chain::gateway::v2::{seal_req_info, sign, sign_type, write, write_req_info};

use super::envelope::unusable;
use crate::engine::notices::Notice;
use crate::engine::time::Time;
use crate::keys::KeyError;

type Fields = BTreeMap<String, String>;

/// The body of a notice of APIv2, always the same.
pub(super) fn body(notice: &Notice, api_v3_key: &str, secret: &str) -> Result<String, KeyError> {
    let resource = serde_json::from_str(&notice.resource.text()).unwrap_or_default();
    document(notice, &resource, api_v3_key, secret)
}

/// A notice of APIv3 as APIv2 would have it.
pub(super) fn translated(notice: &Notice, secret: &str) -> Result<String, KeyError> {
    let resource = serde_json::from_str(&notice.resource.text()).unwrap_or_default();
    let members = match notice.original_type.as_str() {
        "refund" => refund(&notice.mchid, &resource),
        _ => payment(&notice.mchid, &resource),
    };
    document(notice, &members, "", secret)
}

/// What has a `req_info` is not signed; everything else is.
fn document(
    notice: &Notice,
    resource: &Map<String, Value>,
    api_v3_key: &str,
    secret: &str,
) -> Result<String, KeyError> {
    let mut fields = texts(resource);
    fields.insert("nonce_str".to_owned(), notice.uuid.replace('-', ""));
    if let Some(Value::Object(inner)) = resource.get("req_info") {
        let plain = write_req_info(&texts(inner));
        let sealed = seal_req_info(&plain, secret).map_err(|error| unusable(&error))?;
        fields.insert("req_info".to_owned(), sealed);
        return Ok(write(&fields));
    }
    if let Some(Value::Object(inner)) = resource.get("event_ciphertext") {
        fields.extend(event(notice, inner, api_v3_key)?);
    }
    if let Some(kind) = notice.sign_type.as_deref().filter(|kind| *kind != "MD5") {
        fields.insert("sign_type".to_owned(), kind.to_string());
    }
    if let Some(kind) = sign_type(&fields) {
        let signature = sign(&fields, kind, secret).map_err(|error| unusable(&error))?;
        fields.insert("sign".to_owned(), signature);
    }
    Ok(write(&fields))
}

/// The members of a document that carries a sealed event.
fn event(notice: &Notice, inner: &Map<String, Value>, api_v3_key: &str) -> Result<Fields, KeyError> {
    let plain = Value::Object(inner.clone()).to_string();
    let sealed = seal(api_v3_key, &notice.nonce, &notice.original_type, plain.as_bytes());
    let sealed = sealed.map_err(|error| unusable(&error))?;
    let fields = [
        ("event_id", notice.uuid.to_string()),
        ("event_create_time", notice.created_at.to_string()),
        ("event_type", notice.event_type.to_string()),
        ("event_algorithm", sealed.algorithm.to_owned()),
        ("event_nonce", sealed.nonce),
        ("event_associated_data", sealed.associated_data),
        ("event_ciphertext", sealed.ciphertext),
    ];
    Ok(fields.map(|(name, value)| (name.to_owned(), value)).into())
}

fn texts(members: &Map<String, Value>) -> Fields {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let scalars = members.iter().filter(|(_, value)| !value.is_null());
    scalars.map(|(name, value)| (name.clone(), text(value))).collect()
}

/// The members of a payment in APIv2, from those in APIv3.
fn payment(mchid: &str, resource: &Map<String, Value>) -> Map<String, Value> {
    let mut members = start(mchid, resource);
    members.insert("result_code".to_owned(), "SUCCESS".into());
    members.insert("is_subscribe".to_owned(), "N".into());
    let found = [
        ("openid", "/payer/openid"),
        ("openid", "/payer/sp_openid"),
        ("sub_openid", "/payer/sub_openid"),
        ("trade_type", "/trade_type"),
        ("bank_type", "/bank_type"),
        ("total_fee", "/amount/total"),
        ("fee_type", "/amount/currency"),
        ("cash_fee", "/amount/payer_total"),
        ("transaction_id", "/transaction_id"),
        ("out_trade_no", "/out_trade_no"),
        ("attach", "/attach"),
    ];
    copy(&mut members, resource, &found);
    let paid = resource.get("success_time").and_then(Value::as_str).and_then(Time::parse);
    if let Some(paid) = paid {
        members.insert("time_end".to_owned(), paid.compact().into());
    }
    members
}

/// The same of a refund.
fn refund(mchid: &str, resource: &Map<String, Value>) -> Map<String, Value> {
    let mut members = start(mchid, resource);
    let mut inner = Map::new();
    let found = [
        ("transaction_id", "/transaction_id"),
        ("out_trade_no", "/out_trade_no"),
        ("refund_id", "/refund_id"),
        ("out_refund_no", "/out_refund_no"),
        ("total_fee", "/amount/total"),
        ("refund_fee", "/amount/refund"),
        ("settlement_refund_fee", "/amount/payer_refund"),
        ("refund_recv_accout", "/user_received_account"),
    ];
    copy(&mut inner, resource, &found);
    let status = match resource.get("refund_status").and_then(Value::as_str) {
        Some("ABNORMAL") => "CHANGE",
        Some("CLOSED") => "REFUNDCLOSE",
        _ => "SUCCESS",
    };
    inner.insert("refund_status".to_owned(), status.into());
    inner.insert("refund_account".to_owned(), "REFUND_SOURCE_RECHARGE_FUNDS".into());
    inner.insert("refund_request_source".to_owned(), "API".into());
    let done = resource.get("success_time").and_then(Value::as_str).and_then(Time::parse);
    if let Some(done) = done {
        inner.insert("success_time".to_owned(), done.plain().into());
    }
    members.insert("req_info".to_owned(), Value::Object(inner));
    members
}

fn start(mchid: &str, resource: &Map<String, Value>) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("return_code".to_owned(), "SUCCESS".into());
    members.insert("mch_id".to_owned(), mchid.into());
    let found =
        [("appid", "/appid"), ("appid", "/sp_appid"), ("sub_appid", "/sub_appid"), ("sub_mch_id", "/sub_mchid")];
    copy(&mut members, resource, &found);
    members
}

fn copy(to: &mut Map<String, Value>, from: &Map<String, Value>, found: &[(&str, &str)]) {
    for (name, pointer) in found {
        let mut steps = pointer.split('/').skip(1);
        let first = steps.next().and_then(|step| from.get(step));
        if let Some(value) = steps.fold(first, |value, step| value?.get(step)) {
            to.insert((*name).to_owned(), value.clone());
        }
    }
}
