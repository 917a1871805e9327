//! Env files: `NAME=value` lines, read strictly.

use std::fmt;

use zeroize::Zeroizing;

/// A line of an env file.
#[derive(Clone)]
pub struct Entry {
    /// The variable.
    pub name: String,
    /// Its value, without the quotes around it.
    pub value: Zeroizing<String>,
    /// Where it begins, counted from 1.
    pub line: usize,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({} in line {})", self.name, self.line)
    }
}

/// The line that cannot be read, and why; nothing of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Counted from 1.
    pub line: usize,
    /// In English and in Chinese.
    pub why: (&'static str, &'static str),
}

/// Reads an env file: `NAME=value`, `export ` before it, lines of `#`, blank lines, CRLF, a byte-order mark.
///
/// A value in `"…"` may span lines and knows `\n`, `\"` and `\\`; in `'…'` it is literal; without quotes it goes to the line's end, as it stands.
///
/// # Errors
///
/// [`BadLine`], for the first line that is none of these.
///
/// ```
/// use wechatpay_cli::settings::env_file::parse;
///
/// let entries = parse("# mine\nexport WECHATPAY_MCHID=\"1900000109\"\n").unwrap();
/// assert_eq!((entries[0].name.as_str(), entries[0].value.as_str(), entries[0].line), ("WECHATPAY_MCHID", "1900000109", 2));
/// assert_eq!(parse("\nno line\n").unwrap_err().line, 2);
/// ```
pub fn parse(text: &str) -> Result<Vec<Entry>, BadLine> {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut line = 1;
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let (entry, left) = next(rest, line)?;
        entries.extend(entry);
        line += rest[..rest.len() - left.len()].matches('\n').count();
        rest = left;
    }
    Ok(entries)
}

const NO_ASSIGNMENT: (&str, &str) = ("no `NAME=value`", "不是 `名称=值`");
const BAD_NAME: (&str, &str) = ("no name of a variable before `=`", "`=` 前不是变量名");
const OPEN: (&str, &str) = ("a quote that does not end", "引号没有结束");
const BEHIND: (&str, &str) = ("something behind the closing quote", "结束引号之后还有内容");

/// The entry that a text begins with, if its first line is one, and what follows.
fn next(text: &str, line: usize) -> Result<(Option<Entry>, &str), BadLine> {
    let bad = |why| BadLine { line, why };
    let (first, after) = text.split_once('\n').unwrap_or((text, ""));
    let trimmed = first.trim();
    if trimmed.is_empty() || trimmed.starts_with('#') {
        return Ok((None, after));
    }
    let (name, _) = first.split_once('=').ok_or(bad(NO_ASSIGNMENT))?;
    let value = &text[name.len() + 1..];
    let name = name.trim_start();
    let name = name.strip_prefix("export ").map_or(name, str::trim_start);
    if !is_name(name) {
        return Err(bad(BAD_NAME));
    }
    let (value, rest) = match value.as_bytes().first() {
        Some(b'"') => double_quoted(&value[1..]).ok_or(bad(OPEN))?,
        Some(b'\'') => {
            let (value, rest) = value[1..].split_once('\'').ok_or(bad(OPEN))?;
            (value.to_owned(), rest)
        }
        _ => {
            let (value, rest) = value.split_once('\n').unwrap_or((value, ""));
            let value = value.strip_suffix('\r').unwrap_or(value).to_owned();
            return Ok((Some(Entry { name: name.to_owned(), value: Zeroizing::new(value), line }), rest));
        }
    };
    let (behind, rest) = rest.split_once('\n').unwrap_or((rest, ""));
    if !behind.trim().is_empty() {
        return Err(bad(BEHIND));
    }
    Ok((Some(Entry { name: name.to_owned(), value: Zeroizing::new(value), line }), rest))
}

/// A value up to its closing quote, and what follows it.
fn double_quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value.replace("\r\n", "\n"), &text[at + 1..])),
            '\\' => match characters.next()? {
                (_, 'n') => value.push('\n'),
                (_, escaped @ ('"' | '\\')) => value.push(escaped),
                (_, other) => value.extend(['\\', other]),
            },
            other => value.push(other),
        }
    }
    None
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(String, String, usize)> {
        let entries = parse(text).unwrap().into_iter();
        entries.map(|entry| (entry.name, entry.value.to_string(), entry.line)).collect()
    }

    #[test]
    fn every_form_of_a_line_is_read() {
        let text = "\u{feff}# a comment\r\n\r\nA=1\r\n  export B=\"two\\n\\\"x\\\" \\\\ \\t\"\r\nC='$lit \\n'  \nD=\"line\nline\"\nE= as it # stands \nF=\nG=\"\"";
        let expected = [
            ("A", "1", 3),
            ("C", "$lit \\n", 5),
            ("D", "line\nline", 6),
            ("E", " as it # stands ", 8),
            ("F", "", 9),
            ("G", "", 10),
        ];
        let found = values(text);
        assert_eq!(found[1], ("B".to_owned(), "two\n\"x\" \\ \\t".to_owned(), 4));
        let found: Vec<_> = found.iter().filter(|(name, ..)| name != "B").collect();
        let found: Vec<_> = found.iter().map(|(name, value, line)| (name.as_str(), value.as_str(), *line)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn anything_else_is_refused_with_its_line_and_not_its_text() {
        for (text, line, why) in [
            ("A=1\nsecret words\n", 2, NO_ASSIGNMENT),
            ("1A=x", 1, BAD_NAME),
            ("=x", 1, BAD_NAME),
            ("A B=x", 1, BAD_NAME),
            ("A =x", 1, BAD_NAME),
            ("A=\"open\nB=2\n", 1, OPEN),
            ("\n\nA='open\n", 3, OPEN),
            ("A=\"x\" # behind\n", 1, BEHIND),
            ("A=\"x\\", 1, OPEN),
        ] {
            assert_eq!(parse(text).unwrap_err(), BadLine { line, why }, "{text}");
        }
        let shown = format!("{:?}", parse("A=secret").unwrap());
        assert_eq!(shown, "[Entry(A in line 1)]");
    }
}
