//! A notification as it was saved: headers and body.

use serde_json::Value;
use wechatpay_chain::http::{HeaderMap, HeaderName, HeaderValue};

use crate::base::failure::Failure;
use crate::base::text::text;

/// What came, byte for byte.
pub(crate) struct Saved {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Saved {
    /// From a saved request (request line or not, headers, blank line, body), or JSON with `headers` and `body`; with headers of their own,
    /// the bytes are the body alone.
    ///
    /// # Errors
    ///
    /// Exit 2, for what is none of them.
    pub(crate) fn of(bytes: &[u8], headers: Option<&[u8]>) -> Result<Self, Failure> {
        if let Some(head) = headers {
            return Ok(Self { headers: read_headers(head)?, body: bytes.to_vec() });
        }
        if let Some(saved) = of_json(bytes)? {
            return Ok(saved);
        }
        // The body of APIv2, and one whose headers do not matter.
        if matches!(bytes.iter().find(|byte| !byte.is_ascii_whitespace()), Some(b'<' | b'{')) {
            return Ok(Self { headers: HeaderMap::new(), body: bytes.to_vec() });
        }
        let (head, body) = split(bytes).ok_or_else(|| {
            Failure::usage(text!(
                "no notification: expected headers, a blank line and a body, or JSON with headers and body",
                "不是通知：应为请求头、空行与报文，或含 headers 与 body 的 JSON"
            ))
        })?;
        Ok(Self { headers: read_headers(head)?, body: body.to_vec() })
    }

    /// Whether it is one of `APIv2`.
    pub(crate) fn is_v2(&self) -> bool {
        let body = self.body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&self.body);
        body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
    }

    /// When it says it was signed, in seconds since 1970.
    pub(crate) fn timestamp(&self) -> Option<u64> {
        self.header("wechatpay-timestamp")?.parse().ok()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// `{"headers":{…},"body":"…"}`.
fn of_json(bytes: &[u8]) -> Result<Option<Saved>, Failure> {
    let Ok(Value::Object(whole)) = serde_json::from_slice::<Value>(bytes) else { return Ok(None) };
    let (Some(Value::Object(given)), Some(body)) = (whole.get("headers"), whole.get("body")) else { return Ok(None) };
    let body = body.as_str().ok_or_else(|| {
        Failure::usage(text!(
            "body is no text: a body that was parsed cannot be verified",
            "body 不是文本：解析过的报文无法验签"
        ))
    })?;
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        let value = match value {
            Value::Array(values) => values.first().and_then(Value::as_str),
            value => value.as_str(),
        };
        insert(&mut headers, name, value.unwrap_or_default())?;
    }
    Ok(Some(Saved { headers, body: body.as_bytes().to_vec() }))
}

/// Head and body around the first blank line.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at =
        |needle: &[u8]| bytes.windows(needle.len()).position(|window| window == needle).map(|at| (at, needle.len()));
    let (at, length) = [at(b"\r\n\r\n"), at(b"\n\n")].into_iter().flatten().min()?;
    Some((&bytes[..at], &bytes[at + length..]))
}

fn read_headers(head: &[u8]) -> Result<HeaderMap, Failure> {
    let text = String::from_utf8_lossy(head);
    let mut headers = HeaderMap::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match line.split_once(':') {
            Some((name, value)) if HeaderName::from_bytes(name.trim().as_bytes()).is_ok() => {
                insert(&mut headers, name.trim(), value.trim())?;
            }
            // The request line.
            _ if at == 0 => {}
            _ => {
                let number = at + 1;
                return Err(Failure::usage(text!("line {number} is no header", "第 {number} 行不是请求头")));
            }
        }
    }
    Ok(headers)
}

fn insert(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), Failure> {
    match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
        (Ok(name), Ok(value)) => {
            headers.append(name, value);
            Ok(())
        }
        _ => Err(Failure::usage(text!("{name:?} is no header", "{name:?} 不是合法的请求头"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_kept_to_its_last_byte() {
        for head in
            ["POST /n HTTP/1.1\r\nHost: x\r\nWechatpay-Timestamp: 17\r\n\r\n", "Wechatpay-Timestamp: 17\nHost: x\n\n"]
        {
            let saved = Saved::of(format!("{head}{{\"a\":1}}\r\n\r\n\n").as_bytes(), None).unwrap();
            assert_eq!((saved.timestamp(), saved.body.as_slice()), (Some(17), &b"{\"a\":1}\r\n\r\n\n"[..]));
            assert_eq!(saved.header("HOST"), Some("x"));
        }
        let json = r#"{"headers":{"Wechatpay-Timestamp":"18","X":["a","b"]},"body":"{}\n"}"#;
        let saved = Saved::of(json.as_bytes(), None).unwrap();
        assert_eq!((saved.timestamp(), saved.body.as_slice(), saved.header("x")), (Some(18), &b"{}\n"[..], Some("a")));
        let apart = Saved::of(b"a\n\nb", Some(b"Wechatpay-Timestamp: 19\n")).unwrap();
        assert_eq!((apart.timestamp(), apart.body.as_slice()), (Some(19), &b"a\n\nb"[..]));
    }

    #[test]
    fn what_is_none_is_refused_and_xml_is_v2() {
        assert!(Saved::of(b" <xml></xml>", None).unwrap().is_v2());
        assert!(!Saved::of(b"{\"id\":1}", None).unwrap().is_v2());
        for text in [
            "nothing",
            "Host: x\nno header\n\n{}",
            r#"{"headers":{},"body":{}}"#,
            r#"{"headers":{"a b":""},"body":""}"#,
        ] {
            assert!(Saved::of(text.as_bytes(), None).is_err_and(|failure| failure.exit() == 2), "{text}");
        }
    }
}
