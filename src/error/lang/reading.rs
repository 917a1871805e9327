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

/// How many texts may stand in one another; real ones come to about ten.
const DEEPEST: usize = 40;

/// The Chinese of a sentence; the sentence itself if it is not known.
pub(crate) fn chinese(sentence: &str) -> Cow<'_, str> {
    let mut search = Search::of(sentence);
    let read = search.read(sentence);
    match read.filter(|_| !search.is_spent()) {
        Some(reading) => Cow::Owned(reading.said.clone()),
        None => Cow::Borrowed(sentence),
    }
}

/// The Chinese of what follows a sentence, such as `; the local clock is wrong`; may be nothing.
pub(crate) fn more(text: &str) -> Cow<'_, str> {
    let mut search = Search::of(text);
    let said = search.ours(text).said;
    if search.is_spent() { Cow::Borrowed(text) } else { Cow::Owned(said) }
}

/// A text in Chinese, and what it took.
#[derive(Clone)]
struct Reading {
    said: String,
    cost: Cost,
    /// It was joined by what has no words of its own.
    is_joined: bool,
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
        Self { said: text.to_owned(), cost: Cost { left: text.len(), ..Cost::default() }, is_joined: false }
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
        let mut reading = Reading { said: String::new(), cost, is_joined: !row.says };
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
            Holds::Known => self.read(text).filter(|reading| !reading.is_joined).map(|reading| (*reading).clone()),
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
