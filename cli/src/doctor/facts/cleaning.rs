//! Slips of the pen around a value: quotes, blanks, characters that nobody sees. What is left of them goes on.

use crate::settings::names;

/// What was found around a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::doctor) struct Slip {
    pub(in crate::doctor) quotes: bool,
    pub(in crate::doctor) blanks: bool,
    pub(in crate::doctor) characters: bool,
}

/// A value without what does not belong to it, and what that was.
pub(super) fn clean(name: &str, value: &str) -> (String, Slip) {
    let mut slip = Slip::default();
    let one_line = is_one_line(value);
    let mut rest = trimmed(value, one_line, &mut slip.blanks);
    let unquoted = rest.trim_matches(is_quote);
    if unquoted.len() != rest.len() {
        slip.quotes = true;
        rest = trimmed(unquoted, one_line, &mut slip.blanks);
    }
    if !one_line {
        return (rest.to_owned(), slip);
    }
    let cleaned: String = rest.chars().filter_map(|c| character(c, names::FILES.contains(&name))).collect();
    slip.characters = cleaned != rest;
    (trimmed(&cleaned, true, &mut slip.blanks).to_owned(), slip)
}

/// Of a PEM text the line breaks around it are nothing to speak of.
fn trimmed<'t>(text: &'t str, is_told: bool, found: &mut bool) -> &'t str {
    let trimmed = text.trim();
    *found |= is_told && trimmed.len() != text.len() && !trimmed.is_empty();
    trimmed
}

/// Whether a value is one line: no PEM, and no text of several lines.
fn is_one_line(value: &str) -> bool {
    let value = value.trim();
    !value.contains("-----BEGIN") && !value.contains('\n') && !value.contains("\\n")
}

/// Quotes of keyboards and of word processors.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}' | '\u{300c}' | '\u{300d}')
}

/// A character as it was meant; `None` for one that nobody sees. In the path of a file full-width ones may be meant.
fn character(c: char, of_path: bool) -> Option<char> {
    match c {
        '\u{ff01}'..='\u{ff5e}' if !of_path => char::from_u32(u32::from(c) - 0xfee0),
        '\u{3000}' | '\u{a0}' if !of_path => Some(' '),
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}'
        | '\u{fffd}' => None,
        c if c.is_control() => None,
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTES: Slip = Slip { quotes: true, blanks: false, characters: false };
    const BLANKS: Slip = Slip { quotes: false, blanks: true, characters: false };
    const CHARACTERS: Slip = Slip { quotes: false, blanks: false, characters: true };

    #[test]
    fn each_slip_is_told_and_taken_away() {
        for (value, expected, slip) in [
            ("1900000109", "1900000109", Slip::default()),
            ("\"1900000109\"", "1900000109", QUOTES),
            ("'1900000109", "1900000109", QUOTES),
            ("\u{201c}1900000109\u{201d}", "1900000109", QUOTES),
            (" 1900000109\r\n", "1900000109", BLANKS),
            ("1900000109\u{3000}", "1900000109", BLANKS),
            ("１900000109", "1900000109", CHARACTERS),
            ("\u{feff}1900000109", "1900000109", CHARACTERS),
            ("19000\u{200b}00109", "1900000109", CHARACTERS),
            ("\" 19\u{200b}\"", "19", Slip { quotes: true, blanks: true, characters: true }),
            ("", "", Slip::default()),
            ("  ", "", Slip::default()),
        ] {
            assert_eq!(clean(names::MCHID, value), (expected.to_owned(), slip), "{value:?}");
        }
    }

    #[test]
    fn texts_of_several_lines_and_paths_keep_what_is_theirs() {
        let pem = "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----";
        assert_eq!(clean(names::PRIVATE_KEY, &format!("{pem}\n")), (pem.to_owned(), Slip::default()));
        assert_eq!(clean(names::PRIVATE_KEY, &format!("\"{pem}\"")), (pem.to_owned(), QUOTES));
        let path = "/etc/支付（正式）/apiclient_key.pem";
        assert_eq!(clean(names::PRIVATE_KEY, path), (path.to_owned(), Slip::default()));
        assert_eq!(clean(names::NOTIFY_URL, "https://a.example/（x）").1, CHARACTERS);
    }
}
