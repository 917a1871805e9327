//! A bill: its columns, its rows, its summary.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;

use super::form::{self, decode};
use super::lines::{Lines, Source};
use super::raw::Kept;
use super::record::{Cells, Found, Records};
use super::row::Row;
use crate::error::{Error, Result};

/// A bill that was downloaded: its columns, rows and summary.
///
/// ```
/// use wechatpay_chain::Bill;
///
/// let csv = "\u{feff}交易时间,商户订单号,订单金额\r\n`2026-11-21 10:00:00,`1217752501,`1.05\r\n总交易单数,订单总金额\r\n`1,`1.05\r\n";
/// let bill = Bill::from_bytes(csv)?;
/// for row in bill.rows() {
///     let row = row?;
///     assert_eq!(row.get("商户订单号"), Some("1217752501"));
///     assert_eq!(row.fen("订单金额")?, 105);
/// }
/// assert_eq!(bill.summary()?.fen("订单总金额")?, 105);
/// # Ok::<(), wechatpay_chain::Error>(())
/// ```
#[derive(Clone)]
pub struct Bill {
    source: Source,
    header: Arc<[u8]>,
    columns: Arc<[String]>,
    kept: Arc<Kept>,
}

impl Bill {
    /// Opens a file and reads its header. A gzip file is unpacked on the way.
    ///
    /// # Errors
    ///
    /// `Io`, naming the path, when it cannot be read; `Decode`, when it begins with no header, which says what it is instead: UTF-16, GBK,
    /// JSON, XML, a spreadsheet, what a spreadsheet saved, or empty.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::new(Source::File(path.as_ref().to_owned()))
    }

    /// A bill in memory, plain or gzip.
    ///
    /// # Errors
    ///
    /// As of [`open`](Self::open), but for `Io`.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Result<Self> {
        Self::new(Source::Memory(bytes.into()))
    }

    fn new(source: Source) -> Result<Self> {
        let first = Lines::open(&source)?.next()?.ok_or_else(|| decode("the bill is empty, expected a header"))?;
        let columns = form::header(&first.bytes).map_err(decode)?;
        Ok(Self { source, header: first.bytes.into(), columns: columns.into(), kept: Arc::default() })
    }

    /// The names of the columns, in order.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Reads the rows from the start, one at a time; the summary is not among them.
    ///
    /// A line that cannot be read is a `Decode` error with its number ([`raw_line`](Self::raw_line) has its text), and the rows behind it
    /// follow. A bill that does not end with its summary is incomplete: the last item is then a `Decode` error.
    ///
    /// ```
    /// use wechatpay_chain::Bill;
    ///
    /// let csv = "交易时间,商品名称,订单金额\r\n`10:00,`茶\r\n`10:01,`水,`0.02\r\n总交易单数,订单总金额\r\n`2,`1.02\r\n";
    /// let bill = Bill::from_bytes(csv)?;
    /// let mut rows = bill.rows();
    /// let error = rows.next().expect("a line").unwrap_err();
    /// assert_eq!(error.to_string(), "line 2 of the bill has 2 cells, expected 3");
    /// assert_eq!(bill.raw_line(2), Some("`10:00,`茶".as_bytes()));
    /// assert_eq!(rows.next().expect("a row")?.fen("订单金额")?, 2);
    /// assert!(rows.next().is_none());
    /// assert_eq!(bill.summary()?.fen("订单总金额")?, 102);
    /// # Ok::<(), wechatpay_chain::Error>(())
    /// ```
    pub fn rows(&self) -> Rows {
        let state = State::Unopened(self.source.clone(), Arc::clone(&self.header));
        Rows { state, columns: Arc::clone(&self.columns), line: 1, summary: Vec::new() }
    }

    /// The summary at the end; reads the whole bill on the way, past rows that cannot be read.
    ///
    /// [`Rows::summary`] has it too, for who has read the rows already.
    ///
    /// # Errors
    ///
    /// `Decode`, when the bill does not end with a summary; `Io`.
    pub fn summary(&self) -> Result<Row> {
        let mut rows = self.rows();
        // The last error is about the end of the file.
        let error = rows.by_ref().filter_map(Result::err).last();
        rows.summary.into_iter().next().ok_or_else(|| error.unwrap_or_else(no_summary))
    }

    /// A line as it stands in the file (in the unpacked one), without its line break: what a row's error is about.
    ///
    /// `line` is the number that the error names; a row that goes over several lines is named by its first. `None` if the bill has no such
    /// line, or can no longer be read. It may hold personal data. Each line asked for is read from the file once and kept as long as the
    /// bill; of one with more than a MiB, the first MiB.
    pub fn raw_line(&self, line: u64) -> Option<&[u8]> {
        if let Some(bytes) = self.kept.get(line) {
            return Some(bytes);
        }
        let mut lines = Lines::open(&self.source).ok()?;
        loop {
            let found = lines.next().ok()??;
            if found.number == line {
                return Some(self.kept.keep(line, found.bytes));
            }
        }
    }
}

impl fmt::Debug for Bill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bill").field("columns", &self.columns).finish_non_exhaustive()
    }
}

/// The rows of a bill, read one at a time.
pub struct Rows {
    state: State,
    columns: Arc<[String]>,
    line: u64,
    summary: Vec<Row>,
}

enum State {
    Unopened(Source, Arc<[u8]>),
    Reading(Records),
    Done,
}

impl Rows {
    /// The summary, once the last row was read.
    pub fn summary(&self) -> Option<&Row> {
        self.summary.first()
    }

    /// The line in which the last item began, a row or an error; 1 before the first.
    pub fn line(&self) -> u64 {
        self.line
    }

    fn read(&mut self) -> Result<Option<Row>> {
        if let State::Unopened(source, header) = &self.state {
            match Records::open(source, header, &self.columns) {
                Ok(records) => self.state = State::Reading(records),
                Err(error) => return Err(self.end_with(error)),
            }
        }
        let State::Reading(records) = &mut self.state else { return Ok(None) };
        match records.next() {
            Ok(Some(Found::Row(Cells { line, cells }))) => {
                self.line = line;
                match (cells.len(), self.columns.len()) {
                    (found, expected) if found == expected => {}
                    (found, expected) => {
                        return Err(decode(format!("line {line} of the bill has {found} cells, expected {expected}")));
                    }
                }
                Ok(Some(Row { columns: Arc::clone(&self.columns), cells, line }))
            }
            Ok(Some(Found::Odd(line, why))) => {
                self.line = line;
                Err(decode(format!("line {line} of the bill {why}")))
            }
            Ok(Some(Found::Summary(rows))) => {
                self.summary = rows;
                self.state = State::Done;
                Ok(None)
            }
            Ok(None) => Err(self.end_with(no_summary())),
            Err(error) => Err(self.end_with(error)),
        }
    }

    /// After what is about the file there are no more rows.
    fn end_with(&mut self, error: Error) -> Error {
        self.state = State::Done;
        error
    }
}

impl Iterator for Rows {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("columns", &self.columns).finish_non_exhaustive()
    }
}

fn no_summary() -> Error {
    decode("the bill does not end with its two lines of summary: it is incomplete, or no bill")
}
