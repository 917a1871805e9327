//! AES-256-GCM over a file of any size, piece by piece, with a nonce of any length: encrypted bills.
//!
//! ring and aws-lc-rs want the whole ciphertext at once. What comes out before [`Opening::finish`] has compared the tag is
//! not authentic yet: it goes into a file that is thrown away when the tag is wrong. NIST SP 800-38D, without associated data.

use aws_lc_rs::cipher::{AES_256, DecryptionContext, StreamingDecryptingKey, UnboundCipherKey};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::iv::FixedLength;
use ghash::GHash;
use ghash::universal_hash::UniversalHash as _;
use zeroize::Zeroizing;

use super::aes::Failure;

const BLOCK: usize = 16;

/// A decryption under way.
pub(crate) struct Opening {
    counter: Counter,
    ghash: GHash,
    /// The key stream's first block, which covers the tag.
    mask: [u8; BLOCK],
    /// The end of what came so far: less than a block, and what may be the tag.
    held: Vec<u8>,
    length: u64,
}

impl Opening {
    /// The key has 32 bytes; the nonce any number but none.
    pub(crate) fn new(key: &[u8], nonce: &[u8]) -> Result<Self, Failure> {
        let key = Zeroizing::new(<[u8; 32]>::try_from(key).map_err(|_| Failure::Length)?);
        let h = keystream_block(&key, [0; BLOCK])?;
        let ghash = GHash::new(&h.into());
        let first = match <[u8; 12]>::try_from(nonce) {
            Ok(nonce) => [&nonce[..], &[0, 0, 0, 1]].concat().try_into().map_err(|_| Failure::Length)?,
            Err(_) if nonce.is_empty() => return Err(Failure::Length),
            Err(_) => hash_nonce(ghash.clone(), nonce),
        };
        let mask = keystream_block(&key, first)?;
        Ok(Self { counter: Counter::new(key, first)?, ghash, mask, held: Vec::new(), length: 0 })
    }

    /// Decrypts what can be told from the tag, and puts it at the end of `out`.
    pub(crate) fn open(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Result<(), Failure> {
        self.held.extend_from_slice(piece);
        let ready = self.held.len().saturating_sub(BLOCK) / BLOCK * BLOCK;
        let data = self.held.drain(..ready).collect::<Vec<_>>();
        self.decrypt(&data, out)
    }

    /// Decrypts the rest and compares the tag.
    pub(crate) fn finish(mut self, out: &mut Vec<u8>) -> Result<(), Failure> {
        let at = self.held.len().checked_sub(BLOCK).ok_or(Failure::Authentication)?;
        let tag = self.held.split_off(at);
        let data = std::mem::take(&mut self.held);
        self.decrypt(&data, out)?;
        let mut lengths = [0; BLOCK];
        lengths[8..].copy_from_slice(&(self.length * 8).to_be_bytes());
        self.ghash.update_padded(&lengths);
        let mut expected: [u8; BLOCK] = self.ghash.finalize().into();
        expected.iter_mut().zip(self.mask).for_each(|(byte, mask)| *byte ^= mask);
        verify_slices_are_equal(&expected, &tag).map_err(|_| Failure::Authentication)
    }

    fn decrypt(&mut self, data: &[u8], out: &mut Vec<u8>) -> Result<(), Failure> {
        self.length += data.len() as u64;
        self.ghash.update_padded(data);
        self.counter.apply(data, out)
    }
}

/// What a nonce of another length than 12 bytes starts the counter with.
fn hash_nonce(mut ghash: GHash, nonce: &[u8]) -> [u8; BLOCK] {
    ghash.update_padded(nonce);
    let mut length = [0; BLOCK];
    length[8..].copy_from_slice(&(nonce.len() as u64 * 8).to_be_bytes());
    ghash.update_padded(&length);
    ghash.finalize().into()
}

/// Counter mode whose counter is the last 32 bits alone; the library's counts through all 128.
struct Counter {
    key: Zeroizing<[u8; 32]>,
    stream: StreamingDecryptingKey,
    /// The block that the next start begins with.
    restart: [u8; BLOCK],
    /// Bytes until the 32 bits are used up.
    left: u64,
}

impl Counter {
    /// Begins with the block after `first`.
    fn new(key: Zeroizing<[u8; 32]>, first: [u8; BLOCK]) -> Result<Self, Failure> {
        let [head @ .., a, b, c, d] = first;
        let head: [u8; 12] = head;
        let next = u32::from_be_bytes([a, b, c, d]).wrapping_add(1);
        let block = |count: u32| -> [u8; BLOCK] {
            let mut block = [0; BLOCK];
            block[..12].copy_from_slice(&head);
            block[12..].copy_from_slice(&count.to_be_bytes());
            block
        };
        let left = ((1_u64 << 32) - u64::from(next)) * BLOCK as u64;
        Ok(Self { stream: start(&key, block(next))?, key, restart: block(0), left })
    }

    fn apply(&mut self, mut data: &[u8], out: &mut Vec<u8>) -> Result<(), Failure> {
        while !data.is_empty() {
            if self.left == 0 {
                (self.stream, self.left) = (start(&self.key, self.restart)?, (1 << 32) * BLOCK as u64);
            }
            let count = usize::try_from(self.left).unwrap_or(usize::MAX).min(data.len());
            let (now, later) = data.split_at(count);
            apply(&mut self.stream, now, out)?;
            (data, self.left) = (later, self.left - count as u64);
        }
        Ok(())
    }
}

fn start(key: &[u8; 32], block: [u8; BLOCK]) -> Result<StreamingDecryptingKey, Failure> {
    let key = UnboundCipherKey::new(&AES_256, key).map_err(|_| Failure::Length)?;
    let context = DecryptionContext::Iv128(FixedLength::from(block));
    StreamingDecryptingKey::ctr(key, context).map_err(|_| Failure::Length)
}

fn apply(stream: &mut StreamingDecryptingKey, data: &[u8], out: &mut Vec<u8>) -> Result<(), Failure> {
    let start = out.len();
    // The library asks for room for a block more than it writes.
    out.resize(start + data.len() + BLOCK, 0);
    let written = stream.update(data, &mut out[start..]).map_err(|_| Failure::Length)?.written().len();
    out.truncate(start + written);
    Ok(())
}

/// The cipher of one block.
fn keystream_block(key: &[u8; 32], block: [u8; BLOCK]) -> Result<[u8; BLOCK], Failure> {
    let mut out = Vec::new();
    apply(&mut start(key, block)?, &[0; BLOCK], &mut out)?;
    out.try_into().map_err(|_| Failure::Length)
}

/// Encrypts to `ciphertext ‖ tag` with a nonce of any length.
#[cfg(any(feature = "mock", test))]
pub(crate) fn seal(key: &[u8], nonce: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, Failure> {
    let Opening { mut counter, mut ghash, mask, .. } = Opening::new(key, nonce)?;
    let mut out = Vec::with_capacity(plaintext.len() + 2 * BLOCK);
    counter.apply(plaintext, &mut out)?;
    ghash.update_padded(&out);
    let mut lengths = [0; BLOCK];
    lengths[8..].copy_from_slice(&(plaintext.len() as u64 * 8).to_be_bytes());
    ghash.update_padded(&lengths);
    let tag: [u8; BLOCK] = ghash.finalize().into();
    out.extend(tag.iter().zip(mask).map(|(byte, mask)| byte ^ mask));
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{aes, hash};

    const KEY: &[u8] = b"0123456789abcdefGHIJKLMNOPQRSTUV";

    fn plain(length: usize) -> Vec<u8> {
        (0..length).map(|at| u8::try_from(at * 7 % 256).unwrap()).collect()
    }

    fn open(nonce: &[u8], sealed: &[u8], pieces: usize) -> Result<Vec<u8>, Failure> {
        let (mut opening, mut out) = (Opening::new(KEY, nonce)?, Vec::new());
        for piece in sealed.chunks(pieces) {
            opening.open(piece, &mut out)?;
        }
        opening.finish(&mut out).map(|()| out)
    }

    #[test]
    fn any_nonce_is_as_openssl_has_it() {
        // SHA-256 of `ciphertext ‖ tag` by Python's `cryptography`; the last nonce was searched so that the 32 bits overflow.
        let wrapping = [0x8b, 0xc9, 0x8e, 0x8e, 0x7d, 0x46, 0x62, 0x7a, 0xcb, 0xb8, 0x02, 0x74, 0x9c, 0x25, 0xe1, 0xe3];
        for (nonce, expected) in [
            (&b"a8607ef79034"[..], "bb5d4e6c9f07ce4f12242cfcee5d2a0953f971713ecdd5500ebc7cbdff717fab"),
            (b"a8607ef79034c49c", "60f3739d4eb2a47b28907334e276ea58f5efe0e1418818753d446a528da0b4c5"),
            (b"a8607ef7", "b864452becfeafb3d12eaea5beb1813d589012ad5d069e7e4db16c56c4117548"),
            (b"a8607ef79034c49ca8607ef79034c49c", "e27e7b215680728c7e6042c198d2231aa84d8239603157347f5588918386756d"),
            (&wrapping, "29ca13ebc7af865973e58323771e38688ebf0d872b11c05eae59d942fc803cbf"),
        ] {
            let sealed = seal(KEY, nonce, &plain(1000)).unwrap();
            assert_eq!(hash::sha256_hex(&sealed), expected);
            for pieces in [1, 15, 16, 17, 33, 500, 5000] {
                assert_eq!(open(nonce, &sealed, pieces).unwrap(), plain(1000), "{pieces}");
            }
        }
    }

    #[test]
    fn every_length_is_as_the_one_shot_library_has_it() {
        for length in 0..100 {
            let sealed = aes::encrypt(KEY, b"a8607ef79034", b"", &plain(length)).unwrap();
            assert_eq!(seal(KEY, b"a8607ef79034", &plain(length)).unwrap(), sealed);
            assert_eq!(open(b"a8607ef79034", &sealed, 7).unwrap(), plain(length), "{length}");
        }
    }

    #[test]
    fn one_bit_anywhere_and_a_missing_end_fail() {
        let sealed = seal(KEY, b"a8607ef79034c49c", &plain(50)).unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut other = sealed.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open(b"a8607ef79034c49c", &other, 20), Err(Failure::Authentication), "{bit}");
        }
        for end in 0..sealed.len() {
            assert_eq!(open(b"a8607ef79034c49c", &sealed[..end], 20), Err(Failure::Authentication), "{end}");
        }
        assert_eq!(open(b"a8607ef79034c49d", &sealed, 20), Err(Failure::Authentication));
        assert_eq!(Opening::new(&KEY[1..], b"x").err(), Some(Failure::Length));
        assert_eq!(Opening::new(KEY, b"").err(), Some(Failure::Length));
    }
}
