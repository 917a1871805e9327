//! What the settings of a client are called, and what is wrong with the text of one.

use crate::crypto::base64;
use crate::error::{Error, Result};

/// How long a merchant number or a brand id may be.
const LONGEST_ID: usize = 64;

/// How long the keys of the merchant platform are.
const KEY_LENGTH: usize = 32;

/// What errors call the settings: as the builder's methods, or as the variables of the environment.
#[derive(Clone, Copy)]
pub(super) struct Names {
    pub(super) of_env: bool,
}

impl Names {
    pub(super) fn of(self, setting: &'static str) -> &'static str {
        match (self.of_env, setting) {
            (false, "platform_key_id") => "platform_key",
            (true, "mchid" | "mchid (or brand_id)") => "WECHATPAY_MCHID",
            (true, "serial") => "WECHATPAY_SERIAL",
            (true, "private_key") => "WECHATPAY_PRIVATE_KEY",
            (true, "platform_key_id") => "WECHATPAY_PUBLIC_KEY_ID",
            (true, "platform_key" | "platform_key (or platform_certificate, or auto_certificates)") => {
                "WECHATPAY_PUBLIC_KEY"
            }
            (true, "api_v3_key" | "api_v3_key (auto_certificates needs it)") => "WECHATPAY_API_V3_KEY",
            (true, "secret") => "WECHATPAY_SECRET",
            (true, "merchant_identity") => "WECHATPAY_CERTIFICATE",
            (true, "base_uri") => "WECHATPAY_BASE_URI",
            (_, setting) => setting,
        }
    }
}

/// One error of all faults, which keeps the cause of a single one.
pub(super) fn all(mut faults: Vec<Error>) -> Result<()> {
    match faults.len() {
        0 => Ok(()),
        1 => Err(faults.swap_remove(0)),
        _ => {
            let sentences: Vec<_> = faults.iter().map(Error::sentence).collect();
            Err(Error::config(sentences.join("; ")))
        }
    }
}

/// What is wrong with a merchant number, to be put behind the setting's name.
pub(super) fn mchid_fault(text: &str) -> Option<String> {
    let fault = text_fault(text, "digits", |byte| byte.is_ascii_digit())?;
    let is_appid = text.starts_with("wx") && text.len() == 18;
    Some(if is_appid { format!("{fault}; it looks like an appid") } else { fault })
}

/// What is wrong with a brand id.
pub(super) fn brand_id_fault(text: &str) -> Option<String> {
    text_fault(text, "letters and digits", |byte| byte.is_ascii_alphanumeric())
}

/// What is wrong with an APIv3 or APIv2 key; nothing of it is shown.
pub(super) fn symmetric_key_fault(key: &str) -> Option<String> {
    let has_blank = key.bytes().any(|byte| byte.is_ascii_whitespace() || byte.is_ascii_control());
    if key.len() == KEY_LENGTH && key.is_ascii() && !has_blank {
        return None;
    }
    let kind = if key.is_ascii() { "ASCII" } else { "not all ASCII" };
    let trimmed = key.trim();
    let is_quoted = trimmed.len() > 1 && trimmed.starts_with(['"', '\'']) && trimmed.ends_with(['"', '\'']);
    let is_hexadecimal = trimmed.len() == 2 * KEY_LENGTH && trimmed.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_base64 = base64::decode(trimmed).is_some_and(|bytes| bytes.len() == KEY_LENGTH);
    let hint = match () {
        () if trimmed.len() != key.len() => "; there are blanks or line breaks around it",
        () if is_quoted => "; there are quotes around it",
        () if is_hexadecimal => {
            "; it looks like hexadecimal of the key: give the text that was set in the merchant platform"
        }
        () if is_base64 => "; it looks like base64 of the key: give the text that was set in the merchant platform",
        () if key.contains("-----BEGIN") => "; it is a PEM text, which is another kind of key",
        () if has_blank => "; there are blanks or line breaks in it",
        () => "",
    };
    Some(format!("has {} bytes, {kind}; expected {KEY_LENGTH} ASCII characters{hint}", key.len()))
}

fn text_fault(text: &str, expected: &str, allowed: impl Fn(u8) -> bool) -> Option<String> {
    match text {
        "" => Some(format!("is empty, expected {expected}")),
        text if text.len() > LONGEST_ID => {
            Some(format!("has {} characters, expected at most {LONGEST_ID}", text.len()))
        }
        text if text.bytes().all(&allowed) => None,
        text if !text.trim().is_empty() && text.trim().bytes().all(&allowed) => {
            Some(format!("has blanks or line breaks around it, expected {expected}"))
        }
        _ => Some(format!("has other characters than {expected}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_another_form_are_told_apart() {
        let key = "0123456789abcdefGHIJKLMNOPQRSTUV";
        assert_eq!(symmetric_key_fault(key), None);
        for (text, expected) in [
            (
                format!("{key}\n"),
                "has 33 bytes, ASCII; expected 32 ASCII characters; there are blanks or line breaks around it",
            ),
            (
                format!("{} ", &key[1..]),
                "has 32 bytes, ASCII; expected 32 ASCII characters; there are blanks or line breaks around it",
            ),
            (format!("\"{key}\""), "has 34 bytes, ASCII; expected 32 ASCII characters; there are quotes around it"),
            (base64::encode(key.as_bytes()), "it looks like base64 of the key"),
            (crate::crypto::hash::hex(key.as_bytes()), "it looks like hexadecimal of the key"),
            ("-----BEGIN PRIVATE KEY-----".to_owned(), "it is a PEM text"),
            ("微".repeat(11), "has 33 bytes, not all ASCII; expected 32 ASCII characters"),
            (key[1..].to_owned(), "has 31 bytes, ASCII; expected 32 ASCII characters"),
        ] {
            let fault = symmetric_key_fault(&text).unwrap();
            assert!(fault.contains(expected) && !fault.contains(&text), "{expected}: {fault}");
        }
    }

    #[test]
    fn merchant_numbers_are_digits() {
        for (text, expected) in [
            ("1900009191", None),
            ("1900009191\n", Some("has blanks or line breaks around it, expected digits")),
            ("wx8888888888888888", Some("has other characters than digits; it looks like an appid")),
            ("", Some("is empty, expected digits")),
            (" ", Some("has other characters than digits")),
        ] {
            assert_eq!(mchid_fault(text).as_deref(), expected, "{text:?}");
        }
    }
}
