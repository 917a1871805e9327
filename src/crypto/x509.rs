//! The little of DER this crate reads: a certificate's serial and key, and the two forms of an RSA public key.

use std::time::{Duration, SystemTime};

use x509_cert::der::asn1::{ObjectIdentifier, UintRef};
use x509_cert::der::{self, Decode, Encode, Header, Reader, SliceReader, Tag};
use x509_cert::spki::SubjectPublicKeyInfoRef;

use crate::crypto::hash;

const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
#[cfg(feature = "inspect")]
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");

/// What is read from a certificate.
#[derive(Debug)]
pub(crate) struct Parsed {
    /// Upper-case hexadecimal, as WeChat Pay writes it.
    pub(crate) serial: String,
    pub(crate) not_before: SystemTime,
    pub(crate) not_after: SystemTime,
    /// The key in PKCS#1 form.
    pub(crate) public_key: Vec<u8>,
}

pub(crate) fn certificate(der: &[u8]) -> Result<Parsed, &'static str> {
    let certificate = x509_cert::Certificate::from_der(der).map_err(|_| "not an X.509 certificate")?;
    let certificate = certificate.tbs_certificate();
    let serial = certificate.serial_number().as_bytes();
    let spki = certificate.subject_public_key_info().to_der().map_err(|_| "not an X.509 certificate")?;
    Ok(Parsed {
        serial: hash::hex(serial.strip_prefix(&[0]).unwrap_or(serial)).to_ascii_uppercase(),
        not_before: SystemTime::UNIX_EPOCH + certificate.validity().not_before.to_unix_duration(),
        not_after: SystemTime::UNIX_EPOCH + certificate.validity().not_after.to_unix_duration(),
        public_key: pkcs1_from_spki(&spki)?,
    })
}

/// What a certificate says beside its key, whatever that is.
#[cfg(feature = "inspect")]
#[derive(Debug)]
pub(crate) struct Facts {
    /// Upper-case hexadecimal.
    pub(crate) serial: String,
    /// As RFC 4514 writes it.
    pub(crate) subject: String,
    /// The common name of the subject.
    pub(crate) common_name: Option<String>,
    pub(crate) issuer: String,
    pub(crate) not_before: SystemTime,
    pub(crate) not_after: SystemTime,
    /// Its `SubjectPublicKeyInfo`.
    pub(crate) spki: Vec<u8>,
}

/// The facts of a certificate; `None` for what is none.
#[cfg(feature = "inspect")]
pub(crate) fn facts(der: &[u8]) -> Option<Facts> {
    let certificate = x509_cert::Certificate::from_der(der).ok()?;
    let certificate = certificate.tbs_certificate();
    let serial = certificate.serial_number().as_bytes();
    let common_name = certificate.subject().iter().find(|attribute| attribute.oid == COMMON_NAME);
    Some(Facts {
        serial: hash::hex(serial.strip_prefix(&[0]).unwrap_or(serial)).to_ascii_uppercase(),
        subject: certificate.subject().to_string(),
        common_name: common_name.and_then(|name| String::from_utf8(name.value.value().to_vec()).ok()),
        issuer: certificate.issuer().to_string(),
        not_before: SystemTime::UNIX_EPOCH + certificate.validity().not_before.to_unix_duration(),
        not_after: SystemTime::UNIX_EPOCH + certificate.validity().not_after.to_unix_duration(),
        spki: certificate.subject_public_key_info().to_der().ok()?,
    })
}

/// The `SubjectPublicKeyInfo` around a PKCS#1 `RSAPublicKey`.
#[cfg(feature = "inspect")]
pub(crate) fn spki_of_pkcs1(pkcs1: &[u8]) -> Option<Vec<u8>> {
    let algorithm =
        x509_cert::spki::AlgorithmIdentifierRef { oid: RSA_ENCRYPTION, parameters: Some(der::asn1::AnyRef::NULL) };
    let subject_public_key = der::asn1::BitStringRef::from_bytes(pkcs1).ok()?;
    SubjectPublicKeyInfoRef { algorithm, subject_public_key }.to_der().ok()
}

/// The public half, PKCS#1, of an RSA private key in PKCS#8 or PKCS#1, of any size; nothing of it is checked.
#[cfg(feature = "inspect")]
pub(crate) fn public_half(private: &[u8], pkcs8: bool) -> Option<Vec<u8>> {
    fn of_pkcs1(pkcs1: &[u8]) -> der::Result<Vec<u8>> {
        let mut reader = SliceReader::new(pkcs1)?;
        Header::decode(&mut reader)?.tag().assert_eq(Tag::Sequence)?;
        let _version = UintRef::decode(&mut reader)?;
        let (modulus, exponent) = (UintRef::decode(&mut reader)?, UintRef::decode(&mut reader)?);
        let length = (modulus.encoded_len()? + exponent.encoded_len()?)?;
        let mut public = Header::new(Tag::Sequence, length).to_der()?;
        public.extend(modulus.to_der()?);
        public.extend(exponent.to_der()?);
        Ok(public)
    }
    fn inside(pkcs8: &[u8]) -> der::Result<&[u8]> {
        let mut reader = SliceReader::new(pkcs8)?;
        Header::decode(&mut reader)?.tag().assert_eq(Tag::Sequence)?;
        let _version = UintRef::decode(&mut reader)?;
        let _algorithm = der::asn1::AnyRef::decode(&mut reader)?;
        Ok(<&der::asn1::OctetStringRef>::decode(&mut reader)?.as_bytes())
    }
    let pkcs1 = if pkcs8 { inside(private).ok()? } else { private };
    of_pkcs1(pkcs1).ok()
}

/// The moment of an RFC 3339 text such as `2018-06-08T10:34:56+08:00`; fractions of a second are dropped.
pub(crate) fn rfc3339(text: &str) -> Option<SystemTime> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u16>().ok();
    let byte = |at: usize| u8::try_from(number(at..at + 2)?).ok();
    let date = der::DateTime::new(number(0..4)?, byte(5)?, byte(8)?, byte(11)?, byte(14)?, byte(17)?).ok()?;
    let zone = text.get(19..)?.trim_start_matches(|digit: char| digit == '.' || digit.is_ascii_digit());
    let local = SystemTime::UNIX_EPOCH + date.unix_duration();
    if zone.eq_ignore_ascii_case("z") {
        return Some(local);
    }
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let offset =
        Duration::from_secs(u64::from(hours.parse::<u8>().ok()?) * 3600 + u64::from(minutes.parse::<u8>().ok()?) * 60);
    match zone.get(..1)? {
        "+" => local.checked_sub(offset),
        "-" => local.checked_add(offset),
        _ => None,
    }
}

/// A moment as RFC 3339 writes it in UTC: `2030-12-31T00:00:00Z`.
pub(crate) fn utc(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok();
    let date = since.and_then(|since| der::DateTime::from_unix_duration(since).ok());
    date.map_or_else(|| "a date out of range".to_owned(), |date| date.to_string())
}

/// The PKCS#1 `RSAPublicKey` inside a `SubjectPublicKeyInfo`.
pub(crate) fn pkcs1_from_spki(der: &[u8]) -> Result<Vec<u8>, &'static str> {
    let spki = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| "not a SubjectPublicKeyInfo")?;
    if spki.algorithm.oid != RSA_ENCRYPTION {
        return Err("not an RSA key");
    }
    Ok(spki.subject_public_key.raw_bytes().to_vec())
}

/// The length in bits of the modulus of a PKCS#1 `RSAPublicKey`.
pub(crate) fn modulus_bits(pkcs1: &[u8]) -> Result<usize, &'static str> {
    fn read(pkcs1: &[u8]) -> der::Result<usize> {
        let mut reader = SliceReader::new(pkcs1)?;
        let header = Header::decode(&mut reader)?;
        header.tag().assert_eq(Tag::Sequence)?;
        let modulus = UintRef::decode(&mut reader)?;
        let _exponent = UintRef::decode(&mut reader)?;
        reader.finish()?;
        let bytes = modulus.as_bytes();
        let leading = bytes.first().map_or(0, |byte| byte.leading_zeros() as usize);
        Ok(bytes.len() * 8 - leading)
    }
    read(pkcs1).map_err(|_| "not a PKCS#1 RSAPublicKey")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_zone() {
        let seconds = |text| rfc3339(text).map(|time| time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs());
        assert_eq!(seconds("2018-06-08T10:34:56+08:00"), Some(1_528_425_296));
        assert_eq!(seconds("2018-06-08T02:34:56Z"), Some(1_528_425_296));
        assert_eq!(seconds("2018-06-07T21:04:56.123-05:30"), Some(1_528_425_296));
        assert_eq!(utc(rfc3339("2018-06-08T10:34:56+08:00").unwrap()), "2018-06-08T02:34:56Z");
        for bad in [
            "",
            "2018-06-08",
            "2018-13-08T10:34:56Z",
            "2018-06-08T10:34:56",
            "2018-06-08T10:34:56+0800",
            "2018-06-08T10:34:56+9999999999999999999:00",
            "一二三四五六七八九十",
        ] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }
}
