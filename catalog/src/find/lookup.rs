//! From a path to a template: from the left, a literal before a variable.

use crate::packed::paths::{ANY, Node, Paths, ROOT, VERBS};

use super::trim;

/// The number of a verb.
pub(crate) fn verb(method: &str) -> Option<usize> {
    VERBS.iter().position(|verb| *verb == method)
}

/// The operation of a path, as a caller writes it, that has the verb; or its first one for [`ANY`].
pub(crate) fn operation(paths: &Paths, path: &str, verb: usize) -> Option<usize> {
    let path = trim::trimmed(path);
    if let Some(found) = find(paths, path, verb) {
        return Some(found);
    }
    let inner = trim::without_prefix(path);
    if let Some(found) = inner.and_then(|inner| find(paths, inner, verb)) {
        return Some(found);
    }
    // The wire of APIv2 has no `v2`.
    let v2 = paths.literal(ROOT, b"v2", 0, 2)?;
    let below = |path| descend(paths, v2, path, 0, verb).and_then(|template| paths.with_verb(template, verb));
    below(path).or_else(|| inner.and_then(below))
}

/// The operation of a path without host, slash and query.
fn find(paths: &Paths, path: &[u8], verb: usize) -> Option<usize> {
    let template = match alias(paths, path) {
        Some(template) if paths.with_verb(template, verb).is_some() => template,
        _ => descend(paths, ROOT, path, 0, verb)?,
    };
    paths.with_verb(template, verb)
}

/// The template that only its own text finds.
pub(crate) const fn alias(paths: &Paths, path: &[u8]) -> Option<usize> {
    let mut at = 0;
    while at * 2 < paths.aliases.len() {
        let template = crate::packed::bytes::u16_at(paths.aliases, at * 2);
        let (start, length) = paths.template_span(template);
        if same(paths.text.as_bytes(), start, length, path) {
            return Some(template);
        }
        at += 1;
    }
    None
}

const fn same(text: &[u8], start: usize, length: usize, path: &[u8]) -> bool {
    let mut at = 0;
    while at < length && at < path.len() && text[start + at] == path[at] {
        at += 1;
    }
    at == length && at == path.len()
}

/// The template below `node` that fits `path[at..]` and has the verb.
pub(crate) const fn descend(paths: &Paths, node: Node, path: &[u8], at: usize, verb: usize) -> Option<usize> {
    if at > path.len() {
        return match paths.ends(node) {
            Some(template) if verb == ANY || paths.with_verb(template, verb).is_some() => Some(template),
            _ => None,
        };
    }
    let mut end = at;
    while end < path.len() && path[end] != b'/' {
        end += 1;
    }
    if let Some(child) = paths.literal(node, path, at, end) {
        if let Some(found) = descend(paths, child, path, end + 1, verb) {
            return Some(found);
        }
    }
    match paths.variable(node) {
        Some(child) if end > at => descend(paths, child, path, end + 1, verb),
        _ => None,
    }
}
