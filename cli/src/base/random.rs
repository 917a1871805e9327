//! Randomness of the operating system, for what must not be guessed or met twice.

use std::fmt::Write as _;

use super::failure::Failure;
use super::text::text;

/// So many random bytes.
///
/// # Errors
///
/// `Config` (exit 3): the system gives none.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        Failure::settings(text!("the system gives no randomness: {error}", "系统无法提供随机数：{error}"))
    })?;
    Ok(bytes)
}

/// Bytes in upper-case hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing into a String cannot fail.
        _ = write!(text, "{byte:02X}");
    }
    text
}
