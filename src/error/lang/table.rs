//! All translations, ready to be looked up.

use std::sync::LazyLock;

use super::template::{Pair, Piece, pieces};
use super::texts::{client, files, foreign, joints, keys, notice, protocol, request, transport, trust, v2};

/// What stands in the sources, by where it does.
pub(super) const OURS: [&[Pair]; 9] = [
    client::TEXTS,
    files::TEXTS,
    keys::TEXTS,
    notice::TEXTS,
    protocol::TEXTS,
    request::TEXTS,
    transport::TEXTS,
    trust::TEXTS,
    v2::TEXTS,
];

pub(super) struct Row {
    pub(super) english: Vec<Piece>,
    /// Each piece with the number of the English hole that goes there.
    pub(super) chinese: Vec<(Piece, usize)>,
    /// It says something by itself. What has no words does not, unless one of the texts it joins is known.
    pub(super) says: bool,
    /// It says it of what stands before it.
    pub(super) is_predicate: bool,
}

/// Those that say the most first, which is what a sentence is likeliest to be.
pub(super) static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let mut rows: Vec<_> = OURS.into_iter().flatten().chain(foreign::TEXTS).chain(joints::TEXTS).map(row).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.english.iter().map(length).sum::<usize>()));
    rows
});

/// What goes on a sentence is looked up without the mark before it.
fn row(&(english, chinese): &Pair) -> Row {
    let going_on = english.strip_prefix("; ").zip(chinese.strip_prefix('；'));
    let (english, chinese) = going_on.unwrap_or((english, chinese));
    let (mut english, chinese) = (pieces(english), pieces(chinese));
    let mut holes: Vec<_> = english.iter_mut().filter_map(Piece::hole_mut).collect();
    let mut number = |piece: &Piece| {
        let told = piece.hole()?;
        let at = holes.iter().position(|hole| hole.name == told.name)?;
        holes[at].holds = told.holds;
        Some(at)
    };
    let chinese: Vec<_> = chinese.into_iter().map(|piece| (piece, number(&piece).unwrap_or_default())).collect();
    let has_words = |piece: &Piece| matches!(piece, Piece::Text(text) if text.contains(char::is_alphabetic));
    let says = english.iter().any(has_words);
    let begins = english.first().is_some_and(|first| first.hole().is_none_or(|hole| hole.debug));
    Row { english, chinese, says, is_predicate: says && begins }
}

fn length(piece: &Piece) -> usize {
    match piece {
        Piece::Text(text) => text.len(),
        Piece::Hole(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::reading::chinese;
    use super::super::template::{Holds, Hole, Name};
    use super::*;

    fn all() -> impl Iterator<Item = Pair> {
        OURS.into_iter().flatten().chain(foreign::TEXTS).chain(joints::TEXTS).copied()
    }

    fn names(template: &'static str) -> Vec<Name> {
        let mut names: Vec<_> = pieces(template).iter().filter_map(Piece::hole).map(|hole| hole.name).collect();
        names.sort();
        names
    }

    #[test]
    fn each_text_stands_once_and_both_of_a_pair_have_the_same_holes() {
        let mut seen = HashSet::new();
        for (english, chinese) in all() {
            assert!(seen.insert(english), "twice: {english}");
            assert_eq!(names(english), names(chinese), "{english}");
            assert_eq!(english.starts_with("; "), chinese.starts_with('；'), "{english}");
        }
    }

    /// A template with `X` in its holes, in quotes where it was printed so; nothing where a sentence may go on.
    fn filled(template: &'static str, [english, chinese]: [&'static str; 2]) -> String {
        let is_in = |template, name, is: fn(Hole) -> bool| {
            pieces(template).iter().filter_map(Piece::hole).any(|hole| hole.name == name && is(hole))
        };
        let goes_on = |name| {
            let english = pieces(english);
            english.windows(2).any(|two| two[1].hole().is_some_and(|hole| hole.name == name) && two[0].hole().is_some())
        };
        let text = |piece: &Piece| match piece {
            Piece::Text(text) => *text,
            Piece::Hole(hole) if is_in(english, hole.name, |hole| hole.debug) => "\"X\"",
            Piece::Hole(hole) if is_in(chinese, hole.name, |hole| hole.holds == Holds::Text) && goes_on(hole.name) => {
                ""
            }
            Piece::Hole(_) => "X",
        };
        pieces(template).iter().map(text).collect()
    }

    #[test]
    fn each_text_is_found_with_names_in_its_holes() {
        let texts = OURS.into_iter().flatten().chain(foreign::TEXTS).copied();
        let is_told =
            |(_, chinese): &Pair| pieces(chinese).iter().filter_map(Piece::hole).all(|hole| hole.holds != Holds::Known);
        for (english, expected) in texts.filter(|pair| row(pair).says && is_told(pair)) {
            let (sentence, expected) = (filled(english, [english, expected]), filled(expected, [english, expected]));
            let sentence = sentence.strip_prefix("; ").unwrap_or(&sentence);
            assert_eq!(chinese(sentence), expected.strip_prefix('；').unwrap_or(&expected), "{english}");
        }
    }
}
