//! The operations that words lead to.

use crate::field::Fields;
use crate::operation::{Operation, operations};
use crate::packed::tables;
use crate::part::Part;

const PARTS: [Part; 7] = [Part::Path, Part::Query, Part::Header, Part::Json, Part::Xml, Part::Form, Part::Answer];

/// The operations in which every word occurs, best first, at most `limit`.
///
/// Words stand between blanks; upper and lower case are the same. A word occurs in path, title, product or the name of a member; those
/// in path and title come before those that only members have. Without words there are none.
///
/// ```
/// let found = wechatpay_catalog::search("native 下单", 5);
/// assert!(found.iter().any(|operation| operation.path() == "v3/pay/transactions/native"));
/// ```
pub fn search(words: &str, limit: usize) -> Vec<Operation> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() || limit == 0 {
        return Vec::new();
    }
    let members: Vec<Vec<bool>> = words.iter().map(|word| strings_with(word)).collect();
    let score = |operation: Operation| score(operation, &words, &members).map(|score| (score, operation));
    let mut found: Vec<_> = operations().filter_map(score).collect();
    found.sort_by_key(|(score, _)| *score);
    found.into_iter().take(limit).map(|(_, operation)| operation).collect()
}

/// For each string of the catalogue, whether the word is in it.
fn strings_with(word: &str) -> Vec<bool> {
    (0..tables::strings()).map(|number| tables::string(number).to_lowercase().contains(word)).collect()
}

/// How far an operation is from the words: how many only members have, how many are no whole segment, whether it is for a host of its
/// own, how long the path is.
fn score(operation: Operation, words: &[String], members: &[Vec<bool>]) -> Option<(usize, usize, bool, usize)> {
    let (path, title) = (operation.path().to_lowercase(), operation.title().to_lowercase());
    let (mut only_members, mut partly) = (0, 0);
    for (word, strings) in words.iter().zip(members) {
        if path.contains(word) || title.contains(word) {
            partly += usize::from(!path.split('/').any(|segment| segment == word) && title != *word);
        } else if PARTS.iter().any(|part| has_member(operation.fields(*part), strings)) {
            only_members += 1;
        } else {
            return None;
        }
    }
    Some((only_members, partly, operation.base_uri().is_some(), path.len()))
}

fn has_member(fields: Fields, strings: &[bool]) -> bool {
    fields.iter().any(|field| {
        strings.get(field.name_number()).copied().unwrap_or_default() || has_member(field.fields(), strings)
    })
}
