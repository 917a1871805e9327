//! Whether an answer is WeChat Pay's, as pure functions: headers, time window, serial, base64, RSA, in this order.

use std::time::{Duration, SystemTime};
use std::{fmt, str};

use http::{HeaderMap, HeaderName};

use super::sign::lines;
use super::trust::{Ended, Trust};
use crate::crypto::{base64, hash};
use crate::protocol::verified::Verified;

const STATEMENT_SHA1: HeaderName = HeaderName::from_static("wechatpay-statement-sha1");

/// The headers a verification reads.
pub(crate) const HEADERS: [&str; 6] = [
    "Wechatpay-Serial",
    "Wechatpay-Timestamp",
    "Wechatpay-Nonce",
    "Wechatpay-Signature",
    "Wechatpay-Signature-Type",
    "Request-ID",
];

/// What WeChat Pay's probes begin their signature with, to see whether a merchant verifies (回调通知注意事项 4012075420).
const PROBE: &str = "WECHATPAY/SIGNTEST/";

/// How far a timestamp may be from the local clock, unless configured: the official SDKs' five minutes.
pub(crate) const WINDOW: Duration = Duration::from_secs(300);

/// The signature headers of an answer, with what they say about the time already checked.
#[derive(Debug)]
pub(crate) struct Signed<'a> {
    pub(crate) serial: &'a str,
    timestamp: &'a [u8],
    nonce: &'a [u8],
    signature: &'a [u8],
    /// The local time, in seconds since 1970.
    now: u64,
}

/// Which check failed.
#[derive(Debug)]
pub(crate) enum Failure {
    MissingHeaders(Vec<&'static str>),
    UnknownType(String),
    NotATimestamp,
    OutsideWindow { skew: i128, window: Duration },
    UnknownSerial { serial: String, held: Vec<String>, search: Option<String> },
    Ended(Ended),
    NotBase64 { probe: bool },
    Mismatch { serial: String, probe: bool },
    Digest,
    CompressedStatement,
}

impl<'a> Signed<'a> {
    /// Reads the headers and checks the time: the first two checks.
    pub(crate) fn read(headers: &'a HeaderMap, now: u64, window: Duration) -> Result<Self, Failure> {
        let [serial, timestamp, nonce, signature, kind] = first_values(headers);
        // It is shown, and compared with texts.
        let serial = serial.filter(|serial| serial.is_ascii()).and_then(|serial| str::from_utf8(serial).ok());
        let (Some(serial), Some(timestamp), Some(nonce), Some(signature)) = (serial, timestamp, nonce, signature)
        else {
            let are_there = [serial.is_some(), timestamp.is_some(), nonce.is_some(), signature.is_some()];
            let missing = HEADERS.into_iter().zip(are_there).filter(|(_, is_there)| !is_there);
            return Err(Failure::MissingHeaders(missing.map(|(name, _)| name).collect()));
        };
        if let Some(kind) = kind.filter(|kind| !kind.ends_with(b"-SHA256-RSA2048")) {
            return Err(Failure::UnknownType(String::from_utf8_lossy(kind).into_owned()));
        }
        // Only a sign would be a number and no timestamp.
        let text = str::from_utf8(timestamp).ok().filter(|text| !text.starts_with('+'));
        let time = text.and_then(|text| text.parse::<u64>().ok()).ok_or(Failure::NotATimestamp)?;
        let skew = i128::from(time) - i128::from(now);
        if skew.unsigned_abs() > u128::from(window.as_secs()) {
            return Err(Failure::OutsideWindow { skew, window });
        }
        Ok(Self { serial, timestamp, nonce, signature, now })
    }

    /// The three lines the signature covers, the header texts verbatim, each ended by LF.
    pub(crate) fn message(&self, body: &[u8]) -> Vec<u8> {
        lines([self.timestamp, self.nonce, body])
    }

    pub(crate) fn signature(&self) -> Result<Vec<u8>, Failure> {
        base64::decode(self.signature).ok_or(Failure::NotBase64 { probe: self.is_probe() })
    }

    /// The last three checks, with the keys held here.
    pub(crate) fn check(&self, body: &[u8], trust: &Trust) -> Result<Verified, Failure> {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(self.now);
        let key = trust.find_in_force(self.serial, now).map_err(Failure::Ended)?;
        let key = key.ok_or_else(|| Failure::UnknownSerial {
            serial: self.serial.to_owned(),
            held: trust.serials().map(str::to_owned).collect(),
            search: None,
        })?;
        let signature = self.signature()?;
        self.conclude(key.verify(&self.message(body), &signature))
    }

    /// The verdict of whoever compared the signature.
    pub(crate) fn conclude(&self, right: bool) -> Result<Verified, Failure> {
        match right {
            true => Ok(Verified::proven()),
            false => Err(Failure::Mismatch { serial: self.serial.to_owned(), probe: self.is_probe() }),
        }
    }

    fn is_probe(&self) -> bool {
        self.signature.starts_with(PROBE.as_bytes())
    }
}

/// The first value of each of the first five [`HEADERS`], unless it is empty: in one walk, since each lookup would hash its name.
fn first_values(headers: &HeaderMap) -> [Option<&[u8]>; 5] {
    let mut values = [None; 5];
    for (name, value) in headers {
        let at = match name.as_str() {
            "wechatpay-serial" => 0,
            "wechatpay-timestamp" => 1,
            "wechatpay-nonce" => 2,
            "wechatpay-signature" => 3,
            "wechatpay-signature-type" => 4,
            _ => continue,
        };
        values[at].get_or_insert(value.as_bytes());
    }
    values.map(|value| value.filter(|value| !value.is_empty()))
}

/// The digest that an overseas statement must have, from its headers.
pub(crate) fn statement_sha1(headers: &HeaderMap) -> Option<&str> {
    headers.get(STATEMENT_SHA1)?.to_str().ok()
}

/// What stands in the place of the body for overseas statements: `{"sha1":"…"}` with the digest of the
/// `Wechatpay-Statement-Sha1` header, once the body is known to have it.
///
/// `None` for a body that is not here yet: whoever reads it compares the digest.
pub(crate) fn statement_digest(headers: &HeaderMap, body: Option<&[u8]>) -> Result<String, Failure> {
    let digest = statement_sha1(headers).ok_or_else(|| Failure::MissingHeaders(vec!["Wechatpay-Statement-Sha1"]))?;
    match body {
        Some([0x1f, 0x8b, ..]) => Err(Failure::CompressedStatement),
        Some(body) if !hash::sha1_hex(body).eq_ignore_ascii_case(digest) => Err(Failure::Digest),
        _ => Ok(format!(r#"{{"sha1":"{digest}"}}"#)),
    }
}

/// No more of a text from outside than a name is long.
fn brief(text: &str) -> String {
    text.chars().take(100).collect()
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const PROBED: &str = "; it begins WECHATPAY/SIGNTEST/, so it is one of WeChat Pay's probes";
        match self {
            Self::MissingHeaders(names) => {
                write!(f, "it lacks {}", names.join(", "))
            }
            Self::UnknownType(kind) => write!(f, "its Wechatpay-Signature-Type {:?} is not supported", brief(kind)),
            Self::NotATimestamp => f.write_str("its Wechatpay-Timestamp is not a number of seconds"),
            Self::OutsideWindow { skew, window } => {
                let side = if *skew < 0 { "behind" } else { "ahead of" };
                let (skew, window) = (skew.unsigned_abs(), window.as_secs());
                write!(f, "its timestamp is {skew} s {side} the local clock, more than {window} s")
            }
            Self::UnknownSerial { serial, held, search } => {
                let held = if held.is_empty() { "none".to_owned() } else { held.join(", ") };
                write!(f, "it is signed with the key {:?}, and this client holds {held}", brief(serial))?;
                search.as_ref().map_or(Ok(()), |search| write!(f, "; {search}"))
            }
            Self::Ended(ended) => write!(f, "it is signed with a key that is no longer in force: {ended}"),
            Self::NotBase64 { probe } => {
                write!(f, "its signature is not base64{}", if *probe { PROBED } else { "" })
            }
            Self::Mismatch { serial, probe } => {
                write!(f, "its signature does not match the key {serial}{}", if *probe { PROBED } else { "" })
            }
            Self::Digest => f.write_str("the SHA-1 of the statement is not that of Wechatpay-Statement-Sha1"),
            Self::CompressedStatement => f.write_str(
                "the statement is compressed and its SHA-1 is that of the plain text; `.download(Method::GET, ())` decompresses",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cause::Came;
    use super::*;
    use crate::error::ErrorKind;
    use crate::keys::Certificate;
    use crate::keys::PublicKey;
    use crate::keys::fixtures as f;
    use crate::protocol::shape::Whose;

    fn trust() -> Trust {
        let mut trust = Trust::default();
        let certificate = Certificate::from_pem(f::PLATFORM_CERT).unwrap();
        trust.add_certificate(&certificate, certificate.not_before()).unwrap();
        trust.add_public_key(f::WECHATPAY_ID, PublicKey::from_pem(f::WECHATPAY_PUBLIC).unwrap()).unwrap();
        trust
    }

    fn vector(id: &str) -> (HeaderMap, Vec<u8>, u64) {
        let vector = f::vector(id);
        let input = &vector["input"];
        let body = match input["body_base64"].as_str() {
            Some(encoded) => base64::decode(encoded).unwrap(),
            None => input["body"].as_str().unwrap().as_bytes().to_vec(),
        };
        (f::headers(&input["headers"]), body, input["now"].as_u64().unwrap())
    }

    fn check(headers: &HeaderMap, body: &[u8], now: u64) -> Result<Verified, Failure> {
        Signed::read(headers, now, WINDOW)?.check(body, &trust())
    }

    #[test]
    fn vectors() {
        for id in ["v3-verify-200-certificate", "v3-verify-204-empty", "v3-verify-200-public-key"] {
            let (headers, body, now) = vector(id);
            assert!(check(&headers, &body, now).is_ok(), "{id}");
            assert!(check(&headers, &body, now + 297).is_ok() && check(&headers, &body, now - 303).is_ok(), "{id}");
            let mut other = body.clone();
            other.push(b' ');
            assert!(matches!(check(&headers, &other, now), Err(Failure::Mismatch { probe: false, .. })), "{id}");
        }
        for (id, expected) in [
            ("v3-verify-bad-body", "does not match the key 7132D72A03E93CDDF8C03BBD1F37EEDF4ACEC9A1"),
            ("v3-verify-signtest-probe", "probes"),
            ("v3-verify-signtest-probe-not-base64", "probes"),
            ("v3-verify-expired", "301 s behind the local clock"),
            ("v3-verify-future", "301 s ahead of the local clock"),
            (
                "v3-verify-unknown-serial",
                "and this client holds 7132D72A03E93CDDF8C03BBD1F37EEDF4ACEC9A1, PUB_KEY_ID_01",
            ),
        ] {
            let (headers, body, now) = vector(id);
            let (whose, own_serial) = (Whose::Answer, None);
            let came = Came { whose, headers: &headers, body: Some(&body), own_serial };
            let error = check(&headers, &body, now).unwrap_err().into_error(&came);
            assert_eq!(error.kind(), ErrorKind::Verify);
            assert!(error.to_string().contains(expected), "{id}: {error}");
            assert_eq!(error.request_id(), Some("08F78BB5AF0610D302189F94E8A4062083AE0228CA8F5A-0"));
        }
    }

    #[test]
    fn a_certificate_that_ended_verifies_nothing() {
        let (headers, body, now) = vector("v3-verify-200-certificate");
        let certificate = Certificate::from_pem(f::PLATFORM_CERT).unwrap();
        let end = SystemTime::UNIX_EPOCH + Duration::from_secs(now);
        let mut trust = Trust::default();
        trust.add_certificate(&certificate.ending(Some(end)), end).unwrap();
        let check = |now| Signed::read(&headers, now, WINDOW).unwrap().check(&body, &trust);
        assert!(check(now).is_ok());
        let came = Came { whose: Whose::Answer, headers: &headers, body: Some(&body), own_serial: None };
        let error = check(now + 1).unwrap_err().into_error(&came);
        let expected = format!("the certificate {} ended on {}", f::PLATFORM_SERIAL, crate::crypto::x509::utc(end));
        assert!(error.kind() == ErrorKind::Verify && error.to_string().contains(&expected), "{error}");
    }

    #[test]
    fn a_statement_is_verified_by_its_digest() {
        let (mut headers, body, now) = vector("v3-verify-statement-sha1");
        let digest = statement_digest(&headers, Some(&body)).unwrap();
        assert!(check(&headers, digest.as_bytes(), now).is_ok());
        assert!(matches!(statement_digest(&headers, Some(b"other")), Err(Failure::Digest)));
        assert!(matches!(statement_digest(&headers, Some(&[0x1f, 0x8b, 8])), Err(Failure::CompressedStatement)));
        assert_eq!(statement_digest(&headers, None).unwrap(), digest);
        headers.remove(STATEMENT_SHA1);
        assert!(matches!(statement_digest(&headers, Some(&body)), Err(Failure::MissingHeaders(_))));
    }

    #[test]
    fn each_header_is_needed() {
        let (headers, body, now) = vector("v3-verify-200-certificate");
        for name in ["Wechatpay-Serial", "Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature"] {
            let mut less = headers.clone();
            less.remove(name);
            assert!(check(&less, &body, now).unwrap_err().to_string().contains(name));
            less.insert(HeaderName::from_bytes(name.as_bytes()).unwrap(), "".parse().unwrap());
            assert!(check(&less, &body, now).unwrap_err().to_string().contains(name));
        }
        let mut other = headers.clone();
        other.remove("wechatpay-signature-type");
        assert!(check(&other, &body, now).is_ok());
        other.insert("wechatpay-signature-type", "WECHATPAY2-SM2-WITH-SM3".parse().unwrap());
        assert!(matches!(check(&other, &body, now), Err(Failure::UnknownType(_))));
        for odd in ["", "x", "-1", "+1795334403", "1795334403.0", "99999999999999999999"] {
            let mut other = headers.clone();
            other.insert("wechatpay-timestamp", odd.parse().unwrap());
            assert!(check(&other, &body, now).is_err(), "{odd}");
        }
        assert!(matches!(check(&headers, &body, u64::MAX), Err(Failure::OutsideWindow { .. })));
    }

    #[test]
    fn of_a_header_that_is_there_twice_the_first_counts() {
        let (headers, body, now) = vector("v3-verify-200-certificate");
        for name in ["wechatpay-serial", "wechatpay-timestamp", "wechatpay-nonce", "wechatpay-signature"] {
            let mut after = headers.clone();
            after.append(name, "1".parse().unwrap());
            assert!(check(&after, &body, now).is_ok(), "{name}");
            let mut before = headers.clone();
            let value = before.insert(name, "1".parse().unwrap()).unwrap();
            before.append(name, value);
            assert!(check(&before, &body, now).is_err(), "{name}");
        }
    }

    #[test]
    fn only_unsigned_endpoints_are_exempt() {
        use crate::protocol::v3::exempt::Rule;
        assert!(Rule::Unsigned.exemption().is_some());
        assert!(Rule::Signed.exemption().is_none() && Rule::SignedDigest.exemption().is_none());
    }
}
