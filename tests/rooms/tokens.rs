//! Rust text as a list of tokens. Comments are left out, and a literal is one token, so no rule mistakes them for code.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An identifier, a keyword or a number.
    Word,
    /// What a string literal says; a character literal says nothing.
    Text,
    /// Punctuation. `::`, `->`, `=>` and `!=` are one mark each, and so is a lifetime.
    Mark,
}

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) line: usize,
}

impl Token {
    /// Whether this is the word or the mark; a string literal never is.
    pub(crate) fn is(&self, text: &str) -> bool {
        self.kind != Kind::Text && self.text == text
    }

    pub(crate) fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }
}

/// Whether the token at this place is the word or the mark.
pub(crate) fn is(tokens: &[Token], at: usize, text: &str) -> bool {
    tokens.get(at).is_some_and(|token| token.is(text))
}

/// Where the bracket that opens at `open` is closed; the last token if it never is.
pub(crate) fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if token.kind == Kind::Mark {
            match token.text.as_str() {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                _ => (),
            }
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len() - 1
}

pub(crate) fn tokenise(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { chars: text.chars().collect(), at: 0, line: 1, tokens: Vec::new() };
    while let Some(next) = lexer.ahead(0) {
        match (next, lexer.ahead(1)) {
            ('/', Some('/')) => drop(lexer.take_while(|next| next != '\n')),
            ('/', Some('*')) => lexer.block_comment(),
            ('"', _) => lexer.string(),
            ('\'', _) => lexer.quote(),
            (next, _) if is_part_of_word(next) => lexer.word(),
            (next, _) if next.is_whitespace() => drop(lexer.bump()),
            _ => lexer.mark(),
        }
    }
    lexer.tokens
}

fn is_part_of_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    line: usize,
    tokens: Vec<Token>,
}

impl Lexer {
    fn ahead(&self, by: usize) -> Option<char> {
        self.chars.get(self.at + by).copied()
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.ahead(0)?;
        self.at += 1;
        self.line += usize::from(next == '\n');
        Some(next)
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(next) = self.ahead(0).filter(|next| wanted(*next)) {
            taken.push(next);
            self.bump();
        }
        taken
    }

    fn push(&mut self, kind: Kind, text: String, line: usize) {
        self.tokens.push(Token { kind, text, line });
    }

    /// Block comments nest.
    fn block_comment(&mut self) {
        let mut depth = 0;
        while let Some(next) = self.bump() {
            match (next, self.ahead(0)) {
                ('/', Some('*')) => depth += 1,
                ('*', Some('/')) => depth -= 1,
                _ => continue,
            }
            self.bump();
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        let line = self.line;
        let mut text = String::new();
        self.bump();
        while let Some(next) = self.bump().filter(|next| *next != '"') {
            text.push(next);
            if next == '\\' {
                text.extend(self.bump());
            }
        }
        self.push(Kind::Text, text, line);
    }

    /// `r"…"`, `r#"…"#` and so on; the `r` is already read.
    fn raw_string(&mut self, hashes: usize) {
        let line = self.line;
        let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
        self.at += hashes + 1;
        let mut text = String::new();
        while self.at < self.chars.len() && !self.chars[self.at..].starts_with(&end) {
            text.extend(self.bump());
        }
        self.at += end.len();
        self.push(Kind::Text, text, line);
    }

    /// A character such as `'a'` or `'\''`, or else a lifetime.
    fn quote(&mut self) {
        let line = self.line;
        self.bump();
        if self.ahead(0) == Some('\\') {
            self.at += 2;
            self.take_while(|next| next != '\'');
            self.bump();
            return self.push(Kind::Text, String::new(), line);
        }
        if self.ahead(1) == Some('\'') {
            self.bump();
            self.bump();
            return self.push(Kind::Text, String::new(), line);
        }
        let name = self.take_while(is_part_of_word);
        self.push(Kind::Mark, format!("'{name}"), line);
    }

    fn word(&mut self) {
        let line = self.line;
        let word = self.take_while(is_part_of_word);
        let hashes = self.chars[self.at..].iter().take_while(|next| **next == '#').count();
        let quoted = self.ahead(hashes) == Some('"');
        match word.as_str() {
            "r" | "br" | "cr" if quoted => self.raw_string(hashes),
            "b" | "c" if quoted && hashes == 0 => self.string(),
            "r" if hashes == 1 && self.ahead(1).is_some_and(is_part_of_word) => {
                self.bump();
                let word = self.take_while(is_part_of_word);
                self.push(Kind::Word, word, line);
            }
            _ => self.push(Kind::Word, word, line),
        }
    }

    fn mark(&mut self) {
        let line = self.line;
        let mut text = String::from(self.chars[self.at]);
        self.bump();
        if let Some(next) = self.ahead(0) {
            if matches!((text.as_str(), next), (":", ':') | ("-" | "=", '>') | ("!", '=')) {
                text.push(next);
                self.bump();
            }
        }
        self.push(Kind::Mark, text, line);
    }
}
