//! Percent-encoding (RFC 3986, section 2.1), done once and never again.

/// Appends `text` with everything but RFC 3986's unreserved characters percent-encoded.
pub(crate) fn encode(text: &str, out: &mut String) {
    text.bytes().for_each(|byte| push(byte, is_unreserved(byte), out));
}

/// Appends `text` keeping reserved characters and percent-encoded triplets too.
pub(crate) fn encode_reserved(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        let hex = |offset| bytes.get(at + offset).is_some_and(u8::is_ascii_hexdigit);
        let keep = is_unreserved(byte) || b":/?#[]@!$&'()*+,;=".contains(&byte) || byte == b'%' && hex(1) && hex(2);
        push(byte, keep, out);
    }
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn push(byte: u8, keep: bool, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    if keep {
        out.push(char::from(byte));
    } else {
        out.push('%');
        out.push(char::from(HEX[usize::from(byte >> 4)]));
        out.push(char::from(HEX[usize::from(byte & 15)]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept() {
        let text = "aZ09-._~/?#[]@!$&'()*+,;=%2f% \"é";
        let (mut strict, mut reserved) = (String::new(), String::new());
        encode(text, &mut strict);
        encode_reserved(text, &mut reserved);
        assert_eq!(strict, "aZ09-._~%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%252f%25%20%22%C3%A9");
        assert_eq!(reserved, "aZ09-._~/?#[]@!$&'()*+,;=%2f%25%20%22%C3%A9");
    }
}
