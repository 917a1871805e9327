//! What the engine cannot do for lack of keys: platform certificates are sealed, and what the self test sends by a notice.

use serde_json::{Value, json};
use wechatpay_chain::PublicKey;
use wechatpay_chain::gateway::{seal, seal_field};

use super::known::Known;

/// Whether an endpoint hands out platform certificates.
pub(crate) fn are_asked_for(template: &str) -> bool {
    template.ends_with("/certificates") && (template.starts_with("v3/") || template.starts_with("hk/v3/"))
}

/// Puts the certificates beside their serials, sealed; `nonces` has one of 12 characters for each.
pub(crate) fn sealed(body: &mut Value, known: &Known, mut nonce: impl FnMut() -> String) -> Result<(), String> {
    for entry in body.get_mut("data").and_then(Value::as_array_mut).into_iter().flatten() {
        let serial = entry.get("serial_no").and_then(Value::as_str).unwrap_or_default();
        let issued = known.platform.issued(serial).ok_or_else(|| format!("the certificate {serial} is gone"))?;
        let sealed = seal(&known.keys.api_v3_key, &nonce(), "certificate", issued.pem.as_bytes());
        entry["encrypt_certificate"] = json!(sealed.map_err(|error| error.to_string())?);
    }
    Ok(())
}

/// The member that the notice of the self test carries: for the merchant, like those of answers.
pub(crate) fn echo(body: &mut Value, key: &PublicKey) {
    let plain = body.get("encrypted_echo_message").and_then(Value::as_str);
    if let Some(sealed) = plain.and_then(|plain| seal_field(plain, key).ok()) {
        body["encrypt_echo_message"] = sealed.into();
    }
}
