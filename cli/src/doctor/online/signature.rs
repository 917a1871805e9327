//! The signature of an answer, looked at check by check.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use wechatpay_chain::PublicKey;
use wechatpay_chain::gateway::answer_message;

use super::Answer;

/// The headers of a signature.
pub(in crate::doctor) const HEADERS: [&str; 4] =
    ["Wechatpay-Serial", "Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature"];

/// How WeChat Pay's probes begin their signatures.
const PROBE: &str = "WECHATPAY/SIGNTEST/";

/// How far a timestamp may be off.
const WINDOW: Duration = Duration::from_secs(300);

/// A key that answers are verified by, under the serial or id that names it.
#[derive(Clone, Debug)]
pub(in crate::doctor) struct Held {
    pub(in crate::doctor) serial: String,
    pub(in crate::doctor) key: PublicKey,
}

/// What is wrong with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::doctor) enum Wrong {
    Probe,
    NotBase64,
    Mismatch,
}

/// The headers that an answer lacks.
pub(in crate::doctor) fn lacking(answer: &Answer) -> Vec<&'static str> {
    HEADERS.into_iter().filter(|name| answer.header(name).is_none()).collect()
}

/// Whether an answer is signed at all.
pub(in crate::doctor) fn is_signed(answer: &Answer) -> bool {
    lacking(answer).is_empty()
}

/// The key that an answer names, if it is held.
pub(in crate::doctor) fn named<'h>(answer: &Answer, held: &'h [Held]) -> Option<&'h Held> {
    let serial = answer.header(HEADERS[0])?;
    held.iter().find(|held| is_same(&held.serial, serial))
}

/// Ids are compared as they stand, serials of certificates without leading zeros and case.
fn is_same(one: &str, other: &str) -> bool {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let bare = |text: &str| text.trim_start_matches('0').to_ascii_uppercase();
    one == other || is_hex(one) && is_hex(other) && bare(one) == bare(other)
}

/// By how many seconds an answer's timestamp is off, when that is too much; `None` for one that is fresh.
pub(in crate::doctor) fn stale(answer: &Answer) -> Option<i64> {
    let timestamp = answer.header(HEADERS[1]).and_then(|text| text.parse::<i64>().ok());
    let now = seconds(answer.received);
    match timestamp {
        Some(timestamp) => Some(timestamp - now).filter(|off| off.unsigned_abs() > WINDOW.as_secs()),
        // No number is as far off as can be.
        None => Some(-now),
    }
}

fn seconds(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_secs()).ok()).unwrap_or_default()
}

/// What is wrong with the signature of an answer, by the key it names.
pub(in crate::doctor) fn wrong(answer: &Answer, key: &PublicKey) -> Option<Wrong> {
    let [_, timestamp, nonce, signature] = HEADERS.map(|name| answer.header(name).unwrap_or_default());
    if signature.starts_with(PROBE) {
        return Some(Wrong::Probe);
    }
    let Ok(bytes) = BASE64_STANDARD.decode(signature) else { return Some(Wrong::NotBase64) };
    let message = answer_message(timestamp, nonce, &answer.body);
    (!key.verify(&message, &bytes)).then_some(Wrong::Mismatch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_are_the_same_whatever_zeros_they_have_and_ids_as_they_stand() {
        assert!(is_same("00AB", "ab") && is_same("PUB_KEY_ID_01", "PUB_KEY_ID_01"));
        assert!(!is_same("PUB_KEY_ID_01", "PUB_KEY_ID_1") && !is_same("AB", "AC"));
    }
}
