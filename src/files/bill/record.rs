//! The records of a bill. A row begins with a back-tick, and so does each of its cells: `` ,` `` stands between two. Commas, quotes and
//! line breaks stand in a cell as the customer typed them; the format knows no quoting.

use std::collections::VecDeque;
use std::str;
use std::sync::Arc;

use super::form::{decode, no_utf8};
use super::lines::{LONGEST, Line, Lines, Source};
use super::row::Row;
use crate::error::Result;

/// A name has no more lines than this; and no summary more rows.
const MOST_LINES: usize = 64;

/// The records that follow the header.
pub(super) struct Records {
    lines: Lines,
    /// Lines that were read already, to see what a line before them is.
    ahead: VecDeque<Line>,
    columns: Arc<[String]>,
}

/// What comes next in a bill.
pub(super) enum Found {
    /// A row of data, with as many cells as it has.
    Row(Cells),
    /// A line that is no row, and why.
    Odd(u64, String),
    /// The end: names and values.
    Summary(Vec<Row>),
}

/// One record, split.
pub(super) struct Cells {
    pub(super) line: u64,
    pub(super) cells: Vec<String>,
}

impl Records {
    /// Opens a bill whose first line, the header, is as it was when the bill was opened.
    pub(super) fn open(source: &Source, header: &[u8], columns: &Arc<[String]>) -> Result<Self> {
        let mut lines = Lines::open(source)?;
        if lines.next()?.is_none_or(|line| line.bytes != header) {
            return Err(decode("the bill is another than the one that was opened: its columns differ"));
        }
        Ok(Self { lines, ahead: VecDeque::new(), columns: Arc::clone(columns) })
    }

    /// `None` at the end of a file that has no summary.
    pub(super) fn next(&mut self) -> Result<Option<Found>> {
        let Some(line) = self.next_line()? else { return Ok(None) };
        let text = match text(&line) {
            Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
            Err(why) => return Ok(Some(Found::Odd(line.number, why))),
        };
        if begins(&text) {
            return self.row(&line, text).map(Found::Row).map(Some);
        }
        if self.is_header(&text) {
            return Ok(Some(Found::Odd(line.number, "is the header once more: another bill follows".to_owned())));
        }
        match self.summary_at(&names(&text), 0)? {
            Some(values) => Ok(Some(Found::Summary(values))),
            None => {
                Ok(Some(Found::Odd(line.number, "begins with no back-tick: it is no row, and no summary".to_owned())))
            }
        }
    }

    /// A row, with the lines that its names have.
    fn row(&mut self, first: &Line, mut text: String) -> Result<Cells> {
        let columns = self.columns.len();
        let mut cells = split(&text, columns);
        let mut end = first.end;
        for _ in 0..MOST_LINES {
            if cells.len() >= columns || !self.goes_on(text.len())? {
                break;
            }
            let Some(more) = self.ahead.pop_front() else { break };
            text.push_str(end);
            text.push_str(&String::from_utf8_lossy(&more.bytes));
            end = more.end;
            cells = split(&text, columns);
        }
        Ok(Cells { line: first.number, cells })
    }

    /// Whether the next line is a part of the row before it: neither a row itself nor the summary.
    fn goes_on(&mut self, length: usize) -> Result<bool> {
        if !self.peek(0)? {
            return Ok(false);
        }
        let line = &self.ahead[0];
        let Ok(next) = text(line) else { return Ok(false) };
        if begins(next) || self.is_header(next) || length + next.len() > LONGEST {
            return Ok(false);
        }
        // What follows blank lines decides about them.
        let mut at = 0;
        while self.peek(at)? && self.ahead[at].bytes.is_empty() && at < MOST_LINES {
            at += 1;
        }
        let Some(Ok(next)) = self.ahead.get(at).map(text) else { return Ok(false) };
        let (begins, names) = (begins(next), names(next));
        Ok(!begins && self.summary_at(&names, at + 1)?.is_none())
    }

    fn is_header(&self, text: &str) -> bool {
        text.split(',').eq(self.columns.iter())
    }

    /// The summary, if these names and all that follows, from a line ahead on, are it.
    fn summary_at(&mut self, names: &[String], mut at: usize) -> Result<Option<Vec<Row>>> {
        let is_amount = |name: &String| name.bytes().all(|byte| byte.is_ascii_digit() || b".- :/".contains(&byte));
        if names.iter().any(is_amount) {
            return Ok(None);
        }
        let columns: Arc<[String]> = names.into();
        let mut rows = Vec::new();
        while self.peek(at)? {
            let line = &self.ahead[at];
            at += 1;
            if line.bytes.is_empty() {
                continue;
            }
            let Ok(text) = text(line) else { return Ok(None) };
            let cells = split(text, names.len());
            if !begins(text) || cells.len() != names.len() || rows.len() == MOST_LINES || at > 2 * MOST_LINES {
                return Ok(None);
            }
            rows.push(Row { columns: Arc::clone(&columns), cells, line: line.number });
        }
        Ok(Some(rows).filter(|rows| !rows.is_empty()))
    }

    /// The next line that is not blank.
    fn next_line(&mut self) -> Result<Option<Line>> {
        loop {
            let line = match self.ahead.pop_front() {
                Some(line) => Some(line),
                None => self.lines.next()?,
            };
            match line {
                Some(line) if line.bytes.is_empty() => {}
                line => return Ok(line),
            }
        }
    }

    /// Reads ahead as far as a line; false if the file ends before it.
    fn peek(&mut self, at: usize) -> Result<bool> {
        while self.ahead.len() <= at {
            match self.lines.next()? {
                Some(line) => self.ahead.push_back(line),
                None => return Ok(false),
            }
        }
        Ok(true)
    }
}

fn text(line: &Line) -> Result<&str, String> {
    match line.is_cut {
        true => Err(format!("has more than {LONGEST} bytes")),
        false => str::from_utf8(&line.bytes).map_err(|_| no_utf8(&line.bytes)),
    }
}

/// The cells of a line without back-ticks.
fn names(text: &str) -> Vec<String> {
    text.split(',').map(str::to_owned).collect()
}

/// Whether a row begins here: with its back-tick, perhaps in quotes.
fn begins(text: &str) -> bool {
    text.starts_with('`') || text.starts_with("\"`")
}

/// The cells of a row, without their back-ticks; as many as are expected, if it can be read so.
fn split(text: &str, expected: usize) -> Vec<String> {
    let quoted = text.contains("\"`").then(|| split_quoted(text)).flatten();
    quoted
        .filter(|cells| cells.len() == expected)
        .unwrap_or_else(|| text.strip_prefix('`').unwrap_or(text).split(",`").map(str::to_owned).collect())
}

/// The cells of a row some of which stand in quotes, as a program wrote them that takes the file for ordinary CSV: `` "`a,b" ``.
fn split_quoted(text: &str) -> Option<Vec<String>> {
    let mut cells: Vec<String> = Vec::new();
    for piece in text.split(',') {
        match cells.last_mut().filter(|cell| !begins(piece) || is_open(cell)) {
            Some(cell) => {
                cell.push(',');
                cell.push_str(piece);
            }
            None => cells.push(piece.to_owned()),
        }
    }
    cells
        .iter()
        .map(|cell| unquoted(cell).unwrap_or_else(|| cell.clone()).strip_prefix('`').map(str::to_owned))
        .collect()
}

/// Whether a cell in quotes has not come to its closing one.
fn is_open(cell: &str) -> bool {
    cell.starts_with("\"`") && unquoted(cell).is_none()
}

/// The text between quotes, whose own are doubled (RFC 4180); `None` if it is not that.
fn unquoted(text: &str) -> Option<String> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    let bare = inner.replace("\"\"", "");
    (!bare.contains('"')).then(|| inner.replace("\"\"", "\""))
}
