//! The string literals of a file that an error may say.

use crate::tokens::{Kind, Token, closing, is};

/// A literal, as it is when its escapes are read.
pub(crate) struct Said {
    pub(crate) path: String,
    pub(crate) line: usize,
    pub(crate) text: String,
    /// It is what an `Error` is made of.
    of_error: bool,
}

impl Said {
    /// Whether a person could read it as more than a name.
    pub(crate) fn reads_like_words(&self) -> bool {
        let text = holes_emptied(&self.text);
        let text = text.replace("{}", "");
        let letters = text.bytes().any(|byte| byte.is_ascii_alphabetic());
        letters && (self.of_error || text.contains(' '))
    }
}

/// Macros whose texts never come into an error.
const NOT_FOR_ERRORS: [&str; 5] = ["compile_error", "debug_assert", "info_span", "event", "tracing"];

pub(crate) fn said(path: &str, code: &[Token]) -> Vec<Said> {
    let (mut found, mut at) = (Vec::new(), 0);
    while at < code.len() {
        let skipped = skipped(code, at);
        found.extend(literal(path, code, at).filter(|_| skipped.is_none()));
        at = skipped.unwrap_or(at) + 1;
    }
    found
}

/// Where an attribute, `expect(…)` or a macro that says nothing to users ends, if one begins here.
fn skipped(code: &[Token], at: usize) -> Option<usize> {
    let open = match () {
        () if is(code, at, "#") && is(code, at + 1, "!") && is(code, at + 2, "[") => at + 2,
        () if is(code, at, "#") && is(code, at + 1, "[") => at + 1,
        () if is(code, at, "expect") && is(code, at + 1, "(") => at + 1,
        () if is(code, at, "tracing") && is(code, at + 1, "::") && is(code, at + 3, "!") => at + 4,
        () if NOT_FOR_ERRORS.iter().any(|name| is(code, at, name)) && is(code, at + 1, "!") => at + 2,
        () => return None,
    };
    Some(closing(code, open))
}

fn literal(path: &str, code: &[Token], at: usize) -> Option<Said> {
    let token = code.get(at).filter(|token| token.kind == Kind::Text)?;
    let before = |by: usize| at.checked_sub(by).map_or("", |at| code[at].text.as_str());
    let of_error = before(4) == "Error" && before(1) == "(" && matches!(before(2), "config" | "request");
    Some(Said { path: path.to_owned(), line: token.line, text: unescaped(&token.text), of_error })
}

/// What a literal says, with its escapes read.
pub(crate) fn unescaped(literal: &str) -> String {
    let (mut text, mut rest) = (String::new(), literal.chars().peekable());
    while let Some(next) = rest.next() {
        if next != '\\' {
            text.push(next);
            continue;
        }
        match rest.next() {
            Some('\n') => while rest.next_if(|next| next.is_whitespace()).is_some() {},
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some(other) => text.push(other),
            None => {}
        }
    }
    text
}

/// A template with nothing but `{}` for its holes.
pub(crate) fn holes_emptied(template: &str) -> String {
    let (mut text, mut rest) = (String::new(), template);
    while let Some((before, hole)) = rest.split_once('{') {
        text.push_str(before);
        let Some((inner, behind)) = hole.split_once('}') else { break };
        let name = inner.split(':').next().unwrap_or_default().trim_start_matches(['~', '=', '+', '!']);
        let is_hole = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        text.push_str(if is_hole { "{}" } else { "{" });
        rest = if is_hole { behind } else { hole };
    }
    text + rest
}

/// The words of a template between its holes.
pub(crate) fn words(template: &str) -> Vec<String> {
    let trimmed = |text: &str| text.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    holes_emptied(template).split("{}").map(trimmed).filter(|words| !words.is_empty()).collect()
}
