//! The target of a request as it goes over the wire: the path, checked, and the query behind it.

#[cfg(any(feature = "aws-lc-rs", feature = "v2"))]
use bytes::Bytes;

#[cfg(any(feature = "aws-lc-rs", feature = "v2"))]
use super::base_uri;
use super::percent;
use crate::error::{Error, Result};

/// The path of the target, checked: it may not decide the host, nor be changed by whoever normalises it.
pub(crate) fn operation(target: &str) -> Result<String> {
    let end = target.find('?').unwrap_or(target.len());
    // Mostly there is nothing that needs a closer look.
    let is_plain = !target.bytes().any(|byte| matches!(byte, b'#' | b'.' | b'%'));
    if !is_plain && target.contains('#') {
        return Err(Error::request("the path has a `#`; a fragment is never sent"));
    }
    if target.starts_with("//") {
        return Err(Error::request("the path starts with `//`, which would name a host"));
    }
    let path = target[..end].trim_start_matches('/');
    if path.is_empty() {
        return Err(Error::request("the path is empty, expected one such as `v3/certificates`"));
    }
    if !is_plain && path.split('/').any(is_dots) {
        return Err(Error::request("the path has a `.` or `..` segment; what is signed must be what arrives"));
    }
    let mut operation = String::with_capacity(1 + path.len());
    operation.push('/');
    operation.push_str(path);
    Ok(operation)
}

/// `.` or `..`, in any of the ways to write a dot.
fn is_dots(segment: &str) -> bool {
    let dot = |text: &str| ["%2e", "%2E", "."].iter().find_map(|dot| text.strip_prefix(dot)).map(str::len);
    let Some(rest) = dot(segment) else { return false };
    rest == 0 || dot(&segment[segment.len() - rest..]) == Some(0)
}

/// The path with the parameters appended to the query that may stand in it already.
pub(crate) fn with_query(mut target: String, query: &[(String, String)]) -> String {
    if target.contains('?') {
        target.truncate(target.trim_end_matches(['?', '&']).len());
    }
    for (name, value) in query {
        target.push(if target.contains('?') { '&' } else { '?' });
        percent::encode(name, &mut target);
        target.push('=');
        percent::encode(value, &mut target);
    }
    target
}

/// Puts another path and query into a request.
#[cfg(any(feature = "aws-lc-rs", feature = "v2"))]
pub(crate) fn retarget(request: &mut http::Request<Bytes>, target: String) -> Result<()> {
    let parts = std::mem::take(request.uri_mut()).into_parts();
    *request.uri_mut() = base_uri::with_target(parts, target)?;
    Ok(())
}

/// The longest end of a whole path that is known, no shorter than the part below the base URI; that part, if none is.
pub(crate) fn known_end<'a>(whole: &'a str, below: &'a str, is_known: impl Fn(&str) -> bool) -> &'a str {
    let prefix = whole.len().saturating_sub(below.len());
    let starts = whole.match_indices('/').map(|(at, _)| at).take_while(|at| *at <= prefix);
    starts.map(|at| &whole[at..]).find(|end| is_known(end)).unwrap_or(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_segments_are_found_however_they_are_written() {
        for dots in [".", "..", "%2e", "%2E", ".%2e", "%2E.", "%2e%2E"] {
            assert!(is_dots(dots), "{dots}");
            assert!(operation(&format!("v3/{dots}/x")).is_err() && operation(&format!("v3/{dots}")).is_err(), "{dots}");
        }
        for plain in ["", "...", "a.", ".a", "%2", "%2e%2e%2e", "%252e", "..%2f", "..."] {
            assert!(!is_dots(plain), "{plain}");
        }
    }

    #[test]
    fn what_an_endpoint_is_known_by() {
        for (target, expected) in [
            ("v3/certificates", Some("/v3/certificates")),
            ("/v3/x/?a=../b", Some("/v3/x/")),
            ("//evil.example/v3", None),
            ("v3/x#y", None),
            ("/", None),
            ("?a=b", None),
        ] {
            assert_eq!(operation(target).ok().as_deref(), expected, "{target}");
        }
    }

    #[test]
    fn an_endpoint_is_known_by_the_longest_end_of_its_path() {
        let known = |path: &str| matches!(path, "/v3/a/b" | "/a/b" | "/b");
        for (whole, below, expected) in [
            ("/v3/a/b", "/v3/a/b", "/v3/a/b"),
            ("/v3/a/b", "/b", "/v3/a/b"),
            ("/wx/v3/a/b", "/a/b", "/v3/a/b"),
            ("/wx/v3/a/b", "/v3/a/b", "/v3/a/b"),
            ("/x/a/b", "/x/a/b", "/x/a/b"),
            ("/xa/b", "/b", "/b"),
            ("/c", "/c", "/c"),
            ("", "/c", "/c"),
        ] {
            assert_eq!(known_end(whole, below, known), expected, "{whole} {below}");
        }
    }
}
