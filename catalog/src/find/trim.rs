//! What of a path is ignored: scheme and host, one leading slash, the query.

/// The path without all of it.
pub(crate) fn trimmed(path: &str) -> &[u8] {
    without_slash(without_host(without_query(path.as_bytes())))
}

/// The path up to `?` or `{?`.
pub(crate) const fn without_query(path: &[u8]) -> &[u8] {
    let mut at = 0;
    while at < path.len() {
        if path[at] == b'?' {
            let end = if at > 0 && path[at - 1] == b'{' { at - 1 } else { at };
            return path.split_at(end).0;
        }
        at += 1;
    }
    path
}

/// The path without one leading slash.
pub(crate) const fn without_slash(path: &[u8]) -> &[u8] {
    match path {
        [b'/', rest @ ..] => rest,
        _ => path,
    }
}

/// The path without scheme and host.
fn without_host(path: &[u8]) -> &[u8] {
    let scheme = path.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte)).count();
    match path.get(scheme..).and_then(|rest| rest.strip_prefix(b"://")) {
        Some(rest) if scheme > 0 => {
            let host = rest.iter().take_while(|byte| **byte != b'/').count();
            rest.get(host..).unwrap_or_default()
        }
        _ => path,
    }
}

/// The path without the prefix of an overseas host.
pub(crate) const fn without_prefix(path: &[u8]) -> Option<&[u8]> {
    match path {
        [b'h', b'k', b'/', rest @ ..] | [b'g', b'l', b'o', b'b', b'a', b'l', b'/', rest @ ..] => Some(rest),
        _ => None,
    }
}
