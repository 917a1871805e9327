//! Serials of certificates, as tools write them and as WeChat Pay does.

/// The longest serial that a certificate can have, in hexadecimal digits (RFC 5280, section 4.1.2.2).
const LONGEST: usize = 40;

/// Longer texts are no serials, however they are written.
const LONGEST_TEXT: usize = 256;

/// A serial in upper-case hexadecimal; colons, blanks, `0x`, `serial=` and lower case, as OpenSSL and others write them, are undone.
///
/// The error says why a text is none, to be put behind the setting's name.
pub(crate) fn tidy(text: &str) -> Result<String, String> {
    let text = text.trim_matches(is_unseen);
    if text.is_empty() {
        return Err("is empty, expected hexadecimal digits".to_owned());
    }
    if text.len() > LONGEST_TEXT {
        return Err(format!("has {} characters, expected at most {LONGEST} hexadecimal digits", text.len()));
    }
    if text.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("PUB_KEY_ID_")) {
        return Err("is the id of WeChat Pay's public key (`PUB_KEY_ID_…`), expected the serial of the merchant API certificate"
            .to_owned());
    }
    let digits = ["serial number:", "serialnumber=", "serial=", "0x"].iter().fold(text, |text, prefix| {
        let rest = text.get(..prefix.len()).filter(|start| start.eq_ignore_ascii_case(prefix));
        rest.map_or(text, |_| &text[prefix.len()..]).trim_matches(is_unseen)
    });
    let is_separator = |c: char| c == ':' || is_unseen(c);
    let has_separators = digits.contains(is_separator);
    let digits: String = digits.chars().filter(|c| !is_separator(*c)).map(|c| c.to_ascii_uppercase()).collect();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err("has other characters than hexadecimal digits".to_owned());
    }
    if digits.len() > LONGEST && !has_separators && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(match hexadecimal(&digits) {
            hexadecimal if hexadecimal.len() <= LONGEST => format!("is decimal; in hexadecimal it is {hexadecimal}"),
            _ => format!("has {} digits; a certificate's has at most {LONGEST} hexadecimal ones", digits.len()),
        });
    }
    // DER puts a zero byte before a number that begins with a one bit.
    let significant = digits.trim_start_matches('0').len();
    match significant {
        0 => Err("is zero, which no certificate's is".to_owned()),
        1..=LONGEST => Ok(digits[digits.len().saturating_sub(LONGEST)..].to_owned()),
        _ => Err(format!("has {significant} hexadecimal digits; a certificate's has at most {LONGEST}")),
    }
}

/// Blanks, quotes, and the marks that copying from a dialog brings along.
fn is_unseen(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '"' | '\'' | '`')
}

/// A decimal number of any size in upper-case hexadecimal, an even number of digits.
pub(crate) fn hexadecimal(decimal: &str) -> String {
    // The lowest byte first.
    let mut bytes: Vec<u8> = Vec::new();
    for digit in decimal.bytes().filter(u8::is_ascii_digit) {
        let mut carry = u16::from(digit - b'0');
        for byte in &mut bytes {
            let product = u16::from(*byte) * 10 + carry;
            *byte = product.to_le_bytes()[0];
            carry = product >> 8;
        }
        if carry > 0 {
            bytes.push(carry.to_le_bytes()[0]);
        }
    }
    bytes.reverse();
    crate::crypto::hash::hex(&bytes).to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERIAL: &str = "3775B6A45ACD588826D15E583A95F5DD3775B6A4";
    const DECIMAL: &str = "316619589946583748254911118771567464206052996772";

    #[test]
    fn what_tools_write_is_one_serial() {
        for text in [
            SERIAL.to_lowercase(),
            format!(" {SERIAL}\r\n"),
            format!("\u{200e}\"{SERIAL}\""),
            format!("serial={SERIAL}"),
            format!("Serial Number: {SERIAL}"),
            format!("0x{SERIAL}"),
            "37:75:b6:a4:5a:cd:58:88:26:d1:5e:58:3a:95:f5:dd:37:75:b6:a4".to_owned(),
            "37 75 b6 a4 5a cd 58 88 26 d1 5e 58 3a 95 f5 dd 37 75 b6 a4".to_owned(),
            format!("00{SERIAL}"),
        ] {
            assert_eq!(tidy(&text).as_deref(), Ok(SERIAL), "{text}");
        }
        assert_eq!(tidy("0ab").as_deref(), Ok("0AB"));
        assert_eq!(tidy(&"1".repeat(40)), Ok("1".repeat(40)));
    }

    #[test]
    fn what_no_certificate_has_is_refused() {
        for (text, expected) in [
            (DECIMAL.to_owned(), format!("is decimal; in hexadecimal it is {SERIAL}")),
            (format!("A{SERIAL}"), "has 41 hexadecimal digits; a certificate's has at most 40".to_owned()),
            ("9".repeat(50), "has 50 digits; a certificate's has at most 40 hexadecimal ones".to_owned()),
            ("x".repeat(300), "has 300 characters, expected at most 40 hexadecimal digits".to_owned()),
            ("5G".to_owned(), "has other characters than hexadecimal digits".to_owned()),
            ("微".to_owned(), "has other characters than hexadecimal digits".to_owned()),
            (":".to_owned(), "has other characters than hexadecimal digits".to_owned()),
            (" ".to_owned(), "is empty, expected hexadecimal digits".to_owned()),
            ("000".to_owned(), "is zero, which no certificate's is".to_owned()),
        ] {
            assert_eq!(tidy(&text), Err(expected), "{text}");
        }
        assert!(tidy("PUB_KEY_ID_01").unwrap_err().contains("the id of WeChat Pay's public key"));
    }

    #[test]
    fn decimal_numbers_of_any_size_become_hexadecimal() {
        for (decimal, expected) in [("0", ""), ("255", "FF"), ("256", "0100"), ("65535", "FFFF"), (DECIMAL, SERIAL)] {
            assert_eq!(hexadecimal(decimal), expected);
        }
    }
}
