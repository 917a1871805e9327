//! Signs that a text is not as it was written: in another charset, escaped or spaced in another way, or cut off. Never told by what it says.

use serde_json::Value;

/// What became of the characters, where a text was decoded in another charset.
pub(crate) fn charset(body: &[u8]) -> Option<&'static str> {
    let Ok(text) = std::str::from_utf8(body) else {
        return Some("its body is not UTF-8; likely it was decoded or written in another charset, such as GBK");
    };
    if text.contains('\u{fffd}') {
        return Some("its body has replacement characters (U+FFFD); likely it was decoded in another charset");
    }
    // As Latin-1 each byte became a character of its own, which UTF-8 then wrote with two.
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    let was_utf8 = bytes.is_some_and(|bytes| !bytes.is_ascii() && std::str::from_utf8(&bytes).is_ok());
    was_utf8.then_some("its body was decoded as Latin-1; hand over the bytes, or decode them as UTF-8")
}

/// How JSON differs from what WeChat Pay writes: no blank between its members, characters as they are.
pub(crate) fn rewritten(json: &[u8]) -> Option<&'static str> {
    let (mut in_string, mut blank, mut escape, mut slash) = (false, false, false, false);
    let mut at = 0;
    let body = json.trim_ascii();
    while let Some(byte) = body.get(at) {
        match (in_string, byte) {
            (_, b'"') => in_string = !in_string,
            (true, b'\\') => {
                at += 1;
                match body.get(at) {
                    Some(b'/') => slash = true,
                    // Below it are the characters that JSON must escape.
                    Some(b'u') => escape |= hex(body.get(at + 1..at + 5)) >= 0x20,
                    _ => {}
                }
            }
            (false, byte) if byte.is_ascii_whitespace() => blank = true,
            _ => {}
        }
        at += 1;
    }
    match (blank, escape || slash) {
        (true, _) => Some("its JSON has blanks between its members; likely it was parsed and written again"),
        (_, true) => Some("its JSON has characters escaped with `\\`; likely it was parsed and written again"),
        _ if json.len() > body.len() => {
            Some("its body has a blank or line break before or after the JSON, likely added on the way")
        }
        _ => None,
    }
}

fn hex(digits: Option<&[u8]>) -> u32 {
    let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
    digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or_default()
}

/// What is wrong with a body that begins as JSON and is none.
pub(crate) fn broken_json(json: &[u8]) -> Option<&'static str> {
    let error = serde_json::from_slice::<Value>(json).err()?;
    let second = json.trim_ascii().get(1..).unwrap_or_default().trim_ascii_start().first();
    Some(match second {
        Some(b'\'' | b'A'..=b'Z' | b'a'..=b'z') => {
            "its body is no JSON but the print of a parsed object, such as `{'a': 1}` or `{a=1}`"
        }
        Some(b'&') => "its body is JSON whose quotes were escaped; likely a filter against scripts did it",
        _ if error.is_eof() => "its body ends early; likely it was cut off by a limit, or read in part",
        _ => "its body begins as JSON and is none; likely it was changed",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_again_is_seen_and_what_was_not_is_left_alone() {
        for (json, expected) in [
            (r#"{"a": 1}"#, Some("blanks between")),
            ("{\n \"a\":1\n}", Some("blanks between")),
            (r#"{"a":"\u652f"}"#, Some("escaped")),
            (r#"{"a":"\u003c"}"#, Some("escaped")),
            (r#"{"a":"b\/c"}"#, Some("escaped")),
            ("{\"a\":1}\r\n", Some("line break before or after")),
            (r#"{"a":"1, 2: \" \\ \n \u0008"}"#, None),
            (r#"{"a":"支付 成功","b":[1,{}]}"#, None),
        ] {
            let found = rewritten(json.as_bytes());
            assert_eq!(found.is_some(), expected.is_some(), "{json}: {found:?}");
            assert!(expected.is_none_or(|expected| found.unwrap().contains(expected)), "{json}: {found:?}");
        }
    }

    #[test]
    fn charsets_and_broken_json() {
        assert!(charset(b"\xd6\xa7\xb8\xb6").unwrap().contains("not UTF-8"));
        assert!(charset("支\u{fffd}".as_bytes()).unwrap().contains("U+FFFD"));
        let latin: String = "支付".bytes().map(char::from).collect();
        assert!(charset(latin.as_bytes()).unwrap().contains("Latin-1"));
        assert_eq!((charset("支付".as_bytes()), charset(b"abc"), charset("é".as_bytes())), (None, None, None));
        assert!(broken_json(br#"{"a":1"#).unwrap().contains("ends early"));
        for print in ["{'a': 1}", "{a=1}", "[object Object]"] {
            assert!(broken_json(print.as_bytes()).unwrap().contains("the print of a parsed object"), "{print}");
        }
        assert!(broken_json(b"{&quot;a&quot;:1}").unwrap().contains("quotes were escaped"));
        assert!(broken_json(br#"{"a":1}x"#).unwrap().contains("is none"));
        assert_eq!(broken_json(br#"{"a":1}"#), None);
    }
}
