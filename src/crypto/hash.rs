//! Digests in the form the protocol writes them.

use md5::Digest as _;
use ring::{digest, hmac};

/// SHA-1 in lower-case hexadecimal: integrity of statements, whose digest is itself signed.
pub(crate) fn sha1_hex(bytes: &[u8]) -> String {
    hex(&sha1::Sha1::digest(bytes))
}

/// A digest that is fed piece by piece.
#[derive(Clone)]
pub(crate) enum Hasher {
    Md5(md5::Md5),
    Sha1(sha1::Sha1),
    Sha256(digest::Context),
    #[cfg(feature = "sm3")]
    Sm3(sm3::Sm3),
}

impl Hasher {
    /// By the name that an answer gives it.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        match name.to_ascii_uppercase().as_str() {
            "MD5" => Some(Self::Md5(md5::Md5::new())),
            "SHA1" => Some(Self::Sha1(sha1::Sha1::new())),
            "SHA256" => Some(Self::Sha256(digest::Context::new(&digest::SHA256))),
            #[cfg(feature = "sm3")]
            "SM3" => Some(Self::Sm3(sm3::Sm3::new())),
            _ => None,
        }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Md5(hasher) => hasher.update(bytes),
            Self::Sha1(hasher) => hasher.update(bytes),
            Self::Sha256(hasher) => hasher.update(bytes),
            #[cfg(feature = "sm3")]
            Self::Sm3(hasher) => hasher.update(bytes),
        }
    }

    /// The digest in lower-case hexadecimal.
    pub(crate) fn finish(self) -> String {
        match self {
            Self::Md5(hasher) => hex(&hasher.finalize()),
            Self::Sha1(hasher) => hex(&hasher.finalize()),
            Self::Sha256(hasher) => hex(hasher.finish().as_ref()),
            #[cfg(feature = "sm3")]
            Self::Sm3(hasher) => hex(&hasher.finalize()),
        }
    }
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

/// Whether two texts are the same, in a time that does not tell where they differ.
#[cfg(feature = "v2")]
pub(crate) fn same(left: &[u8], right: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(left, right).is_ok()
}

/// MD5 in lower-case hexadecimal: what the key of `req_info` is made of.
#[cfg(feature = "v2")]
pub(crate) fn md5_lower(message: &[u8]) -> String {
    hex(&md5::Md5::digest(message))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}
