//! Standard base64 with padding, as every field of the protocol uses it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// How long the text of so many bytes is.
pub(crate) const fn encoded_length(bytes: usize) -> usize {
    bytes.div_ceil(3) * 4
}

/// The same as [`encode`], appended to a text.
pub(crate) fn encode_into(bytes: &[u8], text: &mut Vec<u8>) {
    let start = text.len();
    text.resize(start + encoded_length(bytes.len()), 0);
    STANDARD.encode_slice(bytes, &mut text[start..]).expect("there is room for all of it");
}

/// `None` for anything that is not canonical, padded base64.
pub(crate) fn decode(text: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
