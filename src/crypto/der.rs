//! What a DER encoding is, told by its outermost parts; nothing is loaded by it.

const INTEGER: u8 = 0x02;
const BITS: u8 = 0x03;
const OCTETS: u8 = 0x04;
const OID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const CONTEXT: u8 = 0xA0;

/// The algorithm of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Rsa,
    RsaPss,
    Ec,
    Sm2,
    /// Ed25519 and its relatives.
    Edwards,
    Dsa,
    Other,
}

/// What a DER encoding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// In PKCS#8, or in the algorithm's own form.
    PrivateKey {
        algorithm: Algorithm,
        pkcs8: bool,
    },
    /// A `SubjectPublicKeyInfo`, or PKCS#1.
    PublicKey {
        algorithm: Algorithm,
        spki: bool,
    },
    /// PKCS#8 with a passphrase.
    EncryptedKey,
    Certificate(Algorithm),
    Request,
    RevocationList,
    Pkcs7,
    Pkcs12,
    /// The beginning of one of these.
    CutOff,
}

/// The names of algorithms and curves.
const ALGORITHMS: [(&[u8], Algorithm); 9] = [
    (&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1], Algorithm::Rsa),
    (&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 10], Algorithm::RsaPss),
    (&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1], Algorithm::Ec),
    (&[0x2A, 0x81, 0x1C, 0xCF, 0x55, 1, 0x82, 0x2D], Algorithm::Sm2),
    (&[0x2B, 0x65, 0x6E], Algorithm::Edwards),
    (&[0x2B, 0x65, 0x6F], Algorithm::Edwards),
    (&[0x2B, 0x65, 0x70], Algorithm::Edwards),
    (&[0x2B, 0x65, 0x71], Algorithm::Edwards),
    (&[0x2A, 0x86, 0x48, 0xCE, 0x38, 4, 1], Algorithm::Dsa),
];

/// The beginning of the names of what PKCS#7 holds.
const PKCS7: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7];

/// What `bytes` begin with, and those that belong to it; `None` if it is nothing this crate has heard of.
pub(crate) fn kind(bytes: &[u8]) -> Option<(Kind, &[u8])> {
    if is_cut_off(bytes) {
        return Some((Kind::CutOff, bytes));
    }
    let (tag, content, rest) = part(bytes)?;
    let kind = if tag == SEQUENCE { of_parts(&parts(content)) } else { None };
    kind.map(|kind| (kind, &bytes[..bytes.len() - rest.len()]))
}

fn of_parts(parts: &[(u8, &[u8])]) -> Option<Kind> {
    let tags: Vec<u8> = parts.iter().map(|(tag, _)| *tag).collect();
    let own = |algorithm| Some(Kind::PrivateKey { algorithm, pkcs8: false });
    match tags.as_slice() {
        [INTEGER, SEQUENCE, OCTETS, ..] => Some(Kind::PrivateKey { algorithm: algorithm(parts[1].1)?, pkcs8: true }),
        [INTEGER, OCTETS, ..] => own(curve(parts.get(2).map_or(&[], |(_, content)| content))),
        [INTEGER, SEQUENCE, ..] if parts[0].1 == [3] => Some(Kind::Pkcs12),
        [INTEGER, INTEGER] => Some(Kind::PublicKey { algorithm: Algorithm::Rsa, spki: false }),
        [INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER] => own(Algorithm::Dsa),
        [INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, ..] => own(Algorithm::Rsa),
        [SEQUENCE, BITS] => Some(Kind::PublicKey { algorithm: algorithm(parts[0].1)?, spki: true }),
        [SEQUENCE, OCTETS] => algorithm(parts[0].1).map(|_| Kind::EncryptedKey),
        [SEQUENCE, SEQUENCE, BITS] => algorithm(parts[1].1).map(|_| signed(parts[0].1)),
        [OID, CONTEXT] if parts[0].1.starts_with(PKCS7) => Some(Kind::Pkcs7),
        _ => None,
    }
}

/// What is signed: a certificate, a request for one, or a list of revoked ones.
fn signed(content: &[u8]) -> Kind {
    let is_key = |content: &[u8]| matches!(parts(content).as_slice(), [(SEQUENCE, _), (BITS, _)]);
    let parts = parts(content);
    let key = parts.iter().position(|(tag, content)| *tag == SEQUENCE && is_key(content));
    let of_key = |at: usize| algorithm(self::parts(parts[at].1)[0].1).unwrap_or(Algorithm::Other);
    match (parts.first(), key) {
        (Some((INTEGER, _)), Some(2)) => Kind::Request,
        (_, Some(at)) => Kind::Certificate(of_key(at)),
        (_, None) => Kind::RevocationList,
    }
}

/// The algorithm that an `AlgorithmIdentifier` names.
fn algorithm(content: &[u8]) -> Option<Algorithm> {
    let parts = parts(content);
    let (tag, name) = parts.first()?;
    let found = match parts.get(1) {
        Some((OID, name)) if named(name) == Algorithm::Sm2 => Algorithm::Sm2,
        _ => named(name),
    };
    (*tag == OID).then_some(found)
}

/// The algorithm of a key of an elliptic curve, by the curve's name.
fn curve(content: &[u8]) -> Algorithm {
    match part(content) {
        Some((OID, name, _)) if named(name) == Algorithm::Sm2 => Algorithm::Sm2,
        _ => Algorithm::Ec,
    }
}

fn named(name: &[u8]) -> Algorithm {
    ALGORITHMS.iter().find(|(known, _)| *known == name).map_or(Algorithm::Other, |(_, algorithm)| *algorithm)
}

/// Whether a sequence says that it is longer than what is there.
fn is_cut_off(bytes: &[u8]) -> bool {
    let Some((SEQUENCE, Some(length), start)) = head(bytes) else { return false };
    let inner = bytes.get(start).is_some_and(|tag| matches!(*tag, INTEGER | OID | SEQUENCE));
    bytes.get(1).is_some_and(|byte| *byte > 0x80) && inner && bytes.len() - start < length
}

/// The parts of a constructed encoding, as far as they can be read.
fn parts(mut content: &[u8]) -> Vec<(u8, &[u8])> {
    let mut parts = Vec::new();
    while let Some((tag, inner, rest)) = part(content) {
        parts.push((tag, inner));
        content = rest;
    }
    parts
}

/// The first part: its tag, its content, and what follows.
fn part(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, length, start) = head(bytes)?;
    let content = &bytes[start..];
    match length {
        Some(length) => content.split_at_checked(length).map(|(content, rest)| (tag, content, rest)),
        // BER, as some write PKCS#12: where it ends is not needed to tell what it is.
        None => Some((tag, content, &[])),
    }
}

/// Tag, length (`None`: until its end mark), and where the content starts.
fn head(bytes: &[u8]) -> Option<(u8, Option<usize>, usize)> {
    let (tag, first) = (*bytes.first()?, *bytes.get(1)?);
    match first {
        0..=0x7F => Some((tag, Some(first.into()), 2)),
        0x80 => Some((tag, None, 2)),
        0x81..=0x84 => {
            let digits = bytes.get(2..2 + usize::from(first & 0x7F))?;
            let length = digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit));
            Some((tag, Some(length), 2 + digits.len()))
        }
        _ => None,
    }
}
