//! Digests in the form the protocol writes them.

use md5::Digest as _;
use ring::{digest, hmac};

/// SHA-1 in lower-case hexadecimal: integrity of statements, whose digest is itself signed.
pub(crate) fn sha1_hex(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref())
}

/// SHA-256 in lower-case hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// SM3 in lower-case hexadecimal.
#[cfg(feature = "sm3")]
pub(crate) fn sm3_hex(bytes: &[u8]) -> String {
    hex(&sm3::Sm3::digest(bytes))
}

/// HMAC-SHA256 in upper-case hexadecimal, as the APIv2 key signs.
pub(crate) fn hmac_sha256_upper(key: &[u8], message: &[u8]) -> String {
    hex(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message).as_ref()).to_ascii_uppercase()
}

/// MD5 in upper-case hexadecimal, as the APIv2 key signs by default.
pub(crate) fn md5_upper(message: &[u8]) -> String {
    hex(&md5::Md5::digest(message)).to_ascii_uppercase()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}
