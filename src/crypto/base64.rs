//! Standard base64 with padding, as every field of the protocol uses it.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use zeroize::Zeroizing;

/// The same alphabet, with or without padding.
const INDIFFERENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

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

/// The same for what people kept: folded, quoted, with the alphabet of URLs, without padding; `None` for nothing, too.
pub(crate) fn decode_loosely(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut tidy = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let [first, after @ ..] = rest {
        rest = match rest {
            // A byte-order mark, a space that does not break or has no width.
            [0xEF, 0xBB, 0xBF, after @ ..] | [0xC2, 0xA0, after @ ..] | [0xE2, 0x80, 0x8B..=0x8F, after @ ..] => after,
            _ => {
                match first {
                    b'-' => tidy.push(b'+'),
                    b'_' => tidy.push(b'/'),
                    b'"' | b'\'' | b'`' | 0 => {}
                    byte if byte.is_ascii_whitespace() => {}
                    byte => tidy.push(*byte),
                }
                after
            }
        };
    }
    INDIFFERENT.decode(tidy.as_slice()).ok().filter(|bytes| !bytes.is_empty()).map(Zeroizing::new)
}
