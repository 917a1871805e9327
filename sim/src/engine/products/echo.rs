//! The self test: `v3/security/echo`. It comes back as it was sent, and by a notice too.

use serde_json::{Value, json};

use super::super::answer::{Answer, Outcome};
use super::super::call::{Call, Version};
use super::super::notices::{self, NewNotice};
use super::super::time::Time;
use super::super::world::World;
use super::table::Route;

pub(crate) const ROUTES: &[Route] = &[("POST", "v3/security/echo", echo)];

/// The ciphertext was opened by the gate, which seals the answer's for the merchant.
#[expect(clippy::unnecessary_wraps, reason = "as all handlers of the table")]
fn echo(world: &mut World, now: Time, call: &Call) -> Outcome {
    let mut body = json!({"echo_message": call.text("/echo_message")});
    if let Some(text) = call.body.get("encrypted_echo_message").and_then(Value::as_str) {
        body["encrypted_echo_message"] = text.into();
    }
    // The gate put it there, for the merchant's certificate.
    let sealed = call.body.get("encrypt_echo_message").cloned();
    if !call.text("/notify_url").is_empty() {
        let mut resource = json!({"echo_message": call.text("/echo_message")});
        if let Some(sealed) = sealed {
            resource["encrypt_echo_message"] = sealed;
        }
        let notice = NewNotice {
            event_type: "SECURITY_ECHO.SUCCESS".to_owned(),
            original_type: "security".to_owned(),
            summary: "链路测试".to_owned(),
            version: Version::V3,
            mchid: call.mchid.clone(),
            reference: String::new(),
            url: call.text("/notify_url").to_owned(),
            resource,
            sign_type: None,
        };
        notices::enqueue(world, now, notice);
    }
    Ok(Answer::json(200, body))
}
