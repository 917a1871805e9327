//! Writes X.509 certificates for the stand-in gateway: a dozen fields of DER (X.690).

use std::net::Ipv4Addr;
use std::time::SystemTime;

use x509_cert::der::DateTime;

use crate::crypto::rsa::SigningKey;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const UTF8_STRING: u8 = 0x0c;
const GENERALIZED_TIME: u8 = 0x18;

/// `sha256WithRSAEncryption` and `rsaEncryption`, each with its NULL parameter; `commonName`.
const SHA256_WITH_RSA: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11, 5, 0];
const RSA_ENCRYPTION: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
const COMMON_NAME: &[u8] = &[6, 3, 0x55, 4, 3];

/// `basicConstraints`, critical, of an authority; `subjectAltName`.
const IS_AUTHORITY: &[u8] = &[6, 3, 0x55, 0x1d, 19, 1, 1, 0xff, 4, 5, 0x30, 3, 1, 1, 0xff];
const ALTERNATIVE_NAME: &[u8] = &[6, 3, 0x55, 0x1d, 17];

/// What a certificate is for.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    EndEntity,
    Authority,
    /// A server at this address.
    Server(Ipv4Addr),
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
    let extension = match purpose {
        Purpose::EndEntity => Vec::new(),
        Purpose::Authority => tlv(SEQUENCE, &[IS_AUTHORITY]),
        Purpose::Server(address) => {
            let names = tlv(SEQUENCE, &[&tlv(0x87, &[&address.octets()])]);
            tlv(SEQUENCE, &[ALTERNATIVE_NAME, &tlv(OCTET_STRING, &[&names])])
        }
    };
    let extensions = if extension.is_empty() { extension } else { tlv(0xa3, &[&tlv(SEQUENCE, &[&extension])]) };
    let spki = tlv(SEQUENCE, &[&tlv(SEQUENCE, &[RSA_ENCRYPTION]), &tlv(BIT_STRING, &[&[0], key.public_key()])]);
    // An INTEGER is signed and as short as can be: a zero goes before a first byte that would make it negative.
    let sign: &[u8] = if serial.first()? & 0x80 == 0 { &[] } else { &[0] };
    let (version, serial) = (tlv(0xa0, &[&[INTEGER, 1, 2]]), tlv(INTEGER, &[sign, serial]));
    let names = (common_name(issuer), common_name(name));
    let tbs = [&version, &serial, &algorithm, &names.0, &validity, &names.1, &spki, &extensions];
    let tbs = tlv(SEQUENCE, &tbs.map(Vec::as_slice));
    let signature = by.sign(&tbs)?;
    Some(tlv(SEQUENCE, &[&tbs, &algorithm, &tlv(BIT_STRING, &[&[0], &signature])]))
}

fn common_name(name: &str) -> Vec<u8> {
    let attribute = tlv(SEQUENCE, &[COMMON_NAME, &tlv(UTF8_STRING, &[name.as_bytes()])]);
    tlv(SEQUENCE, &[&tlv(SET, &[&attribute])])
}

fn time(time: SystemTime) -> Option<Vec<u8>> {
    let text = DateTime::from_unix_duration(time.duration_since(SystemTime::UNIX_EPOCH).ok()?).ok()?.to_string();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    Some(tlv(GENERALIZED_TIME, &[digits.as_bytes(), b"Z"]))
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
    use std::time::Duration;

    use super::*;
    use crate::crypto::{pem, x509};
    use crate::keys::fixtures as f;

    #[test]
    fn what_is_written_is_read_back() {
        let key = SigningKey::from_pkcs8(&pem::decode(f::MERCHANT_KEY, "key").unwrap().1).unwrap();
        let (from, to) = (
            SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000),
            SystemTime::UNIX_EPOCH + Duration::from_secs(4_000_000_000),
        );
        for (byte, text) in [(0xab, "AB"), (0x14, "14")] {
            let subject = Subject { serial: &[byte; 20], name: "测试", key: &key, from, to };
            for purpose in [Purpose::EndEntity, Purpose::Authority, Purpose::Server(Ipv4Addr::LOCALHOST)] {
                assert!(x509::certificate(&certificate(&subject, purpose, "x", &key).unwrap()).is_ok());
            }
            let parsed = x509::certificate(&certificate(&subject, Purpose::EndEntity, "测试", &key).unwrap()).unwrap();
            assert_eq!((parsed.serial, parsed.not_before, parsed.not_after), (text.repeat(20), from, to));
            assert_eq!(parsed.public_key, key.public_key());
        }
    }
}
