//! What a database can do within a transaction.

use crate::error::{Error, Result};
use crate::model::money::Fen;

/// A value of a statement.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// A text.
    Text(&'a str),
    /// A whole number.
    Int(i64),
    /// Nothing.
    Null,
}

/// A cell of an answer.
#[derive(Clone, Debug)]
pub enum Cell {
    /// A text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// Nothing.
    Null,
}

/// A row of an answer.
#[derive(Debug)]
pub struct Row(pub(super) Vec<Cell>);

/// A transaction at work. Statements name their values `?1`, `?2`, …
pub trait Books {
    /// Changes something; gives how many rows.
    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64>;

    /// Reads something.
    fn rows(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>>;
}

/// A database, as far as the shop needs one.
pub(super) trait Database: Send + Sync {
    /// Does all of `work` or nothing of it, as if nobody else were at work. It may be called more than once.
    fn transaction(&self, work: &mut dyn FnMut(&mut dyn Books) -> Result<()>) -> Result<()>;
}

impl Row {
    /// The text of a column.
    pub fn text(&self, column: usize) -> Result<String> {
        self.optional(column)?.ok_or_else(|| unexpected(column, "nothing"))
    }

    /// The text of a column that may have none.
    pub fn optional(&self, column: usize) -> Result<Option<String>> {
        match self.0.get(column) {
            Some(Cell::Text(text)) => Ok(Some(text.clone())),
            Some(Cell::Null) => Ok(None),
            Some(Cell::Int(_)) => Err(unexpected(column, "a number")),
            None => Err(unexpected(column, "no column")),
        }
    }

    /// The number of a column.
    pub fn int(&self, column: usize) -> Result<i64> {
        match self.0.get(column) {
            Some(Cell::Int(number)) => Ok(*number),
            _ => Err(unexpected(column, "no number")),
        }
    }

    /// The amount of a column.
    pub fn fen(&self, column: usize) -> Result<Fen> {
        self.int(column).map(Fen::new)
    }

    /// The state whose word stands in a column.
    pub fn state<T>(&self, column: usize, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
        parse(&self.text(column)?).ok_or_else(|| unexpected(column, "a word that is no state"))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<Fen> for Value<'_> {
    fn from(amount: Fen) -> Self {
        Self::Int(amount.get())
    }
}

/// What stands in the database is not what this program writes there.
pub(super) fn unexpected(column: usize, found: &str) -> Error {
    Error::Database(format!("column {column} of an answer has {found}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_this_program_did_not_write_is_an_error() {
        let row = Row(vec![Cell::Text("PAID".to_owned()), Cell::Int(3), Cell::Null]);
        assert_eq!((row.text(0).unwrap(), row.int(1).unwrap(), row.optional(2).unwrap()), ("PAID".to_owned(), 3, None));
        let wrong = [
            row.text(2).unwrap_err(),
            row.text(1).unwrap_err(),
            row.optional(3).unwrap_err(),
            row.int(0).unwrap_err(),
            row.state(0, |_| None::<()>).unwrap_err(),
        ];
        let texts = wrong.map(|error| error.to_string());
        let ends = ["2 of an answer has nothing", "has a number", "has no column", "has no number", "that is no state"];
        assert!(texts.iter().zip(ends).all(|(text, end)| text.ends_with(end)), "{texts:?}");
    }
}
