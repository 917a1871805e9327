//! The self test of the gateway: a text comes back as it was sent, plain and encrypted.

use std::fmt::Write as _;

use serde_json::{Value, json};
use wechatpay_chain::PrivateKey;

use super::Answer;
use super::signature::Held;

/// Hexadecimal of so many random bytes.
///
/// # Errors
///
/// Why the system gives none.
pub(super) fn random_text(bytes: usize) -> Result<String, String> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).map_err(|error| error.to_string())?;
    Ok(random.iter().fold(String::new(), |mut text, byte| {
        // Writing into a String cannot fail.
        _ = write!(text, "{byte:02x}");
        text
    }))
}

/// The payload of the encrypted self test: the text in plain, and encrypted with the gateway's key.
///
/// # Errors
///
/// Why it does not encrypt.
pub(super) fn sealed(text: &str, key: &Held) -> Result<Value, String> {
    let sealed = key.key.encrypt(text).map_err(|error| error.to_string())?;
    Ok(json!({"echo_message": text, "encrypted_echo_message": sealed}))
}

/// What came of a ciphertext for the merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::doctor) enum Opened {
    /// The answer has none.
    Absent,
    /// It opens, and it is the text that was sent.
    Same,
    /// It opens, and it is another text.
    Other,
    /// It does not open.
    Closed,
}

/// Opens what came back encrypted.
pub(super) fn opened(answer: &Answer, key: &PrivateKey, text: &str) -> Opened {
    let json = answer.json();
    // Both spellings are documented: of the request's member, and of the notice's.
    let member =
        ["encrypted_echo_message", "encrypt_echo_message"].into_iter().find_map(|name| json.get(name)?.as_str());
    match member.map(|sealed| key.decrypt(sealed)) {
        None => Opened::Absent,
        Some(Ok(plain)) if plain == text => Opened::Same,
        Some(Ok(_)) => Opened::Other,
        Some(Err(_)) => Opened::Closed,
    }
}
