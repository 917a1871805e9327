//! From the bytes of an answer to the bytes of the file: decrypts, decompresses, counts, hashes. No I/O but the writer given.

use std::fmt;
use std::io::{self, Write};

use flate2::write::MultiGzDecoder;

use crate::crypto::hash::Hasher;
use crate::error::{Error, ErrorKind, Result};

/// How a gzip file begins (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The digest a file must have.
#[derive(Clone)]
pub(crate) struct Expected {
    pub(crate) name: String,
    pub(crate) value: String,
    hasher: Hasher,
    /// It may be about the bytes as they came, as well as about those of the file.
    of_transfer: bool,
}

impl Expected {
    /// By the names of the gateway's answers: `hash_type` and `hash_value`.
    pub(crate) fn new(name: &str, value: &str) -> Result<Self> {
        let hasher = Hasher::by_name(name).filter(|hasher| !matches!(hasher, Hasher::Md5(_)));
        let hasher = hasher.ok_or_else(|| match name.eq_ignore_ascii_case("SM3") {
            true => Error::config("the hash_type is SM3, which needs the feature `sm3` of this crate"),
            false => Error::request(format!("the hash_type {name:?} is not known; expected SHA1, SHA256 or SM3")),
        })?;
        let digits = hasher.clone().finish().len();
        if value.len() != digits || !value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Error::request(format!(
                "the hash_value has {} characters, expected {digits} hexadecimal digits for {name}",
                value.len()
            )));
        }
        Ok(Self { name: name.to_owned(), value: value.to_owned(), hasher, of_transfer: false })
    }

    /// As a header of the answer itself says it; `value` in hexadecimal.
    pub(crate) fn of_header(name: &str, value: String, hasher: Hasher) -> Self {
        Self { name: name.to_owned(), value, hasher, of_transfer: true }
    }
}

/// What decrypts a file.
#[cfg(feature = "aws-lc-rs")]
pub(crate) type Opening = crate::crypto::gcm::Opening;
/// Without the feature no file can be decrypted, and none is asked for.
#[cfg(not(feature = "aws-lc-rs"))]
pub(crate) enum Opening {}

/// One file on its way.
pub(crate) struct Unpack {
    expected: Option<Expected>,
    /// Beside the digest of the file as it is, that of the bytes as they came: which of them an encrypted bill's
    /// `hash_value` is about is not documented; its own tag already proves what it is.
    raw: Option<Hasher>,
    opening: Option<Opening>,
    packing: Packing,
    plain: Option<Hasher>,
    written: u64,
    limit: u64,
}

enum Packing {
    /// Too few bytes to tell.
    Unknown(Vec<u8>),
    None,
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
}

impl Unpack {
    pub(crate) fn new(expected: Option<Expected>, opening: Option<Opening>, limit: u64) -> Self {
        let hasher = expected.as_ref().map(|expected| expected.hasher.clone());
        let is_raw = opening.is_some() || expected.as_ref().is_some_and(|expected| expected.of_transfer);
        let raw = hasher.clone().filter(|_| is_raw);
        let packing = Packing::Unknown(Vec::new());
        Self { expected, raw, opening, packing, plain: hasher, written: 0, limit }
    }

    /// Counts on from what the files before it have.
    pub(crate) fn after(&mut self, written: u64) {
        self.written = written;
    }

    /// Takes the next bytes of the answer and writes what they amount to.
    pub(crate) fn push(&mut self, piece: &[u8], out: &mut dyn Write) -> Result<()> {
        if let Some(raw) = &mut self.raw {
            raw.update(piece);
        }
        match self.decrypt(piece)? {
            Some(plain) => self.unpack(&plain, out),
            None => self.unpack(piece, out),
        }
    }

    /// Takes note of the end: writes what is left, and makes every check that needs the whole. The count of bytes.
    pub(crate) fn finish(mut self, out: &mut dyn Write) -> Result<u64> {
        if let Some(rest) = self.decrypt_rest()? {
            self.unpack(&rest, out)?;
        }
        match std::mem::replace(&mut self.packing, Packing::None) {
            Packing::Unknown(held) => self.emit(&held, out)?,
            Packing::None => {}
            Packing::Gzip(mut decoder) => {
                decoder.try_finish().map_err(|error| {
                    Error::new(ErrorKind::Transport, "the download ends within its gzip data").with_source(error)
                })?;
                self.emit(&std::mem::take(decoder.get_mut()), out)?;
            }
        }
        self.compare()?;
        Ok(self.written)
    }

    fn compare(&mut self) -> Result<()> {
        let Some(Expected { name, value, .. }) = self.expected.take() else { return Ok(()) };
        let found: Vec<_> = [self.plain.take(), self.raw.take()].into_iter().flatten().map(Hasher::finish).collect();
        if found.iter().any(|found| found.eq_ignore_ascii_case(&value)) {
            return Ok(());
        }
        let message = format!("the {name} of the download is {}, expected {value}", found.join(" / "));
        Err(Error::new(ErrorKind::Verify, message))
    }

    #[cfg(feature = "aws-lc-rs")]
    fn decrypt(&mut self, piece: &[u8]) -> Result<Option<Vec<u8>>> {
        let Some(opening) = &mut self.opening else { return Ok(None) };
        let mut plain = Vec::with_capacity(piece.len() + 32);
        opening.open(piece, &mut plain).map_err(|_| damaged())?;
        Ok(Some(plain))
    }

    #[cfg(feature = "aws-lc-rs")]
    fn decrypt_rest(&mut self) -> Result<Option<Vec<u8>>> {
        let Some(opening) = self.opening.take() else { return Ok(None) };
        let mut plain = Vec::new();
        opening.finish(&mut plain).map_err(|_| damaged())?;
        Ok(Some(plain))
    }

    #[cfg(not(feature = "aws-lc-rs"))]
    fn decrypt(&mut self, _: &[u8]) -> Result<Option<Vec<u8>>> {
        self.opening.take().map_or(Ok(None), |opening| match opening {})
    }

    #[cfg(not(feature = "aws-lc-rs"))]
    fn decrypt_rest(&mut self) -> Result<Option<Vec<u8>>> {
        self.decrypt(&[])
    }

    fn unpack(&mut self, piece: &[u8], out: &mut dyn Write) -> Result<()> {
        match &mut self.packing {
            Packing::None => self.emit(piece, out),
            Packing::Gzip(_) => self.gunzip(piece, out),
            Packing::Unknown(held) => {
                held.extend_from_slice(piece);
                if held.len() < GZIP.len() {
                    return Ok(());
                }
                let held = std::mem::take(held);
                self.packing = match held.starts_with(&GZIP) {
                    true => Packing::Gzip(Box::new(MultiGzDecoder::new(Vec::new()))),
                    false => Packing::None,
                };
                self.unpack(&held, out)
            }
        }
    }

    /// Decompresses bit by bit: however much it swells, no more than a buffer of it is held.
    fn gunzip(&mut self, mut piece: &[u8], out: &mut dyn Write) -> Result<()> {
        let bad = |error: io::Error| {
            Error::new(ErrorKind::Transport, "the download is not the gzip data it begins as").with_source(error)
        };
        while !piece.is_empty() {
            let Packing::Gzip(decoder) = &mut self.packing else { return Ok(()) };
            let taken = decoder.write(piece).map_err(bad)?;
            if taken == 0 {
                return Err(bad(io::ErrorKind::WriteZero.into()));
            }
            piece = &piece[taken..];
            let mut plain = std::mem::take(decoder.get_mut());
            self.emit(&plain, out)?;
            plain.clear();
            if let Packing::Gzip(decoder) = &mut self.packing {
                *decoder.get_mut() = plain;
            }
        }
        Ok(())
    }

    fn emit(&mut self, plain: &[u8], out: &mut dyn Write) -> Result<()> {
        self.written += plain.len() as u64;
        if self.written > self.limit {
            return Err(over_limit(self.limit));
        }
        if let Some(hasher) = &mut self.plain {
            hasher.update(plain);
        }
        out.write_all(plain).map_err(not_written)
    }
}

impl fmt::Debug for Unpack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unpack").field("written", &self.written).finish_non_exhaustive()
    }
}

#[cfg(feature = "aws-lc-rs")]
fn damaged() -> Error {
    Error::new(ErrorKind::Decrypt, "the encrypted file is damaged, or its key is not the one for it")
}

pub(crate) fn over_limit(limit: u64) -> Error {
    Error::new(ErrorKind::Transport, format!("the file is longer than {limit} bytes; `.limit(…)` allows more"))
        .hopeless()
}

pub(crate) fn not_written(error: io::Error) -> Error {
    Error::new(ErrorKind::Io, "the download could not be written").with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{base64, hash};
    use crate::keys::fixtures as f;

    fn bill() -> (Vec<u8>, Vec<u8>, String) {
        let vector = f::vector("bill-hash-sha1");
        let bytes = |name: &str| base64::decode(vector["input"][name].as_str().unwrap()).unwrap();
        (bytes("csv_base64"), bytes("gzip_base64"), vector["expected"]["hash_value"].as_str().unwrap().to_owned())
    }

    fn unpack(mut unpack: Unpack, bytes: &[u8], pieces: usize) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        for piece in bytes.chunks(pieces) {
            unpack.push(piece, &mut out)?;
        }
        let written = unpack.finish(&mut out)?;
        assert_eq!(written, out.len() as u64);
        Ok(out)
    }

    fn sha1(value: &str) -> Option<Expected> {
        Expected::new("SHA1", value).ok()
    }

    #[test]
    fn the_vector_in_pieces_of_any_size_plain_and_compressed() {
        let (csv, gzip, value) = bill();
        for expected in [sha1(&value), sha1(&value.to_ascii_uppercase()), None] {
            for pieces in [1, 2, 3, 17, 10_000] {
                for bytes in [&csv, &gzip] {
                    assert_eq!(unpack(Unpack::new(expected.clone(), None, 1 << 20), bytes, pieces).unwrap(), csv);
                }
            }
        }
        let members = [&gzip[..], &gzip[..]].concat();
        assert_eq!(unpack(Unpack::new(None, None, 1 << 20), &members, 5).unwrap(), [&csv[..], &csv[..]].concat());
        for short in [&b""[..], b"a", &[0x1f]] {
            assert_eq!(unpack(Unpack::new(None, None, 9), short, 1).unwrap(), short);
        }
    }

    #[test]
    fn a_wrong_hash_is_told_with_both_values() {
        let (csv, gzip, value) = bill();
        let vector = f::vector("bill-hash-sha1");
        let of_gzip = vector["expected"]["sha1_of_gzip_bytes_wrong"].as_str().unwrap();
        let error = unpack(Unpack::new(sha1(of_gzip), None, 1 << 20), &gzip, 100).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verify);
        assert_eq!(error.to_string(), format!("the SHA1 of the download is {value}, expected {of_gzip}"));
        let mut other = csv.clone();
        other[40] ^= 1;
        let error = unpack(Unpack::new(sha1(&value), None, 1 << 20), &other, 100).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verify);
    }

    #[test]
    fn damaged_and_truncated_gzip_never_ends_well() {
        let (_, gzip, _) = bill();
        for end in 2..gzip.len() {
            let error = unpack(Unpack::new(None, None, 1 << 20), &gzip[..end], 7).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Transport, "{end}");
        }
        for at in 2..gzip.len() {
            // The header's time, flags and system and a few bits of padding say nothing about the text.
            let mut other = gzip.clone();
            other[at] ^= 0x04;
            if let Ok(text) = unpack(Unpack::new(None, None, 1 << 20), &other, 7) {
                assert!(text == bill().0 && !(10..200).contains(&at), "{at}");
            }
        }
        let error = unpack(Unpack::new(None, None, 1 << 20), &[&gzip[..], b"garbage"].concat(), 7).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport);
    }

    #[test]
    fn a_file_that_swells_is_cut_off() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![b'x'; 10 << 20]).unwrap();
        let bomb = encoder.finish().unwrap();
        assert!(bomb.len() < 16 << 10);
        let error = unpack(Unpack::new(None, None, 1 << 20), &bomb, 64 << 10).unwrap_err();
        assert!(error.to_string().contains("longer than 1048576 bytes"), "{error}");
        assert_eq!(unpack(Unpack::new(None, None, 10 << 20), &bomb, 64 << 10).unwrap().len(), 10 << 20);
    }

    #[test]
    fn other_digests_and_what_is_none() {
        let value = hash::sha256_hex(b"abc");
        let expected = Some(Expected::new("SHA256", &value).unwrap());
        assert_eq!(unpack(Unpack::new(expected, None, 9), b"abc", 1).unwrap(), b"abc");
        #[cfg(feature = "sm3")]
        {
            let expected = Some(Expected::new("SM3", &hash::sm3_hex(b"abc")).unwrap());
            assert_eq!(unpack(Unpack::new(expected, None, 9), b"abc", 1).unwrap(), b"abc");
        }
        for (name, value) in [("MD5", "00"), ("", "00"), ("SHA1", ""), ("SHA1", &value), ("SHA256", &value[1..])] {
            assert_eq!(Expected::new(name, value).err().unwrap().kind(), ErrorKind::Request, "{name}");
        }
        assert!(Expected::new("SHA1", &"g".repeat(40)).is_err());
    }

    #[cfg(feature = "aws-lc-rs")]
    #[test]
    fn an_encrypted_file_is_decrypted_first_and_its_hash_may_be_of_either() {
        use crate::crypto::gcm;
        const KEY: &[u8] = b"0123456789abcdefGHIJKLMNOPQRSTUV";
        let (csv, gzip, value) = bill();
        let sealed = gcm::seal(KEY, b"a8607ef79034c49c", &gzip).unwrap();
        let opening = || Some(gcm::Opening::new(KEY, b"a8607ef79034c49c").unwrap());
        for expected in [sha1(&value), sha1(&hash::sha1_hex(&sealed))] {
            assert_eq!(unpack(Unpack::new(expected, opening(), 1 << 20), &sealed, 50).unwrap(), csv);
        }
        let mut other = sealed.clone();
        *other.last_mut().unwrap() ^= 1;
        let error = unpack(Unpack::new(sha1(&value), opening(), 1 << 20), &other, 50).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decrypt);
        let error = unpack(Unpack::new(sha1(&hash::sha1_hex(b"")), opening(), 1 << 20), &sealed, 50).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verify);
    }
}
