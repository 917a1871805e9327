//! The one table of endpoints whose 2xx answers are not signed as others are.
//!
//! Exemption is a property of the operation (a method and a path), never of a URL someone handed over.

use http::Method;

use crate::protocol::verified::Verified;
use crate::uri::target::known_end;

/// How a 2xx answer of an endpoint is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// By the signature over its body: every endpoint but those below.
    Signed,
    /// By the signature over `{"sha1":"…"}`, and the SHA-1 of the body: overseas statements.
    SignedDigest,
    /// Not at all; files, checked by a hash from an earlier, signed answer where there is one.
    Unsigned,
}

impl Rule {
    /// The proof for an answer of an endpoint whose rule is [`Unsigned`](Self::Unsigned), and no other.
    pub(crate) fn exemption(self) -> Option<Verified> {
        (self == Self::Unsigned).then(Verified::proven)
    }
}

/// The paths that are exempt as they are.
pub(crate) const EXEMPT: &[(&str, Rule)] = &[
    ("/v3/global/statements", Rule::SignedDigest),
    ("/hk/v3/statements", Rule::SignedDigest),
    ("/v3/billdownload/file", Rule::Unsigned),
    // What the documentation's example of encrypted bills (partner 4014314390) gives as `download_url`.
    ("/v3/bill/downloadurl", Rule::Unsigned),
    ("/v3/new-tax-control-fapiao/download", Rule::Unsigned),
    ("/v3/transferdownload/elecvoucherfile", Rule::Unsigned),
    ("/v3/transferdownload/signfile", Rule::Unsigned),
];

/// Below these paths lie images, which are exempt.
pub(crate) const IMAGES: [&str; 2] = ["/v3/merchant-service/images/", "/v3/global/merchant-service/images/"];

/// The rule for an operation; `path` is the whole path that is signed, as it goes over the wire, without the query.
pub(crate) fn rule(method: &Method, path: &str) -> Rule {
    if method != Method::GET {
        return Rule::Signed;
    }
    let listed = EXEMPT.iter().find(|(known, _)| *known == path).map(|(_, rule)| *rule);
    listed.unwrap_or(if is_complaint_image(path) { Rule::Unsigned } else { Rule::Signed })
}

/// What an endpoint is known by: the whole path that goes out, or as much of it as the table knows, since the base URI may begin with a
/// proxy's path; else the part below the base URI.
pub(crate) fn operation<'a>(whole: &'a str, below: &'a str) -> &'a str {
    known_end(whole, below, |path| rule(&Method::GET, path) != Rule::Signed)
}

/// `/v3/merchant-service/images/{media_id}`, and the same under `/v3/global`; `upload` is an ordinary endpoint. An id may hold slashes,
/// but nothing that leads to another path.
fn is_complaint_image(path: &str) -> bool {
    let leads_away = |segment: &str| matches!(segment, "." | "..");
    let has_empty = |media_id: &str| media_id.split('/').any(str::is_empty);
    IMAGES
        .iter()
        .filter_map(|prefix| path.strip_prefix(prefix))
        .filter(|media_id| !has_empty(media_id))
        .map(|media_id| media_id.to_ascii_lowercase().replace("%2f", "/").replace("%2e", "."))
        .any(|media_id| media_id.split('/').next() != Some("upload") && !media_id.split('/').any(leads_away))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_listed_reads_are_exempt() {
        for (path, expected) in [
            ("/v3/billdownload/file", Rule::Unsigned),
            ("/v3/bill/downloadurl", Rule::Unsigned),
            ("/v3/merchant-service/images/ChsyMDAw%2FFR1", Rule::Unsigned),
            ("/v3/global/merchant-service/images/x", Rule::Unsigned),
            ("/v3/transferdownload/elecvoucherfile", Rule::Unsigned),
            ("/v3/transferdownload/signfile", Rule::Unsigned),
            ("/v3/new-tax-control-fapiao/download", Rule::Unsigned),
            ("/v3/global/statements", Rule::SignedDigest),
            ("/hk/v3/statements", Rule::SignedDigest),
            ("/v3/merchant-service/images/upload", Rule::Signed),
            ("/v3/merchant-service/images/", Rule::Signed),
            ("/v3/merchant-service/images/a/b", Rule::Unsigned),
            ("/v3/merchant-service/images/a%2F", Rule::Unsigned),
            ("/v3/merchant-service/images/uploads", Rule::Unsigned),
            ("/v3/merchant-service/images/a/../../certificates", Rule::Signed),
            ("/v3/merchant-service/images/a/%2E%2e/b", Rule::Signed),
            ("/v3/merchant-service/images/%2e", Rule::Signed),
            ("/v3/merchant-service/images/a%2F..%2fb", Rule::Signed),
            ("/v3/merchant-service/images//a", Rule::Signed),
            ("/v3/merchant-service/images/a/", Rule::Signed),
            ("/v3/merchant-service/images/upload/x", Rule::Signed),
            ("/v3/merchant-service/Images/x", Rule::Signed),
            ("//v3/billdownload/file", Rule::Signed),
            ("/v3/billdownload%2Ffile", Rule::Signed),
            ("/v3/./billdownload/file", Rule::Signed),
            ("/x/v3/billdownload/file", Rule::Signed),
            ("/v3/billdownload/file/", Rule::Signed),
            ("/v3/certificates", Rule::Signed),
        ] {
            assert_eq!(rule(&Method::GET, path), expected, "{path}");
            assert_eq!(rule(&Method::POST, path), Rule::Signed, "POST {path}");
        }
    }
}
