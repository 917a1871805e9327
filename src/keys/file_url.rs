//! `file:` URLs (RFC 8089): the path that one names.

/// The path behind the scheme of a `file:` URL, or why there is none; `None` for what is no such URL.
///
/// `file://key.pem` and `file://./key.pem`, which are no URLs of a file, name a path relative to the working directory.
pub(crate) fn path(url: &str) -> Option<Result<String, &'static str>> {
    let scheme = url.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("file:"))?;
    Some(below(&url[scheme.len()..]))
}

fn below(rest: &str) -> Result<String, &'static str> {
    if rest.contains(['?', '#']) {
        return Err("has a query or a fragment; in the name of a file `?` is written `%3F`, `#` `%23`");
    }
    let path = match rest.strip_prefix("//") {
        Some(rest) => {
            let (host, path) = rest.split_at(rest.find(['/', '\\']).unwrap_or(rest.len()));
            match host {
                "" => path,
                _ if host.eq_ignore_ascii_case("localhost") && !path.is_empty() => path,
                "." | ".." => rest,
                "~" => return Err("has a `~`, which only shells replace by the home directory"),
                _ if is_drive(host) || path.is_empty() => rest,
                _ => {
                    return Err(
                        "names another host; expected `file:///` and an absolute path, or a path without `file://`",
                    );
                }
            }
        }
        None => rest,
    };
    let path = decoded(path)?;
    match path.strip_prefix(['/', '\\']) {
        Some(rest) if rest.get(..2).is_some_and(is_drive) => Ok(rest.replacen('|', ":", 1)),
        _ if path.get(..2).is_some_and(is_drive) => Ok(path.replacen('|', ":", 1)),
        _ if path.is_empty() => Err("names no file"),
        _ => Ok(path),
    }
}

/// `C:`, or `C|` as it once was written.
fn is_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':' | b'|'] if letter.is_ascii_alphabetic())
}

fn decoded(path: &str) -> Result<String, &'static str> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        if *byte != b'%' {
            bytes.push(*byte);
            continue;
        }
        let digits = rest.get(..2).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.ok_or("has a `%` that begins no escape; in the name of a file it is written `%25`")?);
        rest = &rest[2..];
    }
    if bytes.contains(&0) {
        return Err("has a zero byte in it, which no file's name has");
    }
    String::from_utf8(bytes).map_err(|_| "has escapes that are no UTF-8")
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn urls_name_paths() {
        for (url, expected) in [
            ("file:///etc/wxpay/key.pem", "/etc/wxpay/key.pem"),
            ("FILE:///etc/key.pem", "/etc/key.pem"),
            ("file://localhost/etc/key.pem", "/etc/key.pem"),
            ("file://LocalHost/C:/key.pem", "C:/key.pem"),
            ("file:/etc/key.pem", "/etc/key.pem"),
            ("file:///C:/certs/key.pem", "C:/certs/key.pem"),
            ("file:///c|/certs/key.pem", "c:/certs/key.pem"),
            ("file://C:/certs/key.pem", "C:/certs/key.pem"),
            ("file://C:\\new\\key.pem", "C:\\new\\key.pem"),
            ("file:///C:\\new\\key.pem", "C:\\new\\key.pem"),
            ("file:///C%3A/key.pem", "C:/key.pem"),
            ("file:///my%20certs/%E8%AF%81%E4%B9%A6.pem", "/my certs/证书.pem"),
            ("file:///my certs/证书.pem", "/my certs/证书.pem"),
            ("file:///a+b%2Bc.pem", "/a+b+c.pem"),
            ("file://key.pem", "key.pem"),
            ("file://./certs/key.pem", "./certs/key.pem"),
            ("file://../key.pem", "../key.pem"),
            ("file:key.pem", "key.pem"),
        ] {
            assert_eq!(path(url), Some(Ok(expected.to_owned())), "{url}");
        }
        assert!(path("/etc/key.pem").is_none() && path("证书").is_none() && path("https://a/b").is_none());
    }

    #[test]
    fn what_names_no_path_says_why() {
        for (url, expected) in [
            ("file://server/share/key.pem", "another host"),
            ("file://user@localhost/key.pem", "another host"),
            ("file://localhost:80/key.pem", "another host"),
            ("file:///key.pem?x=1", "a query or a fragment"),
            ("file:///key.pem#1", "a query or a fragment"),
            ("file:///100%.pem", "begins no escape"),
            ("file:///%zz.pem", "begins no escape"),
            ("file:///%FF.pem", "no UTF-8"),
            ("file:///a%00b", "zero byte"),
            ("file://~/key.pem", "only shells"),
            ("file:", "names no file"),
            ("file://", "names no file"),
        ] {
            assert!(path(url).unwrap().unwrap_err().contains(expected), "{url}: {:?}", path(url));
        }
    }
}
