//! Takes the unit tests out of a file: what follows `#[cfg(test)]` is no part of the house, what stands after it is.

use crate::tokens::{Kind, Token, closing, is};

#[derive(Default)]
pub(crate) struct Code {
    pub(crate) tokens: Vec<Token>,
    /// The names of `#[cfg(test)] mod name;`: their files hold nothing but unit tests.
    pub(crate) test_modules: Vec<String>,
}

pub(crate) fn without_tests(tokens: &[Token]) -> Code {
    let mut code = Code::default();
    let mut at = 0;
    while at < tokens.len() {
        let inner = is(tokens, at, "#") && is(tokens, at + 1, "!") && is(tokens, at + 2, "[");
        if inner && is_for_tests(tokens, at + 2) {
            at = block_end(tokens, at);
            continue;
        }
        let (end, test) = attributes(tokens, at);
        if test {
            at = item_end(tokens, end);
            code.test_modules.extend(declared(&tokens[end..at]));
            continue;
        }
        let end = end.max(at + 1);
        code.tokens.extend_from_slice(&tokens[at..end]);
        at = end;
    }
    code
}

/// Where the attributes that begin here end, and whether one of them keeps the item for tests.
fn attributes(tokens: &[Token], mut at: usize) -> (usize, bool) {
    let mut test = false;
    while is(tokens, at, "#") && is(tokens, at + 1, "[") {
        test |= is_for_tests(tokens, at + 1);
        at = closing(tokens, at + 1) + 1;
    }
    (at, test)
}

/// Whether the attribute whose bracket opens here is `test`, or a `cfg` that only tests fulfil.
fn is_for_tests(tokens: &[Token], open: usize) -> bool {
    let body = &tokens[open + 1..closing(tokens, open)];
    match body {
        [only] => only.is("test"),
        [cfg, _, wanted @ .., _] if cfg.is("cfg") => needs_test(wanted),
        _ => false,
    }
}

/// Whether a condition of `cfg` is met in tests only.
fn needs_test(condition: &[Token]) -> bool {
    match condition {
        [only] => only.is("test"),
        [all, _, parts @ .., _] if all.is("all") => split(parts).into_iter().any(needs_test),
        [any, _, parts @ .., _] if any.is("any") => !parts.is_empty() && split(parts).into_iter().all(needs_test),
        _ => false,
    }
}

/// The parts between commas; commas inside of brackets do not count.
fn split(tokens: &[Token]) -> Vec<&[Token]> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    while at < tokens.len() {
        if is(tokens, at, "(") {
            at = closing(tokens, at);
        }
        if is(tokens, at, ",") {
            parts.push(&tokens[start..at]);
            start = at + 1;
        }
        at += 1;
    }
    parts.push(&tokens[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}

/// The name in `mod name;`, with whatever visibility.
fn declared(item: &[Token]) -> Option<String> {
    match item {
        [.., keyword, name, end] if keyword.is("mod") && end.is(";") => Some(name.text.clone()),
        _ => None,
    }
}

/// Where the block around this place ends: at the bracket that closes it, or with the file.
fn block_end(tokens: &[Token], mut at: usize) -> usize {
    while at < tokens.len() && !is(tokens, at, "}") {
        at = match is(tokens, at, "{") {
            true => closing(tokens, at) + 1,
            false => at + 1,
        };
    }
    at
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// `use`, `const` and their like: up to the semicolon.
    Line,
    /// `fn`, `mod` and their like: up to the end of the braces, or up to a semicolon.
    Braces,
    /// A field, a variant, an arm, an expression: up to a comma, a semicolon, or the end of what surrounds it.
    Part,
}

/// The words that begin what ends with its braces.
const BRACED: &[&str] =
    &["{", "enum", "fn", "for", "if", "impl", "loop", "match", "mod", "struct", "trait", "union", "while"];

fn shape(tokens: &[Token], mut at: usize) -> Shape {
    while let Some(token) = tokens.get(at) {
        let next = |wanted: &[&str]| wanted.iter().any(|text| is(tokens, at + 1, text));
        at = match token.text.as_str() {
            _ if token.kind == Kind::Text => at + 1,
            "pub" if next(&["("]) => closing(tokens, at + 1) + 1,
            "pub" | "async" | "unsafe" | "default" | "extern" => at + 1,
            "const" if next(&["fn", "async", "unsafe", "extern"]) => at + 1,
            "use" | "static" | "const" | "type" | "let" | "crate" => return Shape::Line,
            word if BRACED.contains(&word) || next(&["!"]) => return Shape::Braces,
            _ => return Shape::Part,
        };
    }
    Shape::Part
}

/// Where the item that begins here ends.
fn item_end(tokens: &[Token], start: usize) -> usize {
    let shape = shape(tokens, start);
    // Commas between `<` and `>` part types; behind `=>` these two compare.
    let (mut angles, mut arm) = (0_i32, false);
    let mut at = start;
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            _ if tokens[at].kind == Kind::Text => (),
            "(" | "[" => at = closing(tokens, at),
            "{" => {
                let ends = shape == Shape::Braces || shape == Shape::Part && at > 0 && is(tokens, at - 1, "=>");
                at = closing(tokens, at);
                if ends && !is(tokens, at + 1, "else") {
                    return at + 1;
                }
            }
            ";" => return at + 1,
            "," if shape == Shape::Part && (arm || angles <= 0) => return at + 1,
            ")" | "]" | "}" => return at,
            "=>" => arm = true,
            "<" => angles += 1,
            ">" => angles -= 1,
            _ => (),
        }
        at += 1;
    }
    at.min(tokens.len())
}
