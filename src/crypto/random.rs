//! Nonces from the operating system's generator.

use ring::rand::{SecureRandom, SystemRandom};

use crate::error::{Error, ErrorKind, Result};

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LENGTH: usize = 32;

/// 32 characters of `[0-9A-Za-z]`, each equally likely: bytes that would favour some are thrown away.
///
/// # Errors
///
/// `Sign`, when the operating system has no randomness to give.
pub(crate) fn nonce() -> Result<String> {
    let mut nonce = String::with_capacity(LENGTH);
    let mut bytes = [0; LENGTH + LENGTH / 4];
    while nonce.len() < LENGTH {
        SystemRandom::new()
            .fill(&mut bytes)
            .map_err(|_| Error::new(ErrorKind::Sign, "the operating system gave no random bytes for the nonce"))?;
        for character in bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte >> 2))) {
            if nonce.len() < LENGTH {
                nonce.push(char::from(*character));
            }
        }
    }
    Ok(nonce)
}

/// A time between three quarters of `longest` and all of it, so that clients do not ask in step.
pub(crate) fn jitter(longest: std::time::Duration) -> std::time::Duration {
    let mut byte = [0; 1];
    // Without randomness the clients are in step, nothing worse.
    SystemRandom::new().fill(&mut byte).unwrap_or_default();
    longest.mul_f64(0.75 + f64::from(byte[0]) / 1024.0)
}

/// A number from 0 to 1; 1 if the operating system has no randomness, which only makes waits longer.
pub(crate) fn fraction() -> f64 {
    let mut bytes = [0; 4];
    match SystemRandom::new().fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX),
        Err(_) => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_32_characters_of_the_alphabet_and_reaches_all_of_them() {
        let mut seen = [false; 128];
        let mut last = String::new();
        for _ in 0..200 {
            let nonce = nonce().unwrap();
            assert!(nonce.len() == 32 && nonce.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{nonce}");
            assert_ne!(nonce, last);
            nonce.bytes().for_each(|byte| seen[usize::from(byte)] = true);
            last = nonce;
        }
        assert_eq!(seen.iter().filter(|seen| **seen).count(), 62);
    }
}
