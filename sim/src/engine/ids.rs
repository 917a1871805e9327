//! Numbers and ids that WeChat Pay gives out: from the seed and a counter, so that the same requests get the same ones.

use serde::{Deserialize, Serialize};

use super::time::Time;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ids {
    pub(crate) seed: u64,
    counter: u64,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, counter: 0 }
    }

    /// The next random number; every random choice of the engine comes from here.
    pub(crate) fn random(&mut self) -> u64 {
        self.counter += 1;
        mix(self.seed ^ mix(self.counter))
    }

    /// The next random number from 0 up to, but without, 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        let bits = u32::try_from(self.random() >> 32).unwrap_or_default();
        f64::from(bits) / (f64::from(u32::MAX) + 1.0)
    }

    /// Others from the same seed, for a purpose of its own: what is drawn here and there does not depend on each other.
    pub(crate) fn of(&self, purpose: &str) -> Self {
        let seed = purpose.bytes().fold(self.seed, |seed, byte| mix(seed ^ u64::from(byte)));
        Self { seed, counter: 0 }
    }

    /// An id of the simulator's own: `ord_1`, `ref_2`.
    pub(crate) fn own(&mut self, kind: &str) -> String {
        self.counter += 1;
        format!("{kind}_{}", self.counter)
    }

    /// So many decimal digits, unlike all others.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        self.chars(count, b"0123456789")
    }

    /// So many hexadecimal digits.
    pub(crate) fn hex(&mut self, count: usize) -> String {
        self.chars(count, b"0123456789abcdef")
    }

    /// So many letters and digits.
    pub(crate) fn word(&mut self, count: usize) -> String {
        self.chars(count, b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    }

    /// `prepay_id`: `wx`, the time, 20 hexadecimal digits.
    pub(crate) fn prepay_id(&mut self, now: Time) -> String {
        format!("wx{}{}", now.compact(), self.hex(20))
    }

    /// `transaction_id`: 28 digits, the first five `42000`.
    pub(crate) fn transaction_id(&mut self) -> String {
        format!("42000{}", self.digits(23))
    }

    /// `refund_id`: 29 digits, the first two `50`.
    pub(crate) fn refund_id(&mut self) -> String {
        format!("50{}", self.digits(27))
    }

    /// A UUID, version 4.
    pub(crate) fn uuid(&mut self) -> String {
        let (a, b) = (self.random(), self.random());
        let variant = 0x8000 | (b >> 48) & 0x3fff;
        format!(
            "{:08x}-{:04x}-4{:03x}-{variant:04x}-{:012x}",
            a >> 32,
            a >> 16 & 0xffff,
            a & 0xfff,
            b & 0xffff_ffff_ffff
        )
    }

    /// Characters of an alphabet; the counter is mixed in, so that two of the same length differ.
    fn chars(&mut self, count: usize, alphabet: &[u8]) -> String {
        let (mut text, mut left) = (String::with_capacity(count), 0_u64);
        let radix = alphabet.len() as u64;
        while text.len() < count {
            if left < radix {
                left = self.random();
            }
            let index = usize::try_from(left % radix).unwrap_or_default();
            text.push(char::from(alphabet.get(index).copied().unwrap_or(b'0')));
            left /= radix;
        }
        text
    }
}

/// `SplitMix64`'s finalizer: spreads a counter over all 64 bits.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}
