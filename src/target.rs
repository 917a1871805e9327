//! The path of a call, and the query that stands in it, as they go over the wire: expanded, joined, checked.

use crate::description::{Description, Piece};
use crate::error::{Error, Result};
use crate::percent;
use crate::template::{self, TemplateError};
use crate::var;

/// The path, and the query that stands in it, percent-encoded.
pub(crate) fn expand(call: &Description) -> Result<String> {
    let mut target = String::with_capacity(96);
    for (index, piece) in call.pieces.iter().enumerate() {
        if index > 0 {
            if target.contains('?') {
                return Err(Error::request(format!("`{}` has a path after its query", call.template())));
            }
            target.truncate(target.trim_end_matches('/').len());
            target.push('/');
        }
        let start = target.len();
        match piece {
            Piece::Value(value) => percent::encode(value, &mut target),
            Piece::Template(text) => expand_template(text, call, &mut target)?,
        }
        if index > 0 {
            let slashes = target.len() - start - target[start..].trim_start_matches('/').len();
            target.replace_range(start..start + slashes, "");
        }
    }
    Ok(target)
}

fn expand_template(text: &str, call: &Description, target: &mut String) -> Result<()> {
    let lookup = |name: &str| {
        let value = call.vars.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        let value = value.ok_or_else(|| Refused::Variable(missing(name, text, call)))?;
        let refused = |flaw: &str| Refused::Variable(Error::request(format!("the variable `{name}` {flaw}")));
        let value = value.as_ref().map_err(|flaw| refused(flaw))?;
        var::flaw(value).map_or(Ok(Some(value)), |flaw| Err(refused(flaw)))
    };
    template::expand(text, lookup, target).map_err(|refused| match refused {
        Refused::Template(why) => Error::request(format!("the path `{text}` is no template: {why}")),
        Refused::Variable(error) => error,
    })
}

/// Why a template is not expanded.
enum Refused {
    Template(TemplateError),
    Variable(Error),
}

impl From<TemplateError> for Refused {
    fn from(error: TemplateError) -> Self {
        Self::Template(error)
    }
}

fn missing(name: &str, text: &str, call: &Description) -> Error {
    let given: Vec<_> = call.vars.iter().map(|(name, _)| format!("`{name}`")).collect();
    let given = if given.is_empty() { String::new() } else { format!("; given: {}", given.join(", ")) };
    Error::request(format!("the variable `{name}` of `{text}` has no value{given}"))
}

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

/// The path of a call of APIv2 without its first segment, which says so in any case of letters.
pub(crate) fn strip_v2(target: &str) -> Option<&str> {
    let path = target.trim_start_matches('/');
    let (first, rest) = path.split_at(path.find(['/', '?']).unwrap_or(path.len()));
    // A leading slash replaces the base URI's own path, with `v2` or without.
    let rest = if target.starts_with('/') { rest } else { rest.strip_prefix('/').unwrap_or(rest) };
    first.eq_ignore_ascii_case("v2").then_some(rest)
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
        assert_eq!(strip_v2("V2/pay/orderquery"), Some("pay/orderquery"));
        assert_eq!((strip_v2("/v2/pay"), strip_v2("v2"), strip_v2("v2x/pay")), (Some("/pay"), Some(""), None));
    }
}
