//! Standard base64 with padding, as every field of the protocol uses it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The same, appended to a text.
pub(crate) fn encode_into(bytes: &[u8], text: &mut String) {
    STANDARD.encode_string(bytes, text);
}

/// `None` for anything that is not canonical, padded base64.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
