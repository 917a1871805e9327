//! What a bill is made from.

use std::borrow::Cow;
use std::sync::Arc;

use super::kind::BillKind;

/// A row that a test states: texts by column.
pub(super) type OwnRow = Vec<(String, String)>;

/// A cell of a row.
pub(super) type Cell = Cow<'static, str>;

/// One bill of one day.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// The bill that is asked for.
    pub(super) kind: BillKind,
    /// All rows are of this kind; else they are those of all its family.
    pub(super) only: bool,
    pub(super) date: String,
    /// How many rows, own ones included.
    pub(super) rows: u64,
    /// In the place of the first ones.
    pub(super) own: Arc<[OwnRow]>,
}

impl Plan {
    /// What the test says about a row, the first of which is 1; `None` about a generated one.
    pub(super) fn own(&self, number: u64) -> Option<&OwnRow> {
        usize::try_from(number.checked_sub(1)?).ok().and_then(|index| self.own.get(index))
    }

    /// When a row's business happened.
    pub(super) fn time(&self, number: u64) -> String {
        format!("{} 10:{:02}:{:02}", self.date, number / 60 % 60, number % 60)
    }
}

/// What a row says about a column.
pub(super) fn said<'a>(own: Option<&'a OwnRow>, column: &str) -> Option<&'a str> {
    own?.iter().find(|(known, _)| known == column).map(|(_, value)| value.as_str())
}
