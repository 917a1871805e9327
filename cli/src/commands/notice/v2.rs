//! Notifications of `APIv2`.

use serde_json::{Value, json};
use wechatpay_chain::gateway::v2;
use wechatpay_chain::{Client, Error, ErrorKind};

use crate::base::failure::{Facts, Failure};
use crate::base::sdk::told;

/// What is told of one that is verified; `req_info` stays closed.
pub(super) fn verified(client: &Client, body: &[u8]) -> Result<Value, Failure> {
    let mut document = opened(client, body)?;
    if let Some(object) = document.as_object_mut() {
        object.remove("resource");
    }
    Ok(document)
}

/// The same with everything that is in it.
pub(super) fn opened(client: &Client, body: &[u8]) -> Result<Value, Failure> {
    let fields = client.notice_v2(body).map_err(|error| refused(error, body))?;
    // A refund's notification has no signature: that it opens with the key is all that is known of it.
    let is_signed = fields.get("sign").is_some();
    let text = |name: &str| fields.get(name).cloned().unwrap_or(Value::Null);
    Ok(json!({
        "version": "v2",
        "verified": is_signed,
        "notice": {"return_code": text("return_code"), "result_code": text("result_code"), "out_trade_no": text("out_trade_no")},
        "resource": fields,
    }))
}

fn refused(error: Error, body: &[u8]) -> Failure {
    if !matches!(error.kind(), ErrorKind::Verify | ErrorKind::Decrypt) {
        return Failure::from(error);
    }
    let has_sign = v2::parse(body).is_ok_and(|fields| fields.get("sign").is_some_and(|sign| !sign.is_empty()));
    let (kind, reason) = match (error.kind(), has_sign) {
        (ErrorKind::Decrypt, _) => ("Decrypt", None),
        (_, false) => ("Verify", Some("no_sign")),
        (_, true) => ("Verify", Some("signature")),
    };
    Failure::of(Facts { exit: 5, kind, message: told(&error), reason, verified: Some(false), ..Facts::default() })
}
