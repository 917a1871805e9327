//! Writes X.509 certificates for the stand-in gateway: a dozen fields of DER (X.690), as strict readers want them (RFC 5280).

use std::net::Ipv4Addr;
use std::time::{Duration, SystemTime};

use sha1::Digest as _;
use x509_cert::der::DateTime;

use crate::crypto::rsa::SigningKey;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const UTF8_STRING: u8 = 0x0c;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// `sha256WithRSAEncryption` and `rsaEncryption`, each with its NULL parameter; `commonName`.
const SHA256_WITH_RSA: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11, 5, 0];
const RSA_ENCRYPTION: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
const COMMON_NAME: &[u8] = &[6, 3, 0x55, 4, 3];

/// The last bytes of the extensions' object identifiers, all `2.5.29.…`.
const SUBJECT_KEY: u8 = 14;
const KEY_USAGE: u8 = 15;
const ALTERNATIVE_NAME: u8 = 17;
const BASIC_CONSTRAINTS: u8 = 19;
const AUTHORITY_KEY: u8 = 35;
const EXTENDED_USAGE: u8 = 37;

/// `keyCertSign` and `cRLSign`; `digitalSignature` and `keyEncipherment`: each with the number of unused bits.
const SIGNS_CERTIFICATES: &[u8] = &[1, 0b0000_0110];
const SIGNS_AND_UNWRAPS: &[u8] = &[5, 0b1010_0000];

/// `BOOLEAN TRUE`; `serverAuth`.
const TRUE: &[u8] = &[1, 1, 0xff];
const SERVER_AUTH: &[u8] = &[6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1];

/// What a certificate is for.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    EndEntity,
    Authority,
    /// A server at this address, which is also known under these names.
    Server(Ipv4Addr, &'static [&'static str]),
}

/// Whose key is certified, and for how long.
pub(crate) struct Subject<'a> {
    pub(crate) serial: &'a [u8],
    pub(crate) name: &'a str,
    pub(crate) key: &'a SigningKey,
    pub(crate) from: SystemTime,
    pub(crate) to: SystemTime,
}

/// A certificate, DER, signed by the key of `issuer`; `None` if a time is out of range or the signature fails.
pub(crate) fn certificate(subject: &Subject<'_>, purpose: Purpose, issuer: &str, by: &SigningKey) -> Option<Vec<u8>> {
    let Subject { serial, name, key, from, to } = *subject;
    let algorithm = tlv(SEQUENCE, &[SHA256_WITH_RSA]);
    let validity = tlv(SEQUENCE, &[&time(from)?, &time(to)?]);
    let spki = spki(key.public_key());
    // An INTEGER is signed and as short as can be: a zero goes before a first byte that would make it negative.
    let sign: &[u8] = if serial.first()? & 0x80 == 0 { &[] } else { &[0] };
    let (version, serial) = (tlv(0xa0, &[&[INTEGER, 1, 2]]), tlv(INTEGER, &[sign, serial]));
    let (names, extensions) = ((common_name(issuer), common_name(name)), extensions(purpose, key, by));
    let tbs = [&version, &serial, &algorithm, &names.0, &validity, &names.1, &spki, &extensions];
    let tbs = tlv(SEQUENCE, &tbs.map(Vec::as_slice));
    let signature = by.sign(&tbs)?;
    Some(tlv(SEQUENCE, &[&tbs, &algorithm, &tlv(BIT_STRING, &[&[0], &signature])]))
}

/// The `SubjectPublicKeyInfo` around a PKCS#1 public key.
pub(crate) fn spki(pkcs1: &[u8]) -> Vec<u8> {
    tlv(SEQUENCE, &[&tlv(SEQUENCE, &[RSA_ENCRYPTION]), &tlv(BIT_STRING, &[&[0], pkcs1])])
}

/// A moment as WeChat Pay writes it: `2018-06-08T10:34:56+08:00`; `None` if it is out of range.
pub(crate) fn beijing(time: SystemTime) -> Option<String> {
    let text = date_time(time.checked_add(Duration::from_secs(8 * 3600))?)?.to_string();
    Some(format!("{}+08:00", text.strip_suffix('Z')?))
}

fn extensions(purpose: Purpose, key: &SigningKey, by: &SigningKey) -> Vec<u8> {
    let (constraints, usage) = match purpose {
        Purpose::Authority => (tlv(SEQUENCE, &[TRUE]), SIGNS_CERTIFICATES),
        Purpose::EndEntity | Purpose::Server(..) => (tlv(SEQUENCE, &[]), SIGNS_AND_UNWRAPS),
    };
    let mut list = vec![
        extension(BASIC_CONSTRAINTS, true, &constraints),
        extension(KEY_USAGE, true, &tlv(BIT_STRING, &[usage])),
        extension(SUBJECT_KEY, false, &tlv(OCTET_STRING, &[&key_id(key)])),
        extension(AUTHORITY_KEY, false, &tlv(SEQUENCE, &[&tlv(0x80, &[&key_id(by)])])),
    ];
    if let Purpose::Server(address, names) = purpose {
        let names = names.iter().flat_map(|name| tlv(0x82, &[name.as_bytes()]));
        let all: Vec<u8> = tlv(0x87, &[&address.octets()]).into_iter().chain(names).collect();
        list.push(extension(ALTERNATIVE_NAME, false, &tlv(SEQUENCE, &[&all])));
        list.push(extension(EXTENDED_USAGE, false, &tlv(SEQUENCE, &[SERVER_AUTH])));
    }
    tlv(0xa3, &[&tlv(SEQUENCE, &[&list.concat()])])
}

fn extension(id: u8, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { TRUE } else { &[] };
    tlv(SEQUENCE, &[&[6, 3, 0x55, 0x1d, id], critical, &tlv(OCTET_STRING, &[value])])
}

/// The SHA-1 of the key (RFC 5280, 4.2.1.2, the first method).
fn key_id(key: &SigningKey) -> [u8; 20] {
    sha1::Sha1::digest(key.public_key()).into()
}

fn common_name(name: &str) -> Vec<u8> {
    let attribute = tlv(SEQUENCE, &[COMMON_NAME, &tlv(UTF8_STRING, &[name.as_bytes()])]);
    tlv(SEQUENCE, &[&tlv(SET, &[&attribute])])
}

/// Dates through 2049 are `UTCTime`, with two digits for the year, later ones `GeneralizedTime` (RFC 5280, 4.1.2.5).
fn time(time: SystemTime) -> Option<Vec<u8>> {
    let date = date_time(time)?;
    let digits: String = date.to_string().chars().filter(char::is_ascii_digit).collect();
    match date.year() {
        ..2050 => Some(tlv(UTC_TIME, &[digits.get(2..)?.as_bytes(), b"Z"])),
        _ => Some(tlv(GENERALIZED_TIME, &[digits.as_bytes(), b"Z"])),
    }
}

/// In whole seconds, the rest dropped.
fn date_time(time: SystemTime) -> Option<DateTime> {
    DateTime::from_unix_duration(time.duration_since(SystemTime::UNIX_EPOCH).ok()?).ok()
}

/// Tag, length and value, the value in pieces.
fn tlv(tag: u8, pieces: &[&[u8]]) -> Vec<u8> {
    let value = pieces.concat();
    let bytes = value.len().to_be_bytes();
    let length = &bytes[bytes.iter().take_while(|byte| **byte == 0).count().min(bytes.len() - 1)..];
    let mut out = vec![tag];
    if value.len() > 127 {
        out.push(0x80 | length.len().to_le_bytes()[0]);
    }
    out.extend_from_slice(length);
    out.extend(value);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{pem, x509};
    use crate::keys::fixtures as f;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn key() -> SigningKey {
        SigningKey::from_pkcs8(&pem::decode(f::MERCHANT_KEY, "key").unwrap().1).unwrap()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let key = key();
        let (from, to) = (at(1_700_000_000), at(4_000_000_000));
        for (byte, text) in [(0xab, "AB"), (0x14, "14")] {
            let subject = Subject { serial: &[byte; 20], name: "测试", key: &key, from, to };
            for purpose in [Purpose::EndEntity, Purpose::Authority, Purpose::Server(Ipv4Addr::LOCALHOST, &["x"])] {
                assert!(x509::certificate(&certificate(&subject, purpose, "x", &key).unwrap()).is_ok());
            }
            let parsed = x509::certificate(&certificate(&subject, Purpose::EndEntity, "测试", &key).unwrap()).unwrap();
            assert_eq!((parsed.serial, parsed.not_before, parsed.not_after), (text.repeat(20), from, to));
            assert_eq!(parsed.public_key, key.public_key());
        }
        assert_eq!(x509::pkcs1_from_spki(&spki(key.public_key())).unwrap(), key.public_key());
    }

    #[test]
    fn a_year_has_two_digits_until_2050_and_four_from_then_on() {
        // The last second of 2049 and the first of 2050.
        assert_eq!(time(at(2_524_607_999)).unwrap(), b"\x17\x0d491231235959Z");
        assert_eq!(time(at(2_524_608_000)).unwrap(), b"\x18\x0f20500101000000Z");
        assert_eq!(beijing(at(1_528_425_296)).unwrap(), "2018-06-08T10:34:56+08:00");
    }

    #[test]
    fn each_extension_is_the_one_of_its_purpose() {
        let key = key();
        let subject = Subject { serial: &[0x4a; 20], name: "x", key: &key, from: at(0), to: at(1) };
        let made = |purpose| certificate(&subject, purpose, "ca", &key).unwrap();
        let has = |der: &[u8], hex: &str| crate::crypto::hash::hex(der).contains(hex);
        let id = crate::crypto::hash::sha1_hex(key.public_key());
        let server = Purpose::Server(Ipv4Addr::LOCALHOST, &["localhost"]);
        for (purpose, constraints, usage) in [
            (Purpose::Authority, "30030101ff", "03020106"),
            (Purpose::EndEntity, "3000", "030205a0"),
            (server, "3000", "030205a0"),
        ] {
            let der = made(purpose);
            let wrapped = |hex: &str| format!("0101ff04{:02x}{hex}", hex.len() / 2);
            assert!(has(&der, &format!("0603551d13{}", wrapped(constraints))));
            assert!(has(&der, &format!("0603551d0f{}", wrapped(usage))));
            assert!(has(&der, &format!("0603551d0e04160414{id}")));
            assert!(has(&der, &format!("0603551d23041830168014{id}")));
        }
        let name = "0603551d110413301187047f00000182096c6f63616c686f7374";
        assert!(has(&made(server), name) && !has(&made(Purpose::EndEntity), "0603551d11"));
        assert!(has(&made(server), "0603551d25040c300a06082b06010505070301"));
    }
}
