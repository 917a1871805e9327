//! Names of types and members.

use std::collections::HashSet;

/// Names that were given already.
#[derive(Debug, Default)]
pub(crate) struct Taken(HashSet<String>);

impl Taken {
    /// The name, or with the first number from 2 on that makes it a new one.
    pub(crate) fn unique(&mut self, name: &str) -> String {
        let numbered = (2..).map(|number| format!("{name}{number}"));
        let free = std::iter::once(name.to_owned()).chain(numbered).find(|name| !self.0.contains(name));
        let free = free.unwrap_or_default();
        self.0.insert(free.clone());
        free
    }
}

/// `out_trade_no`, `out-trade-no`, `{out_trade_no}` → `OutTradeNo`.
pub(crate) fn camel(text: &str) -> String {
    let mut words = String::new();
    for word in text.split(|letter: char| !letter.is_ascii_alphanumeric()) {
        let mut letters = word.chars();
        words.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        words.push_str(letters.as_str());
    }
    words
}

/// `POST`, `v3/pay/transactions/native` → `PostPayTransactionsNative`.
pub(crate) fn of_operation(method: &str, path: &str) -> String {
    let inner = path.split_once('/').map_or(path, |(_, inner)| inner);
    format!("{}{}", camel(&method.to_ascii_lowercase()), camel(inner))
}

/// `payAuthNo` → `pay_auth_no`: a member's name as Rust has it, and no word of the language.
pub(crate) fn snake(name: &str) -> String {
    let mut snake = String::new();
    let mut before = '_';
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            snake.push('_');
        }
        match letter.is_ascii_alphanumeric() {
            true => snake.push(letter.to_ascii_lowercase()),
            // Two in a row are none of Rust's.
            false if snake.ends_with('_') => {}
            false => snake.push('_'),
        }
        before = letter;
    }
    if snake.starts_with(|first: char| first.is_ascii_digit()) || snake.trim_matches('_').is_empty() {
        snake.insert_str(0, "member_");
    }
    if KEYWORDS.contains(&snake.as_str()) {
        snake.push('_');
    }
    snake
}

const KEYWORDS: [&str; 53] = [
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "union",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
    "macro_rules",
];

/// Whether a name needs no quotes in TypeScript and PHP.
pub(crate) fn is_plain(name: &str) -> bool {
    let letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    name.chars().all(letter) && !name.starts_with(|first: char| first.is_ascii_digit()) && !name.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{Taken, of_operation, snake};

    #[test]
    fn names_are_made_from_verb_and_path() {
        assert_eq!(of_operation("POST", "v3/pay/transactions/native"), "PostPayTransactionsNative");
        assert_eq!(of_operation("GET", "v3/pay/transactions/id/{transaction_id}"), "GetPayTransactionsIdTransactionId");
        assert_eq!(of_operation("POST", "v3/applyment4sub/applyment/"), "PostApplyment4subApplyment");
    }

    #[test]
    fn members_are_named_as_rust_has_it() {
        let pairs =
            [("payAuthNo", "pay_auth_no"), ("type", "type_"), ("self", "self_"), ("a-b", "a_b"), ("3d", "member_3d")];
        for (name, rust) in
            pairs.into_iter().chain([("MchID", "mch_id"), ("total", "total"), ("$", "member__"), ("a__b", "a_b")])
        {
            assert_eq!(snake(name), rust);
        }
        let mut taken = Taken::default();
        assert_eq!([taken.unique("A"), taken.unique("A"), taken.unique("A")], ["A", "A2", "A3"]);
    }
}
