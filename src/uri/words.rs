//! The words that the paths of the documented endpoints are made of: what a path may be told by that a program computed.

use std::sync::LazyLock;

/// Every segment of the 1,144 documented paths that is no variable, base URIs' too; one a line, in the order of their bytes.
static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("words.txt").lines().collect());

/// Whether a segment of a path is a word of the API: exactly, since a name or a number of a customer may look like one.
pub(crate) fn is_word(segment: &str) -> bool {
    WORDS.binary_search(&segment).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_in_order_and_words() {
        assert!(WORDS.is_sorted_by(|one, next| one < next));
        for word in &**WORDS {
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            assert!(word.bytes().all(is_plain) && word.bytes().filter(u8::is_ascii_digit).count() < 2, "{word}");
            assert!(is_word(word), "{word}");
        }
        for known in
            ["v3", "v2", "pay", "transactions", "out-trade-no", "billdownload", "addInstitutionsub", "hk", "global"]
        {
            assert!(is_word(known), "{known}");
        }
        for other in ["", "Pay", "pay ", "v", "native-app", "transactions/id", "zhangsan"] {
            assert!(!is_word(other), "{other}");
        }
    }
}
