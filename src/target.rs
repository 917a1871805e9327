//! The path of a call, and the query that stands in it, as they go over the wire: expanded, joined, checked.

use crate::chain::{Description, Piece};
use crate::error::{Error, Result};
use crate::percent;
use crate::template::Template;
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
    if !text.contains(['{', '}']) {
        // Most paths have no variables.
        percent::encode_reserved(text, target);
        return Ok(());
    }
    let refused = |why| Error::request(format!("the path `{text}` is no template: {why}"));
    let find = |name: &str| call.vars.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    let template = Template::parse(text).map_err(refused)?;
    for name in template.names() {
        let flaw = match find(name) {
            None => {
                let given: Vec<_> = call.vars.iter().map(|(name, _)| format!("`{name}`")).collect();
                let given = if given.is_empty() { String::new() } else { format!("; given: {}", given.join(", ")) };
                return Err(Error::request(format!("the variable `{name}` of `{text}` has no value{given}")));
            }
            Some(Err(flaw)) => Some(*flaw),
            Some(Ok(value)) => var::flaw(value),
        };
        if let Some(flaw) = flaw {
            return Err(Error::request(format!("the variable `{name}` {flaw}")));
        }
    }
    template.expand(|name| find(name)?.as_ref().ok(), target).map_err(refused)
}

/// The path of the target, checked: it may not decide the host, nor be changed by whoever normalises it.
pub(crate) fn operation(target: &str) -> Result<String> {
    if target.contains('#') {
        return Err(Error::request("the path has a `#`; a fragment is never sent"));
    }
    if target.starts_with("//") {
        return Err(Error::request("the path starts with `//`, which would name a host"));
    }
    let path = target.split('?').next().unwrap_or_default().trim_start_matches('/');
    if path.is_empty() {
        return Err(Error::request("the path is empty, expected one such as `v3/certificates`"));
    }
    if path.split('/').any(is_dots) {
        return Err(Error::request("the path has a `.` or `..` segment; what is signed must be what arrives"));
    }
    Ok(format!("/{path}"))
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
