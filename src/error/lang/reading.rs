//! Reads a finished English sentence and says it in Chinese.
//!
//! Of all ways to take it to pieces the one counts that leaves the fewest bytes as they are, and of those the one with the fewest
//! pieces. What is not known stays English as a whole, and so does what two ways understand differently.

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use super::table::{ROWS, Row};
use super::template::{Holds, Piece, is_name, lay, may_be};

/// How many ways to lay a template over a piece of one sentence are looked at; long errors of a builder need some thousands.
const MOST_STEPS: usize = 50_000;

/// Sentences of more bytes stay English; real ones have some hundreds, and those of a path or a URL that somebody gave may have any number.
const LONGEST: usize = 4096;

/// How many texts may stand in one another; real ones come to about ten.
const DEEPEST: usize = 40;

/// The Chinese of a sentence; the sentence itself if it is not known.
pub(crate) fn chinese(sentence: &str) -> Cow<'_, str> {
    search(sentence, |search| search.read(sentence).map(|reading| reading.said.clone()))
}

/// The Chinese of what follows a sentence, such as `; the local clock is wrong`; may be nothing.
pub(crate) fn more(text: &str) -> Cow<'_, str> {
    search(text, |search| Some(search.ours(text).said))
}

fn search(text: &str, read: impl FnOnce(&mut Search) -> Option<String>) -> Cow<'_, str> {
    if text.len() > LONGEST {
        return text.into();
    }
    let mut search = Search::of(text);
    let said = read(&mut search);
    said.filter(|_| !search.is_spent()).map_or(text.into(), Cow::from)
}

/// A text in Chinese, and what it took.
#[derive(Clone)]
struct Reading {
    said: String,
    cost: Cost,
    is_predicate: bool,
}

/// What counts against a reading, the heaviest first.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Cost {
    /// How many bytes stayed as they are.
    left: usize,
    /// In how many holes a text of ours was expected, and something else stood.
    unread: usize,
    /// How many templates it took.
    templates: usize,
}

impl Reading {
    fn as_it_is(text: &str) -> Self {
        Self { said: text.to_owned(), cost: Cost { left: text.len(), ..Cost::default() }, is_predicate: false }
    }

    fn push(&mut self, other: &Self) {
        // A blank parts Chinese from Latin, and Chinese from Chinese not.
        let between = self.said.strip_suffix(' ').is_some_and(|before| !before.ends_with(|c: char| c.is_ascii()));
        if between && !other.said.starts_with(|c: char| c.is_ascii()) && !other.said.is_empty() {
            self.said.pop();
        }
        self.said.push_str(&other.said);
        self.cost.left += other.cost.left;
        self.cost.unread += other.cost.unread;
        self.cost.templates += other.cost.templates;
    }
}

struct Search {
    /// The rows that can be part of the sentence.
    rows: Vec<&'static Row>,
    /// By where they stand in the sentence.
    known: HashMap<(usize, usize), Option<Rc<Reading>>>,
    steps: usize,
    depth: usize,
}

impl Search {
    fn of(sentence: &str) -> Self {
        let is_missing = |piece: &Piece| matches!(piece, Piece::Text(text) if !sentence.contains(text));
        let rows = ROWS.iter().filter(|row| !row.english.iter().any(is_missing)).collect();
        Self { rows, known: HashMap::new(), steps: 0, depth: 0 }
    }

    fn is_spent(&self) -> bool {
        self.steps >= MOST_STEPS
    }

    fn read(&mut self, text: &str) -> Option<Rc<Reading>> {
        let place = (text.as_ptr().addr(), text.len());
        if let Some(known) = self.known.get(&place) {
            return known.clone();
        }
        if self.depth == DEEPEST {
            return None;
        }
        self.depth += 1;
        let best = self.best(text).map(Rc::new);
        self.depth -= 1;
        self.known.insert(place, best.clone());
        best
    }

    fn best(&mut self, text: &str) -> Option<Reading> {
        let (mut best, mut is_doubtful) = (None::<Reading>, false);
        for index in 0..self.rows.len() {
            let row = self.rows[index];
            if !may_be(&row.english, text) {
                continue;
            }
            lay(&row.english, text, &mut Vec::new(), &mut |held| {
                self.steps += 1;
                let most = best.as_ref().map_or(usize::MAX, |best| best.cost.left);
                let Some(found) = self.fill(row, held, most) else { return !self.is_spent() };
                match &best {
                    Some(known) if known.cost < found.cost => {}
                    Some(known) if known.cost == found.cost => is_doubtful |= known.said != found.said,
                    _ => (best, is_doubtful) = (Some(found), false),
                }
                !self.is_spent()
            });
        }
        best.filter(|_| !is_doubtful)
    }

    /// A row's Chinese, with what stands in the holes of its English; `None` if that is nothing that can stand there, or if more than
    /// `most` bytes stay as they are.
    fn fill(&mut self, row: &Row, held: &[&str], most: usize) -> Option<Reading> {
        let holes = row.chinese.iter().filter_map(|(piece, index)| Some((piece.hole()?, held[*index])));
        let kept = holes.filter(|(hole, _)| matches!(hole.holds, Holds::Value | Holds::Name));
        if kept.map(|(_, text)| text.len()).sum::<usize>() > most {
            return None;
        }
        let cost = Cost { templates: 1, ..Cost::default() };
        let mut reading = Reading { said: String::new(), cost, is_predicate: row.is_predicate };
        for (piece, index) in &row.chinese {
            match piece {
                Piece::Text(text) => reading.said.push_str(text),
                Piece::Hole(hole) => reading.push(&self.hold(hole.holds, held[*index])?),
            }
            if reading.cost.left > most {
                return None;
            }
        }
        (row.says || reading.cost.templates > 1).then_some(reading)
    }

    /// What stands in a hole, if it can.
    fn hold(&mut self, holds: Holds, text: &str) -> Option<Reading> {
        match holds {
            Holds::Value | Holds::Name => Some(Reading::as_it_is(text)),
            Holds::Text => Some(self.ours(text)),
            Holds::Known => self.read(text).filter(|reading| reading.is_predicate).map(|reading| (*reading).clone()),
            Holds::TextOrName => match self.read(text) {
                Some(reading) => Some((*reading).clone()),
                None => is_name(text).then(|| Reading::as_it_is(text)),
            },
        }
    }

    /// A text of ours, which may go on the sentence, or one of somebody who is not known here.
    fn ours(&mut self, text: &str) -> Reading {
        if let Some(rest) = text.strip_prefix("; ") {
            let mut reading = self.ours(rest);
            reading.said.insert(0, '；');
            return reading;
        }
        if let Some(reading) = self.read(text) {
            return (*reading).clone();
        }
        let mut reading = Reading::as_it_is(text);
        reading.cost.unread = usize::from(!text.is_empty());
        reading
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::OURS;
    use super::super::template::{Pair, pieces};
    use super::super::texts::{foreign, joints};
    use super::*;

    /// Numbers that look random and are the same in every run.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, sides: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).unwrap() % sides
        }

        fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
            of[self.roll(of.len())]
        }
    }

    const ODD: &[&str] = &[
        "",
        "x",
        "商户",
        "\"",
        "\"a\\\"; is empty\"",
        "`",
        "{",
        "}",
        "; ",
        ": ",
        ", ",
        " or ",
        "\u{fffd}",
        "/a b",
        "{~}",
        "is empty",
        "名 称",
        "\n",
    ];

    /// A sentence of templates, with odd things in their holes.
    fn sentence(dice: &mut Dice, all: &[Pair]) -> String {
        let mut text = String::new();
        for _ in 0..=dice.roll(3) {
            let (english, _) = all[dice.roll(all.len())];
            for piece in pieces(english) {
                text.push_str(match piece {
                    Piece::Text(literal) => literal,
                    Piece::Hole(_) => dice.pick(ODD),
                });
            }
            text.push_str(dice.pick(ODD));
        }
        text
    }

    #[test]
    fn no_sentence_is_too_odd() {
        let all: Vec<Pair> = OURS.into_iter().flatten().chain(foreign::TEXTS).chain(joints::TEXTS).copied().collect();
        let mut dice = Dice(7);
        for _ in 0..150 {
            let text = sentence(&mut dice, &all);
            let (said, more) = (chinese(&text), more(&text));
            // Nothing gets lost of what stands in quotes.
            let quotes = |text: &str| text.matches("商户").count();
            assert!(quotes(&said) >= quotes(&text) && quotes(&more) >= quotes(&text), "{text} -> {said}");
        }
    }

    #[test]
    fn what_is_not_known_stays_english() {
        for text in [
            "",
            "no such sentence",
            "no such sentence: is empty; nor this",
            "nobody knows this; is empty",
            "this one is empty, more or less",
            "mchid",
            "`a`, `b`",
        ] {
            assert_eq!(chinese(text), text);
        }
    }

    #[test]
    fn what_is_in_quotes_is_nobodys_sentence() {
        let text = r#"sign_type is "x; is empty", expected "MD5" or "HMAC-SHA256""#;
        assert_eq!(chinese(text), r#"sign_type 是 "x; is empty"，应为 "MD5" 或 "HMAC-SHA256""#);
        let text = "the header `a: is empty; b` is set by the client, not by the caller";
        assert_eq!(chinese(text), "请求头 `a: is empty; b` 由客户端设置，调用方不能设置");
    }

    #[test]
    fn a_sentence_without_end_stays_english() {
        for piece in ["; ", "is empty; ", "a: is empty, ", "`a` is "] {
            for length in [LONGEST / 2, LONGEST + 10] {
                let text = piece.repeat(length / piece.len());
                assert_eq!(chinese(&text), text);
            }
        }
    }
}
