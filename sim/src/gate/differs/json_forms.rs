//! One JSON text in the forms in which libraries write it: for a body that was written twice, once to be signed and once to be sent.

use std::fmt::Write as _;

/// How the pieces of a text are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spacing {
    /// `{"a":1,"b":2}`
    None,
    /// `{"a": 1, "b": 2}`
    Spaces,
    /// On lines of their own, so far to the right.
    Lines(usize),
}

const SPACINGS: [Spacing; 4] = [Spacing::None, Spacing::Spaces, Spacing::Lines(2), Spacing::Lines(4)];

/// How strings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Escapes {
    /// As they stand.
    Kept,
    /// `\u4e2d` for what is not ASCII.
    Ascii,
    /// `中` for `\u4e2d`.
    Plain,
    /// `\/` for a slash, and as they stand.
    Slashes,
    /// Both: as PHP writes by default.
    AsciiSlashes,
    /// `/` for `\/`, and as they stand.
    NoSlashes,
    /// `\u003c`, `\u003e`, `\u0026`: as Go writes by default.
    Html,
}

const ESCAPES: [Escapes; 7] = [
    Escapes::Kept,
    Escapes::Ascii,
    Escapes::Plain,
    Escapes::Slashes,
    Escapes::AsciiSlashes,
    Escapes::NoSlashes,
    Escapes::Html,
];

/// A larger text is not tried: nobody waits for it.
const LIMIT: usize = 64 * 1024;

/// All forms of a text that is JSON, besides its own; its members in their order, and sorted.
pub(super) fn all(text: &str) -> Vec<String> {
    let Some(value) = Some(text).filter(|text| text.len() <= LIMIT).and_then(parsed) else { return Vec::new() };
    let mut forms = Vec::new();
    for tree in [value.clone(), sorted(value)] {
        for spacing in SPACINGS {
            for escapes in ESCAPES {
                let mut form = String::with_capacity(text.len());
                write(&tree, spacing, escapes, 0, &mut form);
                forms.push(form);
            }
        }
    }
    forms.sort();
    forms.dedup();
    forms.retain(|form| form != text);
    forms
}

/// A value whose strings and numbers are as they were written, quotes included.
#[derive(Clone, Debug)]
enum Tree {
    Bare(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

/// How deep a text may go.
const DEPTH: usize = 32;

fn parsed(text: &str) -> Option<Tree> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    let mut rest = text.trim();
    let tree = tree(&mut rest, 0)?;
    rest.trim().is_empty().then_some(tree)
}

/// The value that a text begins with; the text is right JSON.
fn tree(rest: &mut &str, depth: usize) -> Option<Tree> {
    *rest = rest.trim_start();
    match rest.chars().next()? {
        _ if depth > DEPTH => None,
        '"' => Some(Tree::Bare(string(rest)?)),
        '{' => {
            let mut members = Vec::new();
            open(rest);
            while !close(rest, '}') {
                let name = string(rest)?;
                *rest = rest.trim_start().strip_prefix(':')?;
                members.push((name, tree(rest, depth + 1)?));
                comma(rest);
            }
            Some(Tree::Object(members))
        }
        '[' => {
            let mut items = Vec::new();
            open(rest);
            while !close(rest, ']') {
                items.push(tree(rest, depth + 1)?);
                comma(rest);
            }
            Some(Tree::List(items))
        }
        _ => {
            let end = rest.find([',', '}', ']', ' ', '\n', '\r', '\t']).unwrap_or(rest.len());
            let (bare, after) = rest.split_at(end);
            *rest = after;
            Some(Tree::Bare(bare.to_owned()))
        }
    }
}

fn open(rest: &mut &str) {
    *rest = rest.get(1..).unwrap_or_default().trim_start();
}

fn close(rest: &mut &str, end: char) -> bool {
    let after = rest.trim_start().strip_prefix(end);
    // The end of the text ends everything, should it not be JSON after all.
    let done = after.is_some() || rest.is_empty();
    *rest = after.unwrap_or(rest);
    done
}

fn comma(rest: &mut &str) {
    *rest = rest.trim_start();
    *rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
}

/// A string with its quotes.
fn string(rest: &mut &str) -> Option<String> {
    let text = rest.trim_start();
    let (mut escaped, mut end) = (false, None);
    for (at, character) in text.char_indices().skip(1) {
        match character {
            '"' if !escaped => {
                end = Some(at + 1);
                break;
            }
            _ => escaped = character == '\\' && !escaped,
        }
    }
    let (string, after) = text.split_at(end?);
    *rest = after;
    Some(string.to_owned())
}

fn sorted(tree: Tree) -> Tree {
    match tree {
        Tree::Object(members) => {
            let mut members: Vec<_> = members.into_iter().map(|(name, value)| (name, sorted(value))).collect();
            members.sort_by(|one, other| one.0.cmp(&other.0));
            Tree::Object(members)
        }
        Tree::List(items) => Tree::List(items.into_iter().map(sorted).collect()),
        bare @ Tree::Bare(_) => bare,
    }
}

fn write(tree: &Tree, spacing: Spacing, escapes: Escapes, level: usize, to: &mut String) {
    match tree {
        Tree::Bare(text) => to.push_str(&escaped(text, escapes)),
        Tree::List(items) if items.is_empty() => to.push_str("[]"),
        Tree::Object(members) if members.is_empty() => to.push_str("{}"),
        Tree::List(items) => {
            to.push('[');
            for (index, item) in items.iter().enumerate() {
                separate(index, spacing, level + 1, to);
                write(item, spacing, escapes, level + 1, to);
            }
            end(spacing, level, ']', to);
        }
        Tree::Object(members) => {
            to.push('{');
            for (index, (name, value)) in members.iter().enumerate() {
                separate(index, spacing, level + 1, to);
                to.push_str(&escaped(name, escapes));
                to.push_str(if spacing == Spacing::None { ":" } else { ": " });
                write(value, spacing, escapes, level + 1, to);
            }
            end(spacing, level, '}', to);
        }
    }
}

fn separate(index: usize, spacing: Spacing, level: usize, to: &mut String) {
    if index > 0 {
        to.push(',');
    }
    match spacing {
        Spacing::Spaces if index > 0 => to.push(' '),
        Spacing::Lines(indent) => {
            to.push('\n');
            to.push_str(&" ".repeat(indent * level));
        }
        Spacing::None | Spacing::Spaces => {}
    }
}

fn end(spacing: Spacing, level: usize, bracket: char, to: &mut String) {
    if let Spacing::Lines(indent) = spacing {
        to.push('\n');
        to.push_str(&" ".repeat(indent * level));
    }
    to.push(bracket);
}

fn escaped(text: &str, escapes: Escapes) -> String {
    if !text.starts_with('"') {
        return text.to_owned();
    }
    match escapes {
        Escapes::Kept => text.to_owned(),
        Escapes::Ascii => ascii(text),
        Escapes::Plain => plain(text),
        Escapes::Slashes => slashes(text),
        Escapes::AsciiSlashes => slashes(&ascii(text)),
        Escapes::NoSlashes => text.replace("\\/", "/"),
        Escapes::Html => text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026"),
    }
}

fn ascii(text: &str) -> String {
    let mut units = [0; 2];
    text.chars().fold(String::with_capacity(text.len()), |mut to, character| {
        if character.is_ascii() {
            to.push(character);
        } else {
            for unit in character.encode_utf16(&mut units) {
                _ = write!(to, "\\u{unit:04x}");
            }
        }
        to
    })
}

fn plain(text: &str) -> String {
    serde_json::from_str::<String>(text).ok().and_then(|text| serde_json::to_string(&text).ok()).unwrap_or_default()
}

fn slashes(text: &str) -> String {
    text.replace("\\/", "/").replace('/', "\\/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_written_as_libraries_write_it() {
        let sent = r#"{"b":"茶/a","a":[1.0,{"c":null}],"d":{}}"#;
        let forms = all(sent);
        for expected in [
            r#"{"b": "茶/a", "a": [1.0, {"c": null}], "d": {}}"#,
            r#"{"b": "\u8336/a", "a": [1.0, {"c": null}], "d": {}}"#,
            r#"{"b":"\u8336\/a","a":[1.0,{"c":null}],"d":{}}"#,
            r#"{"a":[1.0,{"c":null}],"b":"茶/a","d":{}}"#,
            "{\n  \"b\": \"茶/a\",\n  \"a\": [\n    1.0,\n    {\n      \"c\": null\n    }\n  ],\n  \"d\": {}\n}",
        ] {
            assert!(forms.iter().any(|form| form == expected), "{expected}");
        }
        assert!(!forms.iter().any(|form| form == sent));
    }

    #[test]
    fn the_text_that_was_sent_is_found_from_any_of_its_forms() {
        let compact = r#"{"a":"\u8336 \"x\" <b>","b":[true,-1e5]}"#;
        let spaced = "{ \"a\" : \"茶 \\\"x\\\" <b>\" ,\n\"b\":[ true , -1e5 ] }";
        let plain = r#"{"a":"茶 \"x\" <b>","b":[true,-1e5]}"#;
        assert!(all(compact).contains(&plain.to_owned()));
        assert!(all(spaced).contains(&plain.to_owned()));
        assert!(all(plain).contains(&compact.to_owned()));
        assert!(all(plain).contains(&plain.replace('<', "\\u003c").replace('>', "\\u003e")));
    }

    #[test]
    fn what_is_no_json_has_no_forms() {
        for text in
            ["", "x", "{\"a\":", "<xml/>", &format!("{}{}", "[".repeat(100), "]".repeat(100)), &"1".repeat(70_000)]
        {
            assert!(all(text).is_empty(), "{}", text.len());
        }
    }
}
