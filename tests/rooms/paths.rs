//! Every path that a file names, as it is written: the leaves of `use` lines, and the paths in between the code.

use crate::tokens::{Token, is};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Use,
    /// `pub use`, `pub(crate) use` and their like.
    PubUse,
    Inline,
    /// `crate::name!(…)`.
    Macro,
}

/// A path as it is written. `$crate` is read as `crate`; a leading `::` is an empty first segment.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) line: usize,
    pub(crate) segments: Vec<String>,
    pub(crate) how: How,
    /// The name that a `use` brings into scope.
    pub(crate) name: Option<String>,
    /// The inline modules around it, from the file's module on.
    pub(crate) within: Vec<String>,
}

/// Words after which a leading `::` begins a path; after any other word it continues one.
const KEYWORDS: &[&str] =
    &["as", "break", "dyn", "else", "for", "if", "impl", "in", "match", "move", "mut", "return", "where", "while"];

/// All paths of a file.
pub(crate) fn written(tokens: &[Token]) -> Vec<Written> {
    let mut walk = Walk { tokens, within: Vec::new(), depths: Vec::new(), depth: 0, found: Vec::new() };
    let mut at = 0;
    while at < tokens.len() {
        at = walk.step(at);
    }
    walk.found
}

struct Walk<'a> {
    tokens: &'a [Token],
    within: Vec<String>,
    /// How many braces were open where each of the inline modules began.
    depths: Vec<usize>,
    depth: usize,
    found: Vec<Written>,
}

impl Walk<'_> {
    /// Reads what begins here and says where to go on.
    fn step(&mut self, at: usize) -> usize {
        let token = &self.tokens[at];
        if token.is("{") {
            self.depth += 1;
        } else if token.is("}") {
            self.depth = self.depth.saturating_sub(1);
            if self.depths.last() == Some(&self.depth) {
                self.depths.pop();
                self.within.pop();
            }
        } else if token.is("mod") && is(self.tokens, at + 2, "{") {
            self.within.push(self.tokens[at + 1].text.clone());
            self.depths.push(self.depth);
        } else if token.is("use") && !is(self.tokens, at + 1, "<") {
            return self.use_line(at);
        } else if token.is("extern") && is(self.tokens, at + 1, "crate") && at + 2 < self.tokens.len() {
            let name = self.tokens[at + 2].text.clone();
            self.push(token.line, vec![String::new(), name], How::Use, None);
            return at + 3;
        } else if self.begins_path(at) {
            return self.inline(at);
        }
        at + 1
    }

    fn push(&mut self, line: usize, segments: Vec<String>, how: How, name: Option<String>) {
        self.found.push(Written { line, segments, how, name, within: self.within.clone() });
    }

    fn use_line(&mut self, at: usize) -> usize {
        let public = at > 0 && (is(self.tokens, at - 1, "pub") || self.closes_visibility(at - 1));
        let how = if public { How::PubUse } else { How::Use };
        let end = (at..self.tokens.len()).find(|at| is(self.tokens, *at, ";")).unwrap_or(self.tokens.len());
        let mut group = Group { tokens: &self.tokens[at + 1..end], at: 0, leaves: Vec::new() };
        group.branch(Vec::new());
        for (line, segments, name) in group.leaves {
            self.push(line, segments, how, name);
        }
        end
    }

    /// Whether this is the last bracket of `pub(crate)`, `pub(super)` or `pub(in …)`.
    fn closes_visibility(&self, at: usize) -> bool {
        let open = (0..at).rev().find(|at| is(self.tokens, *at, "("));
        is(self.tokens, at, ")") && open.is_some_and(|open| open > 0 && is(self.tokens, open - 1, "pub"))
    }

    /// Whether the word here is the first of a path of two segments at least.
    fn begins_path(&self, at: usize) -> bool {
        let before = |by: usize, text: &str| at >= by && is(self.tokens, at - by, text);
        let continued = before(1, "::") && !self.is_leading(at - 1)
            || before(1, ".")
            || before(1, "$") && !self.tokens[at].is("crate")
            || before(1, "in") && before(2, "(") && before(3, "pub");
        let follows = |by: usize| self.tokens.get(at + by).is_some_and(Token::is_word);
        let long = is(self.tokens, at + 1, "::") && follows(2) || before(1, "::");
        self.tokens[at].is_word() && long && !continued
    }

    /// Whether the `::` here begins a path.
    fn is_leading(&self, at: usize) -> bool {
        at.checked_sub(1).is_none_or(|before| {
            let before = &self.tokens[before];
            match before.is_word() {
                true => KEYWORDS.contains(&before.text.as_str()),
                false => !before.is(">") && !before.is(")"),
            }
        })
    }

    fn inline(&mut self, start: usize) -> usize {
        let leading = start > 0 && is(self.tokens, start - 1, "::");
        let mut segments: Vec<String> = leading.then(String::new).into_iter().collect();
        segments.push(self.tokens[start].text.clone());
        let mut at = start + 1;
        while let (true, Some(next)) =
            (is(self.tokens, at, "::"), self.tokens.get(at + 1).filter(|next| next.is_word()))
        {
            segments.push(next.text.clone());
            at += 2;
        }
        let how = if is(self.tokens, at, "!") { How::Macro } else { How::Inline };
        self.push(self.tokens[start].line, segments, how, None);
        at
    }
}

/// The tree of a `use` line, between `use` and `;`.
struct Group<'a> {
    tokens: &'a [Token],
    at: usize,
    leaves: Vec<(usize, Vec<String>, Option<String>)>,
}

impl Group<'_> {
    /// One branch: the path so far, and what follows up to a comma or the end of a group.
    fn branch(&mut self, mut path: Vec<String>) {
        while let Some(token) = self.tokens.get(self.at) {
            let (line, text) = (token.line, token.text.clone());
            match text.as_str() {
                "," | "}" => break,
                "{" => return self.group(&path),
                "::" if path.is_empty() => path.push(text.replace("::", "")),
                "as" => {
                    let name = self.tokens.get(self.at + 1).map(|name| name.text.clone());
                    self.at += 2;
                    return self.leaf(line, path, name);
                }
                "*" => {
                    self.at += 1;
                    return self.leaves.push((line, path, None));
                }
                _ if token.is_word() => path.push(text),
                _ => (),
            }
            self.at += 1;
        }
        let line = self.at.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(0, |last| last.line);
        self.leaf(line, path, None);
    }

    fn group(&mut self, path: &[String]) {
        self.at += 1;
        while self.tokens.get(self.at).is_some_and(|token| !token.is("}")) {
            match is(self.tokens, self.at, ",") {
                true => self.at += 1,
                false => self.branch(path.to_vec()),
            }
        }
        self.at += 1;
    }

    /// `a::{self}` is `a`.
    fn leaf(&mut self, line: usize, mut path: Vec<String>, name: Option<String>) {
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let name = name.or_else(|| path.last().cloned());
        if !path.is_empty() {
            self.leaves.push((line, path, name));
        }
    }
}
