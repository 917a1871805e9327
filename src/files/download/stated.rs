//! What an answer says about its own file: a digest in a header, and a content type that is no file's. No I/O.
//!
//! For files that no signed answer gave a hash of: invoices, images, receipts. Nothing of it is a proof; it tells an error from a file,
//! and a damaged file from a whole one.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};

use super::unpack::Expected;
use crate::crypto::base64;
use crate::crypto::hash::{Hasher, hex};
use crate::error::{Error, ErrorKind, Result};

/// `Digest: SHA-256=…` (RFC 3230), its successors `sha-256=:…:` (RFC 9530), and `Content-MD5` (RFC 1864).
const LISTS: [&str; 3] = ["repr-digest", "content-digest", "digest"];
const MD5: &str = "content-md5";

/// The strongest digest that a header states, if one does. An unknown algorithm says nothing.
///
/// # Errors
///
/// `Verify`, for a digest that is none.
pub(super) fn digest(headers: &HeaderMap) -> Result<Option<Expected>> {
    let lists = LISTS.iter().flat_map(|name| headers.get_all(*name));
    let items = lists.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let stated = items.filter_map(|item| {
        let (name, value) = item.trim().split_once('=')?;
        let (strength, name, hasher) = algorithm(name.trim())?;
        Some((strength, name, hasher, value.trim().trim_matches(':')))
    });
    let md5 = headers.get(MD5).and_then(|value| value.to_str().ok());
    let md5 = md5.and_then(|value| Some((0, "MD5", Hasher::by_name("MD5")?, value.trim())));
    let strongest = stated.chain(md5).max_by_key(|(strength, ..)| *strength);
    let Some((_, name, hasher, value)) = strongest else { return Ok(None) };
    match hexadecimal(value, hasher.clone().finish().len()) {
        Some(value) => Ok(Some(Expected::of_header(name, value, hasher))),
        None => Err(Error::new(ErrorKind::Verify, format!("the answer's header states a {name} that is none"))),
    }
}

fn algorithm(name: &str) -> Option<(u8, &'static str, Hasher)> {
    let (strength, name) = match name.to_ascii_uppercase().replace('-', "").as_str() {
        "SM3" => (3, "SM3"),
        "SHA256" => (2, "SHA256"),
        "SHA" | "SHA1" => (1, "SHA1"),
        "MD5" => (0, "MD5"),
        _ => return None,
    };
    // SM3 needs its feature.
    Hasher::by_name(name).map(|hasher| (strength, name, hasher))
}

/// A digest of so many hexadecimal digits, from those or from base64.
fn hexadecimal(value: &str, digits: usize) -> Option<String> {
    if value.len() == digits && value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(value.to_ascii_lowercase());
    }
    let bytes = base64::decode(value).filter(|bytes| bytes.len() * 2 == digits)?;
    Some(hex(&bytes))
}

/// The content type, where it is that of an error: JSON or HTML; of an image or an invoice any text.
pub(super) fn error_type<'a>(headers: &'a HeaderMap, path: &str) -> Option<&'a str> {
    let stated = headers.get(CONTENT_TYPE).map(HeaderValue::to_str)?.ok()?;
    let essence = stated.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = essence == "application/json" || essence == "text/json" || essence.ends_with("+json");
    let is_html = matches!(essence.as_str(), "text/html" | "application/xhtml+xml");
    let is_text = essence == "text/plain" && (path.contains("/images/") || path.contains("fapiao"));
    (is_json || is_html || is_text).then_some(stated)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(headers: &[(&'static str, &str)]) -> Result<Option<(String, String)>> {
        let headers =
            headers.iter().map(|(name, value)| ((*name).try_into().unwrap(), value.parse().unwrap())).collect();
        digest(&headers).map(|found| found.map(|expected| (expected.name, expected.value)))
    }

    #[test]
    fn digests_in_every_spelling() {
        let sha1 = "a9993e364706816aba3e25717850c26c9cd0d89d";
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let sha256_base64 = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
        for (headers, name, value) in [
            (&[("digest", format!("SHA-256={sha256_base64}"))][..], "SHA256", sha256),
            (&[("digest", format!("sha-256={}", sha256.to_uppercase()))], "SHA256", sha256),
            (&[("digest", format!("crc32c=x, sha={sha1} , SHA-256={sha256}"))], "SHA256", sha256),
            (&[("repr-digest", format!("sha-256=:{sha256_base64}:"))], "SHA256", sha256),
            (&[("content-digest", format!("sha-512=:AAAA:, sha-256=:{sha256_base64}:"))], "SHA256", sha256),
            (&[("digest", format!("SHA1={sha1}"))], "SHA1", sha1),
            (&[("content-md5", "kAFQmDzST7DWlj99KOF/cg==".to_owned())], "MD5", "900150983cd24fb0d6963f7d28e17f72"),
            (
                &[("content-md5", "kAFQmDzST7DWlj99KOF/cg==".to_owned()), ("digest", format!("sha={sha1}"))],
                "SHA1",
                sha1,
            ),
        ] {
            let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(stated(&headers).unwrap(), Some((name.to_owned(), value.to_owned())), "{headers:?}");
        }
        assert_eq!(stated(&[("digest", "sha-512=AAAA"), ("etag", "\"x\"")]).unwrap(), None);
        assert_eq!(stated(&[]).unwrap(), None);
        for wrong in ["SHA-256=", "SHA-256=abc", "sha=AAAA", "MD5=*"] {
            assert_eq!(stated(&[("digest", wrong)]).unwrap_err().kind(), ErrorKind::Verify, "{wrong}");
        }
    }

    #[cfg(feature = "sm3")]
    #[test]
    fn an_invoices_sm3() {
        let value = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
        assert_eq!(stated(&[("digest", &format!("SM3={value}"))]).unwrap(), Some(("SM3".to_owned(), value.to_owned())));
    }

    #[test]
    fn content_types_of_errors() {
        for (path, content_type, is_error) in [
            ("/v3/new-tax-control-fapiao/download", "application/json", true),
            ("/v3/new-tax-control-fapiao/download", "Application/JSON; charset=utf-8", true),
            ("/v3/new-tax-control-fapiao/download", "application/problem+json", true),
            ("/v3/new-tax-control-fapiao/download", "text/html; charset=gbk", true),
            ("/v3/new-tax-control-fapiao/download", "text/plain", true),
            ("/v3/new-tax-control-fapiao/download", "application/pdf", false),
            ("/v3/new-tax-control-fapiao/download", "application/octet-stream", false),
            ("/v3/merchant-service/images/x", "text/plain", true),
            ("/v3/merchant-service/images/x", "image/jpeg", false),
            ("/v3/billdownload/file", "text/plain; charset=utf-8", false),
            ("/v3/billdownload/file", "text/csv", false),
            ("/v3/billdownload/file", "text/json", true),
        ] {
            let headers = [(CONTENT_TYPE, content_type.parse().unwrap())].into_iter().collect();
            assert_eq!(error_type(&headers, path), is_error.then_some(content_type), "{path} {content_type}");
        }
        assert_eq!(error_type(&HeaderMap::new(), "/v3/billdownload/file"), None);
    }
}
