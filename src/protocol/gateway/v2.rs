//! APIv2 from the gateway's side: documents read and written, signed and verified, and the `req_info` of refunds.
//!
//! The fields of a document are a map of texts; `sign` is one of them.
//!
//! ```
//! use wechatpay_chain::gateway::v2;
//!
//! let secret = "192006250b4c09247ec02edce69f6a2d";
//! let fields = v2::parse(b"<xml><mch_id>10000100</mch_id><nonce_str>ibuaiVcKdpRxkhJA</nonce_str></xml>")?;
//! assert_eq!(v2::verify(&fields, secret), Err(v2::Failure::Missing));
//!
//! let mut answer = v2::parse(b"<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code></xml>")?;
//! let kind = v2::sign_type(&fields).ok_or("sign_type is unknown")?;
//! answer.insert("sign".to_owned(), v2::sign(&answer, kind, secret)?);
//! assert_eq!(v2::verify(&answer, secret), Ok(kind));
//! println!("{}", v2::write(&answer));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;
use zeroize::Zeroizing;

use crate::crypto::secret::Secret;
use crate::crypto::{base64, ecb, hash};
use crate::error::{Error, ErrorKind, Result};
use crate::protocol::v2::sign::{self, SignType};
use crate::protocol::v2::{verify, xml};

/// The longest document that is read, in bytes; real ones have a few kilobytes.
const LIMIT: usize = 1024 * 1024;

/// The check that the signature of a document did not pass; `Display` says it in one sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Failure {
    /// There is no `sign`, or nothing in it.
    Missing,
    /// `sign_type` is neither `MD5` nor `HMAC-SHA256`.
    SignType,
    /// `sign` has not as many characters as the signature of its `sign_type`: 32, or 64.
    Length,
    /// `sign` is not the one that the APIv2 key makes.
    Mismatch,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "the document has no sign",
            Self::SignType => "sign_type is neither MD5 nor HMAC-SHA256",
            Self::Length => "sign has not the 32 characters of MD5 or the 64 of HMAC-SHA256, as its sign_type says",
            Self::Mismatch => "sign is not the one that the APIv2 key makes",
        })
    }
}

impl std::error::Error for Failure {}

/// Reads a document, at most 1 MiB: the texts below its root, which is `xml` or `root`.
///
/// # Errors
///
/// `Decode`, quoting no value: what is no XML or no UTF-8, has a DTD, an entity of its own, an element twice or elements within
/// elements, or is too long.
pub fn parse(xml: &[u8]) -> Result<BTreeMap<String, String>> {
    let wrong = |why: String| Error::new(ErrorKind::Decode, format!("the document cannot be read: {why}"));
    if xml.len() > LIMIT {
        return Err(wrong(format!("it has {} bytes, at most {LIMIT} are read", xml.len())));
    }
    let members = xml::parse(xml).map_err(wrong)?.into_iter();
    let text = |(name, value)| match value {
        Value::String(text) => Ok((name, text)),
        _ => Err(wrong(format!("its element {name:?} has elements, expected a text"))),
    };
    members.map(text).collect()
}

/// Writes a document with the root `xml`, CDATA where a text needs it.
///
/// It is always well formed: what XML cannot hold becomes `_` in a name and U+FFFD in a text. [`sign()`] refuses such fields, so what is
/// signed goes out as it is.
pub fn write(fields: &BTreeMap<String, String>) -> String {
    xml::write(&written(fields))
}

/// The same with the root `root`, as the document within `req_info` has it.
pub fn write_req_info(fields: &BTreeMap<String, String>) -> String {
    xml::write_below("root", &written(fields))
}

fn written(fields: &BTreeMap<String, String>) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| (xml::as_name(name), xml::as_text(value))).collect()
}

/// How a document says it is signed, `MD5` where it says nothing; `None` for another `sign_type`.
pub fn sign_type(fields: &BTreeMap<String, String>) -> Option<SignType> {
    match fields.get("sign_type").map(String::as_str) {
        None | Some("" | "MD5") => Some(SignType::Md5),
        Some("HMAC-SHA256") => Some(SignType::HmacSha256),
        Some(_) => None,
    }
}

/// The signature of all fields but `sign`, with the APIv2 key.
///
/// # Errors
///
/// `Request`, naming the field, for one that no document can hold; `Config` for an empty key.
pub fn sign(fields: &BTreeMap<String, String>, sign_type: SignType, secret: &str) -> Result<String> {
    if secret.is_empty() {
        return Err(Error::config("secret, the APIv2 key, is empty"));
    }
    let refused = |name: &str, why: &str| Err(Error::request(format!("the field {name:?} {why}")));
    for (name, value) in fields {
        if !xml::is_name(name) {
            return refused(name, "cannot be the name of an XML element");
        }
        if !xml::can_write(value) {
            return refused(name, "has a control character, which XML cannot hold");
        }
    }
    Ok(sign::sign(sign_type, &signed(fields), &Secret::new(secret)))
}

/// The text that [`sign()`] signs, without the key at its end: `a=b&c=d&key=` is to be followed by it.
///
/// ```
/// use wechatpay_chain::gateway::v2;
///
/// let fields = v2::parse(b"<xml><sign>x</sign><nonce_str>1</nonce_str><mch_id>10000100</mch_id></xml>")?;
/// assert_eq!(v2::message(&fields), "mch_id=10000100&nonce_str=1&key=");
/// # Ok::<(), wechatpay_chain::Error>(())
/// ```
pub fn message(fields: &BTreeMap<String, String>) -> String {
    sign::message(&signed(fields), "")
}

/// Whether `sign` is that of all other fields, by the algorithm that `sign_type` names; gives which that is.
///
/// Some endpoints take HMAC-SHA256 only; whoever knows the endpoint compares.
///
/// # Errors
///
/// The [`Failure`].
pub fn verify(fields: &BTreeMap<String, String>, secret: &str) -> Result<SignType, Failure> {
    let found = fields.get("sign").filter(|sign| !sign.is_empty()).ok_or(Failure::Missing)?;
    let asked = sign_type(fields).ok_or(Failure::SignType)?;
    if verify::kind(found) != Some(asked) {
        return Err(Failure::Length);
    }
    match verify::is_right(found, asked, &signed(fields), &Secret::new(secret)) {
        true => Ok(asked),
        false => Err(Failure::Mismatch),
    }
}

fn signed(fields: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    let others = fields.iter().filter(|(name, _)| *name != "sign");
    others.map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// Encrypts the document within a refund's notice, [`write_req_info`], with the APIv2 key: AES-256-ECB, base64.
///
/// # Errors
///
/// `Sign`, should the cryptographic library fail.
pub fn seal_req_info(plain_xml: &str, secret: &str) -> Result<String> {
    // The key is the text of the hexadecimal MD5, not its bytes.
    let key = Zeroizing::new(hash::md5_lower(secret.as_bytes()));
    let sealed = ecb::encrypt(key.as_bytes(), plain_xml.as_bytes());
    let sealed = sealed.ok_or_else(|| Error::new(ErrorKind::Sign, "req_info could not be encrypted"))?;
    Ok(base64::encode(&sealed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::fixtures as f;

    const SECRET: &str = "192006250b4c09247ec02edce69f6a2d";

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn vectors_are_signed_and_verified() {
        for id in [
            "v2-md5-official-example",
            "v2-hmac-official-example",
            "v2-hmac-chinese-empty-values",
            "v2-md5-chinese-empty-values",
        ] {
            let vector = f::vector(id);
            let params = vector["input"]["params"].as_object().unwrap();
            let mut fields: BTreeMap<_, _> =
                params.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
            if let Some(document) = vector["input"]["xml"].as_str() {
                assert_eq!(parse(document.as_bytes()).unwrap(), fields, "{id}");
                assert_eq!(parse(write(&fields).as_bytes()).unwrap(), fields, "{id}");
            }
            let is_md5 = vector["input"]["sign_type"] == "MD5";
            let kind = if is_md5 { SignType::Md5 } else { SignType::HmacSha256 };
            let signature = sign(&fields, kind, vector["input"]["key"].as_str().unwrap()).unwrap();
            assert_eq!(signature, vector["expected"]["sign"], "{id}");
            fields.insert("sign".into(), signature);
            let said = is_md5 || fields.contains_key("sign_type");
            assert_eq!(verify(&fields, SECRET), if said { Ok(kind) } else { Err(Failure::Length) }, "{id}");
            fields.insert("mch_id".into(), "10000101".into());
            assert_eq!(verify(&fields, SECRET), Err(if said { Failure::Mismatch } else { Failure::Length }), "{id}");
        }
    }

    #[test]
    fn each_check_is_told() {
        let md5 = "9A0A8659F005D6984697E2CA0A9CF3B7";
        for (fields, failure, told) in [
            (map(&[("a", "1")]), Failure::Missing, "has no sign"),
            (map(&[("sign", "")]), Failure::Missing, "has no sign"),
            (map(&[("sign", md5), ("sign_type", "SHA1")]), Failure::SignType, "neither MD5 nor HMAC-SHA256"),
            (map(&[("sign", md5), ("sign_type", "md5")]), Failure::SignType, "neither MD5 nor HMAC-SHA256"),
            (map(&[("sign", md5), ("sign_type", "HMAC-SHA256")]), Failure::Length, "as its sign_type says"),
            (map(&[("sign", "AB"), ("sign_type", "MD5")]), Failure::Length, "as its sign_type says"),
            (map(&[("sign", md5), ("sign_type", "")]), Failure::Mismatch, "is not the one"),
        ] {
            let found = verify(&fields, SECRET).unwrap_err();
            assert_eq!((found, found.to_string().contains(told)), (failure, true), "{fields:?}: {found}");
        }
    }

    #[test]
    fn what_is_no_flat_document_is_refused() {
        let long = format!("<xml><a>{}</a></xml>", "x".repeat(LIMIT));
        for (document, expected) in [
            ("<xml><a><b>1</b></a></xml>", "its element \"a\" has elements, expected a text"),
            ("<!DOCTYPE xml [<!ENTITY b \"x\">]><xml><a>&b;</a></xml>", "it has a DTD, which is refused"),
            ("<xml><a>1</a><a>2</a></xml>", "its element \"a\" stands twice"),
            ("<html/>", "its root is \"html\""),
            ("", "it ends too early"),
            (&long, "at most 1048576 are read"),
        ] {
            let error = parse(document.as_bytes()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Decode);
            assert!(error.to_string().contains(expected), "{error}");
        }
        assert_eq!(parse(b"<root><a/></root>").unwrap(), map(&[("a", "")]));
    }

    #[test]
    fn what_xml_cannot_hold_is_refused_before_it_is_signed_and_never_written() {
        for (fields, expected) in [
            (map(&[("a>b", "1")]), "the field \"a>b\" cannot be the name of an XML element"),
            (map(&[("a", "1\u{0}2")]), "the field \"a\" has a control character, which XML cannot hold"),
        ] {
            assert_eq!(sign(&fields, SignType::Md5, SECRET).unwrap_err().to_string(), expected);
        }
        let error = sign(&map(&[("a", "1")]), SignType::Md5, "").unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Config, "secret, the APIv2 key, is empty"));
        let written = write(&map(&[("a>b", "1"), ("", "2"), ("7", "]]>"), ("中", "\u{0}\u{ffff}\r")]));
        let expected = map(&[("a_b", "1"), ("_7", "]]>"), ("_", "\u{fffd}\u{fffd}\r")]);
        let twice = parse(written.as_bytes()).unwrap_err().to_string();
        assert!(twice.contains("\"_\" stands twice"), "{twice}");
        assert_eq!(parse(written.replacen("<_>2</_>", "", 1).as_bytes()).unwrap(), expected);
    }

    #[test]
    fn req_info_is_sealed_as_in_the_vector() {
        let vector = f::vector("v2-refund-req-info");
        let plain = vector["expected"]["plaintext"].as_str().unwrap();
        let sealed = seal_req_info(plain, vector["input"]["key"].as_str().unwrap()).unwrap();
        assert_eq!(sealed, vector["input"]["req_info"]);
        let fields = parse(plain.as_bytes()).unwrap();
        let written = write_req_info(&fields);
        assert!(written.starts_with("<root><out_refund_no>131811191610442717309<") && written.ends_with("</root>"));
        assert_eq!(parse(written.as_bytes()).unwrap(), fields);
    }
}
